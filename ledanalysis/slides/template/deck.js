(function () {
  // A title takes two lines at most and a body its own room: what is longer is set smaller, never cut. Measured
  // here, with the fonts loaded, since only the page knows how wide its words are.
  function shrink(element, fits, smallest) {
    let size = parseFloat(getComputedStyle(element).fontSize);
    while (size > smallest && !fits(element)) element.style.fontSize = --size + 'px';
  }
  function lines(most) {
    return function (title) {
      const line = parseFloat(getComputedStyle(title).lineHeight);
      return title.offsetHeight < (most + 0.5) * line && title.scrollWidth <= title.clientWidth;
    };
  }
  function holds(body) {
    return body.scrollHeight <= body.clientHeight && body.scrollWidth <= body.clientWidth;
  }
  function fit() {
    document.body.classList.add('measuring');
    document.querySelectorAll('h1').forEach(function (title) { shrink(title, lines(3), 36); });
    document.querySelectorAll('h2').forEach(function (title) { shrink(title, lines(2), 24); });
    document.querySelectorAll('.body').forEach(function (body) { shrink(body, holds, 18); });
    document.body.classList.remove('measuring');
  }
  function start() {
    fit();
    Reveal.initialize({
      width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4, center: false,
      controls: false, progress: true, slideNumber: false, hash: true, overview: true,
      navigationMode: 'linear', transition: 'none', backgroundTransition: 'none',
      pdfMaxPagesPerSlide: 1, pdfSeparateFragments: false, plugins: [RevealNotes],
      scrollActivationWidth: null, help: false, keyboardCondition: Access.keys
    }).then(Access.present);
  }
  const faces = ['400 26px', '600 26px', 'italic 400 26px'].map(function (face) {
    return document.fonts.load(face + ' "Source Sans Pro"');
  });
  const begin = Access.reading ? Access.read : start;
  Promise.all(faces).then(begin, begin);
})();

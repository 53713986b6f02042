(function () {
  // Each page is one sheet of paper: what is longer is set smaller, and only what no size makes fit is cut short.
  // Measured with the styles for paper, in millimetres, so whatever the screen.
  const paper = document.getElementById('paper'), screen = document.getElementById('screen');
  const SMALLEST = 0.76;
  function fits(page) {
    return page.scrollHeight <= page.clientHeight + 1 && page.scrollWidth <= page.clientWidth + 1;
  }
  function clip(page) {
    page.querySelectorAll('th, td:not(.line)').forEach(function (cell) {
      const words = document.createElement('span');
      words.append(...cell.childNodes);
      cell.append(words);
    });
    page.classList.add('long');
  }
  function fit(page) {
    if (fits(page)) return;
    page.style.setProperty('--fit', SMALLEST);
    if (!fits(page)) clip(page);
    if (!fits(page)) return page.classList.add('open');  // more rows than a page holds: they go on on the next
    let low = SMALLEST, high = 1;
    while (high - low > 0.02) {
      const size = (low + high) / 2;
      page.style.setProperty('--fit', size);
      if (fits(page)) low = size; else high = size;
    }
    page.style.setProperty('--fit', low);
  }
  function start() {
    paper.media = 'all';
    screen.media = 'not all';
    document.querySelectorAll('.page').forEach(fit);
    paper.media = 'print';
    screen.media = 'screen';
    document.documentElement.dataset.ready = 'yes';
  }
  const faces = ['400 12px', '600 12px', 'italic 400 12px'].map(function (face) {
    return document.fonts.load(face + ' "Source Sans Pro"');
  });
  Promise.all(faces).then(start, start);
})();

(function () {
  // Each page is one sheet of paper: what is longer is set smaller, and only what no size makes fit is cut short.
  // Measured with the styles for paper, in millimetres, so whatever the screen.
  const paper = document.getElementById('paper'), screen = document.getElementById('screen');
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
    let size = 1;
    while (!fits(page) && size > 0.75) page.style.setProperty('--fit', (size -= 0.02).toFixed(2));
    if (!fits(page)) clip(page);
    if (!fits(page)) page.classList.add('open');  // more rows than a page holds: they go on on the next
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

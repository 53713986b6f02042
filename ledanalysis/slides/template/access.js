// What a deck has for those who do not see it, do not use a mouse, or need large letters: the title of each slide is
// spoken, the figures of a chart are a table, every key has a button, and letters need not be keys. Without reveal.js
// the deck is a page to read, whose text takes the width there is.
const Access = (function () {
  const page = document.documentElement, name = document.title, narrow = 700;
  const asked = new URLSearchParams(location.search);
  const inFrame = asked.has('receiver');  // a slide in the speaker's view
  const reading = asked.has('read') || (innerWidth < narrow && !inFrame && !['slides', 'view', 'print-pdf'].some((each) => asked.has(each)));
  const all = (selector) => [...document.querySelectorAll(selector)];
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  const sections = all('.slides > section'), titles = new Map(sections.map((each) => [each, each.getAttribute('aria-label')]));
  let letters = remembered('letters') !== 'no';

  function remembered(key, value) {  // a browser may forbid it
    try { return value === undefined ? localStorage.getItem('deck-' + key) : localStorage.setItem('deck-' + key, value); } catch { return null; }
  }
  function speak(words) { document.querySelector('.spoken').textContent = words; }
  function opened() { return document.querySelector('dialog[open]'); }
  function show(dialog) {
    if (!dialog || opened()) return;
    dialog.showModal();
    mark();
  }
  function showTable(section) { show(section.querySelector('dialog.figures')); }
  function go(way) {
    const first = reading ? sections.findIndex((each) => each.getBoundingClientRect().bottom > innerHeight / 3) : Reveal.getIndices().h;
    location.href = location.pathname + '?' + way + '#/' + Math.max(first, 0);
  }
  function tell(section) {
    const title = titles.get(section), number = sections.indexOf(section) + 1;
    document.title = title === name ? name : title + ' – ' + name;
    speak(fill(WORDS.spoken, {number, total: sections.length, title}));
    document.querySelector('.previous').setAttribute('aria-disabled', number === 1);
    document.querySelector('.next').setAttribute('aria-disabled', number === sections.length);
  }
  // A region that scrolls is reached by key and has a name; one that does not scroll is none.
  function mark() {
    all('.scrolls, html.reading .words, html.reading figure').forEach((part) => {
      const section = part.closest('section'), what = sections.indexOf(section) + 1 + '. ' + titles.get(section);
      const wide = part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight + 1;
      const set = {tabindex: 0, role: 'region', 'aria-label': fill(WORDS.wide, {what})};
      for (const key in set) wide ? part.setAttribute(key, set[key]) : part.removeAttribute(key);
    });
  }
  function bind() {
    const click = (selector, done) => all(selector).forEach((each) => each.addEventListener('click', done));
    click('.previous', () => Reveal.prev());
    click('.next', () => Reveal.next());
    click('.read', () => go('read'));
    click('.as-slides', () => go('slides'));
    click('.help', () => show(document.querySelector('dialog.keys')));
    click('.as-table', (event) => showTable(event.currentTarget.closest('section')));
    click('.close', (event) => event.currentTarget.closest('dialog').close());
    all('dialog').forEach((each) => each.addEventListener('click', (event) => { if (event.target === each) each.close(); }));
    const box = document.querySelector('.letters');
    box.checked = letters;
    box.addEventListener('change', () => { letters = box.checked; remembered('letters', letters ? 'yes' : 'no'); });
    document.addEventListener('keydown', (event) => {
      if (event.key === '?' && letters && !reading) show(document.querySelector('dialog.keys'));
    });
  }
  // Whether reveal.js may take a key: not those of an open table, of a button or link that has the focus, or letters where
  // somebody does not want them (WCAG 2.1.4).
  function keys(event) {
    if (opened() || (event.target?.closest?.('button, a') && [' ', 'Enter'].includes(event.key))) return false;
    return letters || !event.key || event.key.length > 1 || event.key === ' ';
  }
  function present() {  // reveal.js is ready
    document.querySelector('.reveal').removeAttribute('role');  // 'application' would keep screen readers from reading on
    Reveal.addKeyBinding({keyCode: 84, key: 'T'}, () => showTable(Reveal.getCurrentSlide()));
    Reveal.addKeyBinding({keyCode: 82, key: 'R'}, () => go('read'));
    Reveal.on('slidechanged', (event) => tell(event.currentSlide));
    Reveal.on('fragmentshown', (event) => speak(event.fragment.innerText || event.fragment.querySelector('img')?.alt || ''));
    Reveal.on('paused', () => speak(WORDS.paused));
    Reveal.on('resumed', () => speak(WORDS.resumed));
    Reveal.on('overviewshown', () => speak(WORDS.overview));
    // in the overview slides are small pictures to choose from: what is on them is out of reach
    Reveal.on('overviewshown', () => all('.sheet :is(a, button)').forEach((each) => { each.tabIndex = -1; }));
    Reveal.on('overviewhidden', () => all('.sheet :is(a, button)').forEach((each) => each.removeAttribute('tabindex')));
    Reveal.addKeyBinding({keyCode: 13, key: 'Enter'}, () => Reveal.toggleOverview(false));
    tell(Reveal.getCurrentSlide());
  }
  async function read() {
    await Promise.all([...document.images].map((each) => each.decode().catch(() => {})));  // they push the text down
    page.classList.remove('print-pdf');
    page.classList.add('reading');
    sections.forEach((each) => ['role', 'aria-roledescription', 'aria-label'].forEach((key) => each.removeAttribute(key)));  // headings tell
    all('.reveal, .slides').forEach((each) => each.classList.remove('reveal', 'slides'));
    mark();
    addEventListener('resize', mark);
    sections[parseInt(location.hash.slice(2)) || 0]?.scrollIntoView();
  }
  if (inFrame) page.classList.add('in-frame');
  bind();
  return {reading, keys, present, read};
})();

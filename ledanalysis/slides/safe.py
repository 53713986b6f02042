"""HTML and Markdown from data, made fit for a deck: nothing in them runs, loads or leaves its place."""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser

ATTRIBUTES = {"th": ("colspan", "rowspan", "scope"), "td": ("colspan", "rowspan"), "ol": ("start",)}
KEPT = frozenset(
    "p br hr strong b em i s del sub sup code pre blockquote ul ol li dl dt dd h1 h2 h3 h4 h5 h6 a span img "
    "table caption thead tbody tfoot tr th td".split()
)
VOID = frozenset({"br", "hr", "img"})
DROPPED = frozenset("script style iframe object svg math template noscript textarea title select".split())
LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+")
SHOWN_AS_IT_IS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))  # marks that turn round what stands after them
RIGHT = re.compile(r"text-align:\s*right")


class _Safe(HTMLParser):
    """Writes anew what is on the list, and nothing else: its output has no byte of markup that it did not make."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.written, self.open, self.inside = [], [], []

    def handle_starttag(self, tag, attrs):
        if self.inside or tag in DROPPED:
            self.inside.append(tag)
        elif tag in KEPT:
            self.written.append(_start(tag, {name: value or "" for name, value in attrs}))
            if tag not in VOID:
                self.open.append(tag)

    def handle_endtag(self, tag):
        if self.inside:
            if tag in self.inside:
                del self.inside[self.inside.index(tag) :]
        elif tag in self.open:  # an end without a start would end something of the slide's own
            while (last := self.open.pop()) != tag:
                self.written.append(f"</{last}>")
            self.written.append(f"</{tag}>")

    def handle_data(self, data):
        if not self.inside:
            self.written.append(escape(data, quote=False))

    def result(self):
        self.close()
        return "".join(self.written) + "".join(f"</{tag}>" for tag in reversed(self.open))


def _start(tag, found):
    if tag == "img":
        alt = escape(found.get("alt", ""))
        return f'<img src="{escape(found["src"])}" alt="{alt}">' if PICTURE.fullmatch(found.get("src", "")) else alt
    kept = {name: found[name] for name in ATTRIBUTES.get(tag, ()) if name in found}
    if tag in ("td", "th") and ("num" in found.get("class", "").split() or RIGHT.search(found.get("style", ""))):
        kept["class"] = "num"
    if tag == "a" and LINK.match(found.get("href", "")):
        kept |= {"href": found["href"], "target": "_blank", "rel": "noopener noreferrer"}
    return f"<{tag}" + "".join(f' {name}="{escape(value)}"' for name, value in kept.items()) + ">"


def safe_html(html: str) -> str:
    """HTML with only the tags and attributes of running text and tables, and every tag closed.

    Scripts, styles and frames go with all that is in them; other unknown tags go and leave their text. Pictures
    stay only when they are in the page itself, links only when they lead to http, https or mailto. Of classes
    `num` is kept, for figures to stand right-aligned.

    Examples
    --------
    >>> safe_html('<td class="num big" onclick="x()">1 &lt; 2<script>alert(1)</script>')
    '<td class="num">1 &lt; 2</td>'
    """
    parser = _Safe()
    parser.feed(html)
    return parser.result()


@cache
def _mistune(keep_lines: bool):
    import mistune

    return mistune.create_markdown(escape=True, hard_wrap=keep_lines, plugins=["table", "strikethrough"])


def markdown(source: str, keep_lines: bool = False) -> str:
    """Markdown as safe HTML; HTML in the source is shown as text. `keep_lines` ends a line where the source does.

    Examples
    --------
    >>> markdown("**now** <b>")
    '<p><strong>now</strong> &lt;b&gt;</p>\\n'
    """
    return safe_html(_mistune(keep_lines)(source))


def split_heading(html: str) -> tuple[str, int, str]:
    """The plain text and level of the heading that safe HTML begins with ("" and 0 without one), and the rest.

    Examples
    --------
    >>> split_heading("<h2>R &amp; <em>D</em></h2><p>Why</p>")
    ('R & D', 2, '<p>Why</p>')
    """
    found = re.match(r"\s*<h([1-6])>(.*?)</h\1>\s*", html, re.DOTALL)
    return (plain(found[2]), int(found[1]), html[found.end() :]) if found else ("", 0, html)


def lowered(html: str) -> str:
    """Safe HTML with its headings from `h3` down: above them stands the slide's own title.

    Examples
    --------
    >>> lowered("<h1>Why</h1>")
    '<h3>Why</h3>'
    """
    return re.sub(r"<(/?)h[12]>", r"<\1h3>", html)


def plain(html: str) -> str:
    """The text of safe HTML, on one line.

    Examples
    --------
    >>> plain("<p>R &amp; <em>D</em></p>")
    'R & D'
    """
    spaced = re.sub(r"</(p|li|d[dt]|t[dh]|h\d)>|<br>", " ", html)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", spaced)).split())

"""The explorer's chart in a page of its own, with a model that only remembers: what it was shown, and what it was told."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from types import SimpleNamespace

import pandas as pd
import pytest
from browser import opened
from ledanalysis import charts, style
from ledanalysis.chart_data import describe
from ledanalysis.explore.chart_view import ChartView, interface_words, module
from ledanalysis.gallery import examples
from ledanalysis.labels import text
from ledanalysis.slides.fonts import faces

KINDS = ("ranking", "bars", "change", "heatmap", "stacked", "tile_map")
PAGE = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>t</title><style>%(fonts)s</style><style>%(style)s</style></head>
<body><main><h1 style="font-size:14px">t</h1><div id="here" style="width: %(width)s"></div></main><script>
window.sent = [];
window.makeModel = (values) => {
  const heard = {};
  return {
    get: (name) => values[name], set: (name, value) => { values[name] = value; (heard["change:" + name] || []).forEach((each) => each()); },
    on: (name, what) => { (heard[name] = heard[name] || []).push(what); }, off: (name, what) => { heard[name] = (heard[name] || []).filter((each) => each !== what); },
    send: (said) => window.sent.push(said), save_changes: () => {}, heard,
  };
};
window.model = window.makeModel({shown: {}, language: "nl", colours: %(colours)s});
window.ready = (async () => {
  const bytes = Uint8Array.from(atob("%(module)s"), (letter) => letter.charCodeAt(0));
  const widget = (await import(URL.createObjectURL(new Blob([bytes], {type: "text/javascript"})))).default;
  window.close_view = widget.render({model: window.model, el: document.getElementById("here")});
  window.widget = widget;
  window.card = document.querySelector("#here > div").shadowRoot;
  await document.fonts.ready;
})();
window.frames_later = (count = 2) => new Promise((done) => { const step = () => (count-- ? requestAnimationFrame(step) : done()); step(); });
</script></body></html>"""
HOSTILE_HOST = """body, .jp-dark { background: #111; color: #eee; font: italic 30px/3 serif; letter-spacing: 4px; text-transform: uppercase; text-align: right }
text, p, td, th, button, table, dl, dt { color: #222 !important; fill: #222 !important; font-size: 30px !important } button { display: none !important } svg { width: 10px !important } rect { fill: #111 !important }"""


@contextmanager
def board(folder, width="100%", size=(1500, 1000), style="", browser=None, motion="reduce", colours=None):
    """A page with one chart view, nothing shown yet: `page.show(shown)` draws and waits."""
    file = folder / "board.html"
    code = base64.b64encode(module().encode()).decode()
    colours = json.dumps(colours if colours is not None else ChartView().colours)
    file.write_text(PAGE % {"fonts": faces(), "style": style, "width": width, "module": code, "colours": colours}, "utf-8")
    with opened(file, size, browser=browser, reduced_motion=motion) as page:
        page.evaluate("window.ready")

        def show(shown, language="nl"):
            page.evaluate("async ([shown, language]) => { model.set('language', language); model.set('shown', shown); await frames_later(); }", [shown, language])

        page.show = show
        yield page


def words(language="nl"):
    """The front end's words."""
    return interface_words(SimpleNamespace(text=lambda key, **values: text(key, language, **values)))


def shown(chart, keys=None, **more):
    """What a view is shown of a chart's bundle."""
    rows = keys or [f"R{place}" for place in range(len(chart["rows"]))]
    view = {"view": chart["kind"], "title": "Digitale vaardigheden zijn het belangrijkst", "kicker": "Hoe belangrijk zijn de thema's nu?", "footer": "n = 40–41; bron: enquête", "note": "",
            "chart": chart, "empty": "", "rows": rows, "columns": [], "tiles": [], "sides": [], "picked": {}, "words": words()}  # fmt: skip
    if chart["kind"] == "heatmap":
        view["columns"] = [f"C{place}" for place in range(len(chart["columns"]) - 1)]
    if chart["kind"] == "tile_map":
        view["tiles"] = [{"key": f"GM{place}", "label": f"Gemeente {place}", "group": str(place % 3), "words": "deed mee"} for place in range(len(chart["tiles"]))]
    return view | more


def gallery(kind, language="nl"):
    """The gallery's example of a kind, described as it is drawn there."""
    given, draw = {}, getattr(charts, kind)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, kind, lambda ax, table, **options: given.update(options) or draw(ax, table, **options))
        table, _ = getattr(examples, kind)(style.figure()[1], language)
    view = shown(describe(kind, table, **given))
    if kind == "tile_map":
        view["tiles"] = [tile | {"group": province} for tile, province in zip(view["tiles"], table["province"])]
    return view


def opinions(rows, hidden=()):
    """Answers on a scale of five and no opinion: {label: six shares}; the rows of `hidden` are suppressed."""
    parts = ["zeer oneens", "oneens", "neutraal", "eens", "zeer eens", "weet niet"]
    table = pd.DataFrame([{"row_label": label, "category_label": part, "share": None if label in hidden else share, "suppressed": label in hidden}
                          for label, shares in rows.items() for part, share in zip(parts, shares)])  # fmt: skip
    colours = dict(zip(parts, ("fall", "fall", "hatch", "rise", "now", "grid")))
    view = shown(describe("stacked", table, colours=colours))
    return view | {"sides": ["low", "low", "middle", "high", "high", "apart"]}

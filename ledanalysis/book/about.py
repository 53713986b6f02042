"""The sheets beside those of what is measured: who took part, what was dropped, what coding and scales are worth, what was asked."""

from __future__ import annotations

import pandas as pd

from ledanalysis import response
from ledanalysis.book import wording
from ledanalysis.book.figures import AGREEMENT, EVERYONE, OF, RELIABILITY, clusters, reported
from ledanalysis.book.parts import Figure, Grid, Mark, Sheet
from ledanalysis.estimates import SECTOR
from ledanalysis.study import Study
from ledanalysis.style import number


def taken_part(study: Study, tables: dict[str, pd.DataFrame]) -> Sheet:
    """Who took part, a table per clustering, and what each rule of cleaning took away."""
    named = tables["response"].merge(clusters(study), on=["clustering", "cluster"])
    units = study.says("units")
    heads = [study.text(key) for key in ("table_population", "table_answered", "table_interviewed", "book_percent")]
    note, grids = (study.text("table_population"), study.text("book_population_note", units=units)), []
    for place, clustering in enumerate([name for name in reported(study) if name != SECTOR] or [SECTOR]):
        here = pd.concat([named[named["clustering"] == name] for name in dict.fromkeys((SECTOR, clustering))])
        rows = [[row.label, *map(Figure, (row.population, row.answered, row.interviewed, row.percent))] for row in here.itertuples()]
        split = wording.split_of(study, clustering)
        grids.append(Grid(f"{study.text('book_response')}_{place + 1}", study.text("book_response_by", units=units, clustering=split.lower()),
                          [study.text("table_cluster"), *heads], rows, notes=[note]))  # fmt: skip
    if "losses" in tables:
        rows = [[row.reason, Figure(row.lost), Figure(row.left)] for row in tables["losses"].itertuples()]
        grids.append(Grid(study.text("book_losses"), study.text("kicker_losses"), [study.text(f"table_{name}") for name in ("step", "lost", "left")], rows,
                          notes=[(study.text("table_left"), study.text("book_left_note"))]))  # fmt: skip
    return Sheet(study.text("book_response"), study.text("kicker_response"), grids)


def quality(study: Study, tables: dict[str, pd.DataFrame]) -> list[Sheet]:
    """What the scales and the coding of texts are worth; no sheet where nothing is known of either."""
    grids = []
    if "reliability" in tables:
        names = {row.scale: study.label_of(row, short=True) for row in study.tables["scales"]}
        rows = [[names[row["scale"]], Figure(row["items"]), Figure(row["n"]), *_told(row, RELIABILITY)] for row in tables["reliability"].to_dict("records")]
        heads = ["table_scale", "table_items", "table_n", "table_alpha", "book_lower", "book_upper", "table_omega"]
        least = number(response.RELIABLE, 1, study.language)
        grids.append(Grid(study.text("book_scales"), study.text("kicker_reliability"), _heads(study, heads), rows,
                          notes=[(study.text("table_alpha"), study.text("footer_reliability", least=least))]))  # fmt: skip
    grids += [_agreement(study, name, tables[name]) for name in ("readers", "program") if name in tables]
    return [Sheet(study.text("book_quality"), study.text("book_quality_title"), grids)] if grids else []


def _agreement(study: Study, of: str, table: pd.DataFrame) -> Grid:
    names = {row.theme: study.label_of(row, short=True) for row in study.tables["themes"]} | {EVERYONE: study.text("agreement_all")}
    figures = {name: AGREEMENT.get(name, 0) for name in OF[of] if name not in ("theme", "coder", "other")}
    pair, notes = of == "readers", ("Kappa", "book_agreement_note") if of == "readers" else (study.text("agreement_precision"), "book_program_note")
    rows = [[names[row["theme"]], *([f"{row['coder']}–{row['other']}"] if pair else []), *_told(row, figures)] for row in table.to_dict("records")]
    heads = ["agreement_theme", *(["agreement_pair"] if pair else []), *(f"book_agreement_{name}" for name in figures)]
    caption = study.text(f"kicker_agreement_{of}")
    return Grid(study.text(f"book_{of}"), caption, _heads(study, heads), rows, 1 + pair, notes=[(notes[0], study.text(notes[1]))])


def _told(row: dict, decimals: dict[str, int]) -> list:
    return [Mark("–") if pd.isna(row[name]) else Figure(float(row[name]), places) for name, places in decimals.items()]


def _heads(study: Study, keys: list[str]) -> list[str]:
    return [study.text(key, level=round(study.settings.level * 100)) for key in keys]


def questions(study: Study) -> Sheet:
    """What was asked, in full, of what is measured: question, text, kind of answer, answers to choose from, and measure."""
    names: dict[str, list[str]] = {}
    for measure in study.tables["measures"]:
        for item in wording.items_of(study, measure):
            names.setdefault(item.item, []).append(study.label_of(measure))
    rows = [[item.item, item.question, study.label_of(item), study.text(f"book_type_{item.type}"),
             " | ".join(study.label_of(row) for row in study.options.get(item.options, {}).values()), " | ".join(names[item.item])]
            for item in study.tables["items"] if item.item in names]  # fmt: skip
    heads = [study.text(f"book_head_{name}") for name in ("item", "question", "text", "type", "answers", "measures")]
    title = study.text("book_questions_title")
    return Sheet(study.text("book_questions"), title, [Grid(study.text("book_questions"), title, heads, rows)])

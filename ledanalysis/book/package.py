"""The same figures for machines: CSV files with a codebook, described as a data package (Frictionless, version 1)."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pandas as pd

from ledanalysis.book.figures import clusters, reported
from ledanalysis.book.wording import items_of, split_of
from ledanalysis.published import DECIMALS
from ledanalysis.study import Study
from ledanalysis.tables import inert, write_bytes



def to_files(study: Study, tables: dict[str, pd.DataFrame]) -> dict[str, bytes]:
    """The files of the package by name: `datapackage.json`, and a CSV file per table and per table of the codebook.

    Parameters
    ----------
    study : Study
    tables : dict of str to DataFrame
        Of `figures.published`.
    """
    resources = {row["resource"]: row for row in _rows("resources")}
    known = {name: table for name, table in {**codebook(study), **tables}.items() if len(table)}
    described, found = [], {}
    for name in (name for name in resources if name in known):
        fields = [row for row in _rows("fields") if row["resource"] == name and row["field"] in known[name]]
        content = _csv(known[name], fields)
        found[f"{name}.csv"] = content
        described.append(_resource(resources[name], fields, content, known, study))
    slug = re.sub("[^a-z0-9]+", "-", study.says("title").lower()).strip("-") or "study"
    about = {
        "profile": "tabular-data-package", "name": slug, "title": study.says("title"),
        "description": " ".join(filter(None, [study.notice and f"{study.notice}.".capitalize(), study.says("question"), study.text("book_data_note")])),
        "version": study.settings.wave or "1", "sources": [{"title": study.says("source")}],
        **({"contributors": [{"title": study.settings.contact, "role": "author"}]} if study.settings.contact else {}),
        "resources": described,
    }  # fmt: skip
    return {"datapackage.json": (json.dumps(about, indent=1, ensure_ascii=False) + "\n").encode(), **found}


def codebook(study: Study) -> dict[str, pd.DataFrame]:
    """What the keys in the figures mean, in both languages: measures, themes, clusterings, clusters, scales, items, options."""
    measures = study.tables["measures"]
    items = {row.item: row for measure in measures for row in items_of(study, measure)}
    sets = {name: study.options[name] for name in dict.fromkeys(row.options for row in items.values() if row.options)}
    dutch, english = (replace(study, settings=study.settings.model_copy(update={"language": language})) for language in ("nl", "en"))
    named = clusters(study)
    return {
        "measures": pd.DataFrame([{**_labels(row), "measure": row.measure, "kind": row.kind, "unit": row.unit, "statistic": row.statistic,
                                   "decimals": DECIMALS[row.unit], "first": row.first, "second": row.second} for row in measures]),
        "themes": dutch.themes[["measure", "theme", "kind", "order"]].assign(label_nl=dutch.themes["label"], label_en=english.themes["label"]),
        "clusterings": pd.DataFrame([{"clustering": name, "label_nl": split_of(dutch, name), "label_en": split_of(english, name)} for name in reported(study)]),
        "clusters": named.assign(order=named.groupby("clustering").cumcount()),
        "scales": pd.DataFrame([{**_labels(row), "scale": row.scale, "measure": row.measure, "min_valid": row.min_valid} for row in study.tables["scales"]]),
        "items": pd.DataFrame([{**_labels(row), **{name: getattr(row, name) for name in ("item", "question", "type", "options", "scale", "theme", "measure", "asked_if")},
                                "reversed": row.reversed == "yes"} for row in items.values()]),
        "options": pd.DataFrame([{**_labels(row), "options": name, "option": key, "code": row.code, "missing": getattr(row, "missing", "")}
                                 for name, rows in sets.items() for key, row in rows.items()]),
    }  # fmt: skip


def write_files(folder: Path, found: dict[str, bytes]) -> None:
    """Write a folder under a temporary name and move it into place."""
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        for name, content in found.items():
            write_bytes(temporary / name, content)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _labels(row) -> dict[str, str]:
    return {"label_nl": row.label_nl, "label_en": row.label_en}


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("ledanalysis.book") / f"{name}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def _csv(table: pd.DataFrame, fields: list[dict]) -> bytes:
    """A table with the columns that are described, each as its type is written; a text that a spreadsheet would run has a ' in front."""
    columns = {}
    for field in fields:
        values = table[field["field"]]
        if field["type"] == "integer":
            values = values.astype("Int64")
        elif field["type"] == "boolean":
            values = values.map({True: "true", False: "false"})
        elif field["type"] == "string":
            values = values.astype("object").map(lambda text: inert(str(text)), na_action="ignore")
        columns[field["field"]] = values
    return pd.DataFrame(columns).to_csv(index=False, lineterminator="\n").encode()


def _resource(row: dict, fields: list[dict], content: bytes, known: dict, study: Study) -> dict:
    schema = {"fields": [_field(field, study) for field in fields], "missingValues": [""]}
    schema |= {"primaryKey": row["primary_key"].split("|")} if row["primary_key"] else {}
    links = [link.split(">") for link in row["foreign_keys"].split("|") if link]
    keys = [{"fields": names.split(","), "reference": {"resource": other, "fields": names.split(",")}} for names, other in links if other in known]
    return {
        "profile": "tabular-data-resource", "name": row["resource"], "title": row[f"title_{study.language}"].format(units=study.says("units")), "path": f"{row['resource']}.csv",
        "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema | ({"foreignKeys": keys} if keys else {}),
    }  # fmt: skip


def _field(row: dict, study: Study) -> dict:
    constraints = {name: float(row[name]) for name in ("minimum", "maximum") if row[name]}
    constraints = {name: int(value) if row["type"] == "integer" else value for name, value in constraints.items()}
    constraints |= {"required": True} if row["required"] == "yes" else {}
    constraints |= {"enum": row["enum"].split("|")} if row["enum"] else {}
    field = {"name": row["field"], "type": row["type"], "description": row[f"description_{study.language}"].format(units=study.says("units"))}
    return field | ({"constraints": constraints} if constraints else {})

"""Tables and words as HTML and Markdown have them, with nothing in them that would be taken for more than text."""

from __future__ import annotations

import html
import re

import pandas as pd

from ledanalysis import style


def to_html(table: pd.DataFrame, language: str) -> str:
    """A table for a slide: text escaped, numbers in the language's form and to the right."""
    numeric = [table[name].map(_is_figure).all() for name in table]
    head = "".join(
        f'<th scope="col" class="{"num" if number else "text"}">{html.escape(str(name))}</th>' for name, number in zip(table, numeric)
    )
    rows = []
    for row in table.itertuples(index=False):
        cells = [
            f'<td class="num">{_written(value, language)}</td>' if number else f"<td>{html.escape(str(value))}</td>"
            for value, number in zip(row, numeric)
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def figures_html(tables: list[tuple[str, pd.DataFrame, str]], below: list[str], language: str, suppressed: str) -> str:
    """Tables of words for a notebook, as HTML that a screen reader can read and that holds nothing but text.

    Parameters
    ----------
    tables : list of (str, DataFrame, str)
        Of each its caption, its words (the first column names the rows), and what stands there where it has no rows.
    below : list of str
        Lines below them all.
    language : str
        That the words are in.
    suppressed : str
        The word of a figure that may not be shown: such a cell has this class.
    """
    parts = []
    for caption, words, none in tables:
        head = "".join(f'<th scope="col" style="text-align:{_side(place)}">{html.escape(str(name))}</th>' for place, name in enumerate(words))
        rows = "".join(f"<tr>{''.join(_cell(place, cell, suppressed) for place, cell in enumerate(row))}</tr>" for row in words.itertuples(index=False))
        body = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>" if len(words) else f"<tbody><tr><td>{html.escape(none)}</td></tr></tbody>"
        parts.append(f'<table><caption style="text-align:left;font-weight:600">{html.escape(caption)}</caption>{body}</table>')
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in below)
    return f'<div lang="{language}">{"".join(parts)}{lines}</div>'


def _cell(place: int, cell: str, suppressed: str) -> str:
    style, words = f'style="text-align:{_side(place)}"', html.escape(str(cell))
    if place == 0:
        return f'<th scope="row" {style}>{words}</th>'
    return f'<td class="suppressed" {style}><em>{words}</em></td>' if cell == suppressed else f"<td {style}>{words}</td>"


def _side(place: int) -> str:
    return "right" if place else "left"


def _is_figure(value) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[+−–\d.,%]+", value) is not None


def _written(value, language: str) -> str:
    return value if isinstance(value, str) else style.number(value, 0, language)


def plain(words: str) -> str:
    """Words as Markdown shows them as they are.

    Examples
    --------
    >>> print(plain("a*b"))
    a\\*b
    """
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", words)

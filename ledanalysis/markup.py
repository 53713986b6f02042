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

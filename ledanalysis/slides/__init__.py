"""Decks from executed notebooks: one HTML file each, that opens without a network.

What makes a slide is told in `ledanalysis.slides.deck`. Nothing of nbconvert is imported before a deck is made.
"""

from __future__ import annotations

import os
from functools import cache
from itertools import takewhile
from pathlib import Path

from ledanalysis.errors import InputError
from ledanalysis.labels import LANGUAGES

__all__ = ["deck_table", "export", "export_study", "record", "remove_old"]

MIRRORS = "mirror"  # decks that only the municipality they are about may see: never in one folder with those for everyone
COLUMNS = ["title", "kicker", "footer", "notes", "alt", "layout"]


def export(notebook, out) -> Path:
    """Write the deck of one executed notebook.

    The same notebook gives the same bytes. What was at `out` is replaced in one move, or left as it was.

    Parameters
    ----------
    notebook : path-like or nbformat.NotebookNode
        The executed notebook.
    out : path-like
        The HTML file to write; its folder is made.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    InputError
        If the file cannot be read, the notebook was not executed or stopped on an error, it holds no slide,
        or a slide in it lacks a title, a picture or the picture's description.

    Examples
    --------
    >>> import nbformat.v4 as v4, tempfile
    >>> cell = v4.new_markdown_cell("# What we found", metadata={"slideshow": {"slide_type": "slide"}})
    >>> head = {"title": "Findings", "subtitle": "", "language": "en", "source": "Survey", "notice": ""}
    >>> notebook = v4.new_notebook(cells=[cell], metadata={"ledanalysis": head})
    >>> export(notebook, Path(tempfile.mkdtemp()) / "findings.html").name
    'findings.html'
    """
    from ledanalysis.tables import write_bytes

    node, file = _read(notebook)
    html, _ = _exporter().from_notebook_node(node, resources={"notebook_file": file})
    return write_bytes(Path(out), html.encode())


def export_study(study, force: bool = False, language: str = "") -> tuple[list[Path], dict[str, Exception]]:
    """Write a deck of each of a study's executed notebooks that ended well, and remove those of others.

    Parameters
    ----------
    study : Study
        Notebooks are read from `outputs/notebooks`; the deck of `size/lt20.ipynb` is `outputs/slides/size-lt20.html`,
        but that of `mirror/GM0363.ipynb` is `outputs/slides/mirror/GM0363.html`, and those in another language than
        the study's own are in a folder of that one.
    force : bool
        Also write the decks that are there, made from the same.
    language : {"", "nl", "en"}
        Only the decks in this language.

    Returns
    -------
    decks : list of Path
        In the order of the notebooks' names.
    faults : dict
        By the notebook's name, why it has no deck: what `export` raised, or that it could not be written.

    Examples
    --------
    >>> import tempfile
    >>> from types import SimpleNamespace
    >>> export_study(SimpleNamespace(outputs=Path(tempfile.mkdtemp())))
    ([], {})
    """
    from ledanalysis import kept

    decks, faults, ground = [], {}, kept.library()
    for name, (notebook, deck) in _planned(study).items():
        if language and language != _language_of(name, study):
            continue
        made, key = record(study, name), kept.key(notebook, {}, ground)
        try:
            if force or not kept.holds(made, key, [deck]):
                kept.keep(made, key, [export(notebook, deck)])
            decks.append(deck)
        except (InputError, OSError) as fault:  # the others have their decks all the same
            faults[name] = fault
            deck.unlink(missing_ok=True)
    remove_old(study)
    return decks, faults


def remove_old(study) -> None:
    """Remove the decks of notebooks that have gone or failed: such a deck would pass for a new one."""
    wanted = _planned(study)
    planned = {deck for _, deck in wanted.values()}
    slides = study.outputs / "slides"
    folders = [slides / above / below for above in ("", MIRRORS) for below in ("", *LANGUAGES)]
    for old in {deck for folder in folders for deck in folder.glob("*.html")} - planned:
        old.unlink()
    for old in set(record(study, "").parent.rglob("*.json")) - {record(study, name) for name in wanted}:
        old.unlink()


def record(study, name: str) -> Path:
    """What a deck was made from."""
    return study.outputs / ".made" / "slides" / f"{name}.json"


def _planned(study) -> dict[str, tuple[Path, Path]]:
    """By its name each executed notebook, and where its deck is to be."""
    executed = study.outputs / "notebooks"
    found = [path.relative_to(executed) for path in sorted(executed.rglob("*.ipynb"))]
    whole = [path for path in found if not any(part.startswith(".") for part in path.parts) and not path.name.endswith(".failed.ipynb")]
    names = {path.with_suffix("").as_posix(): path for path in whole}
    return {name: (executed / path, study.outputs / "slides" / _deck_of(path)) for name, path in names.items()}


def _deck_of(notebook: Path) -> Path:
    parts, apart = notebook.with_suffix("").parts, _apart(notebook)
    return Path(*apart, f"{'-'.join(parts[len(apart):])}.html")


def _apart(notebook: Path) -> tuple[str, ...]:
    """The folders in which a notebook is kept apart: of mirrors, of a language."""
    return tuple(takewhile((MIRRORS, *LANGUAGES).__contains__, notebook.parts[:-1]))


def _language_of(name: str, study) -> str:
    return next((part for part in _apart(Path(name)) if part in LANGUAGES), study.language)


def deck_table(notebook):
    """What is on a notebook's slides, a row each.

    Parameters
    ----------
    notebook : path-like or nbformat.NotebookNode
        The executed notebook.

    Returns
    -------
    DataFrame
        Columns slide (1, 2, ...), title, kicker, footer, notes, alt (of its pictures, joined with a blank line), layout.

    Raises
    ------
    InputError
        As `export`.

    Examples
    --------
    >>> import nbformat.v4 as v4
    >>> cell = v4.new_markdown_cell("# What we found", metadata={"slideshow": {"slide_type": "slide"}})
    >>> head = {"title": "Findings", "subtitle": "", "language": "en", "source": "Survey", "notice": ""}
    >>> deck_table(v4.new_notebook(cells=[cell], metadata={"ledanalysis": head}))[["slide", "title", "layout"]]
       slide          title layout
    0      1  What we found  title
    """
    import pandas as pd

    from ledanalysis.slides.deck import read_deck

    slides = read_deck(*_read(notebook)).slides
    table = pd.DataFrame([[getattr(slide, name) for name in COLUMNS] for slide in slides], columns=COLUMNS, dtype="str")
    table.insert(0, "slide", range(1, len(table) + 1))
    return table


@cache
def _exporter():
    from ledanalysis.slides.exporter import LedSlidesExporter

    return LedSlidesExporter()


def _read(notebook):
    """The notebook's node, and the file it came from (None for a node)."""
    import nbformat

    if not isinstance(notebook, str | os.PathLike):
        return notebook, None
    file = Path(notebook)
    if not file.is_file():
        raise InputError("there is no such notebook", file=file)
    faults = {}
    try:
        node = nbformat.read(file, as_version=4, capture_validation_error=faults)
    except (ValueError, TypeError, AttributeError, nbformat.ValidationError) as error:  # what nbformat raises on other text and other JSON
        raise InputError(f"this is not a notebook ({type(error).__name__})", file=file) from error
    if faults:
        raise InputError(f"this is not a valid notebook ({faults['ValidationError'].message})", file=file)
    return node, file

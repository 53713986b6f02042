"""Decks from executed notebooks: files that open without a network.

What makes a slide is told in `ledanalysis.slides.deck`, in which forms a deck comes in `ledanalysis.slides.forms`.
Nothing of nbconvert is imported before a deck is made.
"""

from __future__ import annotations

import os
from itertools import takewhile
from pathlib import Path

from ledanalysis.errors import InputError
from ledanalysis.labels import LANGUAGES
from ledanalysis.slides.forms import FORMS, MIRRORS
from ledanalysis.slides.pdfs import print_study, remove_old_pdfs

__all__ = ["FORMS", "MIRRORS", "deck_table", "export", "export_study", "print_study", "record", "remove_old", "template_of"]

COLUMNS = ["title", "kicker", "footer", "notes", "alt", "layout"]


def export(notebook, out, form: str = "html", template: Path | None = None) -> Path:
    """Write the deck of one executed notebook.

    The same notebook gives the same bytes. What was at `out` is replaced in one move, or left as it was.

    Parameters
    ----------
    notebook : path-like or nbformat.NotebookNode
        The executed notebook.
    out : path-like
        The file to write; its folder is made.
    form : str
        A name of `FORMS`: what to make of it.
    template : path-like, optional
        For a form that has templates: the file to use instead of our own.

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
    return _written(_read(notebook), out, form, template)


def _written(read: tuple, out, form: str, template: Path | None) -> Path:
    """Write one form of what `_read` gives."""
    from ledanalysis.tables import write_bytes

    more = {"template": Path(template)} if template and FORMS[form].templated else {}
    return write_bytes(Path(out), FORMS[form].write(*read, **more))


def export_study(study, force: bool = False, language: str = "", template: Path | None = None) -> tuple[list[Path], dict[str, Exception]]:
    """Write the decks of each of a study's executed notebooks that ended well, and remove those of others.

    Parameters
    ----------
    study : Study
        Notebooks are read from `outputs/notebooks`; the deck of `size/lt20.ipynb` is `outputs/slides/size-lt20.html`,
        but that of `mirror/GM0363.ipynb` is `outputs/slides/mirror/GM0363.html`, and those in another language than
        the study's own are in a folder of that one. In which forms says study.toml (`decks`).
    force : bool
        Also write the decks that are there, made from the same.
    language : {"", "nl", "en"}
        Only the decks in this language.
    template : Path, optional
        As `template_of` gives it.

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
    >>> export_study(SimpleNamespace(outputs=Path(tempfile.mkdtemp()), settings=SimpleNamespace(decks=["html"])))
    ([], {})
    """
    from ledanalysis import kept

    decks, faults, ground = [], {}, kept.library()
    parameters = {"template": kept.hash_file(template)} if template else {}
    for name, (notebook, forms) in _planned(study).items():
        if language and language != _language_of(name, study):
            continue
        made, key = record(study, name), kept.key(notebook, parameters, ground)
        try:
            if force or not kept.holds(made, key, list(forms.values())):
                read = _read(notebook)  # once for all its forms
                kept.keep(made, key, [_written(read, deck, form, template) for form, deck in forms.items()])
            decks += forms.values()
        except (InputError, OSError) as fault:  # the others have their decks all the same
            faults[name] = fault
            for deck in forms.values():
                deck.unlink(missing_ok=True)
    remove_old(study)
    return decks, faults


def template_of(study, given: Path | None = None) -> Path | None:
    """The template of a study's decks: the one given, else that of study.toml, which stands in `data/codebook`; None for our own.

    Raises
    ------
    InputError
        If it cannot be used, or is given and no deck is made in a form that has templates.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> template_of(SimpleNamespace(settings=SimpleNamespace(template="", decks=["html"])))
    """
    said = given or (study.codebook / study.settings.template if study.settings.template else None)
    if said is None:
        return None
    if not any(FORMS[form].templated for form in study.settings.decks):
        templated = [name for name, form in FORMS.items() if form.templated]
        raise InputError("no deck is made in a form that has a template: see `decks` in study.toml", value=str(said), allowed=templated)
    if not Path(said).is_file():
        raise InputError("there is no such template", file=said)
    from ledanalysis.slides.powerpoint import open_template

    open_template(Path(said))
    return Path(said)


def remove_old(study) -> None:
    """Remove the decks of notebooks that have gone or failed: such a deck would pass for a new one."""
    wanted = _planned(study)
    planned = {deck for _, forms in wanted.values() for deck in forms.values()}
    for form in FORMS.values():
        folders = [study.outputs / form.folder / above / below for above in ("", MIRRORS) for below in ("", *LANGUAGES)]
        for old in {deck for folder in folders for deck in folder.glob(f"*{form.suffix}")} - planned:
            old.unlink()
    remove_old_pdfs(study, planned)
    for old in set(record(study, "").parent.rglob("*.json")) - {record(study, name) for name in wanted}:
        old.unlink()


def record(study, name: str) -> Path:
    """What a deck was made from."""
    return study.outputs / ".made" / "slides" / f"{name}.json"


def _planned(study) -> dict[str, tuple[Path, dict[str, Path]]]:
    """By its name each executed notebook, and by its form where each deck of it is to be."""
    executed = study.outputs / "notebooks"
    found = [path.relative_to(executed) for path in sorted(executed.rglob("*.ipynb"))]
    whole = [path for path in found if not any(part.startswith(".") for part in path.parts) and not path.name.endswith(".failed.ipynb")]
    return {path.with_suffix("").as_posix(): (executed / path, _decks_of(study, path)) for path in whole}


def _decks_of(study, notebook: Path) -> dict[str, Path]:
    parts, apart = notebook.with_suffix("").parts, _apart(notebook)
    name = Path(*apart, "-".join(parts[len(apart) :]))
    forms = {form: FORMS[form] for form in study.settings.decks if MIRRORS in apart or not FORMS[form].of_mirrors}
    return {form: study.outputs / made.folder / f"{name}{made.suffix}" for form, made in forms.items()}


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

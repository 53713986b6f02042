"""The PDFs of a study's decks, each beside the HTML that it was printed from, and never of an earlier one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from ledanalysis.slides.forms import FORMS

SUFFIX = ".html"  # of what can be printed


def print_study(study, decks: Iterable[Path], force: bool = False) -> tuple[list[Path], dict[str, Exception]]:
    """Print each HTML deck and report to PDF, beside it; one that was printed from the same is kept.

    Parameters
    ----------
    study : Study
    decks : iterable of Path
        What `export_study` made; what is no HTML is passed by.
    force : bool
        Also print what is there already.

    Returns
    -------
    pdfs : list of Path
    faults : dict
        By the deck's place in `outputs`, why it has no PDF.

    Raises
    ------
    InputError
        If there is no playwright or no browser, or it does not start.

    Examples
    --------
    >>> print_study(None, [])
    ([], {})
    """
    from ledanalysis import kept
    from ledanalysis.slides.printing import printer
    from ledanalysis.tables import write_bytes

    pdfs, faults, printed, ground = [], {}, None, kept.library()
    with ExitStack() as stack:
        for deck in (deck for deck in decks if deck.suffix == SUFFIX):
            pdf, made = deck.with_suffix(".pdf"), _record(study, deck)
            try:
                key = kept.key(deck, {}, ground)
                if force or not kept.holds(made, key, [pdf]):
                    printed = printed or stack.enter_context(printer())
                    kept.keep(made, key, [write_bytes(pdf, printed(deck))])
                pdfs.append(pdf)
            except OSError as fault:  # the others have theirs all the same
                faults[deck.relative_to(study.outputs).as_posix()] = fault
                pdf.unlink(missing_ok=True)
    return pdfs, faults


def remove_old_pdfs(study, decks: Iterable[Path]) -> None:
    """Remove each PDF that was not printed from one of these decks as it now is: it would pass for a new one."""
    from ledanalysis import kept

    wanted = {deck.with_suffix(".pdf"): deck for deck in decks if deck.suffix == SUFFIX and deck.is_file()}
    folders = {study.outputs / form.folder for form in FORMS.values() if form.suffix == SUFFIX}
    printed = {pdf for folder in folders for pdf in folder.rglob("*.pdf")}
    ground = kept.library() if printed else ""  # of a library that nothing was printed with nobody asks
    for pdf in printed:
        deck = wanted.get(pdf)
        if deck is None or not kept.holds(_record(study, deck), kept.key(deck, {}, ground), [pdf]):
            pdf.unlink()
    records = {_record(study, deck) for pdf, deck in wanted.items() if pdf.is_file()}
    for old in {*_records(study).rglob("*.json")} - records:
        old.unlink()


def _record(study, deck: Path) -> Path:
    """What a PDF was printed from."""
    return (_records(study) / deck.relative_to(study.outputs)).with_suffix(".json")


def _records(study) -> Path:
    return study.outputs / ".made" / "pdfs"

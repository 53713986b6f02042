"""The explorer: figures, kept views and texts of a study, to look at and to click through."""

from __future__ import annotations

from pathlib import Path


def explore(study: str | Path = "", hall: bool = False, language: str = ""):
    """The explorer of a prepared study, as a widget for a notebook or a page.

    Parameters
    ----------
    study : path-like
        The study's folder; empty for the one that the notebook is in.
    hall : bool
        For visitors of a meeting: figures to look at, and nothing to write or read besides.
    language : {"", "nl", "en"}
        Empty for the study's own.

    Returns
    -------
    ipywidgets widget

    Raises
    ------
    InputError
        There is no study, its codebook cannot be used, or `led prepare` has not been run.
    """
    from ledanalysis.explore.panel import panel
    from ledanalysis.study import load_study

    return panel(load_study(study or None).in_language(language), hall)

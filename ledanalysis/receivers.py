"""Which municipalities of a prepared study get a mirror."""

from __future__ import annotations

from ledanalysis.errors import InputError
from ledanalysis.study import Study
from ledanalysis.tables import read_table


def receiving(study: Study) -> list[str]:
    """The municipalities that get a mirror, of a prepared study."""
    return sorted(read_table(study, "mirrors", ["municipality"])["municipality"].unique())


def check_municipality(study: Study, municipality: str) -> str:
    """The code of a municipality that gets a mirror; of an empty one the first.

    Raises
    ------
    InputError
        It gets none. Whether it did not answer or did not ask is not told.
    """
    if not study.settings.mirror:
        raise InputError("this study has no mirrors", file="study.toml", column="mirror", value="", allowed="item=option: the answer of who wants one")
    known = receiving(study)
    if municipality in known or (known and not municipality):
        return municipality or known[0]
    if municipality in set(read_table(study, "units", ["municipality"])["municipality"]):
        raise InputError("no mirror for this municipality: it did not answer, or did not ask for one", value=municipality)
    raise InputError("no such municipality", value=municipality, allowed=known or "nobody asked for a mirror")

"""Seconds, days and months since a program's own first day, as datetimes."""

from __future__ import annotations

import numpy as np
import pandas as pd

FIRST, LAST = np.datetime64("0001-01-01", "ms"), np.datetime64("9999-12-31T23:59:59.999", "ms")


def from_thousandths(thousandths: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Datetimes from milliseconds since 1970, and which of the numbers are no date of the years 1-9999.

    Examples
    --------
    >>> dates, impossible = from_thousandths(pd.Series([0.0, 1e30, None]))
    >>> dates.tolist()[0], impossible.tolist()
    (Timestamp('1970-01-01 00:00:00'), [False, True, False])
    """
    inside = thousandths.between(FIRST.astype("int64"), LAST.astype("int64"))
    whole = thousandths.where(inside, 0).round().astype("int64").to_numpy()
    dates = pd.Series(whole.astype("datetime64[ms]"), index=thousandths.index).where(inside)
    return dates.astype("datetime64[us]"), thousandths.notna() & ~inside

"""Google Forms and Microsoft Forms: the questions themselves are the header, and one column says when."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from ledanalysis.errors import InputError
from ledanalysis.reading import columns, grid
from ledanalysis.reading.grid import is_empty
from ledanalysis.reading.survey import Options

GOOGLE = {"timestamp", "tijdstempel"}
MICROSOFT = ({"id"}, {"start time", "begintijd", "starttijd"}, {"completion time", "tijd van voltooien", "voltooiingstijd"})
# Forms' own CSV, whatever the language: 2023/06/01 9:05:07 AM GMT+2. The clock time is kept, the zone is not.
STAMP = re.compile(
    r"(\d{4})/(\d{1,2})/(\d{1,2}) (\d{1,2}):(\d{2}):(\d{2})(?: ([AaPp])\.?[Mm]\.?)?(?: [A-Z]{2,5}(?:[+-]\d{1,2}(?::?\d{2})?)?)?"
)


@dataclass(frozen=True)
class Form:
    """A tool whose header is the questions: NAME, and what its first columns are called, in Dutch and English."""

    NAME: str
    first: tuple[set[str], ...]

    def recognises(self, rows: list) -> bool:
        header = next((row for row in rows if not all(map(is_empty, row))), [])
        return len(header) > len(self.first) and all(
            isinstance(cell, str) and " ".join(cell.split()).casefold() in known
            for cell, known in zip(header, self.first)
        )

    def read(self, rows: list, options: Options, file_name: str, delimiter: str):
        """The answers under their questions, which are the labels too.

        A multi-select stays as it stands: 'a, b' (Google's sheet), 'a;b' (Google's CSV) or 'a;b;' (Microsoft). Which
        options there were the file does not say: see `multiple.expand`.
        """
        cells = grid.table(rows, options, file_name)
        when = cells.columns[1 if options.group_rows else 0]
        if "timestamp" in self.first[0] and when not in options.text_columns:
            cells[when] = _stamps(cells[when].tolist(), file_name, when)
        data, variables, found = columns.typed(cells, options, file_name, delimiter)
        return data, [each | {"label": each["name"]} for each in variables], found, {}


TOOLS = (Form("Microsoft Forms", MICROSOFT), Form("Google Forms", (GOOGLE,)))


def _stamps(cells: list, file_name: str, name: str) -> list:
    """Google's timestamps as datetimes, if all of them are; else the cells as they stand."""
    found = [STAMP.fullmatch(unicodedata.normalize("NFKC", cell).strip()) if isinstance(cell, str) else None for cell in cells]
    if not any(found) or any(cell is not None and not each for cell, each in zip(cells, found)):
        return cells
    result = []
    for row, each in enumerate(found):
        if each is None:
            result.append(None)
            continue
        year, month, day, hour, minute, second = map(int, each.groups()[:6])
        if each[7]:
            hour = hour % 12 + (12 if each[7] in "Pp" else 0)
        try:
            result.append(datetime(year, month, day, hour, minute, second))
        except ValueError:
            raise InputError("no such date", file=file_name, row=row + 2, column=name, value=each[0]) from None
    return result

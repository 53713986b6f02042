"""From raw files to standard columns, whatever the format: nothing is cleaned, nothing is guessed.

One file per format. A format of surveys is a module with NAME, EXTENSIONS, OPTIONS, `recognises(file)` and
`read(file, options) -> Survey`; a format of texts one with NAME, EXTENSIONS, `recognises(file)` and
`read(file) -> [(speaker or None, text)]`. To add one: write the module, and name it in SURVEYS or TEXTS below.
"""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.reading import (
    bounds,
    delimited,
    excel,
    limesurvey,
    mail,
    mailbox,
    multiple,
    opendocument,
    parquet,
    pdf,
    plain,
    portable,
    spss,
    stata,
    subtitles,
    transcript,
    word,
)
from ledanalysis.reading.coded import CodedProject
from ledanalysis.reading.passages import passages_frame
from ledanalysis.reading.rawfile import by_content, choose, open_file, start_of
from ledanalysis.reading.refi import read_refi
from ledanalysis.reading.refi_write import write_refi
from ledanalysis.reading.survey import Options, ResponseSet, Source, Survey

__all__ = [
    "CodedProject", "ResponseSet", "Source", "Survey", "multiple", "read_passages", "read_refi", "read_survey", "write_refi",
]  # fmt: skip

SURVEYS = (spss, portable, stata, parquet, excel, opendocument, limesurvey, delimited)  # the last takes in any text
TEXTS = (word, pdf, transcript, subtitles, mailbox, plain, mail)
_BINARY = {".docx", ".pdf", ".mbox"}  # these hold pictures and attachments beside their text


def read_survey(
    path: str | Path,
    *,
    sheet: str | None = None,
    labels_sheet: str | list[str] | tuple[str, ...] | None = None,
    header: int | list[int] | None = None,
    first_row: int | None = None,
    last_row: int | None = None,
    group_rows: str | None = None,
    blank_ends_group: bool = True,
    na_values: list[str] | tuple[str, ...] = (),
    text_columns: list[str] | tuple[str, ...] = (),
    delimiter: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    structure: str | Path | None = None,
) -> Survey:
    """Read a survey delivery, of whatever program; its format is known by its content, not by its name.

    SPSS (.sav, .zsav, .por), Stata (.dta), parquet, Excel (.xlsx, .xlsm), OpenDocument (.ods, .fods), LimeSurvey
    (.lsa, .lss) and delimited text (.csv, .tsv, .txt). In tables the layouts of Qualtrics, LimeSurvey, Google Forms
    and Microsoft Forms are known by their headers - unless `header` is given: then the table is read as it stands.

    Codes are kept, labels stand beside them; user-missing codes are NA and listed apart. A multi-select of which the
    file tells the options is 1, 0 and NA in a column per option (see `multiple`). A header text is taken with runs of
    blanks as one blank; a name that comes twice gets a number ('reden', 'reden (2)'). A control character is read as
    '\ufffd'; a formula in a text file is a text.

    Parameters
    ----------
    path : path-like
        The file.
    sheet : str, optional
        Excel, OpenDocument: the sheet's name; by default the first visible one that is not empty and no codebook.
    labels_sheet : str or list of str, optional
        Excel, OpenDocument: the sheet or sheets with labels of variables and of codes; by default those that there is
        no mistaking (see `labels.find`), with [] none. Labels in the cells of the data are put back into codes where
        every cell of a column is one.
    header : int or list of int, optional
        Excel, OpenDocument, CSV: the header's row or rows, counted from 1. Texts of several rows are joined with ' / '; merged
        cells count for every row and column they cover. By default the first row that is not blank.
    first_row, last_row : int, optional
        Excel, OpenDocument, CSV: the first and last row of data; by default all rows below the header.
    group_rows : str, optional
        Excel, OpenDocument, CSV: a row with only its first cell filled is a heading; it becomes the value of a first column of this
        name in the rows below it.
    blank_ends_group : bool
        Whether a blank row below a group's rows ends the group: rows after it stand under no heading.
    na_values : list of str
        Excel, OpenDocument, CSV: cells that read exactly so mean 'missing' ('..', '-'); listed in `user_missing`.
    text_columns : list of str
        Excel, OpenDocument, CSV: columns to leave as text, whatever they look like.
    delimiter : str, optional
        CSV: what divides the cells; by default found out (; , tab |).
    decimal : {",", "."}, optional
        Excel, OpenDocument, CSV: the decimal mark of numbers in text; by default found out.
    encoding : str, optional
        CSV, SPSS, Stata: by default found out (byte order mark, UTF-8, Windows-1252; what the SPSS file says).
    structure : path-like, optional
        LimeSurvey's results as a table: the questionnaire (.lss, .lsa), for labels, codes and multi-selects.

    Returns
    -------
    Survey
        .data, .variables, .multiple_response, .user_missing, .source.

    Raises
    ------
    InputError
        If there is no such file, it is of no known format, damaged, cut short, or made to harm (a zip bomb, XML
        entities, a line of 16 MB), or an option does not fit.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.csv").write_bytes("code;fte;datum\\r\\n0363;1.200,5;1-6-2023\\r\\n0344;;".encode("cp1252"))
    >>> read_survey(folder / "a.csv").data
       code     fte      datum
    0  0363  1200.5 2023-06-01
    1  0344     NaN        NaT
    """
    bounds.check_size(path, bounds.MOST_SURVEY)
    start = start_of(path, bounds.MOST_LINE + 1)
    if start and by_content(start, SURVEYS, delimited) is delimited:
        bounds.check_lines(start.content, start.name)
    file = open_file(path)
    Thread(target=lambda: file.sha256, daemon=True).start()  # while it is read
    form = by_content(file, SURVEYS, delimited)
    options = Options(
        sheet=sheet,
        labels_sheet=(labels_sheet,) if isinstance(labels_sheet, str) else None if labels_sheet is None else tuple(labels_sheet),
        header=_row_numbers(header, file.name),
        first_row=first_row,
        last_row=last_row,
        group_rows=group_rows,
        blank_ends_group=blank_ends_group,
        na_values=_as_tuple("na_values", na_values, file.name),
        text_columns=_as_tuple("text_columns", text_columns, file.name),
        delimiter=delimiter,
        decimal=decimal,
        encoding=encoding,
        structure=structure,
    )
    options.check(form, file)
    if decimal not in (None, ",", "."):
        raise InputError("no such decimal mark", file=file.name, value=decimal, allowed=[",", "."])
    if delimiter is not None and len(delimiter) != 1:
        raise InputError("a delimiter is one character", file=file.name, value=delimiter)
    return form.read(file, options)


def read_passages(path: str | Path) -> pd.DataFrame:
    """Read a text: Word (.docx), PDF, plain text (.txt, .md), a transcript (.vtt, .srt) or e-mail (.eml, .mbox).

    Parameters
    ----------
    path : path-like
        The file. Its content must be what its extension says.

    Returns
    -------
    DataFrame
        One row per passage, in order: source (the file's name), kind (NA; "comment" for a comment in the margin,
        which nobody said), municipality (NA), speaker (NA where the text does not say), passage (1, 2, ...), text
        (NFC, on one line, never empty).

    Raises
    ------
    InputError
        If there is no such file, its extension is not one of these, its content is not what its name says, it is
        damaged, encrypted or far larger than a text can be, or there is no text in it (a scan).

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("Jansen: We leren op de werkplek.\\n\\nVisser: En samen.\\n\\nJansen: Ja.")
    >>> read_passages(folder / "a.txt")[["speaker", "passage", "text"]]
      speaker  passage                      text
    0  Jansen        1  We leren op de werkplek.
    1  Visser        2                 En samen.
    2  Jansen        3                       Ja.
    """
    is_binary = Path(path).suffix.lower() in _BINARY
    bounds.check_size(path, bounds.MOST_FILE if is_binary else bounds.MOST_TEXT)
    file = open_file(path)
    bounds.check_zeros(file.content, file.name)
    return passages_frame(file.name, choose(file, TEXTS).read(file))


def _row_numbers(header, file_name: str) -> tuple[int, ...]:
    if header is None:
        return ()
    numbers = (header,) if isinstance(header, int) else tuple(header)
    if not numbers or numbers[0] < 1 or any(a >= b for a, b in zip(numbers, numbers[1:])):
        raise InputError("header rows are numbers from 1, in order", file=file_name, value=header)
    return numbers


def _as_tuple(name: str, values, file_name: str) -> tuple[str, ...]:
    if isinstance(values, str):  # '..' would otherwise mean twice '.'
        raise InputError(f"{name} is a list", file=file_name, value=values)
    return tuple(map(str, values))

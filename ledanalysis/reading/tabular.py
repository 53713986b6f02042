"""Rows of cells, from whatever file, as a survey: in the layout of a survey tool if it is one, else as a plain table."""

from __future__ import annotations

from ledanalysis.errors import InputError
from ledanalysis.reading import columns, forms, grid, labels, limesurvey_table, qualtrics
from ledanalysis.reading.rawfile import RawFile
from ledanalysis.reading.survey import Options, Survey, assemble

TOOLS = (qualtrics, limesurvey_table, *forms.TOOLS)  # what recognises a layout by its header rows


def read_rows(file: RawFile, form: str, encoding: str, rows: list, options: Options, delimiter: str = "", codebook=None) -> Survey:
    """Lay out rows of cells as a survey.

    A survey tool's layout is recognised by its header rows, unless the caller says which rows are the header.

    Parameters
    ----------
    file : RawFile
    form, encoding : str
        As `Source` has them.
    rows : list of list
        Row 1 first; texts, or cells with types of their own.
    options : Options
    delimiter : str
        Of delimited text.
    codebook : callable, optional
        From the names of the columns to a `labels.Codebook`: the labels that stand elsewhere in the file.
    """
    tool = tool_of(rows, options)
    if options.structure is not None and tool is not limesurvey_table:
        raise InputError("structure= is for LimeSurvey's results, which this is not", file=file.name)
    if tool:
        data, variables, found, sets = tool.read(rows, options, file.name, delimiter)
        return assemble(file, f"{tool.NAME} ({form})", encoding, data, variables, found, sets)
    return read_cells(file, form, encoding, grid.table(rows, options, file.name), options, delimiter, codebook)


def tool_of(rows: list, options: Options):
    """What recognises the first rows as its own layout; None for a plain table."""
    return None if options.header else next((each for each in TOOLS if each.recognises(rows)), None)


def read_cells(file: RawFile, form: str, encoding: str, cells, options: Options, delimiter: str, codebook=None) -> Survey:
    """A plain table as a survey; parameters as those of `read_rows`, cells as `columns.typed` takes them."""
    book = codebook(list(cells)) if codebook else labels.Codebook()
    cells = labels.as_codes(cells, book, options)
    data, variables, found = columns.typed(cells, options, file.name, delimiter)
    return assemble(file, form, encoding, data, labels.described(variables, book), found)

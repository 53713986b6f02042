"""Parquet files: columns with types of their own."""

from __future__ import annotations

import io

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ledanalysis.errors import InputError
from ledanalysis.reading.rawfile import RawFile
from ledanalysis.reading.survey import Options, Survey, as_numbers, assemble, kind_of

NAME = "parquet"
EXTENSIONS = (".parquet", ".pq")
OPTIONS = ()

MARK = b"PAR1"
MOST_CELLS = 200_000_000
LARGEST = 4_000_000_000  # bytes that the file says it unpacks to
SEPARATOR = ";"


def recognises(file: RawFile) -> bool:
    return file.content.startswith(MARK)


def read(file: RawFile, options: Options) -> Survey:
    """Read a parquet file.

    Yes/no columns are 1 and 0, times and durations seconds. A column with a dictionary (a pandas categorical) is a
    category, whose texts stand as they are. A list of texts, as some survey platforms write a multi-select, becomes
    one text divided by ';' (see `multiple.expand`): an empty list is an empty text's NA. A column's label is its
    field's 'label' or 'description', where the writer left one.
    """
    try:
        source = pq.ParquetFile(io.BytesIO(file.content))
        meta = source.metadata
        unpacked = sum(meta.row_group(number).total_byte_size for number in range(meta.num_row_groups))
    except Exception as error:  # a damaged file fails in thrift, in a codec or in the schema
        raise _unreadable(file, error) from None
    if meta.num_rows * max(meta.num_columns, 1) > MOST_CELLS or not 0 <= unpacked <= LARGEST:
        problem = f"unpacks to {meta.num_rows} rows of {meta.num_columns} columns: more than is read here"
        raise InputError(problem, file=file.name, allowed=f"{MOST_CELLS} cells, {LARGEST} bytes")
    try:
        table = source.read()
        table.validate(full=True)
    except Exception as error:
        raise _unreadable(file, error) from None
    if len(set(table.column_names)) < len(table.column_names):
        raise InputError("two columns of one name", file=file.name)
    columns, variables = {}, []
    for field, cells in zip(table.schema, table.columns, strict=True):
        try:
            column, values = _column(field, cells, file)
        except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"values that do not fit their type ({error})", file=file.name, column=field.name) from None
        columns[field.name] = column
        kind = "category" if values else kind_of(column)
        variables.append({"name": field.name, "label": _label(field), "kind": kind, "values": values, "missing": []})
    data = pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))
    return assemble(file, NAME, "", data, variables, [])


def _unreadable(file: RawFile, error: Exception) -> InputError:
    return InputError(f"not readable as parquet: damaged or cut short ({error})", file=file.name)


def _label(field: pa.Field) -> str | None:
    notes = field.metadata or {}
    label = notes.get(b"label") or notes.get(b"description")
    return label.decode("utf-8", "replace") if label else None


def _column(field: pa.Field, cells: pa.ChunkedArray, file: RawFile) -> tuple[pd.Series, dict]:
    """A column's values and, of a dictionary, the texts that it may hold."""
    kind, values = field.type, {}
    if pa.types.is_dictionary(kind):
        texts = [each for part in cells.chunks for each in part.dictionary.to_pylist() if isinstance(each, str)]
        values = {text: text for text in dict.fromkeys(texts)}
        kind, cells = kind.value_type, cells.cast(kind.value_type)
    if pa.types.is_null(kind):
        return pd.Series([None] * len(cells), dtype="float64"), values
    if pa.types.is_integer(kind) and not cells.null_count:
        return pd.Series(cells.cast(pa.int64()).to_numpy(), dtype="int64"), values
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        whole = cells.cast(pa.int8()) if pa.types.is_boolean(kind) else cells
        return as_numbers(whole.cast(pa.float64(), safe=False).to_numpy()), values
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        text = pd.Series(cells.to_pylist(), dtype="str")
        return text.mask(text.str.strip() == ""), values
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        if getattr(kind, "tz", None):
            cells = pc.local_timestamp(cells)  # the clock where it was filled in; stored is the time in Greenwich
        stamps = cells.cast(pa.timestamp("us"), safe=False).cast(pa.int64())
        numbers = pd.Series(stamps.to_pylist(), dtype="Int64")
        dates = pd.Series(numbers.fillna(0).to_numpy("int64").astype("datetime64[us]")).mask(numbers.isna())
        return dates, values
    if pa.types.is_time(kind) or pa.types.is_duration(kind):
        return as_numbers(_seconds(cells)), values
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        return _joined(field, cells, file), values
    raise InputError(f"a column of type {kind}, which is no single answer", file=file.name, column=field.name)


def _seconds(cells: pa.ChunkedArray) -> list:
    found = [None if each is None else each for each in cells.to_pylist()]
    return [None if each is None else each.total_seconds() if hasattr(each, "total_seconds")
            else each.hour * 3600 + each.minute * 60 + each.second + each.microsecond / 1e6 for each in found]  # fmt: skip


def _joined(field: pa.Field, cells: pa.ChunkedArray, file: RawFile) -> pd.Series:
    texts = []
    for row, answers in enumerate(cells.to_pylist()):
        kept = [each for each in answers or [] if each]
        if any(SEPARATOR in each for each in kept):
            raise InputError("an answer of a list with ';' in it", file=file.name, row=row + 2, column=field.name)
        texts.append(SEPARATOR.join(kept) or None)
    return pd.Series(texts, dtype="str")

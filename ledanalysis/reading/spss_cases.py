"""The cases of an SPSS file as columns, some thousands at a time: pyreadstat makes a Python object of every value.

Only what is built quite regularly is read here; of the rest `columns` says None, and pyreadstat has the word. The layout
is that of the PSPP manual, 'System File Format': a case is a row of words of eight bytes, which are packed (but in the
oldest files) as eight commands, a byte each, followed by the words that no command can say.
"""

from __future__ import annotations

import codecs
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledanalysis.reading.rawfile import RawFile
from ledanalysis.reading.spss_check import Layout

PIECE = 2_000_000  # words taken together
NOTHING, END, WORD, BLANK, MISSING = 0, 252, 253, 254, 255  # commands; the others are numbers, raised by `Layout.bias`
# -DBL_MAX is missing; LOWEST and HIGHEST come in ranges, and stand in a case for nothing.
NO_VALUES = np.array([0xFFEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFE, 0x7FEFFFFFFFFFFFFF], dtype="uint64")


def columns(file: RawFile, layout: Layout, encoding: str | None) -> list[np.ndarray | pa.ChunkedArray] | None:
    """A float64 array (NaN where missing) per number, texts without blanks at their end per text, in the file's order.

    None where the file has long texts in parts, an encoding that is not known, bytes that do not fit it, another number
    of cases than it says or anything behind them.
    """
    places = [place for place, width in enumerate(layout.segments) if width >= 0]
    if layout.has_long_texts or _codec(encoding) is None:
        return None
    held: dict[int, list] = {place: [] for place in places}
    cases = 0
    try:
        for piece in _pieces(file, layout):
            cases += len(piece)
            for place in places:
                width = layout.segments[place]
                cells = _texts(piece, place, width, encoding) if width else _numbers(piece[:, place], layout.order)
                held[place].append(cells)
    except (_Irregular, zlib.error, UnicodeDecodeError, pa.ArrowInvalid):
        return None
    if layout.cases not in (-1, cases):
        return None
    return [
        pa.chunked_array(held[place], pa.large_string()) if layout.segments[place] else np.concatenate([np.empty(0), *held.pop(place)])
        for place in places
    ]  # fmt: skip


class _Irregular(Exception):
    pass


def _codec(encoding: str | None) -> str | None:
    try:
        return codecs.lookup(encoding or "utf-8").name
    except LookupError:
        return None


def _pieces(file: RawFile, layout: Layout):
    """The cases as tables of words, a row per case."""
    size, left = len(layout.segments), np.empty(0, "uint64")
    for words in _plain(file, layout) if layout.packing == 0 else _unpacked(file, layout):
        words = np.concatenate([left, words])
        rows = len(words) // size
        yield words[: rows * size].reshape(rows, size)
        left = words[rows * size :]
    if len(left):
        raise _Irregular


def _plain(file: RawFile, layout: Layout):
    count, rest = divmod(len(file.content) - layout.start, 8)
    if rest:
        raise _Irregular
    words = np.frombuffer(file.content, "uint64", count, layout.start)
    yield from (words[start : start + PIECE] for start in range(0, count, PIECE))


def _unpacked(file: RawFile, layout: Layout):
    """The words that the commands stand for."""
    content, start = file.content, layout.start
    if layout.packing == 2:
        content, start = b"".join(_block(content[at : at + packed], size) for at, packed, size in layout.blocks), 0
    count, rest = divmod(len(content) - start, 8)
    if rest:
        raise _Irregular
    words = np.frombuffer(content, "uint64", count, start)
    said = np.zeros(256, layout.order + "f8")
    said[1:END] = np.arange(1, END) - layout.bias
    said = said.view("uint64")
    said[BLANK] = np.frombuffer(b" " * 8, "uint64")[0]
    said[MISSING] = np.array(-np.finfo("f8").max).astype(layout.order + "f8").view("uint64")
    at, is_over = 0, False
    while at < count:
        if is_over:
            raise _Irregular
        starts, following = _command_words(words[at : at + PIECE], at + PIECE < count)
        piece, at = words[at : at + following], at + following
        yield _said(piece, starts, said)
        is_over = bool((piece[starts[-1:]].view("uint8") == END).any())


def _block(packed: bytes, size: int) -> bytes:
    reader = zlib.decompressobj()
    block = reader.decompress(packed, size + 1)
    if len(block) != size or not reader.eof:
        raise _Irregular
    return block


def _command_words(words: np.ndarray, goes_on: bool) -> tuple[np.ndarray, int]:
    """Where the words of commands are: each tells how many words follow it. And where the next one is."""
    steps = (1 + np.bitwise_count((words.view("uint8") == WORD).view("uint64"))).tolist()
    starts, at, last = [], 0, len(steps) - (8 if goes_on else 0)
    while at < last:
        starts.append(at)
        at += steps[at]
    if at > len(steps):
        raise _Irregular
    return np.array(starts, dtype="int64"), at


def _said(words: np.ndarray, starts: np.ndarray, said: np.ndarray) -> np.ndarray:
    """What the commands at `starts` say, with the words between them where a command says so."""
    commands = words[starts].view("uint8")
    found = said[commands]
    is_command = np.zeros(len(words), "bool")
    is_command[starts] = True
    found[commands == WORD] = words[~is_command]
    ends = np.flatnonzero(commands == END)
    if len(ends):
        if np.any((commands[ends[0] :] != END) & (commands[ends[0] :] != NOTHING)):
            raise _Irregular
        commands, found = commands[: ends[0]], found[: ends[0]]
    return found if commands.all() else found[commands != NOTHING]


def _numbers(words: np.ndarray, order: str) -> np.ndarray:
    """Words as numbers."""
    words = words.copy() if order == "<" else words.byteswap()
    values = words.view("<f8")
    values[np.isin(words, NO_VALUES)] = np.nan
    return values


def _texts(piece: np.ndarray, place: int, width: int, encoding: str | None) -> pa.Array:
    letters = np.ascontiguousarray(piece[:, place : place - (-width // 8)]).view("uint8").reshape(len(piece), -1)
    letters = np.ascontiguousarray(letters[:, :width])
    if not letters.all():
        raise _Irregular  # a zero byte, with which pyreadstat has its own way
    cells = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(piece), [None, pa.py_buffer(letters)]).cast(pa.large_binary())
    if letters.size and letters.max() > 127 and _codec(encoding) != "utf-8":
        encoded = cells.dictionary_encode()
        words = pa.array([word.decode(encoding) for word in encoded.dictionary.to_pylist()], pa.large_string())
        cells = words.take(encoded.indices)
    return pc.utf8_rtrim(cells.cast(pa.large_string()), " ")

"""Whether an SPSS file is built as such files are, before a parser in C is let loose on it.

A damaged dictionary can end the parser, and Python with it, or have it ask for all memory there is: no error of
Python's comes of that. The layout is that of the PSPP manual, 'System File Format'.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ledanalysis.errors import InputError
from ledanalysis.reading.rawfile import RawFile

HEADER = 176
MOST_VARIABLES = 1_000_000  # segments of eight bytes in a case
LONGEST_LABEL = 65_536
LARGEST = 4_000_000_000  # bytes unpacked
BLOCK = 0x3FF000  # bytes in a packed block of a .zsav
LAST_FORMAT = 41
TEXTS = (1, 2)  # the formats A and AHEX
END = 999


class _Damaged(Exception):
    pass


@dataclass(frozen=True)
class Layout:
    """Where and how the cases of a file stand.

    Attributes
    ----------
    start : int
        Their first byte.
    order : {"<", ">"}
        Of the bytes of a number.
    packing : {0, 1, 2}
        None, commands, or commands in packed blocks (.zsav).
    cases : int
        -1 if the file does not say.
    bias : float
        By which packed numbers are raised.
    segments : tuple of int
        Per word of a case: the width of the variable that begins there (0 for a number), -1 if none does.
    blocks : tuple of (int, int, int)
        Where each packed block is, its length, and its length once unpacked.
    has_long_texts : bool
        Whether there are texts of more than 255 bytes, which stand in parts.
    """

    start: int
    order: str
    packing: int
    cases: int
    bias: float
    segments: tuple[int, ...]
    blocks: tuple[tuple[int, int, int], ...]
    has_long_texts: bool


def check(file: RawFile) -> Layout:
    """Refuse a file whose dictionary, or whose table of packed blocks, does not fit together.

    Raises
    ------
    InputError
        Saying what does not fit.
    """
    try:
        return _Dictionary(file.content).walk()
    except _Damaged as error:
        raise InputError(f"not readable as SPSS: damaged or cut short ({error})", file=file.name) from None
    except struct.error:
        raise InputError("not readable as SPSS: damaged or cut short (it ends in its dictionary)", file=file.name) from None


def _need(fits: bool, what: str) -> None:
    if not fits:
        raise _Damaged(what)


class _Dictionary:
    """The records in front of the data, and how far they have been read."""

    def __init__(self, content: bytes):
        self.content = content
        self.place = HEADER
        self.segments: list[int] = []  # of each segment of a case: the width of the variable that begins there, else -1
        self.names: set[bytes] = set()
        self.packed: list[tuple[int, int, int]] = []
        self.has_long_texts = False
        _need(len(content) > HEADER, "it ends in its header")
        self.order = "<" if struct.unpack_from("<i", content, 64)[0] in (2, 3) else ">"

    def integers(self, count: int) -> tuple[int, ...]:
        found = struct.unpack_from(f"{self.order}{count}i", self.content, self.place)
        self.place += 4 * count
        return found

    def skip(self, size: int) -> bytes:
        _need(0 <= size <= len(self.content) - self.place, "it ends in its dictionary")
        self.place += size
        return self.content[self.place - size : self.place]

    def walk(self) -> Layout:
        layout, size, packing, weight, cases = struct.unpack_from(f"{self.order}5i", self.content, 64)
        _need(layout in (2, 3) and packing in (0, 1, 2) and (packing == 2) == self.content.startswith(b"$FL3"), "its header")
        _need(-1 <= size <= MOST_VARIABLES and -1 <= cases and 0 <= weight <= MOST_VARIABLES, "its header")
        readers = {2: self.variable, 3: self.value_labels, 6: self.document, 7: self.extension}
        while (kind := self.integers(1)[0]) != END:
            _need(kind in readers, f"a record of an unknown kind, {kind}")
            readers[kind]()
        self.integers(1)
        _need(bool(self.segments) and self.left == 0, "its variables")
        _need(weight <= len(self.segments), "its header")
        start = self.place
        # A packed value takes a byte at least.
        room = self.blocks() if packing == 2 else (len(self.content) - self.place) // (1 if packing else 8)
        _need(cases * len(self.segments) <= room, "fewer cases than it says")
        bias = struct.unpack_from(f"{self.order}d", self.content, 84)[0]
        return Layout(start, self.order, packing, cases, bias, tuple(self.segments), tuple(self.packed), self.has_long_texts)

    @property
    def left(self) -> int:
        """How many more segments the last variable must have."""
        for back, width in enumerate(reversed(self.segments)):
            if width >= 0:
                return max(0, -(-width // 8) - 1) - back
        return 0

    def variable(self) -> None:
        width, has_label, missing, *formats = self.integers(5)
        name = self.skip(8)
        if width == -1:
            _need(self.left > 0, "its variables")
            self.segments.append(-1)
        else:
            _need(0 <= width <= 255 and self.left == 0, "its variables")
            self.segments.append(width)
            _need(name[:1].strip() != b"" and name not in self.names and not any(byte < 32 for byte in name), "a variable's name")
            self.names.add(name)
            kinds = [each >> 16 for each in formats]
            _need(all(1 <= kind <= LAST_FORMAT and (kind in TEXTS) == (width > 0) for kind in kinds), "a variable's format")
        _need(has_label in (0, 1) and missing in (-3, -2, 0, 1, 2, 3), "its variables")
        _need(len(self.segments) <= MOST_VARIABLES, "more variables than a file has")
        if has_label:
            length = self.integers(1)[0]
            _need(0 <= length <= LONGEST_LABEL, "a label's length")
            self.skip(-(-length // 4) * 4)
        self.skip(8 * abs(missing))

    def value_labels(self) -> None:
        count = self.integers(1)[0]
        _need(0 < count <= MOST_VARIABLES, "its value labels")
        for _ in range(count):
            length = self.skip(9)[8]
            self.skip(-(-(1 + length) // 8) * 8 - 1)
        kind, count = self.integers(2)
        _need(kind == 4 and 0 < count <= len(self.segments), "its value labels")
        places = self.integers(count)
        _need(all(0 < place <= len(self.segments) and self.segments[place - 1] >= 0 for place in places),
              "value labels of an unknown variable")  # fmt: skip
        _need(len({self.segments[place - 1] > 0 for place in places}) == 1, "value labels of texts and of numbers")

    def document(self) -> None:
        self.skip(80 * self.integers(1)[0])

    def extension(self) -> None:
        kind, size, count = self.integers(3)
        _need(0 < size <= 65_536 and 0 <= count, "a record's size")
        content = self.skip(size * count)
        self.has_long_texts |= kind == 14
        sizes = {3: (4, 8), 4: (8, 3), 16: (8, 2)}  # the machine, its numbers, the count of cases
        if kind in sizes:
            _need((size, count) == sizes[kind], "a record's size")
        if kind == 11:
            _need(size == 4 and all(0 <= each < 256 for each in struct.unpack(f"{self.order}{count}i", content)), "measures")
        if kind in (5, 7, 10, 13, 14, 17, 18, 19, 20, 21, 22):
            _need(size == 1, "a record's size")

    def blocks(self) -> int:
        """The bytes that the packed blocks of a .zsav unpack to, by the table of them."""
        start = self.place
        here, table, length = struct.unpack_from(f"{self.order}3q", self.content, start)
        _need(here == start and start < table and table + length == len(self.content) and length >= 24, "its table of blocks")
        _, zero, block, count = struct.unpack_from(f"{self.order}2q2i", self.content, table)
        _need(zero == 0 and block == BLOCK and length == 24 + 24 * count and count >= 0, "its table of blocks")
        unpacked, packed, total = start, start + 24, 0
        for number in range(count):
            at, packed_at, size, packed_size = struct.unpack_from(f"{self.order}2q2i", self.content, table + 24 + 24 * number)
            _need(at == unpacked and packed_at == packed and 0 < size <= BLOCK and 0 < packed_size, "its table of blocks")
            self.packed.append((packed_at, packed_size, size))
            unpacked, packed, total = unpacked + size, packed + packed_size, total + size
        _need(packed == table and total <= LARGEST, "its table of blocks")
        return total

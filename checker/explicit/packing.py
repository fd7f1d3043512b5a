"""Packs a state into 64-bit words: which bits of which word hold which cell of which column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.lang.errors import LanguageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.lang.concrete import Layout, Vector
    from checker.lang.types import Column

WORD = 64


@dataclass(frozen=True)
class Slot:
    """Where a column stands.

    word, shift: of cell 0; width: bits of a cell (0: it has one value only); per_word: cells that
    share a word, so that cell i is in word `word + i // per_word` at bit
    `shift + (i % per_word) * width`; low: subtracted before storing; cells: how many there are.
    """

    word: int
    shift: int
    width: int
    per_word: int
    low: int
    cells: int

    @property
    def mask(self) -> int:
        """The bits of a cell at shift 0."""
        return (1 << self.width) - 1

    @property
    def single(self) -> bool:
        """Whether the whole column stands in one word."""
        return self.cells <= self.per_word

    def place(self, cell: int) -> tuple[int, int]:
        """Return word and shift of a cell."""
        return self.word + cell // self.per_word, self.shift + cell % self.per_word * self.width


class Packing:
    """The packed form of the columns in `slots`; `words` 64-bit words each."""

    def __init__(self, layout: Layout, slots: Mapping[Column, Slot], words: int) -> None:
        self._layout = layout
        self.slots = slots
        self.words = words

    def pack(self, vector: Vector) -> tuple[int, ...]:
        """Return the words of a vector; dropped columns are left out."""
        words = [0] * self.words
        start = self._layout.start
        for column, slot in self.slots.items():
            first = start[column]
            for cell in range(slot.cells):
                word, shift = slot.place(cell)
                words[word] |= (vector[first + cell] - slot.low) << shift
        return tuple(words)

    def unpack(self, words: Sequence[int]) -> Vector:
        """Return the vector of packed words; dropped columns have their defaults."""
        layout = self._layout
        vector = layout.defaults()
        for column, slot in self.slots.items():
            first = layout.start[column]
            for cell in range(slot.cells):
                word, shift = slot.place(cell)
                vector[first + cell] = (int(words[word]) >> shift & slot.mask) + slot.low
        return tuple(vector)


def pack_columns(layout: Layout, columns: Sequence[Column]) -> Packing:
    """Return a packing of these columns; raise LanguageError for an unbounded one."""
    return _Packer(columns).packing(layout)


class _Packer:
    def __init__(self, columns: Sequence[Column]) -> None:
        self.slots: dict[Column, Slot] = {}
        self._free: list[int] = []
        self._reserved = 0
        small: list[tuple[int, int, Column]] = []
        self._place_bookkeeping([c for c in columns if c.bookkeeping])
        for order, column in enumerate(columns):
            if column in self.slots:
                continue
            width = _width(column)
            if width * column.cells > WORD:
                self._place_wide(column, width)
            else:
                small.append((-width * column.cells, order, column))
        for bits, _, column in sorted(small, key=lambda item: item[:2]):
            self._place_small(column, -bits)

    def packing(self, layout: Layout) -> Packing:
        return Packing(layout, self.slots, max(1, len(self._free)))

    def _place_bookkeeping(self, columns: list[Column]) -> None:
        """Put these in the highest bits of the first word: the least state has least of them.

        The first column counts most. Columns that do not fit are placed like all others.
        """
        top = WORD
        for column in columns:
            width = _width(column)
            if width * column.cells <= top:
                top -= width * column.cells
                self.slots[column] = Slot(
                    0, top, width, max(column.cells, 1), column.scalar.low or 0, column.cells
                )
        if top < WORD:
            self._free.append(top)
            self._reserved = WORD - top

    def _place_wide(self, column: Column, width: int) -> None:
        per_word = WORD // width
        full, rest = divmod(column.cells, per_word)
        self.slots[column] = Slot(
            len(self._free), 0, width, per_word, column.scalar.low or 0, column.cells
        )
        self._free += [0] * full
        if rest:
            self._free.append(WORD - rest * width)

    def _place_small(self, column: Column, bits: int) -> None:
        word = next((w for w, free in enumerate(self._free) if free >= bits), len(self._free))
        if word == len(self._free):
            self._free.append(WORD)
        shift = WORD - self._free[word] - (self._reserved if word == 0 else 0)
        self._free[word] -= bits
        width = bits // column.cells
        per_word = max(column.cells, 1)
        self.slots[column] = Slot(
            word, shift, width, per_word, column.scalar.low or 0, column.cells
        )


def _width(column: Column) -> int:
    low, high = column.scalar.low, column.scalar.high
    if low is None or high is None:
        raise LanguageError(
            f"{column.name} is unbounded: give {column.scalar.name} a size to explore this model"
        )
    if high - low >= 1 << 62:
        raise LanguageError(f"{column.name} has more values than fit into a machine word")
    return (high - low).bit_length()

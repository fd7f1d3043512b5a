"""Sorts, scalar types and the columns that a world is made of.

A field's annotation says its type:

    bool                                       a truth value
    TxnState                                   an IntEnum (a `State` has a state chart)
    Annotated[int, Numeric("Offset", ...)]     a number; too large for it is a capacity (a cut)
    Annotated[int, Identity("Replica", ...)]   one of finitely many interchangeable things
    Array[Replica, T]  Subset[Replica]  Relation[A, B]  Function[A, B, T]
    Log[T]  Queue[T]  Multiset[T]              with Annotated[..., Capacity(size)]
    a Record class

Sizes are numbers, names of the model's bounds, or functions of the bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Annotated, Any

from checker.lang.errors import LanguageError

Bounds = Mapping[str, int]
Size = int | str | Callable[[Bounds], int]
NONE = -1
UNBOUNDED = 1 << 62
"""The value of a bound that makes every sort which depends on it unbounded, for proofs."""


def resolve(size: Size, bounds: Bounds) -> int | None:
    """Return the number that a size stands for under these bounds, None where it is unbounded."""
    if callable(size):
        number = int(size(bounds))
    elif isinstance(size, int):
        number = size
    elif size in bounds:
        number = bounds[size]
    else:
        known = ", ".join(sorted(bounds)) or "none"
        raise LanguageError(f"the model has no bound named {size!r} (bounds: {known})")
    return None if number >= UNBOUNDED // 2 else number


def size_of(size: Size | None, bounds: Bounds) -> int | None:
    """Return how many things a size stands for under these bounds, None where it is unbounded."""
    number = None if size is None else resolve(size, bounds)
    if number is not None and number < 0:
        raise LanguageError(f"a size is negative: {number}")
    return number


class State(IntEnum):
    """An enum with a state chart: the table MAY_FOLLOW beside it says which moves are legal."""


@dataclass(frozen=True)
class Numeric:
    """A number from `low` to `high`; a value that does not fit reaches the capacity `name`.

    unbounded: for proof models only, without an upper end.
    """

    name: str
    low: Size = 0
    high: Size | None = None


@dataclass(frozen=True)
class Identity:
    """One of `size` interchangeable things, counted from 0; `size` None is unbounded (proofs only).

    optional: the value NONE (-1) is allowed as well.
    """

    name: str
    size: Size | None = None
    optional: bool = False

    @property
    def or_none(self) -> Identity:
        """The same sort with NONE as one more value."""
        return Identity(self.name, self.size, optional=True)


@dataclass(frozen=True)
class Capacity:
    """How many elements a log, queue or multiset has room for; reaching it is reported by name."""

    size: Size
    name: str = ""


@dataclass(frozen=True)
class GhostMark:
    """Marks a field as history that only properties read."""


ghost = GhostMark()


@dataclass(frozen=True)
class BookkeepingMark:
    """Marks a field that counts what a run has used up, such as faults.

    Runs do not show it; of several equally short runs one with the least of it is shown.
    """


bookkeeping = BookkeepingMark()


@dataclass(frozen=True)
class Index:
    """A sort that columns are indexed with and binders range over; size None: unbounded.

    numeric: whether its values are numbers, with an order, and not interchangeable things.
    """

    name: str
    size: int | None
    numeric: bool = False


@dataclass(frozen=True)
class Scalar:
    """A scalar type with its range, both ends included; None: unbounded on that side."""

    name: str
    low: int | None
    high: int | None
    kind: str = "int"
    enum: type[IntEnum] | None = None
    capacity: bool = False

    @property
    def is_identity(self) -> bool:
        """Whether the values are interchangeable things."""
        return self.kind == "int" and self.enum is None and not self.capacity

    def text(self, value: int) -> str:
        """Return a value in the words of the model."""
        if self.kind == "bool":
            return "yes" if value else "no"
        if self.enum is not None:
            return self.enum(value).name
        return "none" if value == NONE and self.low == NONE else str(value)

    def typed(self, value: int) -> Any:
        """Return a value as the type that the model declares; one outside stays a number."""
        if self.kind == "bool":
            return bool(value) if value in (0, 1) else value
        if self.enum is None or (self.low or 0) > value or value > (self.high or 0):
            return value
        return self.enum(value)

    def index(self) -> Index:
        """Return the sort of the values, for arrays and binders."""
        if self.low != 0 and not (self.low == NONE and self.is_identity):
            raise LanguageError(f"{self.name} does not start at 0 and cannot be an index")
        return Index(self.name, None if self.high is None else self.high + 1, self.capacity)


@dataclass(frozen=True, eq=False)
class Column:
    """One state variable: a function from `sorts` to a scalar. Compared by identity.

    name: its path in the world, as in "replicas.log.value"; default: its value at the start unless
    the model's start says otherwise; ghost: only properties read it; parameter: constant for a run;
    bookkeeping: not shown in runs.
    """

    name: str
    sorts: tuple[Index, ...]
    scalar: Scalar
    default: int = 0
    ghost: bool = False
    parameter: bool = False
    bookkeeping: bool = False

    @property
    def cells(self) -> int:
        """The number of scalars in the column; the sorts must be finite."""
        total = 1
        for sort in self.sorts:
            if sort.size is None:
                raise LanguageError(
                    f"{sort.name} is unbounded: give it a size to explore this model"
                )
            total *= sort.size
        return total

    def __repr__(self) -> str:
        """Return the column's name with its sorts."""
        return self.name + "".join(f"[{s.name}]" for s in self.sorts)


BOOL = Scalar("bool", 0, 1, "bool")


def scalar_of(annotation: Any, bounds: Bounds) -> Scalar | None:
    """Return the scalar type that an annotation stands for, or None if it is no scalar."""
    if annotation is bool:
        return BOOL
    if isinstance(annotation, type) and issubclass(annotation, IntEnum):
        values = sorted(int(member) for member in annotation)
        if not values or values != list(range(values[0], values[-1] + 1)):
            raise LanguageError(f"the values of {annotation.__name__} are not consecutive numbers")
        return Scalar(annotation.__name__, values[0], values[-1], enum=annotation)
    for mark in getattr(annotation, "__metadata__", ()):
        if isinstance(mark, Numeric):
            low = resolve(mark.low, bounds)
            high = None if mark.high is None else resolve(mark.high, bounds)
            if low is None:
                raise LanguageError(f"the sort {mark.name} has no lower end")
            return Scalar(mark.name, low, high, capacity=True)
        if isinstance(mark, Identity):
            size = size_of(mark.size, bounds)
            bottom = NONE if mark.optional else 0
            return Scalar(mark.name, bottom, None if size is None else size - 1)
    return None


def index_of(annotation: Any, bounds: Bounds) -> Index:
    """Return the sort that an annotation stands for."""
    scalar = scalar_of(annotation, bounds)
    if scalar is None:
        raise LanguageError(f"{annotation!r} is not a sort")
    return scalar.index()


@dataclass
class Marks:
    """What an annotation says beside its type."""

    capacity: Capacity | None = None
    ghost: bool = False
    bookkeeping: bool = False
    bare: Any = None
    others: list[object] = field(default_factory=list)


def marks_of(annotation: Any) -> Marks:
    """Take the capacity, ghost and bookkeeping marks off an annotation."""
    marks = Marks(bare=annotation)
    metadata = getattr(annotation, "__metadata__", ())
    if any(isinstance(m, Capacity | GhostMark | BookkeepingMark) for m in metadata):
        marks.bare = annotation.__origin__
        for mark in metadata:
            if isinstance(mark, Capacity):
                marks.capacity = mark
            elif isinstance(mark, GhostMark):
                marks.ghost = True
            elif isinstance(mark, BookkeepingMark):
                marks.bookkeeping = True
            else:
                marks.others.append(mark)
        if marks.others:
            marks.bare = Annotated[(marks.bare, *marks.others)]
    return marks

"""Turns record classes into columns, for given bounds."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args, get_origin

from checker.lang.errors import LanguageError
from checker.lang.places import class_place
from checker.lang.types import (
    BOOL,
    Bounds,
    Column,
    Index,
    Marks,
    Scalar,
    index_of,
    marks_of,
    scalar_of,
    size_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.lang.values import Record


@dataclass(frozen=True, eq=False)
class ScalarNode:
    """One column."""

    column: Column


@dataclass(frozen=True, eq=False)
class RecordNode:
    """A record: its fields by name."""

    record: type[Record]
    fields: dict[str, Node]


@dataclass(frozen=True, eq=False)
class TableNode:
    """An Array or Function: an element per tuple of keys."""

    keys: tuple[Index, ...]
    element: Node


@dataclass(frozen=True, eq=False)
class SetNode:
    """A Subset or Relation: one boolean column."""

    keys: tuple[Index, ...]
    column: Column


@dataclass(frozen=True, eq=False)
class SequenceNode:
    """A Log, Queue or Multiset: a length, and elements by position."""

    kind: str
    length: Column
    position: Index
    element: Node
    capacity: str


Node = ScalarNode | RecordNode | TableNode | SetNode | SequenceNode


_ONE_NUMBER = "a parameter of the run is one number, not one for each index"


@dataclass(frozen=True)
class _Place:
    """Where in the world a type is being laid out."""

    path: str
    sorts: tuple[Index, ...] = ()
    ghost: bool = False
    parameter: bool = False
    bookkeeping: bool = False
    default: Any = None

    def column(self, scalar: Scalar, default: int, suffix: str = "") -> Column:
        flags = (self.ghost, self.parameter, self.bookkeeping)
        return Column(self.path + suffix, self.sorts, scalar, default, *flags)

    def inside(self, *sorts: Index) -> _Place:
        return replace(self, sorts=self.sorts + sorts, default=None)


class Schema:
    """The columns of a world class under given bounds; also lays out free records."""

    def __init__(self, world: type[Record], bounds: Bounds) -> None:
        self.bounds = dict(bounds)
        self._free: dict[type[Record], RecordNode] = {}
        self.root = self._record(world, _Place(""))
        self.columns: tuple[Column, ...] = tuple(columns_of(self.root))
        self.by_name = {column.name: column for column in self.columns}
        for column in self.columns:
            if self.by_name[column.name] is not column:
                message = f"two parts of the world are named {column.name}: rename a field"
                raise LanguageError(message, *class_place(world))

    def index(self, annotation: Any) -> Index:
        """Return the sort that an annotation or an Index stands for."""
        return annotation if isinstance(annotation, Index) else index_of(annotation, self.bounds)

    def free(self, record: type[Record]) -> RecordNode:
        """Return the layout of a record that is not part of the world."""
        node = self._free.get(record)
        if node is None:
            node = self._free[record] = self._record(record, _Place(record.__name__))
        return node

    def _record(self, record: type[Record], place: _Place) -> RecordNode:
        if record.is_parameters and place.sorts:
            raise LanguageError(_ONE_NUMBER)
        fields: dict[str, Node] = {}
        with _placed(record):
            annotations = record.annotations()
        for name, annotation in annotations.items():
            marks = marks_of(annotation)
            inner = _Place(
                f"{place.path}.{name}" if place.path else name,
                place.sorts,
                place.ghost or marks.ghost,
                place.parameter or record.is_parameters,
                place.bookkeeping or marks.bookkeeping,
                record.defaults.get(name),
            )
            with _placed(record, name):
                fields[name] = self._lay_out(marks, inner)
        return RecordNode(record, fields)

    def _lay_out(self, marks: Marks, place: _Place) -> Node:
        scalar = scalar_of(marks.bare, self.bounds)
        if scalar is not None:
            if place.parameter and place.sorts:
                raise LanguageError(_ONE_NUMBER)
            return ScalarNode(place.column(scalar, _default(scalar, place.default)))
        if place.default is not None:
            raise LanguageError("only a number or truth value has a value at the start here")
        if isinstance(marks.bare, type) and hasattr(marks.bare, "annotations"):
            return self._record(marks.bare, place)
        origin, arguments = get_origin(marks.bare), get_args(marks.bare)
        kind = getattr(origin, "collection", None)
        if kind in ("array", "function"):
            *keys, element = arguments
            sorts = tuple(self.index(k) for k in keys)
            return TableNode(sorts, self._lay_out(marks_of(element), place.inside(*sorts)))
        if kind in ("subset", "relation"):
            sorts = tuple(self.index(k) for k in arguments)
            return SetNode(sorts, place.inside(*sorts).column(BOOL, 0))
        if kind in ("log", "queue", "multiset"):
            return self._sequence(kind, arguments[0], marks, place)
        raise LanguageError(f"the language has no type {marks.bare!r}")

    def _sequence(self, kind: str, element: Any, marks: Marks, place: _Place) -> Node:
        if marks.capacity is None:
            raise LanguageError(f"a {kind} needs Annotated[..., Capacity(size)]")
        room = size_of(marks.capacity.size, self.bounds)
        if room is None:
            raise LanguageError(f"a {kind} needs a capacity that is bounded")
        name = marks.capacity.name or place.path
        position = Index(f"{place.path}.position", room)
        length = place.column(Scalar(f"{place.path}.length", 0, room), 0, ".length")
        inner = self._lay_out(marks_of(element), place.inside(position))
        return SequenceNode(kind, length, position, inner, name)


@contextmanager
def _placed(owner: type[Record], field: str = "") -> Iterator[None]:
    """Give errors of a declaration the file and line of the class or field."""
    try:
        yield
    except LanguageError as error:
        if error.file is not None:
            raise
        message = f"{owner.__name__}.{field}: {error.message}"
        raise LanguageError(message, *class_place(owner, field)) from error
    except Exception as error:
        message = f"{owner.__name__}: {type(error).__name__}: {' '.join(str(error).split())}"
        raise LanguageError(message, *class_place(owner, field)) from error


def _default(scalar: Scalar, declared: Any) -> int:
    """Return the value at the start of a field that nothing else sets."""
    low, high = scalar.low, scalar.high
    if low is not None and high is not None and low > high:
        raise LanguageError(f"the sort {scalar.name} is empty")
    if declared is None:
        lowest = 0 if low is None else low
        return 0 if lowest < 0 <= (high or 0) and scalar.capacity else lowest
    if not isinstance(declared, int):
        raise LanguageError(f"{declared!r} is no {scalar.name}")
    if (low is not None and declared < low) or (high is not None and declared > high):
        raise LanguageError(f"{int(declared)} is no {scalar.name}: it is from {low} to {high}")
    return int(declared)


def columns_of(node: Node) -> list[Column]:
    """Return the columns of a part of the layout, in order of declaration."""
    match node:
        case ScalarNode(column):
            return [column]
        case RecordNode(_, fields):
            return [column for inner in fields.values() for column in columns_of(inner)]
        case TableNode(_, element):
            return columns_of(element)
        case SetNode(_, column):
            return [column]
        case SequenceNode():
            return [node.length, *columns_of(node.element)]


def sequences_of(node: Node) -> Iterator[SequenceNode]:
    """Yield the logs, queues and multisets of a part of the layout, outer ones first."""
    match node:
        case RecordNode(_, fields):
            for inner in fields.values():
                yield from sequences_of(inner)
        case TableNode(_, element):
            yield from sequences_of(element)
        case SequenceNode():
            yield node
            yield from sequences_of(node.element)

"""Turns record classes into columns, for given bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args, get_origin

from checker.lang.errors import LanguageError
from checker.lang.types import (
    BOOL,
    Bounds,
    Column,
    Index,
    Marks,
    Scalar,
    index_of,
    marks_of,
    resolve,
    scalar_of,
)

if TYPE_CHECKING:
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
        fields: dict[str, Node] = {}
        for name, annotation in record.annotations().items():
            marks = marks_of(annotation)
            inner = _Place(
                f"{place.path}.{name}" if place.path else name,
                place.sorts,
                place.ghost or marks.ghost,
                place.parameter or record.is_parameters,
                place.bookkeeping or marks.bookkeeping,
                record.defaults.get(name),
            )
            fields[name] = self._lay_out(marks, inner, record)
        return RecordNode(record, fields)

    def _lay_out(self, marks: Marks, place: _Place, owner: type[Record]) -> Node:
        scalar = scalar_of(marks.bare, self.bounds)
        if scalar is not None:
            return ScalarNode(place.column(scalar, _default(scalar, place, owner)))
        if isinstance(marks.bare, type) and hasattr(marks.bare, "annotations"):
            return self._record(marks.bare, place)
        origin, arguments = get_origin(marks.bare), get_args(marks.bare)
        kind = getattr(origin, "collection", None)
        if kind in ("array", "function"):
            *keys, element = arguments
            sorts = tuple(self.index(k) for k in keys)
            inner = place.inside(*sorts)
            return TableNode(sorts, self._lay_out(marks_of(element), inner, owner))
        if kind in ("subset", "relation"):
            sorts = tuple(self.index(k) for k in arguments)
            return SetNode(sorts, place.inside(*sorts).column(BOOL, 0))
        if kind in ("log", "queue", "multiset"):
            return self._sequence(kind, arguments[0], marks, place, owner)
        raise LanguageError(
            f"{owner.__name__}: {place.path.rpartition('.')[2]} has a type "
            f"that the language does not have: {marks.bare!r}"
        )

    def _sequence(
        self, kind: str, element: Any, marks: Marks, place: _Place, owner: type[Record]
    ) -> Node:
        if marks.capacity is None:
            raise LanguageError(
                f"{owner.__name__}: {place.path} needs Annotated[..., Capacity(size)]"
            )
        room = resolve(marks.capacity.size, self.bounds)
        name = marks.capacity.name or place.path
        position = Index(f"{place.path}.position", room)
        length = place.column(Scalar(f"{place.path}.length", 0, room), 0, ".length")
        inner = self._lay_out(marks_of(element), place.inside(position), owner)
        return SequenceNode(kind, length, position, inner, name)


def _default(scalar: Scalar, place: _Place, owner: type[Record]) -> int:
    if place.default is not None:
        return int(place.default)
    lowest = 0 if scalar.low is None else scalar.low
    if scalar.high is not None and lowest > scalar.high:
        raise LanguageError(f"{owner.__name__}: the sort {scalar.name} is empty")
    return lowest if not (lowest < 0 <= (scalar.high or 0) and scalar.capacity) else 0


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

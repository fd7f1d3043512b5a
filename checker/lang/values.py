"""Records: the world as a rule sees it.

A record holds no data; it reads and writes scalars in a store, concrete or symbolic, so that one
definition serves both. Assigning a record or a collection copies it.
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform, get_type_hints

from checker.lang.charts import chart_of
from checker.lang.errors import LanguageError
from checker.lang.places import rule_place
from checker.lang.runtime import Store, machine
from checker.lang.schema import Node, RecordNode, ScalarNode, SequenceNode, SetNode, TableNode
from checker.lang.types import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.lang.types import Column

Indices = tuple[Any, ...]
Cells = dict[tuple["Column", Indices], Any]
views: dict[str, Callable[[Store, Any, Indices], Any]] = {}


def view(node: Node, store: Store, at: Indices) -> Any:
    """Return the value at a place: a scalar, a record or a collection that refers to the place."""
    match node:
        case ScalarNode(column):
            return store.read(column, at)
        case RecordNode(record, _):
            return record.bound(store, node, at)
        case TableNode():
            return views["table"](store, node, at)
        case SetNode():
            return views["set"](store, node, at)
        case SequenceNode(kind):
            return views[kind](store, node, at)


def load(node: Node, store: Store, at: Indices) -> Any:
    """Return a copy of everything at a place, as nested tuples in order of declaration."""
    match node:
        case ScalarNode(column):
            return store.read(column, at)
        case RecordNode(_, fields):
            return tuple(load(inner, store, at) for inner in fields.values())
        case TableNode(keys, element):
            return tuple(load(element, store, at + key) for key in every(keys))
        case SetNode(keys, column):
            return tuple(store.read(column, at + key) for key in every(keys))
        case SequenceNode():
            length = store.read(node.length, at)
            return (length, *(load(node.element, store, at + k) for k in every((node.position,))))


def save(node: Node, store: Store, at: Indices, copy: Any) -> None:
    """Write what `load` returned to a place."""
    match node:
        case ScalarNode(column):
            store.write(column, at, copy)
        case RecordNode(_, fields):
            for inner, part in zip(fields.values(), copy, strict=True):
                save(inner, store, at, part)
        case TableNode(keys, element):
            for key, part in zip(every(keys), copy, strict=True):
                save(element, store, at + key, part)
        case SetNode(keys, column):
            for key, part in zip(every(keys), copy, strict=True):
                store.write(column, at + key, part)
        case SequenceNode():
            length, *parts = copy
            store.write(node.length, at, length)
            for key, part in zip(every((node.position,)), parts, strict=True):
                save(node.element, store, at + key, part)


def every(keys: tuple[Any, ...]) -> list[Indices]:
    """Return every tuple of values of finite sorts, the last one counting fastest."""
    result: list[Indices] = [()]
    for sort in keys:
        if sort.size is None:
            raise LanguageError(f"{sort.name} is unbounded and cannot be copied element by element")
        result = [(*head, value) for head in result for value in range(sort.size)]
    return result


def defaults(node: Node) -> Any:
    """Return what `load` gives for a place that was never written."""
    match node:
        case ScalarNode(column):
            return column.scalar.typed(column.default)
        case RecordNode(_, fields):
            return tuple(defaults(inner) for inner in fields.values())
        case TableNode(keys, element):
            return tuple(defaults(element) for _ in every(keys))
        case SetNode(keys, _):
            return tuple(False for _ in every(keys))
        case SequenceNode():
            return (0, *(defaults(node.element) for _ in every((node.position,))))


def copy_of(node: Node, value: Any) -> Any:
    """Return a value as nested tuples that fit `node`."""
    if isinstance(node, ScalarNode):
        return value
    if isinstance(value, Place):
        if not same_shape(value.node, node):
            raise LanguageError(f"{value!r} does not fit here: another type or size")
        return load(value.node, value.store, value.at)
    raise LanguageError(f"{value!r} cannot be stored here")


def same_shape(a: Node, b: Node) -> bool:
    """Return whether values of one layout can be copied to the other."""
    match a, b:
        case ScalarNode(), ScalarNode():
            return True
        case RecordNode(), RecordNode():
            return a.record is b.record
        case TableNode(), TableNode():
            return a.keys == b.keys and same_shape(a.element, b.element)
        case SetNode(), SetNode():
            return a.keys == b.keys
        case SequenceNode(), SequenceNode():
            return (a.kind, a.position.size) == (b.kind, b.position.size) and same_shape(
                a.element, b.element
            )
    return False


class Place:
    """A part of a store: a layout node and the indices that lead to it."""

    __slots__ = ("at", "node", "store")
    store: Store
    node: Any
    at: Indices

    @classmethod
    def bound(cls, store: Store, node: Any, at: Indices) -> Self:
        """Return the part at a place."""
        part = cls.__new__(cls)
        object.__setattr__(part, "store", store)
        object.__setattr__(part, "node", node)
        object.__setattr__(part, "at", at)
        return part


class FreeStore:
    """The scalars of one record that is not part of the world."""

    def __init__(self) -> None:
        self._cells: Cells = {}

    @property
    def cells(self) -> Cells:
        """What was written, by column and indices."""
        return self._cells

    def checked(self, column: Column, value: Any) -> Any:
        """Return a value as the column's type; raise LanguageError if it is no scalar."""
        if not isinstance(value, int):
            raise not_a_scalar(column, value)
        return column.scalar.typed(value)

    def read(self, column: Column, indices: Indices) -> Any:
        """Return a scalar; a symbolic index reads a choice among all."""
        if all(isinstance(i, int) for i in indices):
            found = self.cells.get((column, indices))
            return column.scalar.typed(column.default) if found is None else found
        result = None
        for key in every(column.sorts):
            value = self.read(column, key)
            result = (
                value if result is None else machine().where(_equal(indices, key), value, result)
            )
        return result

    def write(self, column: Column, indices: Indices, value: Any) -> None:
        """Change a scalar; a symbolic index changes the one that it equals."""
        checked = self.checked(column, value)
        if all(isinstance(i, int) for i in indices):
            self.cells[column, tuple(int(i) for i in indices)] = checked
            return
        for key in every(column.sorts):
            old = self.read(column, key)
            self.cells[column, key] = machine().where(_equal(indices, key), checked, old)


def not_a_scalar(column: Column, value: Any) -> LanguageError:
    """Return the error of storing something that is neither a number nor a truth value."""
    kind = type(value).__name__
    return LanguageError(
        f"{column.name} is a {column.scalar.name} and gets a {kind}", *rule_place()
    )


def check_choice(yes: Any, no: Any) -> None:
    """Raise LanguageError unless where() can choose between the two."""
    if not isinstance(yes, Record) or type(yes) is not type(no):
        raise LanguageError("where() needs two scalars or two records of one class", *rule_place())


def _equal(indices: Indices, key: Indices) -> Any:
    result: Any = True
    for a, b in zip(indices, key, strict=True):
        result = machine().both(result, a == b)
    return result


@dataclass_transform(kw_only_default=True)
class Record(Place):
    """Base of records; fields are annotated class attributes, with their value at the start."""

    __slots__ = ()
    defaults: ClassVar[dict[str, Any]] = {}
    is_parameters: ClassVar[bool] = False
    _hints: ClassVar[dict[str, Any] | None] = None

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        inherited = dict(cls.defaults)
        for name in inspect.get_annotations(cls):
            if name in cls.__dict__:
                inherited[name] = cls.__dict__[name]
                delattr(cls, name)
        cls.defaults = inherited
        cls._hints = None

    @classmethod
    def annotations(cls) -> dict[str, Any]:
        """Return the fields with their types, in order of declaration."""
        if cls._hints is None:
            cls._hints = {}
            for owner in reversed(cls.__mro__[: cls.__mro__.index(Record)]):
                module = sys.modules.get(owner.__module__)
                holder = type(
                    owner.__name__,
                    (),
                    {"__annotations__": inspect.get_annotations(owner)},
                )
                names = {**vars(module)} if module is not None else {}
                cls._hints |= get_type_hints(holder, names, include_extras=True)
        return cls._hints

    def __init__(self, **fields: Any) -> None:
        """Make a record of its own, not part of the world."""
        object.__setattr__(self, "store", machine().draft())
        object.__setattr__(self, "node", machine().schema.free(type(self)))
        object.__setattr__(self, "at", ())
        for name, value in fields.items():
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        node = self.node.fields.get(name)
        if node is None:
            raise LanguageError(f"{type(self).__name__} has no field {name!r}")
        return view(node, self.store, self.at)

    def __setattr__(self, name: str, value: Any) -> None:
        node = self.node.fields.get(name)
        if node is None:
            raise LanguageError(f"{type(self).__name__} has no field {name!r}")
        save(node, self.store, self.at, copy_of(node, value))

    def __eq__(self, other: object) -> Any:
        """Return whether all fields are equal, without a branch."""
        if not isinstance(other, Record) or not same_shape(self.node, other.node):
            return NotImplemented
        return equal(copy_of(self.node, self), copy_of(other.node, other))

    def __ne__(self, other: object) -> Any:
        """Return whether some field differs, without a branch."""
        same = self.__eq__(other)
        return same if same is NotImplemented else machine().where(same, False, True)

    def __bool__(self) -> bool:
        raise LanguageError(f"a {type(self).__name__} is no truth value", *rule_place())

    __hash__ = None  # type: ignore[assignment]

    def copy(self) -> Self:
        """Return a record of its own with the same fields."""
        result = type(self)()
        save(result.node, result.store, (), copy_of(self.node, self))
        return result

    def clear(self) -> None:
        """Set every field to its value at the start."""
        save(self.node, self.store, self.at, defaults(self.node))

    def become(self, state: State) -> None:
        """Move the record's State field; a move that MAY_FOLLOW does not list is a model error."""
        name, enum = self._state_field(state)
        old = getattr(self, name)
        legal: Any = False
        for source, targets in (chart_of(enum) or {}).items():
            for target in targets:
                move = machine().both(old == source, state == target)
                legal = machine().where(legal, True, move)
        machine().insist(legal, f"{enum.__name__} cannot move to {_name(state, enum)} here")
        setattr(self, name, state)

    def _state_field(self, state: object) -> tuple[str, type[State]]:
        found = []
        for name, node in self.node.fields.items():
            enum = node.column.scalar.enum if isinstance(node, ScalarNode) else None
            if enum is not None and issubclass(enum, State):
                if isinstance(state, State) and not isinstance(state, enum):
                    continue
                found.append((name, enum))
        if len(found) != 1:
            raise LanguageError(f"{type(self).__name__} has no single field that can become this")
        return found[0]

    def __repr__(self) -> str:
        """Return the class with its fields."""
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.node.fields)
        return f"{type(self).__name__}({fields})"


class Parameters(Record):
    """A record that is constant during a run: settings, switches and fault budgets."""

    __slots__ = ()
    is_parameters = True


def _name(state: Any, enum: type[State]) -> str:
    return enum(state).name if isinstance(state, int) else "that state"


def equal(a: Any, b: Any) -> Any:
    """Return whether two nested tuples of scalars are equal, without a branch."""
    if not isinstance(a, tuple):
        return a == b
    result: Any = True
    for left, right in zip(a, b, strict=True):
        result = machine().both(result, equal(left, right))
    return result

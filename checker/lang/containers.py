"""Arrays, subsets, logs, queues, multisets, relations and functions over sorts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, TypeVarTuple

from checker.lang.errors import LanguageError
from checker.lang.places import rule_place
from checker.lang.runtime import Store, machine
from checker.lang.schema import ScalarNode, SequenceNode, SetNode, TableNode, columns_of
from checker.lang.values import (
    FreeStore,
    Indices,
    Place,
    Record,
    copy_of,
    defaults,
    equal,
    every,
    load,
    save,
    view,
    views,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.lang.types import Column

K = TypeVar("K")
T = TypeVar("T")
Ks = TypeVarTuple("Ks")


class _Collection(Place):
    __slots__ = ()
    collection: ClassVar[str] = ""

    def __init__(self, store: Store, node: Any, at: Indices) -> None:
        self.store = store
        self.node = node
        self.at = at

    def clear(self) -> None:
        """Set everything to its value at the start."""
        save(self.node, self.store, self.at, defaults(self.node))

    def __repr__(self) -> str:
        """Return the collection's elements."""
        return f"{type(self).__name__}{load(self.node, self.store, self.at)!r}"

    def __eq__(self, other: object) -> Any:
        """Return whether the contents are equal, without a branch."""
        if not isinstance(other, _Collection):
            return NotImplemented
        return equal(copy_of(self.node, self), copy_of(self.node, other))

    def __ne__(self, other: object) -> Any:
        """Return whether the contents differ, without a branch."""
        same = self.__eq__(other)
        return same if same is NotImplemented else machine().where(same, False, True)

    def __bool__(self) -> bool:
        kind = type(self).__name__.lower()
        raise LanguageError(f"a {kind} is no truth value: ask what it holds", *rule_place())

    __hash__ = None  # type: ignore[assignment]


class _Table(_Collection):
    __slots__ = ()
    node: TableNode

    def _place(self, key: Any) -> Indices:
        keys = key if isinstance(key, tuple) else (key,)
        return self.at + check_indices(self.node.keys, keys)

    def _get(self, key: Any) -> Any:
        return view(self.node.element, self.store, self._place(key))

    def _set(self, key: Any, value: Any) -> None:
        element = self.node.element
        save(element, self.store, self._place(key), copy_of(element, value))

    def _fill(self, value: Any) -> None:
        copy = copy_of(self.node.element, value)
        for key in every(self.node.keys):
            save(self.node.element, self.store, self.at + key, copy)


class Array(_Table, Generic[K, T]):
    """One T per value of the sort K."""

    __slots__ = ()
    collection: ClassVar[str] = "array"

    def __getitem__(self, key: int) -> T:
        result: T = self._get(key)
        return result

    def __setitem__(self, key: int, value: T) -> None:
        self._set(key, value)

    def __iter__(self) -> Iterator[T]:
        for key in every(self.node.keys):
            yield self._get(key)

    def fill(self, value: T) -> None:
        """Set every element to a copy of the value."""
        self._fill(value)


class Function(_Table, Generic[*Ks]):
    """One value per tuple of keys: Function[A, B, T] maps A x B to T."""

    __slots__ = ()
    __iter__ = None
    collection: ClassVar[str] = "function"

    def __getitem__(self, key: Any) -> Any:
        return self._get(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._set(key, value)


class _Set(_Collection):
    __slots__ = ()
    node: SetNode

    def _has(self, keys: Indices) -> Any:
        return self.store.read(self.node.column, self.at + check_indices(self.node.keys, keys))

    def _put(self, keys: Indices, value: Any) -> None:
        self.store.write(self.node.column, self.at + check_indices(self.node.keys, keys), value)

    def _write_all(self, value: Any) -> None:
        for key in every(self.node.keys):
            self.store.write(self.node.column, self.at + key, value)


class Subset(_Set, Generic[K]):
    """A set of values of the sort K."""

    __slots__ = ()
    collection: ClassVar[str] = "subset"

    def has(self, key: int) -> bool:
        """Return whether the value is in the set, without a branch."""
        result: bool = self._has((key,))
        return result

    def __contains__(self, key: int) -> bool:
        return bool(self._has((key,)))

    def add(self, key: int) -> None:
        """Put a value in."""
        self._put((key,), True)

    def discard(self, key: int) -> None:
        """Take a value out, if it is in."""
        self._put((key,), False)

    def put(self, key: int, present: bool) -> None:
        """Put a value in or take it out."""
        self._put((key,), present)

    def fill(self) -> None:
        """Put every value of the sort in."""
        self._write_all(True)

    @property
    def size(self) -> int:
        """How many values are in the set."""
        result: int = machine().quantify("count", self.node.keys[0], self.has)
        return result

    @property
    def is_empty(self) -> bool:
        """Whether no value is in the set."""
        result: bool = self.size == 0
        return result

    def __iter__(self) -> Iterator[int]:
        for (key,) in every(self.node.keys):
            if key in self:
                yield key


class Relation(_Set, Generic[*Ks]):
    """A set of tuples over sorts."""

    __slots__ = ()
    collection: ClassVar[str] = "relation"

    def has(self, *keys: int) -> bool:
        """Return whether the tuple is in the relation, without a branch."""
        result: bool = self._has(keys)
        return result

    def __contains__(self, keys: tuple[int, ...]) -> bool:
        return bool(self._has(keys))

    def add(self, *keys: int) -> None:
        """Put a tuple in."""
        self._put(keys, True)

    def discard(self, *keys: int) -> None:
        """Take a tuple out, if it is in."""
        self._put(keys, False)


class _Sequence(_Collection, Generic[T]):
    """Elements by position, room for a fixed number of them."""

    __slots__ = ()
    node: SequenceNode

    @property
    def room(self) -> int:
        """How many elements there is room for."""
        return self.node.position.size or 0

    @property
    def length(self) -> int:
        """How many elements there are."""
        result: int = self.store.read(self.node.length, self.at)
        return result

    def __len__(self) -> int:
        return self.length

    def __bool__(self) -> bool:
        return bool(self.length > 0)

    def __getitem__(self, position: int) -> T:
        self._check(position, self.length)
        result: T = view(self.node.element, self.store, (*self.at, position))
        return result

    def __setitem__(self, position: int, value: T) -> None:
        self._check(position, self.length)
        self._save(position, copy_of(self.node.element, value))

    def __iter__(self) -> Iterator[T]:
        for position in range(self.room):
            if position >= self.length:
                break
            yield self[position]

    def exists(self, body: Callable[[T], bool]) -> bool:
        """Return whether the body holds for some element."""
        result: bool = machine().quantify("exists", self.node.position, self._guarded(body, False))
        return result

    def forall(self, body: Callable[[T], bool]) -> bool:
        """Return whether the body holds for every element."""
        result: bool = machine().quantify("forall", self.node.position, self._guarded(body, True))
        return result

    def count(self, body: Callable[[T], bool]) -> int:
        """Return for how many elements the body holds."""
        result: int = machine().quantify("count", self.node.position, self._guarded(body, False))
        return result

    def _guarded(self, body: Callable[[T], bool], beyond: bool) -> Callable[[Any], Any]:
        return lambda position: body(self[position]) if position < self.length else beyond

    def _check(self, position: Any, length: Any, beyond: str = "no element there") -> None:
        machine().insist(position >= 0, f"{self.node.capacity}: a position is negative")
        machine().insist(position < length, f"{self.node.capacity}: {beyond}")

    def _load(self, position: Any) -> Any:
        return load(self.node.element, self.store, (*self.at, position))

    def _save(self, position: Any, copy: Any) -> None:
        save(self.node.element, self.store, (*self.at, position), copy)

    def _resize(self, length: Any) -> None:
        self.store.write(self.node.length, self.at, length)

    def _stored(self) -> frozenset[str]:
        """Return the columns that need the room; none for a record that is not in the world."""
        if isinstance(self.store, FreeStore):
            return frozenset()
        return frozenset(column.name for column in columns_of(self.node))

    def _append(self, copy: Any) -> None:
        length = self.length
        machine().limit(length < self.room, self.node.capacity, self._stored())
        self._save(length, copy)
        self._resize(length + 1)

    def _remove_at(self, position: Any) -> None:
        """Close the gap at a position; what is beyond the end has its default."""
        beyond = defaults(self.node.element)
        for k in range(self.room):
            following = self._load(k + 1) if k + 1 < self.room else beyond
            self._save(k, choose(k < position, self._load(k), following))
        self._resize(self.length - 1)


class Log(_Sequence[T]):
    """A sequence that is appended to and truncated."""

    __slots__ = ()
    collection: ClassVar[str] = "log"

    def append(self, value: T) -> None:
        """Put a copy of the value at the end; without room this reaches the capacity."""
        self._append(copy_of(self.node.element, value))

    def truncate(self, length: int) -> None:
        """Keep the first `length` elements; a longer length changes nothing."""
        machine().insist(length >= 0, f"{self.node.capacity}: cannot be truncated below 0")
        beyond = defaults(self.node.element)
        for k in range(self.room):
            self._save(k, choose(k < length, self._load(k), beyond))
        self._resize(machine().where(length < self.length, length, self.length))

    @property
    def last(self) -> T:
        """The newest element; the log must not be empty."""
        return self[self.length - 1]


class Queue(_Sequence[T]):
    """First in, first out."""

    __slots__ = ()
    collection: ClassVar[str] = "queue"

    def put(self, value: T) -> None:
        """Put a copy of the value at the end; without room this reaches the capacity."""
        self._append(copy_of(self.node.element, value))

    def put_at(self, position: int, value: T) -> None:
        """Put a copy of the value in before the element at a position, 0 to the length."""
        length = self.length
        self._check(position, length + 1, "a position is beyond the end")
        machine().limit(length < self.room, self.node.capacity, self._stored())
        copy = copy_of(self.node.element, value)
        old = [self._load(k) for k in range(self.room)]
        for k in range(self.room):
            moved = copy if k == 0 else choose(k == position, copy, old[k - 1])
            self._save(k, choose(k < position, old[k], choose(k <= length, moved, old[k])))
        self._resize(length + 1)

    def take(self) -> T:
        """Remove the oldest element and return it; the queue must not be empty."""
        return self.take_at(0)

    def take_at(self, position: int) -> T:
        """Remove the element at a position and return it."""
        self._check(position, self.length)
        element: T = detach(self.node, self._load(position))
        self._remove_at(position)
        return element


class Multiset(_Sequence[T]):
    """Elements without an order: kept sorted, so that equal multisets are equal states."""

    __slots__ = ()
    collection: ClassVar[str] = "multiset"

    def __getitem__(self, position: int) -> T:
        self._check(position, self.length)
        place = (*self.at, position)
        result: T = view(self.node.element, ReadOnly(self.store), place)
        return result

    def __setitem__(self, position: int, value: T) -> None:
        raise LanguageError(ReadOnly.reason, *rule_place())

    def add(self, value: T) -> None:
        """Put a copy of the value in; without room this reaches the capacity."""
        length = self.length
        machine().limit(length < self.room, self.node.capacity, self._stored())
        copy = copy_of(self.node.element, value)
        old = [self._load(k) for k in range(self.room)]
        stays = [self._not_after(old[k], copy, k, length) for k in range(self.room)]
        for k in range(self.room):
            shifted = copy if k == 0 else choose(stays[k - 1], copy, old[k - 1])
            placed = choose(stays[k], old[k], shifted)
            self._save(k, choose(k <= length, placed, old[k]))
        self._resize(length + 1)

    def _not_after(self, element: Any, copy: Any, k: int, length: Any) -> Any:
        return machine().both(k < length, not_after(scalars(element), scalars(copy)))

    def remove_at(self, position: int) -> T:
        """Remove the element at a position and return it."""
        self._check(position, self.length)
        element: T = detach(self.node, self._load(position))
        self._remove_at(position)
        return element

    def is_first(self, position: int) -> bool:
        """Return whether no equal element stands before this one (equal ones are one choice)."""
        self._check(position, self.room)
        where = machine().where
        before = self._load(where(position == 0, 0, position - 1))
        same = equal(before, self._load(position))
        result: bool = where(position == 0, True, where(same, False, True))
        return result

    def has(self, value: T) -> bool:
        """Return whether an equal element is in."""
        copy = copy_of(self.node.element, value)
        result: bool = machine().quantify(
            "exists",
            self.node.position,
            lambda k: machine().both(k < self.length, equal(self._load(k), copy)),
        )
        return result


class ReadOnly:
    """A store that is only read: changing an element of a multiset would change its order."""

    reason: ClassVar[str] = "an element of a multiset cannot be changed: remove it and add another"

    def __init__(self, store: Store) -> None:
        self.store = store

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ReadOnly) and self.store == other.store

    def __hash__(self) -> int:
        return hash(self.store)

    def read(self, column: Column, indices: Indices) -> Any:
        """Return the scalar at these indices."""
        return self.store.read(column, indices)

    def write(self, column: Column, indices: Indices, value: Any) -> None:
        """Refuse."""
        raise LanguageError(self.reason, *rule_place())


def detach(node: SequenceNode, copy: Any) -> Any:
    """Return an element as a value of its own."""
    if isinstance(node.element, ScalarNode):
        return copy
    element = node.element
    if not hasattr(element, "record"):
        raise LanguageError(f"{node.capacity}: elements that are collections cannot be taken out")
    record: Record = element.record()
    save(record.node, record.store, (), copy)
    return record


def scalars(copy: Any) -> list[Any]:
    """Return the scalars of nested tuples in order."""
    return [s for part in copy for s in scalars(part)] if isinstance(copy, tuple) else [copy]


def not_after(a: list[Any], b: list[Any]) -> Any:
    """Return whether one list of scalars is at most the other, in dictionary order."""
    if not a:
        return True
    rest = not_after(a[1:], b[1:])
    where = machine().where
    return where(a[0] < b[0], True, machine().both(a[0] == b[0], rest))


def choose(condition: Any, yes: Any, no: Any) -> Any:
    """Return one of two nested tuples of scalars, without a branch."""
    if isinstance(condition, int):
        return yes if condition else no
    if isinstance(yes, tuple):
        return tuple(choose(condition, a, b) for a, b in zip(yes, no, strict=True))
    return machine().where(condition, yes, no)


def check_indices(keys: tuple[Any, ...], values: Indices) -> Indices:
    """Return the indices; one outside its sort is a model error."""
    if len(keys) != len(values):
        raise LanguageError(f"{len(keys)} keys are needed here, not {len(values)}")
    for sort, value in zip(keys, values, strict=True):
        machine().insist(value >= 0, f"an index is below the sort {sort.name}")
        if sort.size is not None:
            machine().insist(value < sort.size, f"an index is outside the sort {sort.name}")
    return values


views.update(
    table=lambda store, node, at: (Array if len(node.keys) == 1 else Function)(store, node, at),
    set=lambda store, node, at: (Subset if len(node.keys) == 1 else Relation)(store, node, at),
    log=Log,
    queue=Queue,
    multiset=Multiset,
)

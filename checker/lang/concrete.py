"""The concrete machine: rules run by CPython on plain integers. The reference semantics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.lang.errors import Blocked, CapacityReached, LanguageError, ModelError
from checker.lang.places import rule_place
from checker.lang.runtime import running
from checker.lang.values import FreeStore, Place, check_choice, not_a_scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from checker.lang.schema import Schema
    from checker.lang.types import Column, Index
    from checker.lang.values import Record

Vector = tuple[int, ...]


class Layout:
    """Where each cell of a world stands in a flat vector of integers, column by column."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.columns = tuple(c for c in schema.columns if not c.parameter)
        self.start: dict[Column, int] = {}
        total = 0
        for column in self.columns:
            self.start[column] = total
            total += column.cells
        self.cells = total

    def defaults(self) -> list[int]:
        """Return the vector of a world in which nothing was set."""
        return [column.default for column in self.columns for _ in range(column.cells)]


class ConcreteMachine:
    """Runs rules on one vector.

    cells: the current world; parameters: the values of parameter columns; reads: what was read
    since the last `require` that held, for explanations.
    """

    def __init__(self, layout: Layout, parameters: Mapping[str, int]) -> None:
        self.layout = layout
        self.schema = layout.schema
        self.parameters = {
            c: parameters.get(c.name, c.default) for c in self.schema.columns if c.parameter
        }
        self.cells = layout.defaults()
        self.reads: dict[tuple[Column, tuple[int, ...]], int] = {}

    def read(self, column: Column, indices: tuple[Any, ...]) -> Any:
        """Return the scalar at these indices as the type that the model declares."""
        if column.parameter:
            value = self.parameters[column]
        else:
            value = self.cells[self._position(column, indices)]
        self.reads[column, indices] = value
        return column.scalar.typed(value)

    def write(self, column: Column, indices: tuple[Any, ...], value: Any) -> None:
        """Change a scalar; a value that does not fit is a cut or a model error."""
        if column.parameter:
            raise LanguageError(f"{column.name} is a parameter of the run", *rule_place())
        if not isinstance(value, int):
            raise not_a_scalar(column, value)
        number = int(value)
        scalar = column.scalar
        low, high = scalar.low, scalar.high
        if (low is not None and number < low) or (high is not None and number > high):
            if scalar.capacity:
                raise CapacityReached(scalar.name, *rule_place())
            message = f"{column.name} cannot hold {number}: it is a {scalar.name}"
            raise ModelError(message, *rule_place())
        self.cells[self._position(column, indices)] = number

    def _position(self, column: Column, indices: tuple[Any, ...]) -> int:
        position = 0
        for sort, index in zip(column.sorts, indices, strict=True):
            assert sort.size is not None
            if not 0 <= index < sort.size:
                raise ModelError(f"an index is outside the sort {sort.name}", *rule_place())
            position = position * sort.size + int(index)
        return self.layout.start[column] + position

    def require(self, condition: Any, reason: str) -> None:
        """Block unless the condition holds."""
        if not condition:
            raise Blocked(reason, *rule_place())
        self.reads.clear()

    def limit(self, condition: Any, capacity: str, columns: frozenset[str]) -> None:
        """Cut unless the condition holds."""
        if not condition:
            raise CapacityReached(capacity, *rule_place())

    def insist(self, condition: Any, message: str) -> None:
        """Stop with a model error unless the condition holds."""
        if not condition:
            raise ModelError(message, *rule_place())

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        """Return yes where the condition holds, else no; of two records, a copy."""
        if isinstance(yes, Place) or isinstance(no, Place):
            check_choice(yes, no)
            result: Record = (yes if condition else no).copy()
            return result
        return yes if condition else no

    def draft(self) -> FreeStore:
        """Return a store for a record that is not part of the world."""
        return FreeStore()

    def both(self, left: Any, right: Any) -> Any:
        """Return the conjunction."""
        return bool(left) and bool(right)

    def quantify(self, op: str, sort: Index, body: Callable[[Any], Any]) -> Any:
        """Return forall, exists or count of the body over the sort; every value is tried."""
        results = [bool(body(value)) for value in self.iterate(sort)]
        if op == "count":
            return sum(results)
        return all(results) if op == "forall" else any(results)

    def iterate(self, sort: Index) -> Iterator[Any]:
        """Yield every value of the sort."""
        if sort.size is None:
            raise LanguageError(f"{sort.name} is unbounded: give it a size", *rule_place())
        return iter(range(sort.size))

    def call(self, rule: Callable[[], Any], pure: bool) -> Any:
        """Run a helper."""
        return rule()

    def world(self) -> Record:
        """Return the world that this machine's cells are."""
        return self.schema.root.record.bound(self, self.schema.root, ())

    def run(self, vector: Vector, rule: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Load a vector and run a rule on it; afterwards `cells` holds the successor."""
        self.cells[:] = vector
        self.reads.clear()
        with running(self):
            return rule(self.world(), *arguments)

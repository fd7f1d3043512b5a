"""A sliced instance without variables: every step with its arguments filled in, cell by cell.

Parameters of the run and arguments are replaced by their values and binders are written out, so
that all that is left to read are cells of the state. Canonical forms are not applied: they change
no verdict, and what is asked here does not depend on how many states there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.errors import LanguageError
from checker.lang.ir import BOOLEAN, BlockedLeaf, ErrorLeaf, Expr, Outcome, Tree, leaves
from checker.lang.rules import ALWAYS
from checker.lang.slicing import slice_instance
from checker.lang.trees import map_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from checker.lang.concrete import Vector
    from checker.lang.model import Instance, Step, TracedAction
    from checker.lang.slicing import Slice
    from checker.lang.types import Column

Values = dict[Expr, Expr]


@dataclass(frozen=True)
class Cell:
    """One scalar of the state: a column at given indices; place: where it stands in a vector."""

    column: Column
    indices: tuple[int, ...]
    place: int

    @cached_property
    def read(self) -> Expr:
        """The cell before the step, as an expression."""
        return build.read(self.column, tuple(build.const(i) for i in self.indices))

    def __str__(self) -> str:
        """Return the cell's path in the world."""
        at = ", ".join(map(str, self.indices))
        return f"{self.column.name}[{at}]" if at else self.column.name


@dataclass(frozen=True)
class GroundStep:
    """A step with the decision tree that is left of its action for these arguments."""

    step: Step
    tree: Tree


@dataclass(frozen=True)
class GroundProperty:
    """A property as what is looked for: a state that breaks an invariant or shows a witness."""

    name: str
    kind: str
    seen: Expr


class Ground:
    """The steps, cells and properties of an instance; kept: a slice of it that is at hand."""

    def __init__(self, instance: Instance, kept: Slice | None = None) -> None:
        self.instance = instance
        self.slice = kept or slice_instance(instance)
        self._constants: Values = {}
        for column in instance.schema.columns:
            if column.parameter:
                value = _constant(instance.parameters[column.name], column.scalar.kind)
                self._constants[build.read(column, ())] = value
        self.cells = tuple(self._cells())

    def _cells(self) -> Iterator[Cell]:
        for column in self.slice.columns:
            _check_finite(column)
            first = self.instance.layout.start[column]
            keys = product(*(range(sort.size or 0) for sort in column.sorts))
            for number, key in enumerate(keys):
                yield Cell(column, key, first + number)

    @cached_property
    def by_column(self) -> Mapping[Column, Mapping[tuple[int, ...], Cell]]:
        """The cells by column and indices."""
        found: dict[Column, dict[tuple[int, ...], Cell]] = {}
        for cell in self.cells:
            found.setdefault(cell.column, {})[cell.indices] = cell
        return found

    @cached_property
    def initial(self) -> tuple[Vector, ...]:
        """The distinct initial states of the slice, as full vectors."""
        return tuple(dict.fromkeys(self.slice.project(v) for v in self.instance.initial()))

    @cached_property
    def steps(self) -> tuple[GroundStep, ...]:
        """Every step that is not blocked whatever the state is."""
        pairs = zip(self.instance.traced, self.slice.actions, strict=True)
        trees = {traced.action: (traced, tree) for traced, tree in pairs}
        found = []
        for step in self.instance.steps:
            traced, tree = trees[step.action]
            ground = map_tree(tree, _putting(self._constants | _arguments(traced, step)))
            if not all(isinstance(end, BlockedLeaf) for end in leaves(ground)):
                found.append(GroundStep(step, ground))
        return tuple(found)

    @cached_property
    def properties(self) -> tuple[GroundProperty, ...]:
        """The invariants and witnesses of the run; where one fails to evaluate nothing is seen."""
        found = []
        for traced in self.slice.properties:
            verdict, kind = traced.verdict, traced.property.kind
            holds = build.negate(verdict.condition) if kind == ALWAYS else verdict.condition
            fails = build.disj(*(condition for condition, _ in verdict.errors))
            seen = self.constant_free(build.conj(holds, build.negate(fails)))
            found.append(GroundProperty(traced.property.name, kind, seen))
        return tuple(found)

    @cached_property
    def failures(self) -> tuple[tuple[str, Expr, ErrorLeaf], ...]:
        """Which property cannot be evaluated where, and the model error that it is."""
        return tuple(
            (traced.property.name, self.constant_free(condition), error)
            for traced in self.slice.properties
            for condition, error in traced.verdict.errors
        )

    def constant_free(self, expr: Expr) -> Expr:
        """Return an expression with parameters replaced and binders written out."""
        return build.expand(build.substitute(expr, self._constants))

    def writes(self, outcome: Outcome) -> Iterator[tuple[Cell, Expr]]:
        """Yield each cell that an outcome may change, with its value behind the step."""
        for column, function in outcome.updates:
            for indices, cell in self.by_column.get(column, {}).items():
                at = tuple(build.const(i) for i in indices)
                value = build.select(function, at)
                if value is not cell.read:
                    yield cell, value


def _check_finite(column: Column) -> None:
    if column.scalar.low is None or column.scalar.high is None:
        raise LanguageError(f"{column.name} is unbounded: give {column.scalar.name} a size")


def _constant(value: int, kind: str) -> Expr:
    return build.const(bool(value) if kind == BOOLEAN else value)


def _arguments(traced: TracedAction, step: Step) -> Values:
    pairs = zip(traced.arguments.values(), step.arguments, strict=True)
    return {expr: _constant(value, expr.kind) for expr, value in pairs}


def _putting(values: Values) -> Callable[[Expr], Expr]:
    """Return the change that puts values in the place of parameters and arguments."""
    known: Values = {}

    def change(expr: Expr) -> Expr:
        if expr not in known:
            known[expr] = build.expand(build.substitute(expr, values))
        return known[expr]

    return change

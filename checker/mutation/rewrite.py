"""Rewrites an action's decision tree so that a parameter of the run selects one of its mutants.

A mutant may compute what no rule could: the rewritten tree ends in a model error where a value or
an index would leave its range, and reads the first cell where an index does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.ir import (
    Branch,
    ErrorLeaf,
    Expr,
    Function,
    Lambda,
    Outcome,
    Store,
    Tree,
    branch,
    leaf,
)
from checker.mutation.mutants import condition_changes, update_changes
from checker.mutation.places import Condition, is_check, is_choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from checker.lang.types import Column, Index
    from checker.mutation.places import Noted, Update

Changed = tuple[int, "Callable[[Expr], Expr]"]
Rewritten = tuple[int, "Callable[[Expr, Expr], Expr]"]

LEFT_RANGE = "a changed rule stores a value or uses an index that is out of range"


@dataclass(frozen=True)
class Change:
    """A mutant as one action has it."""

    number: int
    place: Condition | Update
    change: str


def with_mutants(
    tree: Tree, noted: Noted, changes: Sequence[Change], selector: Expr, where: tuple[str, int]
) -> Tree:
    """Return a tree that is the given one unless the selector has the number of a change.

    where: the action's own place, for errors.
    """
    if not changes:
        return tree
    chosen = build.disj(*(_within(selector, *run) for run in _runs(c.number for c in changes)))
    return _choice(chosen, _Rewriter(noted, changes, selector, where).tree(tree), tree)


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first and last of each run of consecutive numbers."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


def _within(value: Expr, low: int, high: int) -> Expr:
    return build.conj(build.le(build.const(low), value), build.le(value, build.const(high)))


def _choice(condition: Expr, yes: Tree, no: Tree) -> Tree:
    if condition.is_const:
        return yes if condition.number else no
    return branch(condition, yes, no)


class _Rewriter:
    def __init__(
        self,
        noted: Noted,
        changes: Sequence[Change],
        selector: Expr,
        where: tuple[str, int],
    ) -> None:
        self.noted = noted
        self.selector = selector
        self.error = leaf(ErrorLeaf(LEFT_RANGE, *where))
        self.conditions: dict[Expr, list[Changed]] = {}
        self.values: dict[tuple[Column, Expr], list[Rewritten]] = {}
        for change in changes:
            self._enter(change)
        self.trees: dict[int, Tree] = {}
        self.changed: dict[Expr, Expr] = {}
        self.written: dict[tuple[Column, Expr, Expr, Expr], Expr] = {}
        self.plain: dict[Expr, Expr] = {}

    def _enter(self, entered: Change) -> None:
        place = entered.place
        if isinstance(place, Condition):
            for expr, holds in place.targets:
                change = dict(condition_changes(expr, holds)).get(entered.change)
                if change is not None:
                    self.conditions.setdefault(expr, []).append((entered.number, change))
        else:
            for column, value in place.targets:
                rewrite = dict(update_changes(column.scalar)).get(entered.change)
                if rewrite is not None:
                    key = column, value
                    self.values.setdefault(key, []).append((entered.number, rewrite))

    # trees

    def tree(self, node: Tree) -> Tree:
        found = self.trees.get(id(node))
        if found is None:
            found = self.trees[id(node)] = self._rewritten(node)
        return found

    def _rewritten(self, node: Tree) -> Tree:
        if isinstance(node, Branch):
            condition = self.checked(node.condition) if is_check(node) else self.go(node.condition)
            return _choice(condition, self.tree(node.yes), self.tree(node.no))
        if isinstance(node, Outcome):
            updates = tuple((column, self.function(column, f)) for column, f in node.updates)
            fits = build.conj(*(_fits(column, function) for column, function in updates))
            return _choice(fits, leaf(Outcome(updates)), self.error)
        return node

    def function(self, column: Column, function: Function) -> Function:
        if isinstance(function, Store):
            inner = self.function(column, function.function)
            before = build.select(function.function, function.indices)
            indices = tuple(self.go(i) for i in function.indices)
            old = build.select(inner, tuple(_inside(i, s) for i, s in _paired(indices, column)))
            return Store(inner, indices, self.value(column, function.value, before, old))
        if isinstance(function, Lambda):
            old = build.read(column, function.variables)
            body = self.value(column, function.body, old, old)
            return Lambda(column, function.variables, body)
        return function

    def value(self, column: Column, value: Expr, before: Expr, old: Expr) -> Expr:
        """Return a written value; before: what was there, as the original says; old: rewritten."""
        key = (column, value, before, old)
        found = self.written.get(key)
        if found is None:
            found = self.written[key] = self._value(column, value, before, old)
        return found

    def _value(self, column: Column, value: Expr, before: Expr, old: Expr) -> Expr:
        if is_choice(column, value, before, self.noted):
            result = self.go(value)
            for number, change in self.values.get((column, value), ()):
                result = build.ite(self._is(number), change(self.go(value), old), result)
            return result
        if value.op == "ite":
            condition, yes, no = value.args
            return build.ite(
                self.go(condition),
                self.value(column, yes, before, old),
                self.value(column, no, before, old),
            )
        return self.go(value)

    def _is(self, number: int) -> Expr:
        return build.eq(self.selector, build.const(number))

    # expressions

    def go(self, expr: Expr) -> Expr:
        """Return an expression with its conditions as selected."""
        found = self.changed.get(expr)
        if found is None:
            original = found = _rebuilt(expr, tuple(self.go(a) for a in expr.args))
            for number, change in self.conditions.get(expr, ()):
                found = build.ite(self._is(number), change(original), found)
            self.changed[expr] = found
        return found

    def checked(self, expr: Expr) -> Expr:
        """Return an expression as it is, other than reads behind the end of a column."""
        found = self.plain.get(expr)
        if found is None:
            found = _rebuilt(expr, tuple(self.checked(a) for a in expr.args))
            self.plain[expr] = found
        return found


def _rebuilt(expr: Expr, args: tuple[Expr, ...]) -> Expr:
    if expr.op == "read":
        args = tuple(_inside(i, s) for i, s in _paired(args, expr.column))
    return expr if args == expr.args else build.rebuild(expr, args)


def _paired(indices: tuple[Expr, ...], column: Column) -> list[tuple[Expr, Index]]:
    return list(zip(indices, column.sorts, strict=True))


def _is_in(index: Expr, sort: Index) -> Expr:
    assert sort.size is not None
    return _within(index, 0, sort.size - 1)


def _inside(index: Expr, sort: Index) -> Expr:
    return build.ite(_is_in(index, sort), index, build.const(0))


def _fits(column: Column, function: Function) -> Expr:
    """Return where all that a function value stores is in range."""
    parts: list[Expr] = []
    while isinstance(function, Store):
        parts += [_is_in(i, s) for i, s in _paired(function.indices, column)]
        parts.append(_fits_scalar(column, function.value))
        function = function.function
    if isinstance(function, Lambda):
        body = _fits_scalar(column, function.body)
        for variable in function.variables:
            body = build.binder("forall", variable, body)
        parts.append(body)
    return build.conj(*parts)


def _fits_scalar(column: Column, value: Expr) -> Expr:
    scalar = column.scalar
    if scalar.low is None or scalar.high is None or value.kind != "int":
        return build.TRUE
    return _within(value, scalar.low, scalar.high)

"""A small evaluator of the intermediate form: the meaning that every back end must have.

A read outside its sorts gives `Values.outside`, which must never matter; a store is never there.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from checker.lang.ir import (
    BlockedLeaf,
    Branch,
    CutLeaf,
    ErrorLeaf,
    Expr,
    Function,
    Lambda,
    Leaf,
    Outcome,
    Store,
    Tree,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.lang.concrete import Layout, Vector
    from checker.lang.types import Column


@dataclass
class Values:
    """What expressions are evaluated in: a state, arguments, parameters of the run."""

    layout: Layout
    state: Vector
    arguments: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, int] = field(default_factory=dict)
    beyond: int = 0
    seed: int | None = None

    def outside(self, column: Column, indices: tuple[int, ...]) -> int:
        """Return what is read outside of a sort: `beyond` everywhere, with a seed anything."""
        value = self.beyond
        if self.seed is not None:
            value = random.Random(f"{self.seed} {column.name} {indices}").randint(-1, 3)
        return value % 2 if column.scalar.kind == "bool" else value

    def position(self, column: Column, indices: tuple[int, ...]) -> int | None:
        """Return where a cell stands in the state, None outside of the column."""
        position = 0
        for sort, index in zip(column.sorts, indices, strict=True):
            assert sort.size is not None
            if not 0 <= index < sort.size:
                return None
            position = position * sort.size + index
        return self.layout.start[column] + position


Bindings = dict[Expr, int]
OUTSIDE = (*(dict(beyond=value) for value in (-1, 1, 2, 3)), *(dict(seed=n) for n in range(24)))
"""What may be read outside of a sort: anything of its range, the same everywhere or not."""


def is_told_inside(expr: Expr, values: Values) -> bool:
    """Return whether an expression has one value, whatever is read outside of a sort."""
    others = (replace(values, **outside) for outside in OUTSIDE)
    return len({evaluate(expr, each) for each in (values, *others)}) == 1


def evaluate(expr: Expr, values: Values, bindings: Bindings | None = None) -> int:
    """Return the value of an expression; truth values are 0 and 1."""
    bound = bindings or {}
    if expr.op in ("forall", "exists", "count"):
        return _binder(expr, values, bound)
    if expr.op == "ite":
        chosen = expr.args[1] if evaluate(expr.args[0], values, bound) else expr.args[2]
        return evaluate(chosen, values, bound)
    args = [evaluate(a, values, bound) for a in expr.args]
    match expr.op:
        case "const":
            return expr.number
        case "param":
            return values.arguments[expr.name]
        case "setting":
            return values.settings[expr.name]
        case "bound":
            return bound[expr]
        case "read":
            position = values.position(expr.column, tuple(args))
            if position is None:
                return values.outside(expr.column, tuple(args))
            return values.state[position]
        case "add":
            return args[0] + args[1]
        case "sub":
            return args[0] - args[1]
        case "mul":
            return args[0] * args[1]
        case "div":
            return args[0] // args[1]
        case "mod":
            return args[0] % args[1]
        case "eq":
            return int(args[0] == args[1])
        case "le":
            return int(args[0] <= args[1])
        case "not":
            return int(not args[0])
        case "and":
            return int(all(args))
        case "or":
            return int(any(args))
    raise AssertionError(expr.op)


def _binder(expr: Expr, values: Values, bindings: Bindings) -> int:
    assert expr.sort is not None and expr.sort.size is not None
    body = expr.args[0]
    variables = [v for v in body.free if v.name == expr.name and v.sort == expr.sort]
    rounds = [
        evaluate(body, values, {**bindings, **dict.fromkeys(variables, value)})
        for value in range(expr.sort.size)
    ]
    return {"forall": all, "exists": any, "count": sum}[expr.op](rounds)


def apply(function: Function, values: Values, cells: list[int]) -> None:
    """Write a function value into the cells of its column."""
    if isinstance(function, Store):
        apply(function.function, values, cells)
        indices = tuple(evaluate(i, values) for i in function.indices)
        column = _column(function)
        position = values.position(column, indices)
        assert position is not None, "a store outside of its sorts"
        cells[position] = evaluate(function.value, values)
    elif isinstance(function, Lambda):
        for indices in _every(function.column):
            position = values.position(function.column, indices)
            assert position is not None
            bindings = dict(zip(function.variables, indices, strict=True))
            cells[position] = evaluate(function.body, values, bindings)


def _column(function: Function) -> Column:
    while isinstance(function, Store):
        function = function.function
    return function.column


def _every(column: Column) -> list[tuple[int, ...]]:
    result: list[tuple[int, ...]] = [()]
    for sort in column.sorts:
        result = [(*head, k) for head in result for k in range(sort.size or 0)]
    return result


def leaf_of(tree: Tree, values: Values) -> Leaf:
    """Return the leaf that a state and arguments lead to."""
    while isinstance(tree, Branch):
        tree = tree.yes if evaluate(tree.condition, values) else tree.no
    return tree


def successor(outcome: Outcome, values: Values) -> Vector:
    """Return the state that an outcome leaves."""
    cells = list(values.state)
    for _, function in outcome.updates:
        apply(function, values, cells)
    return tuple(cells)


def outcome_of(tree: Tree, values: Values) -> tuple[str, object]:
    """Return how a traced rule ends: its kind, and the successor or the words of the stop."""
    leaf = leaf_of(tree, values)
    if isinstance(leaf, Outcome):
        return "outcome", successor(leaf, values)
    if isinstance(leaf, BlockedLeaf):
        return "blocked", (leaf.reason, leaf.line)
    if isinstance(leaf, CutLeaf):
        return "cut", leaf.capacity
    assert isinstance(leaf, ErrorLeaf)
    return "error", leaf.line

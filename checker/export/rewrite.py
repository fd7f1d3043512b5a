"""Changes expressions and function values before they are printed."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.ir import (
    BINDERS,
    Base,
    Expr,
    Function,
    Lambda,
    Store,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checker.lang.types import Column, Index


def write_out(expr: Expr, chosen: Callable[[Expr], bool]) -> Expr:
    """Return the expression with every chosen binder over a finite sort written out.

    Binders over empty sorts, and reads of columns without cells, are always replaced.
    """
    memo: dict[Expr, Expr] = {}

    def go(node: Expr) -> Expr:
        if not node.args:
            return node
        found = memo.get(node)
        if found is None:
            found = memo[node] = step(node)
        return found

    def step(node: Expr) -> Expr:
        if node.op in BINDERS:
            sort = _sort(node)
            body = node.args[0]
            variable = build.bound(node.name, sort)
            if sort.size == 0 or (sort.size is not None and chosen(node)):
                values = range(sort.size)
                bodies = (go(build.substitute(body, {variable: build.const(k)})) for k in values)
                return _combine(node.op, list(bodies))
            return build.binder(node.op, variable, go(body))
        if node.op == "read" and any(sort.size == 0 for sort in node.column.sorts):
            default = node.column.default
            return build.const(bool(default) if node.kind == "bool" else default)
        args = tuple(go(a) for a in node.args)
        return node if args == node.args else build.rebuild(node, args)

    return go(expr)


def _sort(node: Expr) -> Index:
    assert node.sort is not None
    return node.sort


def _combine(op: str, bodies: list[Expr]) -> Expr:
    if op == "forall":
        return build.conj(*bodies)
    if op == "exists":
        return build.disj(*bodies)
    total = build.const(0)
    for body in bodies:
        total = build.add(total, build.ite(body, build.const(1), build.const(0)))
    return total


def substitution(values: Mapping[Expr, Expr]) -> Callable[[Expr], Expr]:
    """Return the change that puts these values in place of arguments."""
    return lambda expr: build.substitute(expr, values)


def chain(function: Function) -> tuple[Base | Lambda, list[Store]]:
    """Return what a function value starts from and its stores, oldest first."""
    stores: list[Store] = []
    while isinstance(function, Store):
        stores.append(function)
        function = function.function
    return function, stores[::-1]


def stores(column: Column, function: Function) -> list[Store]:
    """Return the function value as stores into the column, oldest first."""
    start, changes = chain(function)
    if isinstance(start, Base):
        return changes
    written: list[Store] = []
    for key in product(*(range(sort.size or 0) for sort in column.sorts)):
        indices = tuple(build.const(k) for k in key)
        written.append(Store(Base(column), indices, build.select(start, indices)))
    return written + changes

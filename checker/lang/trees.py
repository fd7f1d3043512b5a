"""Changes every expression of a decision tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.ir import Base, Branch, Expr, Function, Lambda, Outcome, Tree, branch, leaf

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.lang.types import Column


def map_tree(tree: Tree, change: Callable[[Expr], Expr]) -> Tree:
    """Return the tree with every expression changed, folded again."""
    memo: dict[int, Tree] = {}

    def go(node: Tree) -> Tree:
        if id(node) not in memo:
            memo[id(node)] = step(node)
        return memo[id(node)]

    def step(node: Tree) -> Tree:
        if isinstance(node, Branch):
            condition = change(node.condition)
            if condition.is_const:
                return go(node.yes if condition.number else node.no)
            return branch(condition, go(node.yes), go(node.no))
        if isinstance(node, Outcome):
            updates = ((c, map_function(f, change)) for c, f in node.updates if _has_cells(c))
            return leaf(Outcome(tuple((c, f) for c, f in updates if not isinstance(f, Base))))
        return node

    return go(tree)


def map_function(function: Function, change: Callable[[Expr], Expr]) -> Function:
    """Return the function value with every expression changed, folded again."""
    if isinstance(function, Base):
        return function
    if isinstance(function, Lambda):
        return Lambda(function.column, function.variables, change(function.body))
    inner = map_function(function.function, change)
    indices = tuple(change(i) for i in function.indices)
    return build.store(inner, indices, change(function.value))


def _has_cells(column: Column) -> bool:
    return all(sort.size != 0 for sort in column.sorts)

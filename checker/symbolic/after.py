"""What must hold before a step, so that something holds behind it.

The state behind a step is never named: a condition about it is rewritten into one about the state
before, by putting the written value of a column in the place of each read of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.errors import LanguageError
from checker.lang.ir import Base, BlockedLeaf, Branch, CutLeaf, Expr, Outcome, Tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.lang.types import Column


def rewrite_reads(expr: Expr, value: Callable[[Column, tuple[Expr, ...]], Expr]) -> Expr:
    """Return the expression with `value(column, indices)` in the place of every read."""
    memo: dict[Expr, Expr] = {}

    def go(node: Expr) -> Expr:
        if not node.args and node.op != "read":
            return node
        found = memo.get(node)
        if found is None:
            args = tuple(go(a) for a in node.args)
            if node.op == "read":
                found = value(node.column, args)
            else:
                found = node if args == node.args else build.rebuild(node, args)
            memo[node] = found
        return found

    return go(expr)


def after(goal: Expr, outcome: Outcome) -> Expr:
    """Return what must hold before the outcome, so that the goal holds behind it."""
    updates = dict(outcome.updates)
    return rewrite_reads(
        goal, lambda column, indices: build.select(updates.get(column, Base(column)), indices)
    )


def weakest(tree: Tree, goal: Expr) -> Expr:
    """Return what must hold before a rule, so that it is blocked or the goal holds behind it.

    A model error is a failure. Raises LanguageError for a capacity: a proof is about all sizes.
    """
    memo: dict[int, Expr] = {}

    def go(node: Tree) -> Expr:
        found = memo.get(id(node))
        if found is None:
            found = memo[id(node)] = _before(node)
        return found

    def _before(node: Tree) -> Expr:
        if isinstance(node, Branch):
            return build.ite(node.condition, go(node.yes), go(node.no))
        if isinstance(node, Outcome):
            return after(goal, node)
        if isinstance(node, CutLeaf):
            raise LanguageError(f"a proof needs {node.capacity} to be unbounded")
        return build.TRUE if isinstance(node, BlockedLeaf) else build.FALSE

    return go(tree)


def possible(tree: Tree) -> Expr:
    """Return the condition under which a rule has an outcome."""
    if isinstance(tree, Branch):
        return build.ite(tree.condition, possible(tree.yes), possible(tree.no))
    return build.const(isinstance(tree, Outcome))

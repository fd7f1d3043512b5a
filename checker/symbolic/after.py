"""What must hold before a step, so that something holds behind it.

The state behind a step is never named: a condition about it is rewritten into one about the state
before, by putting the written value of a column in the place of each read of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.errors import LanguageError
from checker.lang.ir import Base, Branch, CutLeaf, ErrorLeaf, Expr, Outcome, Tree

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


def value_after(outcome: Outcome) -> Callable[[Column, tuple[Expr, ...]], Expr]:
    """Return what a column holds behind the outcome, as an expression about the state before."""
    updates = dict(outcome.updates)
    return lambda column, indices: build.select(updates.get(column, Base(column)), indices)


def after(goal: Expr, outcome: Outcome) -> Expr:
    """Return what must hold before the outcome, so that the goal holds behind it."""
    return rewrite_reads(goal, value_after(outcome))


def weakest(
    tree: Tree, goal: Expr, before: Callable[[Expr, Outcome], Expr] = after, finite: bool = False
) -> Expr:
    """Return what must hold before a rule, so that it is blocked or the goal holds behind it.

    before: what the goal behind an outcome means before it. finite: a capacity blocks; else it
    raises LanguageError, as a proof is about all sizes. A model error is a failure.
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
            return before(goal, node)
        if isinstance(node, CutLeaf) and not finite:
            raise LanguageError(f"a proof needs {node.capacity} to be unbounded")
        return build.FALSE if isinstance(node, ErrorLeaf) else build.TRUE

    return go(tree)


def possible(tree: Tree) -> Expr:
    """Return the condition under which a rule has an outcome."""
    if isinstance(tree, Branch):
        return build.ite(tree.condition, possible(tree.yes), possible(tree.no))
    return build.const(isinstance(tree, Outcome))

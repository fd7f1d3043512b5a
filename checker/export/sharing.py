"""Which subexpressions occur so often that they get a name of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang.ir import Expr, subexpressions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LEAST_WEIGHT = 8


def children_first(roots: Iterable[Expr], known: Collection[Expr] = ()) -> list[Expr]:
    """Return every distinct subexpression, operands first; known ones are not entered."""
    order: dict[Expr, None] = {}
    stack = [(root, False) for root in reversed(list(roots))]
    while stack:
        node, done = stack.pop()
        if node in order or node in known:
            continue
        if done:
            order[node] = None
        else:
            stack.append((node, True))
            stack += [(a, False) for a in reversed(node.args)]
    return list(order)


def weight(expr: Expr) -> int:
    """Return how many nodes the expression has when it is written out as a text."""
    sizes: dict[Expr, int] = {}
    for node in children_first((expr,)):
        sizes[node] = 1 + sum(sizes[a] for a in node.args)
    return sizes[expr]


def shared(
    roots: Iterable[Expr], known: Collection[Expr] = (), variables: Collection[Expr] = ()
) -> list[Expr]:
    """Return what to name before the roots are written, operands before their users.

    known: what has a name already; variables: the bound variables that the names may depend on.
    """
    roots = list(roots)
    order = children_first(roots, known)
    uses = dict.fromkeys(order, 0)
    for user in (*(node.args for node in order), roots):
        for used in user:
            if used in uses:
                uses[used] += 1
    sizes: dict[Expr, int] = {}
    chosen: list[Expr] = []
    for node in order:
        sizes[node] = 1 + sum(sizes.get(a, 1) for a in node.args)
        if uses[node] > 1 and sizes[node] >= LEAST_WEIGHT and _closed(node, variables):
            chosen.append(node)
            sizes[node] = 1
    return chosen


def _closed(node: Expr, variables: Collection[Expr]) -> bool:
    return all(variable in variables for variable in node.free)


def reads(roots: Iterable[Expr], known: Collection[Expr] = ()) -> list[Expr]:
    """Return the reads in the roots, but not those inside what has a name."""
    return [node for node in children_first(roots, known) if node.op == "read"]


def highest(roots: Iterable[Expr]) -> int:
    """Return the greatest absolute value of any subexpression, as its interval bounds it."""
    ends = [end for n in subexpressions(*roots) for end in (n.low, n.high) if end is not None]
    return max((abs(end) for end in ends), default=0)

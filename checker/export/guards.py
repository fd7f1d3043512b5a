"""When an action is possible, and what is left of its decision tree where it is.

An action is enabled where its tree ends in an outcome or in a model error: a blocked step and a
cut have no successor.
"""

from __future__ import annotations

from dataclasses import dataclass

from checker.export.names import one_line, place
from checker.lang import build
from checker.lang.ir import BlockedLeaf, Branch, CutLeaf, ErrorLeaf, Expr, Tree, leaves


@dataclass(frozen=True)
class Guard:
    """One conjunct of a guard; otherwise: why there is no step where it does not hold."""

    condition: Expr
    otherwise: tuple[str, ...]


def enabled(tree: Tree) -> Expr:
    """Return the condition under which the tree has a step."""
    memo: dict[int, Expr] = {}

    def go(node: Tree) -> Expr:
        found = memo.get(id(node))
        if found is None:
            if isinstance(node, Branch):
                found = build.ite(node.condition, go(node.yes), go(node.no))
            else:
                found = build.const(not isinstance(node, BlockedLeaf | CutLeaf))
            memo[id(node)] = found
        return found

    return go(tree)


def has_step(tree: Tree) -> bool:
    """Return whether the tree ends in a step anywhere."""
    return any(not isinstance(end, BlockedLeaf | CutLeaf) for end in leaves(tree))


def guards(tree: Tree) -> tuple[list[Guard], Tree]:
    """Return the conditions that the tree starts with, and the tree behind them."""
    found: list[Guard] = []
    while isinstance(tree, Branch):
        if not has_step(tree.no):
            found.append(Guard(tree.condition, reasons(tree.no)))
            tree = tree.yes
        elif not has_step(tree.yes):
            found.append(Guard(build.negate(tree.condition), reasons(tree.yes)))
            tree = tree.no
        else:
            break
    return found, tree


def reasons(tree: Tree) -> tuple[str, ...]:
    """Return why there is no step at the leaves without one."""
    found: dict[str, None] = {}
    for end in leaves(tree):
        if isinstance(end, BlockedLeaf):
            found[end.reason] = None
        elif isinstance(end, CutLeaf):
            found[f"capacity of {end.capacity} reached: the step is cut"] = None
    return tuple(found)


def complaint(end: BlockedLeaf | CutLeaf | ErrorLeaf) -> str:
    """Return what is wrong where a step must not end in this leaf."""
    match end:
        case ErrorLeaf():
            return one_line(f"{end.message} ({place(end.file, end.line)})")
        case BlockedLeaf():
            return one_line(f"a canonical form stops: {end.reason}")
    return one_line(f"a canonical form reaches the capacity of {end.capacity}")

"""Slicing: leaves out the state that nothing observed can depend on.

Observed are the properties of the run, the guards of all actions (whether a step is possible at
all), model errors, and capacities. A capacity that only limits the storing into columns that are
left out goes with them: what is not stored needs no room. A number whose capacity alone decides a
guard or a property is looked at, though no condition speaks of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.lang.ir import (
    Branch,
    CutLeaf,
    Expr,
    Outcome,
    Tree,
    branch,
    columns_read,
    conditions,
    function_parts,
    leaf,
    leaves,
)

if TYPE_CHECKING:
    from checker.lang.concrete import Layout, Vector
    from checker.lang.model import Instance, TracedProperty
    from checker.lang.types import Column


class Projection:
    """Keeps some columns of a vector and sets the others to their defaults."""

    def __init__(self, layout: Layout, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        kept = set(columns)
        self.dropped = tuple(c for c in layout.columns if c not in kept)
        self._gaps = [(layout.start[c], layout.start[c] + c.cells, c.default) for c in self.dropped]

    def __call__(self, vector: Vector) -> Vector:
        """Return the vector with every dropped column at its default."""
        if not self._gaps:
            return vector
        cells = list(vector)
        for start, end, default in self._gaps:
            cells[start:end] = [default] * (end - start)
        return tuple(cells)


@dataclass(frozen=True, eq=False)
class Slice:
    """What is left of an instance for the properties of a run.

    project: keeps the columns that are stored; actions, canonical: the decision trees over them, in
    the order of the instance's traced actions and canonical forms.
    """

    instance: Instance
    project: Projection
    actions: tuple[Tree, ...]
    canonical: tuple[Tree, ...]
    properties: tuple[TracedProperty, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are stored, in order of declaration."""
        return self.project.columns

    @property
    def dropped(self) -> tuple[Column, ...]:
        """The columns that are not stored."""
        return self.project.dropped


def slice_instance(instance: Instance) -> Slice:
    """Return the least slice that observes everything the run asks for."""
    observed = _observed_by(instance.traced_properties)
    trees = [traced.tree for traced in instance.traced]
    trees += instance.canonical
    limited = {c for item in instance.traced_properties for c in item.verdict.limited}
    limited |= _decisive(instance, trees)
    kept = {c for c in columns_read(*observed) | limited if not c.parameter}
    while True:
        projected = [_project(tree, kept, {}) for tree in trees]
        needed = kept | {c for tree in projected for c in _needed(tree)}
        if needed == kept:
            break
        kept = needed
    count = len(instance.traced)
    columns = tuple(c for c in instance.layout.columns if c in kept)
    return Slice(
        instance,
        Projection(instance.layout, columns),
        tuple(_present(t) for t in projected[:count]),
        tuple(_present(t) for t in projected[count:]),
        instance.traced_properties,
    )


def _decisive(instance: Instance, trees: list[Tree]) -> set[Column]:
    """Return the columns whose capacities decide something in an action, and may be reached.

    Where a number has room for all that is stored in it, the capacities of those count instead.
    """
    ends = [end for tree in trees for end in leaves(tree)]
    sources: dict[Column, set[Column]] = {}
    for column, function in (
        update for e in ends if isinstance(e, Outcome) for update in e.updates
    ):
        sources.setdefault(column, set()).update(columns_read(*function_parts(function)))
    found = {column for traced in instance.traced for column in traced.decisive}
    pending = list(found)
    while pending:
        more = sources.get(pending.pop(), set()) - found
        found |= more
        pending += more
    reached = {name for end in ends if isinstance(end, CutLeaf) for name in end.columns}
    return {column for column in found if column.name in reached}


def _observed_by(properties: tuple[TracedProperty, ...]) -> list[Expr]:
    observed: list[Expr] = []
    for item in properties:
        observed.append(item.verdict.condition)
        observed += (condition for condition, _ in item.verdict.errors)
    return observed


def _project(tree: Tree, kept: set[Column], memo: dict[int, Tree | None]) -> Tree | None:
    """Return the tree over the kept columns; None where only dropped columns lack room."""
    if id(tree) in memo:
        return memo[id(tree)]
    result: Tree | None = tree
    if isinstance(tree, Branch):
        yes, no = _project(tree.yes, kept, memo), _project(tree.no, kept, memo)
        if yes is None or no is None:
            result = no if yes is None else yes
        else:
            result = branch(tree.condition, yes, no)
    elif isinstance(tree, Outcome):
        result = leaf(Outcome(tuple(update for update in tree.updates if update[0] in kept)))
    elif isinstance(tree, CutLeaf) and tree.columns and _unstored(tree, kept):
        result = None
    memo[id(tree)] = result
    return result


def _unstored(cut: CutLeaf, kept: set[Column]) -> bool:
    return not any(column.name in cut.columns for column in kept)


def _needed(tree: Tree | None) -> set[Column]:
    if tree is None:
        return set()
    found = columns_read(*conditions(tree))
    for end in leaves(tree):
        if isinstance(end, Outcome):
            for _, function in end.updates:
                found |= columns_read(*function_parts(function))
    return found


def _present(tree: Tree | None) -> Tree:
    return leaf(Outcome(())) if tree is None else tree

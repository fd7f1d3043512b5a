"""One step of an instance as a relation between two states, in terms of Z3.

Of the steps exactly one is taken. Each node of its decision tree is reached or not; a leaf with an
outcome fires if its step is taken, and says what the cells are that it changes; a cell that nothing
changes stays. A step that changes nothing at all is left out: no shortest run has one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import z3

from checker.lang.ir import Branch, CutLeaf, ErrorLeaf, Outcome, Tree
from checker.symbolic.bits import Bits, constant_of, equal, number_of, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.lang.ir import Expr
    from checker.symbolic.ground import Cell, Ground, GroundStep

Term = Any


@dataclass(frozen=True)
class Observed:
    """What may be true of a state: conditions over the constants of the state before a step.

    capacities: by name, whether some step needs more room; step_errors: model errors of steps;
    failures: those of properties that cannot be evaluated, by name; escapes: a step would store
    what its type does not hold; stuck: no step is possible.
    """

    properties: dict[str, Term]
    capacities: dict[str, Term]
    step_errors: list[tuple[Term, ErrorLeaf]]
    failures: list[tuple[str, Term, ErrorLeaf]]
    escapes: Term
    stuck: Term

    @property
    def errors(self) -> list[tuple[Term, ErrorLeaf]]:
        """Model errors, of steps and of properties."""
        return self.step_errors + [(term, error) for _, term, error in self.failures]


@dataclass
class _Found:
    """What the trees have, as they are gone through."""

    possible: list[Term] = field(default_factory=list)
    fires: list[Term] = field(default_factory=list)
    capacities: dict[str, list[Term]] = field(default_factory=dict)
    errors: list[tuple[Term, ErrorLeaf]] = field(default_factory=list)
    escapes: list[Term] = field(default_factory=list)
    changes: dict[Cell, list[Term]] = field(default_factory=dict)


class Relation:
    """The constants of the states before and behind a step, and what holds between them.

    before, behind: by cell; taken: a truth value per step; local: a truth value per node of a tree;
    nodes: which of them are reached before the step; step: the relation itself; observed: about the
    state before, in terms of `before` and `local`.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.before = {cell: constant_of(cell) for cell in ground.cells}
        self.behind = {cell: constant_of(cell, "'") for cell in ground.cells}
        self.bits = Bits(ground.by_column, self.before)
        self.taken = [z3.Bool(f"step {number}") for number in range(len(ground.steps))]
        self.local: list[Term] = []
        self._nodes: list[Term] = []
        self._rules: list[Term] = []
        found = _Found()
        for number, step in enumerate(ground.steps):
            self._add_step(number, step, found)
        self._rules += self._frame(found)
        self._rules += [z3.Or(*found.fires), self._something_changes()]
        if self.taken:
            self._rules.append(z3.AtMost(*self.taken, 1))
        self.nodes, self.step = z3.And(*self._nodes), z3.And(*self._rules)
        self.observed = self._observed(found)

    def _add_step(self, number: int, step: GroundStep, found: _Found) -> None:
        """Add a step's tree, root first; each node is reached along one of its edges."""
        edges: dict[int, list[Term]] = {id(step.tree): [z3.BoolVal(True)]}
        for place, node in enumerate(_root_first(step.tree)):
            reached = self._named(f"reached {number}.{place}", edges[id(node)])
            match node:
                case Branch():
                    condition = self.bits.term(node.condition)
                    edges.setdefault(id(node.yes), []).append(z3.And(reached, condition))
                    edges.setdefault(id(node.no), []).append(z3.And(reached, z3.Not(condition)))
                case CutLeaf():
                    found.capacities.setdefault(node.capacity, []).append(reached)
                case ErrorLeaf():
                    found.errors.append((reached, node))
                case Outcome():
                    self._add_outcome(number, node, reached, found)

    def _add_outcome(self, number: int, end: Outcome, reached: Term, found: _Found) -> None:
        fires = z3.And(self.taken[number], reached)
        found.possible.append(reached)
        found.fires.append(fires)
        for cell, value in self.ground.writes(end):
            found.changes.setdefault(cell, []).append(fires)
            self._rules.append(z3.Implies(fires, self._stored(cell, value)))
            if not _fits(cell, value):
                scalar = cell.column.scalar
                inside = within(self.bits.number(value), scalar.low or 0, scalar.high or 0)
                found.escapes.append(z3.And(reached, z3.Not(inside)))

    def _named(self, name: str, edges: list[Term]) -> Term:
        """Return a constant that says whether a node is reached."""
        if len(edges) == 1 and z3.is_true(edges[0]):
            return edges[0]
        constant = z3.Bool(name)
        self.local.append(constant)
        self._nodes.append(constant == z3.Or(*edges))
        return constant

    def _stored(self, cell: Cell, value: Expr) -> Term:
        behind = self.behind[cell]
        if z3.is_bool(behind):
            return behind == self.bits.term(value)
        return equal(number_of(cell, behind), self.bits.number(value))

    def _frame(self, found: _Found) -> Iterator[Term]:
        for cell, before in self.before.items():
            yield z3.Or(before == self.behind[cell], *found.changes.get(cell, []))

    def _something_changes(self) -> Term:
        return z3.Or(*(self.before[c] != self.behind[c] for c in self.ground.cells))

    def _observed(self, found: _Found) -> Observed:
        failures = [(name, self.bits.term(e), error) for name, e, error in self.ground.failures]
        return Observed(
            {item.name: self.bits.term(item.seen) for item in self.ground.properties},
            {name: z3.Or(*terms) for name, terms in found.capacities.items()},
            found.errors,
            failures,
            z3.Or(*found.escapes),
            z3.Not(z3.Or(*found.possible)),
        )


def _fits(cell: Cell, value: Expr) -> bool:
    """Return whether the interval of a value alone says that it is of the cell's type."""
    scalar = cell.column.scalar
    low, high = scalar.low or 0, scalar.high or 0
    return (
        value.low is not None and value.high is not None and low <= value.low and value.high <= high
    )


def _root_first(tree: Tree) -> list[Tree]:
    """Return every node once, before those below it."""
    order: list[Tree] = []
    seen: set[int] = set()
    stack: list[tuple[Tree, bool]] = [(tree, False)]
    while stack:
        node, is_done = stack.pop()
        if is_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            if isinstance(node, Branch):
                stack += [(node.yes, False), (node.no, False)]
    return order[::-1]

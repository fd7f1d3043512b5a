"""Several steps of an instance, one after the other, in one solver of Z3 that only grows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import z3

from checker.symbolic.bits import in_range, is_value, value_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.lang.concrete import Vector
    from checker.lang.model import Step
    from checker.symbolic.ground import Cell
    from checker.symbolic.relation import Relation
    from checker.symbolic.solving import Effort

Term = Any
YES, NO, GIVEN_UP = "yes", "no", "given up"


@dataclass(frozen=True)
class Path:
    """States of the slice, as the values of their cells, with the steps between them."""

    states: tuple[Mapping[Cell, int], ...]
    steps: tuple[Step, ...]


class Unrolled:
    """States 0, 1, 2, ... with a step between each and the next.

    questions: how many were asked; seconds: CPU seconds of this process that they took.
    """

    def __init__(self, relation: Relation, effort: Effort) -> None:
        self._relation = relation
        self._solver = z3.SolverFor("QF_FD")
        self._solver.set("rlimit", effort.rlimit)
        self._solver.set("random_seed", effort.seed)
        self._states: list[dict[Cell, Term]] = []
        self._renamed: list[list[tuple[Term, Term]]] = []
        self.questions = 0
        self.seconds = 0.0
        self._add_state()

    @property
    def last(self) -> int:
        """The number of the last state, which is how many steps there are."""
        return len(self._states) - 1

    def _add_state(self) -> None:
        number, relation = len(self._states), self._relation
        state = {c: z3.Const(f"{t}@{number}", t.sort()) for c, t in relation.before.items()}
        own = [*relation.taken, *relation.local]
        names = [(relation.before[cell], constant) for cell, constant in state.items()]
        names += [(term, z3.Const(f"{term}@{number}", term.sort())) for term in own]
        self._states.append(state)
        self._renamed.append(names)
        self.add(relation.nodes, number)

    def add_step(self) -> None:
        """Add one more step, to one more state."""
        self._add_state()
        relation, now = self._relation, self._states[-1]
        names = self._renamed[-2] + [(relation.behind[cell], now[cell]) for cell in now]
        self._solver.add(z3.substitute(relation.step, *names))

    def start_in(self, vectors: Sequence[Vector]) -> None:
        """Let state 0 be one of these."""
        state = self._states[0]
        choices = [
            z3.And(*(is_value(c, t, vector[c.place]) for c, t in state.items()))
            for vector in vectors
        ]
        self._solver.add(z3.Or(*choices))

    def add_types(self, number: int) -> None:
        """Let each cell of a state have a value of its type."""
        self._solver.add(*(in_range(c, t) for c, t in self._states[number].items()))

    def add(self, condition: Term, number: int) -> None:
        """Let a condition over the constants before a step hold in a state."""
        self._solver.add(self.at(condition, number))

    def assume(self, condition: Term) -> None:
        """Let a term over the states hold (see `at`)."""
        self._solver.add(condition)

    def at(self, condition: Term, number: int) -> Term:
        """Return a condition over the constants before a step, in a state."""
        return z3.substitute(condition, *self._renamed[number])

    def ask(self, *conditions: Term) -> str:
        """Return whether all of what was added is possible together with these conditions.

        They are terms over the states (see `at`), and are forgotten behind the question.
        """
        self.questions += 1
        began = time.process_time()
        name = z3.Bool(f"question {self.questions}")
        self._solver.add(z3.Implies(name, z3.And(*conditions)))
        answer = self._solver.check(name)
        self.seconds += time.process_time() - began
        return YES if answer == z3.sat else NO if answer == z3.unsat else GIVEN_UP

    def holds(self, condition: Term) -> bool:
        """Return whether a condition holds in what the last question found possible."""
        return bool(z3.is_true(self._solver.model().eval(condition, True)))

    def path(self) -> Path:
        """Return the run that the last question found possible."""
        model = self._solver.model()
        states = tuple(
            {cell: value_in(cell, term, model) for cell, term in state.items()}
            for state in self._states
        )
        return Path(states, tuple(self._step(model, number) for number in range(self.last)))

    def _step(self, model: Term, number: int) -> Step:
        names = dict(self._renamed[number])
        taken = [
            step.step
            for step, term in zip(self._relation.ground.steps, self._relation.taken, strict=True)
            if z3.is_true(model.eval(names[term], True))
        ]
        assert len(taken) == 1
        return taken[0]

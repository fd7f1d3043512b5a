"""Inductiveness: does every step from a state in which something holds keep it?

States are all that the types allow, reached or not. What is kept from the start on holds in every
run, however long. Properties are tried each alone and all together, with what collections keep; of
those together the largest choice is kept that needs no other (Houdini). With more than one step a
property may be used in several states one after the other, and must hold behind the last.

No state has a value outside of its type, and a property that cannot be evaluated counts as one that
holds: what is kept is proved only where neither is possible.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import z3

from checker.lang.rules import ALWAYS
from checker.symbolic.bits import is_value
from checker.symbolic.ground import Ground
from checker.symbolic.proof import NOT_INDUCTIVE
from checker.symbolic.relation import Relation
from checker.symbolic.solving import Effort
from checker.symbolic.tails import empty_tails, length_columns
from checker.symbolic.unrolled import GIVEN_UP, NO, YES, Path, Unrolled
from checker.symbolic.z3_terms import PROVED, REFUTED, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checker.lang.ir import ErrorLeaf
    from checker.lang.model import Instance
    from checker.symbolic.ground import Cell, GroundProperty

Term = Any
RLIMIT = 1_000_000_000
"""Work for Z3 on one question."""
SOLVER_GAVE_UP = "the solver gave up"
MAY_ESCAPE = "a step may store a value outside of its type"
MAY_FAIL = "it may be impossible to evaluate"


@dataclass
class Induction:
    """What is kept, and what is not.

    verdicts: by property; reasons: why one is unknown; alone: those that are kept without the help
    of others; kept: what collections keep, of `facts`; examples: for a property that is not kept,
    states and steps that lose it though everything that is kept holds before; runs: to a state that
    breaks it; errors: model errors, with whether none is possible where all that is kept holds;
    escapes: the same of values outside of their types. None: the solver gave up.
    """

    instance: Instance
    steps: int
    verdicts: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    alone: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    examples: dict[str, Path] = field(default_factory=dict)
    runs: dict[str, Path] = field(default_factory=dict)
    errors: list[tuple[ErrorLeaf, bool | None]] = field(default_factory=list)
    escapes: bool | None = None
    questions: int = 0
    seconds: float = 0.0


def check_induction(
    instance: Instance, steps: int = 1, effort: Effort | None = None, examples: int = 3
) -> Induction:
    """Return which properties every step keeps, using them in so many states before.

    examples: for so many properties that are not kept, one is made as close to the start as it
    goes.
    """
    search = _Search(Ground(instance), steps, effort or Effort(rlimit=RLIMIT))
    search.look_at_runs()
    search.try_alone()
    search.try_together()
    search.look_for_examples(examples)
    search.look_for_errors()
    return search.finished()


class _Search:
    """One solver with as many steps as there may be, from any state of the types."""

    def __init__(self, ground: Ground, steps: int, effort: Effort) -> None:
        facts = empty_tails(ground)
        invariants = [p for p in ground.properties if p.kind == ALWAYS]
        self.result = Induction(ground.instance, steps, facts=tuple(p.name for p in facts))
        self._ground, self._steps, self._effort = ground, steps, effort
        self._relation = Relation(ground)
        self._seen = self._terms([*invariants, *facts])
        self._names = tuple(p.name for p in invariants)
        self._unrolled = Unrolled(self._relation, effort)
        for _ in range(steps):
            self._unrolled.add_step()
        for number in range(steps + 1):
            self._unrolled.add_types(number)
        self._failures: dict[str, list[Term]] = {}
        for name, term, _ in self._relation.observed.failures:
            self._failures.setdefault(name, []).append(term)
        self._questions, self._seconds = 0, 0.0

    def _terms(self, properties: Iterable[GroundProperty]) -> dict[str, Term]:
        return {p.name: self._relation.bits.term(p.seen) for p in properties}

    def look_at_runs(self) -> None:
        """Find what the first states of runs break; the rest is left to be tried."""
        runs = Unrolled(self._relation, self._effort)
        runs.start_in(self._ground.initial)
        for number in range(self._steps):
            if number:
                runs.add_step()
            for name in [n for n in self._seen if n not in self.result.verdicts]:
                answer = runs.ask(runs.at(self._seen[name], number))
                if answer == YES:
                    self.result.runs[name] = runs.path()
                    self.result.verdicts[name] = REFUTED
                elif answer == GIVEN_UP:
                    self._leave_open([name], SOLVER_GAVE_UP)
        self._count(runs)

    def _leave_open(self, names: Iterable[str], why: str) -> None:
        for name in names:
            self.result.verdicts[name], self.result.reasons[name] = UNKNOWN, why

    def _count(self, unrolled: Unrolled) -> None:
        self._questions += unrolled.questions
        self._seconds += unrolled.seconds

    def _open(self) -> list[str]:
        return [name for name in self._seen if name not in self.result.verdicts]

    def _before(self, names: Iterable[str]) -> list[Term]:
        """Return that these hold in all states but the last."""
        at, states = self._unrolled.at, range(self._steps)
        return [z3.Not(at(self._seen[name], number)) for name in names for number in states]

    def _lost(self, name: str) -> Term:
        return self._unrolled.at(self._seen[name], self._steps)

    def try_alone(self) -> None:
        """Find the properties that need nothing else."""
        self.result.alone = tuple(
            name
            for name in self._open()
            if name in self._names
            and self._unrolled.ask(*self._before([name]), self._lost(name)) == NO
        )

    def try_together(self) -> None:
        """Drop what is lost, until what is left is kept."""
        left = self._open()
        while left:
            lost = {name: self._lost(name) for name in left}
            answer = self._unrolled.ask(*self._before(left), z3.Or(*lost.values()))
            if answer == GIVEN_UP:
                self._leave_open(left, SOLVER_GAVE_UP)
                return
            if answer == NO:
                break
            gone = [name for name in left if self._unrolled.holds(lost[name])]
            self.result.verdicts |= dict.fromkeys(gone, NOT_INDUCTIVE)
            left = [name for name in left if name not in gone]
        self.result.verdicts |= dict.fromkeys(left, PROVED)
        for condition in self._before(left):
            self._unrolled.assume(condition)
        self.result.kept = tuple(name for name in left if name in self.result.facts)

    def look_for_examples(self, most: int) -> None:
        """Find for some of the properties that are lost the states and steps that lose them."""
        lost = [n for n in self._names if self.result.verdicts[n] == NOT_INDUCTIVE]
        for name in lost[:most]:
            wanted = [*self._before([name]), *self._evaluated_before(name), self._lost(name)]
            if self._unrolled.ask(*wanted) == YES:
                self.result.examples[name] = self._simplest(wanted)

    def _evaluated_before(self, name: str) -> list[Term]:
        """Return that a property can be evaluated in all states but the last."""
        at, terms = self._unrolled.at, self._failures.get(name, [])
        return [z3.Not(at(term, number)) for term in terms for number in range(self._steps)]

    def _simplest(self, wanted: Sequence[Term]) -> Path:
        """Return an answer to the last question in which few cells differ from the start.

        Collections come first, and are as short as they go.
        """
        path, start = self._unrolled.path(), self._ground.initial[0]
        lengths = length_columns(self._ground)
        fixed: list[Term] = []
        for cell in sorted(self._ground.cells, key=lambda c: c.column not in lengths):
            now, first = path.states[0][cell], start[cell.place]
            tried = range(first, now) if cell.column in lengths else [first] if now != first else []
            for value in tried:
                if self._unrolled.ask(*wanted, *fixed, self._starts_with(cell, value)) == YES:
                    path = self._unrolled.path()
                    break
            if path.states[0][cell] == first or cell.column in lengths:
                fixed.append(self._starts_with(cell, path.states[0][cell]))
        return path

    def _starts_with(self, cell: Cell, value: int) -> Term:
        return self._unrolled.at(is_value(cell, self._relation.before[cell], value), 0)

    def look_for_errors(self) -> None:
        """Ask whether model errors are possible where everything that is kept holds.

        What is kept is not proved if it may fail there, or a step may leave the types.
        """
        observed = self._relation.observed
        alone = Unrolled(self._relation, self._effort)
        alone.add_types(0)
        proved = self._proved(self.result.verdicts)
        for name in proved:
            alone.add(z3.Not(self._seen[name]), 0)
        for term, error in observed.step_errors:
            self.result.errors.append((error, _never(alone, term)))
        failing = set()
        for name, term, error in observed.failures:
            never = _never(alone, term)
            self.result.errors.append((error, never))
            if never is not True:
                failing.add(name)
        self.result.escapes = _never(alone, observed.escapes)
        self._count(alone)
        if self.result.escapes is not True:
            self._leave_open(proved, MAY_ESCAPE)
        else:
            self._leave_open([name for name in proved if name in failing], MAY_FAIL)
        self.result.alone = self._proved(self.result.alone)
        self.result.kept = self._proved(self.result.kept)

    def _proved(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if self.result.verdicts[name] == PROVED)

    def finished(self) -> Induction:
        """Return the result: verdicts of properties alone, in order."""
        self._count(self._unrolled)
        self.result.questions, self.result.seconds = self._questions, self._seconds
        self.result.verdicts = {name: self.result.verdicts[name] for name in self._names}
        return self.result


def _never(unrolled: Unrolled, term: Term) -> bool | None:
    answer = unrolled.ask(unrolled.at(term, 0))
    return None if answer == GIVEN_UP else answer == NO

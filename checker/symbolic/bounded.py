"""Bounded model checking: is a violation possible after 0, 1, 2, ... steps?

Each length is asked for on its own, so the first run that is found is a shortest one. No shortest
run has a step that changes nothing; where no run of some length is possible without one, no longer
run is, and everything that can be reached was looked at.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import z3

from checker.explicit.explorer import BROKEN, DEADLOCK, HOLDS, INCONCLUSIVE, VACUOUS
from checker.lang.errors import EoscheckError
from checker.lang.rules import ALWAYS, SOMETIMES
from checker.symbolic.ground import Ground
from checker.symbolic.relation import Relation
from checker.symbolic.solving import Effort
from checker.symbolic.unrolled import GIVEN_UP, NO, YES, Path, Unrolled

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.lang.ir import ErrorLeaf
    from checker.lang.model import Instance
    from checker.lang.slicing import Slice

Term = Any
HOLDS_SO_FAR, NOT_REACHED = "holds-to-depth", "not-reached-to-depth"
"""No run that was looked at breaks it, or shows it; of longer ones nothing is known."""
RLIMIT = 1_000_000_000
"""Work for Z3 on one question."""


@dataclass
class Bounded:
    """What was found out about the runs of an instance.

    finished: runs of up to so many steps were looked at, -1 for none; complete: there are no longer
    ones, leaving out steps that change nothing; runs: by the name of a property, a shortest run
    to a state that breaks it or shows it; capacities: by name, after how many steps first a step
    needed more room; given_up: whether the solver did; questions, seconds: asked of Z3, and CPU
    seconds in all.
    """

    instance: Instance
    finished: int = -1
    complete: bool = False
    runs: dict[str, Path] = field(default_factory=dict)
    capacities: dict[str, int] = field(default_factory=dict)
    error: tuple[ErrorLeaf, Path] | None = None
    given_up: bool = False
    questions: int = 0
    seconds: float = 0.0

    def verdict(self, name: str, kind: str) -> str:
        """Return the verdict about a property."""
        if name in self.runs:
            return BROKEN if kind == ALWAYS else HOLDS
        if self.given_up or self.capacities:
            return INCONCLUSIVE
        if self.complete:
            return HOLDS if kind == ALWAYS else VACUOUS
        return HOLDS_SO_FAR if kind == ALWAYS else NOT_REACHED

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdicts by property, a deadlock among them where the model asks for it."""
        found = {p.name: self.verdict(p.name, p.kind) for p in _judged(self.instance)}
        if self.instance.model.deadlock:
            found[DEADLOCK] = self.verdict(DEADLOCK, ALWAYS)
        return found


def _judged(instance: Instance) -> list[Any]:
    return [p for p in instance.properties if p.kind in (ALWAYS, SOMETIMES)]


def check_bounded(
    instance: Instance,
    steps: int | None = None,
    effort: Effort | None = None,
    tell: Callable[[Bounded], None] = lambda _: None,
    kept: Slice | None = None,
) -> Bounded:
    """Look at runs of up to so many steps, by default of any length; end where there are no more.

    tell: is told after each length; kept: a slice of the instance that is at hand. The search ends
    as well at a model error, and where the solver gives up.
    """
    began = time.process_time()
    search = _Search(Ground(instance, kept), effort or Effort(rlimit=RLIMIT))
    result = search.result
    while search.look():
        result.seconds = time.process_time() - began
        tell(result)
        if result.finished == steps or not search.lengthen():
            break
    result.questions = search.unrolled.questions
    result.seconds = time.process_time() - began
    return result


class _Search:
    """The runs of one length after the other."""

    def __init__(self, ground: Ground, effort: Effort) -> None:
        instance, relation = ground.instance, Relation(ground)
        self.result = Bounded(instance)
        self.unrolled = Unrolled(relation, effort)
        self.unrolled.start_in(ground.initial)
        observed = relation.observed
        self._wanted: dict[str, Term] = dict(observed.properties)
        if instance.model.deadlock:
            self._wanted[DEADLOCK] = observed.stuck
        self._capacities = dict(observed.capacities)
        self._errors = observed.errors
        self._error = z3.Or(*(term for term, _ in self._errors))
        self._escapes = _possible_escapes(relation, effort)

    def look(self) -> bool:
        """Look for everything in the last state; return whether to go on with longer runs."""
        here, cuts = self._here(self._wanted), self._here(self._capacities)
        wrong, escape = self._now(self._error), self._now(self._escapes)
        while True:
            answer = self.unrolled.ask(z3.Or(*here.values(), *cuts.values(), wrong, escape))
            if answer != YES:
                break
            self._note(here, cuts, wrong, escape)
            if self.result.error is not None:
                return False
        if answer == GIVEN_UP:
            self.result.given_up = True
            return False
        for condition in (*here.values(), *cuts.values()):
            self.unrolled.assume(z3.Not(condition))
        self.result.finished = self.unrolled.last
        return True

    def lengthen(self) -> bool:
        """Add a step; return whether there are runs with so many."""
        self.unrolled.add_step()
        answer = self.unrolled.ask()
        self.result.complete = answer == NO
        self.result.given_up = answer == GIVEN_UP
        return answer == YES

    def _now(self, term: Term) -> Term:
        return self.unrolled.at(term, self.unrolled.last)

    def _here(self, terms: dict[str, Term]) -> dict[str, Term]:
        return {name: self._now(term) for name, term in terms.items()}

    def _note(
        self,
        here: dict[str, Term],
        cuts: dict[str, Term],
        wrong: Term,
        escape: Term,
    ) -> None:
        """Write down what the run that was found shows, and no longer look for it."""
        holds, path = self.unrolled.holds, self.unrolled.path()
        if holds(escape):
            last = ", ".join(f"{cell} = {value}" for cell, value in path.states[-1].items())
            raise EoscheckError(f"a step stores a value outside of its type, from: {last}")
        for name in [name for name, term in here.items() if holds(term)]:
            self.result.runs[name] = path
            del self._wanted[name], here[name]
        for name in [name for name, term in cuts.items() if holds(term)]:
            self.result.capacities[name] = self.unrolled.last
            del self._capacities[name], cuts[name]
        if holds(wrong):
            error = next(error for term, error in self._errors if holds(self._now(term)))
            self.result.error = (error, path)


def _possible_escapes(relation: Relation, effort: Effort) -> Term:
    """Return when a step stores what its type does not hold; never, if no typed state has one."""
    escapes = relation.observed.escapes
    if z3.is_false(z3.simplify(escapes)):
        return z3.BoolVal(False)
    alone = Unrolled(relation, effort)
    alone.add_types(0)
    return z3.BoolVal(False) if alone.ask(alone.at(escapes, 0)) == NO else escapes

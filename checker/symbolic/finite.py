"""The explorer's word: what can be reached in a finite instance of the model that is proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.explicit.compiled import compile_instance
from checker.explicit.edges import Edges
from checker.explicit.explorer import BROKEN, Limits, check
from checker.explicit.reference import Reference, ReferenceResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.explicit.explorer import Checked
    from checker.lang.concrete import Vector
    from checker.lang.model import Instance, Step
    from checker.symbolic.claim import Claim
    from checker.symbolic.counterexample import Counterexample

REACHED = "reached"
NOT_REACHED = "not reached"
NOT_EXPLORED = "not all explored"
SECONDS = 60.0


@dataclass(frozen=True)
class Word:
    """What the explorer says about a finite instance.

    runs: for every property that is broken there the projected states of a shortest run, or for a
    step property the full states of one. complete: whether all was explored; stopped: why not
    ("found", "time" or the like). successive: whether `states` counts pairs of successive states.
    """

    instance: Instance
    states: int
    complete: bool
    runs: Mapping[str, tuple[Vector, ...]]
    checked: Checked | None = None
    stopped: str = ""
    successive: bool = False

    def edges(self) -> Edges | None:
        """Return what knows which actions lead from state to state."""
        return Edges(self.checked.compiled, self.instance) if self.checked else None


def explore_claim(claim: Claim, names: Sequence[str]) -> Word:
    """Return which of these properties a run breaks (step properties: see `history`)."""
    instance = claim.model.instance(claim.explored, claim.parameters, names)
    checked = check(instance, limits=Limits(time=SECONDS), stop_when=names)
    runs = {n: checked.runs[n] for n in names if checked.verdicts.get(n) == BROKEN}
    found = checked.exploration
    return Word(instance, found.states, checked.complete, runs, checked, found.stopped or "")


class Explored:
    """Tells whether an instance reaches a state, or one with the same canonical form."""

    def __init__(self, instance: Instance) -> None:
        self._compiled = compile_instance(instance)
        self._checked = check(instance, self._compiled, Limits(time=SECONDS), traces=False)
        self._reference = Reference(instance, self._compiled.project)

    def word(self, state: Vector) -> str:
        """Return the word about a full state: reached, not reached, or not all explored."""
        packed = self._compiled.program.packing.pack(self._reference.cleaned(state))
        try:
            self._checked.exploration.reached.position_of(packed)
        except KeyError:
            stopped = self._checked.exploration.stopped is not None
            return NOT_EXPLORED if stopped else NOT_REACHED
        return REACHED


class ExploredExamples:
    """Tells whether counterexamples start in reached states; explores once for equal bounds."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._explored: dict[tuple[tuple[str, int], ...], Explored] = {}

    def word(self, example: Counterexample) -> str:
        """Return the word about the state before the step, in the example's own bounds."""
        bounds, claim = example.instance.bounds, self._claim
        key = tuple(bounds.items())
        if key not in self._explored:
            names = [*claim.lemmas, *claim.implied]
            self._explored[key] = Explored(claim.model.instance(bounds, claim.parameters, names))
        return self._explored[key].word(example.before)


def run_steps(instance: Instance, states: Sequence[Vector]) -> list[tuple[Step | None, Vector]]:
    """Return a run of full states with the step to each."""
    reference = Reference(instance)
    run: list[tuple[Step | None, Vector]] = [(None, states[0])]
    for target in states[1:]:
        result = ReferenceResult()
        found = next(s for s, after in reference.successors(run[-1][1], result) if after == target)
        run.append((found, target))
    return run

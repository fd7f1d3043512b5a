"""The relation of Z3 has exactly the steps of the interpreter, from every state of small models."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import z3

from checker.explicit.reference import Reference
from checker.lang.errors import Blocked, CapacityReached, ModelError
from checker.lang.rules import ALWAYS
from checker.symbolic.bits import is_value
from checker.symbolic.ground import Ground
from checker.symbolic.relation import Relation
from checker.symbolic.solving import Effort
from checker.symbolic.unrolled import YES, Unrolled

sys.path.insert(0, str(Path(__file__).parents[1] / "conformance"))
from zoo import CLUSTER, POST_OFFICE

if TYPE_CHECKING:
    from checker.lang.model import Instance, Model

State = tuple[int, ...]
EFFORT = Effort(rlimit=100_000_000)


class Steps:
    """The steps from one state, by either engine, and what is seen in it."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.ground = Ground(instance)
        self.relation = Relation(self.ground)
        self.reference = Reference(instance, self.ground.slice.project, canonical=False)

    def solved(self, state: State) -> tuple[set[State], set[str]]:
        unrolled = Unrolled(self.relation, EFFORT)
        unrolled.start_in([state])
        assert unrolled.ask() == YES
        observed = self.relation.observed
        seen = {n for n, t in observed.properties.items() if unrolled.holds(unrolled.at(t, 0))}
        seen |= {
            f"cut {n}" for n, t in observed.capacities.items() if unrolled.holds(unrolled.at(t, 0))
        }
        seen |= {"error" for term, _ in observed.errors if unrolled.holds(unrolled.at(term, 0))}
        assert not unrolled.holds(unrolled.at(observed.escapes, 0))
        if unrolled.holds(unrolled.at(observed.stuck, 0)):
            seen.add("stuck")
        unrolled.add_step()
        found: set[State] = set()
        while unrolled.ask() == YES:
            cells = unrolled.path().states[-1]
            vector = list(state)
            for cell, value in cells.items():
                vector[cell.place] = value
            found.add(tuple(vector))
            behind = self.relation.before
            same = z3.And(*(is_value(c, t, cells[c]) for c, t in behind.items()))
            unrolled.add(z3.Not(same), 1)
        return found, seen

    def run(self, state: State) -> tuple[set[State], set[str]]:
        found, seen, possible = set(), set(), False
        for step in self.instance.steps:
            try:
                found.add(self.reference.apply(state, step))
                possible = True
            except Blocked:
                continue
            except CapacityReached as cut:
                seen.add(f"cut {cut.text}")
            except ModelError:
                seen.add("error")
        for item in self.instance.properties:
            if self.reference.holds(state, item.rule) is not (item.kind == ALWAYS):
                seen.add(item.name)
        return found - {state}, seen if possible else seen | {"stuck"}


@pytest.mark.parametrize(
    ("model", "parameters", "least", "kinds"),
    [
        (POST_OFFICE, {}, 40, 3),
        (POST_OFFICE, {"options.polite": 0, "options.most": 0}, 30, 1),
        (CLUSTER, {}, 40, 3),
    ],
)
def test_the_relation_has_the_steps_of_the_interpreter(
    model: Model, parameters: dict[str, int], least: int, kinds: int
) -> None:
    steps = Steps(model.instance(None, parameters))
    frontier = list(steps.reference.initial())
    known, marks = set(frontier), Counter[str]()
    for state in frontier:
        found, seen = steps.solved(state)
        assert (found, seen) == steps.run(state)
        marks.update(seen)
        frontier += sorted(found - known)
        known |= found
        if len(known) > 400 or sum(1 for _ in marks.elements()) > 300:
            break
    assert len(known) > least
    assert len(marks) >= kinds, marks

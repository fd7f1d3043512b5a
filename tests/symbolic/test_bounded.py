"""Z3 and the compiled explorer find the same: what breaks, and after how many steps first."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker.explicit.explorer import BROKEN, DEADLOCK, HOLDS, INCONCLUSIVE, check
from checker.lang.rules import ALWAYS
from checker.mutation.program import SELECTOR, compile_mutants, mutated, trace_mutants
from checker.symbolic.bounded import HOLDS_SO_FAR, Bounded, check_bounded
from checker.symbolic.repeat import repeated_to
from checker.symbolic.solving import Effort

sys.path.insert(0, str(Path(__file__).parents[1] / "scenarios"))
sys.path.insert(0, str(Path(__file__).parents[1] / "mutation"))
sys.path.insert(0, str(Path(__file__).parents[1] / "conformance"))
from bounded_scopes import ONE_RECORD, first_model, scenario_instance
from mutation_toy import toy
from zoo import CLUSTER, POST_OFFICE

if TYPE_CHECKING:
    from checker.lang.model import Instance


def same_as_explored(instance: Instance, steps: int | None) -> Bounded:
    """Look at the runs with Z3 and compare with the explorer; return what Z3 found."""
    explored = check(instance)
    found = check_bounded(instance, steps)
    assert not found.given_up and explored.exploration.stopped is None
    shortest = {name: len(run) - 1 for name, run in explored.runs.items()}
    within = {n: s for n, s in shortest.items() if steps is None or s <= steps}
    assert {name: len(path.steps) for name, path in found.runs.items()} == within
    if found.complete:
        assert set(found.capacities) == set(explored.capacities)
        assert found.verdicts == explored.verdicts
    for name, path in found.runs.items():
        assert len(repeated_to(instance, path, name)) == len(path.steps) + 1
    return found


def test_a_hanging_transaction_is_found_in_as_many_steps() -> None:
    instance = scenario_instance("late-produce-two-steps", "3.9", without=("KAFKA-14884",))
    found = same_as_explored(instance, 8)
    assert found.verdicts["no_hanging_transaction"] == BROKEN
    assert len(found.runs["no_hanging_transaction"].steps) == 8
    assert found.verdicts["atomicity"] == HOLDS_SO_FAR


def test_no_hanging_transaction_is_found_where_there_is_none() -> None:
    found = same_as_explored(scenario_instance("late-produce-two-steps", "4.2"), 6)
    kinds = {item.name: item.kind for item in found.instance.properties}
    assert found.finished == 6 and not found.complete
    assert {v for n, v in found.verdicts.items() if kinds[n] == ALWAYS} == {HOLDS_SO_FAR}


@pytest.mark.parametrize("idempotence", [0, 1])
def test_all_runs_of_one_record(idempotence: int) -> None:
    """Not only up to some length: Z3 says itself that there are no longer runs."""
    found = same_as_explored(first_model(ONE_RECORD, idempotence), None)
    assert found.complete and found.finished > 12
    assert found.verdicts["order"] == HOLDS
    assert found.verdicts["no_loss"] == BROKEN


def test_capacities_that_are_reached() -> None:
    found = same_as_explored(CLUSTER.instance(), 6)
    assert found.finished == 6
    assert found.capacities == {"log": 2, "Number": 3}
    assert found.verdict("a property that is never broken", ALWAYS) == INCONCLUSIVE


def test_deadlocks_are_looked_for_where_the_model_asks() -> None:
    found = same_as_explored(POST_OFFICE.instance({"room": 1}), 8)
    assert found.verdicts[DEADLOCK] == BROKEN


def test_a_solver_that_gives_up_says_so() -> None:
    found = check_bounded(toy().instance(), 8, Effort(rlimit=1))
    assert found.given_up and found.finished == -1
    assert set(found.verdicts.values()) == {INCONCLUSIVE}


def test_a_mutant_changes_both_verdicts_alike() -> None:
    """Each mutant of a small model: the same levels, broken or not, by both engines."""
    traced = trace_mutants(toy())
    program, kept = compile_mutants(traced, traced.mutants), mutated(traced, traced.mutants)
    levels = {}
    for number in range(len(traced.mutants) + 1):
        shown = program.shown({}, number)
        instance = traced.instance.with_parameters({SELECTOR: number})
        found = check_bounded(instance, 9, kept=kept)
        assert not found.given_up
        levels[number] = {n: len(path.steps) for n, path in found.runs.items()}
        assert levels[number] == {
            name: level - 1 for name, level in shown.levels.items() if level <= 10
        }
    assert sum(levels[number] != levels[0] for number in levels) > 10
    assert any("alone" in found for found in levels.values())

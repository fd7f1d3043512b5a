"""Z3 and the compiled explorer, in longer runs than `make test` has time for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from checker.explicit.explorer import check
from checker.lang.rules import ALWAYS
from checker.symbolic.bounded import check_bounded

sys.path.insert(0, str(Path(__file__).parents[1] / "symbolic"))
from bounded_scopes import TWO_RECORDS, first_model, scenario_instance

PAGE = (Path(__file__).parents[2] / "docs" / "proofs.md").read_text()
TWO_STEPS = "late-produce-two-steps"
SCENARIOS = {
    f"{TWO_STEPS}, 3.9 without KAFKA-14884": (
        lambda: scenario_instance(TWO_STEPS, "3.9", without=("KAFKA-14884",)),
        8,
        {"no_hanging_transaction": 8},
    ),
    f"{TWO_STEPS}, 4.2": (lambda: scenario_instance(TWO_STEPS, "4.2"), 14, {}),
    "late-marker, 4.1": (
        lambda: scenario_instance("late-marker", "4.1"),
        9,
        {"no_aborted_reads": 9},
    ),
    "two idempotent records": (lambda: first_model(TWO_RECORDS, 1), 14, None),
}
"""Scopes, the depth to which both must come, and what is broken in how many steps, if pinned."""


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_same_is_broken_after_the_same_steps(name: str) -> None:
    make, steps, pinned = SCENARIOS[name]
    instance = make()
    explored, found = check(instance), check_bounded(instance, steps)
    assert explored.exploration.stopped is None and not explored.capacities
    assert found.finished == steps and not found.capacities and not found.given_up
    shortest = {name: len(run) - 1 for name, run in explored.runs.items()}
    seen = {name: len(path.steps) for name, path in found.runs.items()}
    assert seen == {name: length for name, length in shortest.items() if length <= steps}
    if pinned is not None:
        kinds = {item.name: item.kind for item in instance.properties}
        assert {n: length for n, length in seen.items() if kinds[n] == ALWAYS} == pinned


def test_the_depth_of_late_produce_is_all_of_it() -> None:
    """Every state is reached in fewer steps than Z3 looks at."""
    make, steps, _ = SCENARIOS[f"{TWO_STEPS}, 4.2"]
    assert check(make()).exploration.depth == steps


@pytest.mark.parametrize("name", [name for name in SCENARIOS if "records" not in name])
def test_the_depth_stands_in_the_manual(name: str) -> None:
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| {name} |"))
    assert f"{SCENARIOS[name][1]} steps" in row.split("|")[2]

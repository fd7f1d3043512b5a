"""Z3 and the compiled explorer, in longer runs than `make test` has time for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from checker.explicit.explorer import check
from checker.symbolic.bounded import check_bounded

sys.path.insert(0, str(Path(__file__).parents[1] / "symbolic"))
from bounded_scopes import TWO_RECORDS, first_model, scenario_instance

CASES = {
    "a late marker of 4.1": (lambda: scenario_instance("late-marker", "4.1"), 9),
    "no hanging transaction on 4.2": (
        lambda: scenario_instance("late-produce-two-steps", "4.2"),
        11,
    ),
    "two idempotent records": (lambda: first_model(TWO_RECORDS, 1), 14),
}


@pytest.mark.parametrize("name", CASES)
def test_the_same_is_broken_after_the_same_steps(name: str) -> None:
    make, steps = CASES[name]
    instance = make()
    explored, found = check(instance), check_bounded(instance, steps)
    assert found.finished == steps and not found.capacities
    shortest = {name: len(run) - 1 for name, run in explored.runs.items()}
    seen = {name: len(path.steps) for name, path in found.runs.items()}
    assert seen == {name: length for name, length in shortest.items() if length <= steps}

"""Counts of scopes that take too long, or too much memory, for every change."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.cli.load import load_model
from checker.explicit.explorer import Limits, check
from specs import checked_model

BENCH = Path(__file__).parents[2] / "bench"
PLAIN = {"settings.idempotence": 0, "settings.acks": 1}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("file", "bounds", "counts"),
    [
        ("idempotent_producer.py", {"records": 8, "window": 3}, (928_295, 21_795_497, 25)),
        ("idempotent_producer.py", {"records": 9, "window": 3}, (3_713_575, 98_325_161, 28)),
        ("peterson.py", {"processes": 5}, (628_868, 3_144_340, 74)),
    ],
    ids=["8 records", "9 records", "5 processes"],
)
def test_reference_models(
    file: str, bounds: dict[str, int], counts: tuple[int, int, int], threads: int
) -> None:
    instance = load_model(str(BENCH / file)).instance(bounds)
    found = check(instance, limits=Limits(threads=threads)).exploration
    assert (found.states, found.transitions, found.depth) == counts


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("bounds", "parameters", "counts", "broken"),
    [
        ({"records": 3}, {}, (516_462, 1_993_741, 47), {"no_duplicates", "order"}),
        (
            {"records": 3},
            PLAIN,
            (466_235, 2_005_771, 44),
            {"no_loss", "no_duplicates", "order"},
        ),
        (
            {"faults": 3},
            {"budgets.in_all": 3},
            (1_429_108, 6_238_395, 47),
            {"no_duplicates", "order"},
        ),
    ],
    ids=["3 records", "3 records, plain", "3 faults"],
)
def test_larger_scopes_of_kafka(
    bounds: dict[str, int],
    parameters: dict[str, int],
    counts: tuple[int, int, int],
    broken: set[str],
    threads: int,
) -> None:
    checked = check(checked_model().instance(bounds, parameters), limits=Limits(threads=threads))
    found = checked.exploration
    assert checked.capacities == {}
    assert {name for name, verdict in checked.verdicts.items() if verdict == "broken"} == broken
    assert (found.states, found.transitions, found.depth) == counts

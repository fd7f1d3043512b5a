"""Refinement in scenarios that take too long for every change."""

from __future__ import annotations

import pytest

from checker.cli.prove_refinement import check_scenario
from specs.refinement.registry import REFINEMENTS

pytestmark = pytest.mark.timeout(7200)

FORGOTTEN = "a leader that forgets which verifications are under way"
REPLACED = "failover of the coordinator (see the model failover)"
ROTATED = "a new producer id after the last epoch"


@pytest.mark.parametrize(
    ("model", "scenario", "figures", "outside"),
    [
        (
            "failover",
            "late-requests-failover",
            (11455, 8942, 1120, 26797),
            {},
        ),
        ("failover", "coordinator-failover", (512242, 329220, 31408, 1615226), {}),
        ("failover", "stale-coordinator", (6195, 5005, 2636, 16484), {}),
        (
            "offsets",
            "transforming-application",
            (16822, 12181, 614, 49240),
            {},
        ),
        (
            "offsets",
            "consume-transform-produce-two-faults",
            (38732, 28195, 1776, 109425),
            {FORGOTTEN: 1210, REPLACED: 2120},
        ),
        ("transactions", "last-epochs", (32962, 18946, 855, 101672), {ROTATED: 4297}),
        ("transactions", "leader-failover", (63984, 43022, 3499, 199406), {FORGOTTEN: 33971}),
    ],
)
def test_every_step_is_what_is_declared_of_it(
    model: str, scenario: str, figures: tuple[int, int, int, int], outside: dict[str, int]
) -> None:
    found = check_scenario(REFINEMENTS[model], scenario).checked
    assert found.failure is None
    states = (found.states, found.detailed_states, found.proof_states)
    assert (*states, found.transitions) == figures
    assert dict(found.outside) == outside

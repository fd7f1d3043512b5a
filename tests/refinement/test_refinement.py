"""Every step of the detailed model is what is declared of it, in the scenarios that are listed."""

from __future__ import annotations

import pytest
from refinement_counts import PINNED

from checker.cli.prove_refinement import check_scenario
from specs.refinement.registry import REFINEMENTS

NEVER = {
    "idempotence": {"forget_batch"},
    "transactions": set(),
    "offsets": {"add_for_client", "append_more"},
    "failover": {"add_for_client", "answer_from_old_memory", "append_more"},
}
"""Actions of the proof models that no step of these scenarios is."""
NIGHTLY = {
    ("failover", "stale-coordinator"),
    ("failover", "late-requests-failover"),
    ("offsets", "transforming-application"),
    ("offsets", "consume-transform-produce-two-faults"),
}


@pytest.mark.parametrize(("model", "scenario"), PINNED)
def test_every_step_is_what_is_declared_of_it(model: str, scenario: str) -> None:
    figures, steps, outside = PINNED[model, scenario]
    found = check_scenario(REFINEMENTS[model], scenario).checked
    assert found.failure is None
    states = (found.states, found.detailed_states, found.proof_states)
    assert (*states, found.transitions) == figures
    assert dict(found.steps) == steps
    assert dict(found.outside) == outside
    assert found.capacities == {}


def test_all_that_is_listed_is_pinned() -> None:
    listed = {(r.name, name) for r in REFINEMENTS.values() for name in r.scenarios}
    assert set(PINNED) == listed - NIGHTLY


@pytest.mark.parametrize("model", REFINEMENTS)
def test_every_action_of_the_proof_model_is_seen(model: str) -> None:
    seen = {name for (of, _), (_, steps, _) in PINNED.items() if of == model for name in steps}
    actions = {action.name for action in REFINEMENTS[model].proof.actions}
    assert seen <= actions
    assert actions - seen == NEVER[model]

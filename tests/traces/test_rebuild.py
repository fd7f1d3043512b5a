"""Runs of the Kafka model are rebuilt where replicas have changed places in the canonical form."""

from __future__ import annotations

from checker.cli.answers import trace_of
from checker.explicit.explorer import BROKEN, check
from specs import checked_model

UNCLEAN = {"settings.unclean_leader_election": 1, "settings.on_error": 2, "settings.restart": 1}


def test_a_run_with_interchanged_replicas() -> None:
    instance = checked_model().instance(parameters=UNCLEAN, properties=["no_loss"])
    checked = check(instance)
    assert checked.verdicts["no_loss"] == BROKEN
    trace = trace_of(checked, "no_loss")
    assert len(trace.steps) == 12
    assert {"drop_lagging_replica", "elect_unclean"} <= {step.action for step in trace.steps}

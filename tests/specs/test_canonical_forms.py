"""Forgetting what no longer matters changes no verdict and no shortest run."""

from __future__ import annotations

import pytest
from delivery import only

from checker.explicit.reference import explore
from checker.lang import Model
from model.settings import Acks
from model.world import ACTIONS, BOUNDS, CANONICAL, World, start
from specs import GUARANTEES, WITNESSES

SMALL = {"records": 1, "in_flight": 1, "faults": 2}

SCENES = {
    "brokers": {
        "settings.min_insync_replicas": 1,
        "settings.auto_commit": 1,
        "budgets.isr_shrinks": 1,
        "budgets.leader_failures": 1,
    },
    "network": {
        "settings.acks": Acks.LEADER,
        "settings.idempotence": 0,
        "settings.replication_factor": 1,
        "budgets.lost_replies": 1,
        "budgets.abandoned_connections": 2,
    },
}


@pytest.mark.parametrize("scene", list(SCENES))
def test_verdicts_are_the_same(scene: str) -> None:
    found = []
    for canonical in (CANONICAL, ()):
        model = Model(
            "kafka",
            World,
            ACTIONS,
            (*GUARANTEES, *WITNESSES),
            start,
            canonical=canonical,
            bounds=BOUNDS,
        )
        none = {f"budgets.{kind}": 0 for kind in only()}
        found.append(explore(model.instance(SMALL, {**none, **SCENES[scene]})))
    assert found[0].levels == found[1].levels
    assert found[0].states < found[1].states

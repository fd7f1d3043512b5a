"""Forgetting what no longer matters changes no verdict and no shortest run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from delivery import only

from checker.cli.answers import property_answers
from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import Checked, check
from checker.explicit.reference import explore
from checker.lang import Model
from checker.settings.scenario_file import find_scenario, parameters_at
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


# Scenarios of the transaction model, with the versions that break a guarantee in them.
FORGETFUL = {
    "late-produce": ("3.5", "4.2"),
    "late-batches": ("3.5", "4.2"),
    "refused-batches": ("3.9", "4.1"),
    "last-epochs": ("4.0", "4.2"),
}


@pytest.mark.parametrize("name", FORGETFUL)
def test_verdicts_of_transactions_are_the_same(name: str) -> None:
    scenario = find_scenario(name)
    model = scenario.model()
    forms = [
        compile_instance(replace(model, canonical=c).instance()) for c in (model.canonical, ())
    ]
    fewer = 0
    for kafka in FORGETFUL[name]:
        parameters = parameters_at(scenario, kafka, kafka)
        few, all_of_them = (
            check(form.instance.with_parameters(parameters), form) for form in forms
        )
        assert told(few) == told(all_of_them)
        assert few.exploration.states <= all_of_them.exploration.states
        fewer += all_of_them.exploration.states - few.exploration.states
    assert fewer > 0


def told(checked: Checked) -> list[tuple[str, str, int | None]]:
    return [(item.name, item.verdict, item.steps) for item in property_answers(checked)]

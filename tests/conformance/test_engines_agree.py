"""The reference explorer and the compiled one tell the same of every model."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from checker.cli.load import load_model
from checker.explicit.explorer import DEADLOCK, Limits, check
from checker.explicit.reference import explore
from checker.lang.rules import SOMETIMES
from checker.lang.slicing import slice_instance

sys.path.insert(0, str(Path(__file__).parent))
from zoo import CLUSTER, POST_OFFICE

ROOT = Path(__file__).parents[2]
IDEMPOTENT = load_model(str(ROOT / "bench/idempotent_producer.py"))
PETERSON = load_model(str(ROOT / "bench/peterson.py"))

CASES = [
    (IDEMPOTENT, {"records": 3}, {}),
    (PETERSON, {"processes": 3}, {}),
    (POST_OFFICE, {}, {}),
    (POST_OFFICE, {"room": 1}, {}),
    (POST_OFFICE, {}, {"options.polite": 0}),
    (POST_OFFICE, {"nodes": 1}, {"options.most": -1}),
    (CLUSTER, {}, {}),
    (CLUSTER, {"room": 1}, {}),
]
NAMES = [f"{model.name}-{i}" for i, (model, _, _) in enumerate(CASES)]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("model", "bounds", "parameters"), CASES, ids=NAMES)
def test_same_states_transitions_and_verdicts(model, bounds, parameters, threads):
    instance = model.instance(bounds, parameters)
    kept = slice_instance(instance)
    reference = explore(instance, kept.project)
    compiled = check(instance, limits=Limits(threads=threads))
    packing = compiled.compiled.program.packing
    rows = compiled.exploration.reached.states
    assert {packing.unpack(row) for row in rows} == set(reference.parents)
    assert len(rows) == reference.states
    assert compiled.exploration.transitions == reference.transitions
    assert compiled.exploration.depth == reference.depth
    assert compiled.capacities == dict(reference.capacities)
    levels = {name: len(run) for name, run in compiled.runs.items() if name != DEADLOCK}
    assert levels == reference.levels
    assert (DEADLOCK in compiled.runs) == (model.deadlock and reference.deadlock is not None)


@pytest.mark.parametrize(("model", "bounds", "parameters"), CASES, ids=NAMES)
def test_verdicts_follow_from_what_was_found(model, bounds, parameters):
    checked = check(model.instance(bounds, parameters))
    for item in checked.instance.properties:
        found = item.name in checked.runs
        verdict = checked.verdicts[item.name]
        if found:
            assert verdict == ("holds" if item.kind == SOMETIMES else "broken")
        elif checked.capacities:
            assert verdict == "inconclusive"
        else:
            assert verdict == ("vacuous" if item.kind == SOMETIMES else "holds")


def test_the_zoo_reaches_every_kind_of_verdict():
    verdicts = {
        verdict
        for model, bounds, parameters in CASES
        for verdict in check(model.instance(bounds, parameters)).verdicts.values()
    }
    assert verdicts == {"holds", "broken", "inconclusive", "vacuous"}

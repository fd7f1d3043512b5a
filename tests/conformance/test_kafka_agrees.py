"""The two explorers agree about the Kafka model: small scopes as a whole, large ones by sample."""

from __future__ import annotations

import ctypes
import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import check
from checker.explicit.reference import Reference, ReferenceResult, explore
from checker.lang.slicing import slice_instance
from checker.settings.scenario import scenario_model

SMALL = {"records": 1}
ONE_FAULT = {"budgets.in_all": 1}
PLAIN = {"settings.idempotence": 0, "settings.acks": 1}
SAMPLE = 60


@pytest.mark.parametrize("parameters", [ONE_FAULT, ONE_FAULT | PLAIN], ids=["safe", "plain"])
def test_small_scopes_are_explored_alike(parameters):
    instance = scenario_model().instance(SMALL, parameters)
    kept = slice_instance(instance)
    reference = explore(instance, kept.project)
    compiled = check(instance)
    assert compiled.exploration.states == reference.states
    assert compiled.exploration.transitions == reference.transitions
    assert compiled.exploration.depth == reference.depth
    assert {n: len(run) for n, run in compiled.runs.items()} == reference.levels


@pytest.mark.parametrize("parameters", [{}, PLAIN], ids=["safe", "plain"])
def test_successors_of_reached_states_are_the_same(parameters):
    instance = scenario_model().instance(None, parameters)
    compiled = compile_instance(instance)
    rows = check(instance, compiled).exploration.reached.states
    packing = compiled.program.packing
    reference = Reference(instance, compiled.project)
    step = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_void_p] * 4)(compiled.step)
    vector = compiled.parameters(instance)
    out = np.zeros((compiled.max_successors, packing.words), np.uint64)
    counters = np.zeros(len(compiled.program.counters) + 1, np.int64)
    for number in random.Random(1).sample(range(len(rows)), SAMPLE):
        row = np.ascontiguousarray(rows[number])
        made = step(*(a.ctypes.data for a in (row, vector, out, counters)))
        native = Counter(packing.unpack(out[k]) for k in range(made))
        state = packing.unpack(row)
        plain = Counter(s for _, s in reference.successors(state, ReferenceResult()))
        assert native == plain


@pytest.mark.parametrize("parameters", [ONE_FAULT, ONE_FAULT | PLAIN], ids=["safe", "plain"])
def test_canonical_forms_change_no_verdict(parameters):
    model = scenario_model()
    with_forms = check(model.instance(SMALL, parameters))
    without = check(replace(model, canonical=(), sources=()).instance(SMALL, parameters))
    assert without.verdicts == with_forms.verdicts
    assert {n: len(r) for n, r in without.runs.items()} == {
        n: len(r) for n, r in with_forms.runs.items()
    }
    assert without.exploration.states > with_forms.exploration.states


def test_canonical_forms_are_idempotent():
    instance = scenario_model().instance()
    compiled = compile_instance(instance)
    rows = check(instance, compiled).exploration.reached.states
    reference = Reference(instance, compiled.project)
    for number in random.Random(2).sample(range(len(rows)), SAMPLE):
        state = compiled.program.packing.unpack(rows[number])
        assert reference.cleaned(state) == state

"""SPIN and Rumur on the reference models of full size, and on the default scope of Kafka."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.tools import run_rumur, run_spin
from checker.cli.load import load_model
from checker.explicit.explorer import check
from checker.export import export, surplus
from checker.lang.slicing import slice_instance
from specs import checked_model

BENCH = Path(__file__).parents[2] / "bench"
IDEMPOTENT = load_model(str(BENCH / "idempotent_producer.py")).instance({"records": 8, "window": 3})
PETERSON = load_model(str(BENCH / "peterson.py")).instance({"processes": 5})
UNBROKEN = ["no_loss", "everything_delivered", "batch_retried"]
KAFKA = checked_model().instance(properties=UNBROKEN)


@pytest.mark.parametrize(
    "instance", [IDEMPOTENT, PETERSON, KAFKA], ids=["8 records", "5 processes", "kafka"]
)
def test_same_counts(instance) -> None:
    ours = check(instance).exploration
    kept = slice_instance(instance)
    spin, more = run_spin(export(kept, "promela")), surplus(kept, "promela")
    rumur = run_rumur(export(kept, "murphi"))
    assert (spin.error, rumur.error) == (None, None)
    assert (spin.states - more.states, spin.transitions - more.transitions) == (
        ours.states,
        ours.transitions,
    )
    assert (rumur.states, rumur.transitions) == (ours.states, ours.transitions)

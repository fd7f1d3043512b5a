"""The twins of the yardstick models that were written by hand count what ours count."""

from __future__ import annotations

import pytest
from peer_cases import IDEMPOTENT, PETERSON, RUMUR, SPIN, Case

from bench.tools import PEERS, filled, run_floor, run_rumur, run_spin


@pytest.mark.parametrize(("records", "window"), [(4, 2), (4, 3), (6, 2)])
def test_the_idempotent_producer_has_equal_twins(records: int, window: int) -> None:
    ours = Case(IDEMPOTENT, {"records": records, "window": window}).check().exploration
    values = {"N": records, "K": window}
    spin = run_spin((PEERS / "idem.pml").read_text(), defines=values, **SPIN)
    text = filled((PEERS / "idem.m.in").read_text(), {**values, "BUG": 0})
    rumur = run_rumur(text, **RUMUR)
    assert spin.error is None and rumur.error is None
    assert (spin.states, spin.transitions - 1) == (ours.states, ours.transitions)
    assert (rumur.states, rumur.transitions) == (ours.states, ours.transitions)


@pytest.mark.parametrize("records", [4, 6])
def test_the_floor_counts_the_same(records: int) -> None:
    ours = Case(IDEMPOTENT, {"records": records, "window": 3}).check().exploration
    floor = run_floor(records)
    assert (floor.states, floor.transitions) == (ours.states, ours.transitions)


@pytest.mark.parametrize("processes", [3, 4])
def test_peterson_has_equal_twins(processes: int) -> None:
    ours = Case(PETERSON, {"processes": processes}).check().exploration
    spin = run_spin((PEERS / "pet.pml").read_text(), defines={"N": processes}, **SPIN)
    values = {"N": processes, "PID": f"0..{processes - 1}"}
    rumur = run_rumur(filled((PEERS / "pet.m.in").read_text(), values), **RUMUR)
    assert spin.error is None and rumur.error is None
    assert (spin.states, spin.transitions - 1) == (ours.states, ours.transitions)
    assert (rumur.states, rumur.transitions) == (ours.states, ours.transitions)


def test_a_twin_without_the_brokers_check_is_broken() -> None:
    values = {"N": 4, "K": 3, "BUG": 1}
    assert run_spin((PEERS / "idem.pml").read_text(), defines=values, **SPIN).error is not None
    text = filled((PEERS / "idem.m.in").read_text(), values)
    assert run_rumur(text, **RUMUR).error is not None

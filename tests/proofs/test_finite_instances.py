"""The proof models are not vacuous: finite instances are explored, and the lemmas hold there."""

from __future__ import annotations

import pytest

from checker.explicit.explorer import HOLDS, check
from checker.explicit.reference import explore
from specs.proofs.registry import PROOFS

pytestmark = pytest.mark.timeout(1800)

PINNED = {
    "idempotence": (948, 4431),
    "transactions": (26274, 154389),
    "offsets": (101346, 596988),
    "failover": (210688, 1816378),
}


@pytest.mark.parametrize("name", list(PINNED))
def test_lemmas_hold_in_a_finite_instance_and_covers_are_reached(name: str) -> None:
    proof = PROOFS[name]
    checked = check(proof.model.instance(proof.small))
    assert checked.complete and checked.error is None
    names = [item.name for item in (*proof.lemmas, *proof.implied, *proof.covers)]
    assert {checked.verdicts[name] for name in names} == {HOLDS}
    found = checked.exploration
    assert (found.states, found.transitions) == PINNED[name]


def test_both_explorers_agree_on_a_proof_model() -> None:
    model = PROOFS["idempotence"].model
    bounds = {"producers": 1, "partitions": 1, "epochs": 1, "sequences": 1, "offsets": 1}
    slow = explore(model.instance(bounds))
    fast = check(model.instance(bounds)).exploration
    assert (slow.states, slow.transitions) == (fast.states, fast.transitions)
    assert slow.states > 20

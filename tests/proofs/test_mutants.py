"""Every guard of Kafka's matters for some guarantee, or is listed as redundant with its reason."""

from __future__ import annotations

import pytest

from checker.cli.prove_run import claim_of
from checker.explicit.explorer import BROKEN, Limits, check
from checker.symbolic import PROVED, Effort, prove
from checker.symbolic.proof import Questions
from checker.symbolic.solving import decide_quickly
from specs.proofs.claims import REFUTED, Mutant, ProofModel
from specs.proofs.registry import PROOFS

CASES = [(proof, mutant) for proof in PROOFS.values() for mutant in proof.mutants]
IDS = [f"{proof.name}-{mutant.name}" for proof, mutant in CASES]


def unproved(proof: ProofModel, mutant: Mutant) -> str | None:
    """Return the first obligation that Z3 does not discharge."""
    questions = Questions(claim_of(proof, mutant.without))
    for obligation in questions.obligations:
        instance, rendering = questions.place(obligation)
        if decide_quickly(instance, obligation, rendering, Effort()).verdict != PROVED:
            return " / ".join(obligation.key)
    return None


@pytest.mark.parametrize(("proof", "mutant"), CASES, ids=IDS)
def test_a_mutant_is_refuted_or_redundant(proof: ProofModel, mutant: Mutant) -> None:
    if mutant.expected == PROVED:
        assert mutant.reason
        assert prove(claim_of(proof, mutant.without)).verdict == PROVED
        return
    assert mutant.expected == REFUTED and not mutant.reason
    assert unproved(proof, mutant) is not None
    names = [item.name for item in (*proof.lemmas, *proof.implied)]
    asked = [name for name in proof.guarantees if name in names]
    parameters = {f"guards.{name}": 0 for name in mutant.without}
    bounds = {**proof.explored, **mutant.bounds}
    instance = proof.model.instance(bounds, parameters, asked)
    checked = check(instance, limits=Limits(time=100.0), traces=False)
    assert BROKEN in checked.verdicts.values()


@pytest.mark.parametrize("name", list(PROOFS))
def test_no_guard_is_without_a_mutant(name: str) -> None:
    proof = PROOFS[name]
    inherited = set(PROOFS["transactions"].sources) if name in ("offsets", "failover") else set()
    tried = {guard for mutant in proof.mutants for guard in mutant.without}
    assert set(proof.sources) - inherited <= tried or proof.expected == REFUTED

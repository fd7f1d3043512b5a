"""What is claimed is proved, with whatever seed, and its certificate is confirmed by cvc5."""

from __future__ import annotations

import json

import pytest

from checker.cli.prove_run import claim_of
from checker.symbolic import PROVED, Effort, certificate, check, prove
from specs.proofs.registry import PROOFS

pytestmark = pytest.mark.timeout(1800)

EXPECTED = {"idempotence": 72, "transactions": 361, "offsets": 579, "failover": 541}


@pytest.mark.parametrize("name", list(EXPECTED))
def test_every_obligation_is_discharged_twice(name: str) -> None:
    claim = claim_of(PROOFS[name])
    proof = prove(claim)
    assert proof.verdict == PROVED
    assert not proof.vacuous
    assert len(proof.outcomes) == EXPECTED[name] == len(claim.keys())
    document = json.loads(json.dumps(certificate(proof, name)))
    result = check(document, claim)
    assert not result.complaints and not result.unknown
    assert sum(result.confirmed.values()) == EXPECTED[name]


@pytest.mark.parametrize("seed", range(1, 8))
def test_another_seed_gives_the_same_verdicts(seed: int) -> None:
    proof = prove(claim_of(PROOFS["idempotence"]), Effort(seed=seed))
    assert {outcome.verdict for outcome in proof.outcomes} == {PROVED}


@pytest.mark.parametrize("name", [name for name, p in PROOFS.items() if p.expected == PROVED])
def test_every_guard_has_a_source_and_every_lemma_a_sentence(name: str) -> None:
    proof = PROOFS[name]
    guards = {
        c.name.partition(".")[2] for c in claim_of(proof).instance().schema.columns if c.parameter
    }
    assert guards == set(proof.sources)
    for item in (*proof.lemmas, *proof.implied, *proof.steps, *proof.covers):
        assert len(item.sentence.split()) >= 4, item.name
    assert set(proof.guarantees) <= set(claim_of(proof).properties)
    assert proof.not_covered

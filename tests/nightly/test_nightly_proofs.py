"""Proofs with eight seeds, and what becomes of them without each guard."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.cli.prove_mutants import judge
from checker.cli.prove_run import claim_of
from checker.symbolic import PROVED, Effort, certificate, check, prove
from specs.proofs.registry import PROOFS

PAGE = (Path(__file__).parents[2] / "docs" / "proofs.md").read_text()
PROVED_MODELS = [name for name, proof in PROOFS.items() if proof.expected == PROVED]
MUTANTS = [(name, m.name) for name in PROOFS for m in PROOFS[name].mutants]
INHERITED = [(name, m.name) for name in PROOFS for m in PROOFS[name].inherited]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", PROVED_MODELS)
def test_another_seed_gives_the_same_verdicts(name: str, seed: int) -> None:
    claim = claim_of(PROOFS[name])
    proof = prove(claim, Effort(seed=seed), explorer=False)
    assert {outcome.verdict for outcome in proof.outcomes} == {PROVED}
    result = check(certificate(proof, name), claim, Effort(seed=seed))
    assert not result.complaints and not result.unknown
    assert sum(result.confirmed.values()) == len(claim.keys())


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("name", "mutant"), [*MUTANTS, *INHERITED])
def test_a_mutant_is_what_is_listed(name: str, mutant: str) -> None:
    proof = PROOFS[name]
    (item,) = (m for m in (*proof.mutants, *proof.inherited) if m.name == mutant)
    found = judge(proof, item)
    assert found.is_as_listed
    assert bool(found.broken) == (found.verdict != PROVED)
    assert min(found.runs.values(), default=0) == item.steps
    if name in ("idempotence", "transactions") and found.broken:
        guards = ", ".join(f"`{guard}`" for guard in item.without)
        (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| {guards} | `"))
        broken = {f"`{lemma}`" for _, lemma in found.broken}
        assert set(row.strip("| ").split("|")[2].strip().split(", ")) == broken

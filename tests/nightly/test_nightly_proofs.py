"""Proofs with eight seeds, and what becomes of them without each guard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.cli.main import run
from checker.cli.prove_run import claim_of
from checker.symbolic import PROVED, Effort, certificate, check, prove
from specs.proofs.registry import PROOFS

PAGE = (Path(__file__).parents[2] / "docs" / "proofs.md").read_text()
PROVED_MODELS = [name for name, proof in PROOFS.items() if proof.expected == PROVED]


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
@pytest.mark.parametrize("name", PROVED_MODELS)
def test_every_mutant_is_what_is_listed(name: str, tmp_path: Path) -> None:
    file, model = tmp_path / "mutants.json", PROOFS[name]
    arguments = ["prove", "--mutants", "--model", name, "--format", "json", "-q", "-o", str(file)]
    assert run(arguments) == 0
    answer = json.loads(file.read_text())
    assert [item["verdict"] for item in answer["models"]] == ["proved"]
    listed = {mutant.name: mutant for mutant in (*model.mutants, *model.inherited)}
    assert [item["name"] for item in answer["mutants"]] == list(listed)
    for item in answer["mutants"]:
        assert item["verdict"] == listed[item["name"]].expected
        assert bool(item["broken"]) == (item["verdict"] != PROVED)
        assert min(item["runs"].values(), default=0) == listed[item["name"]].steps
        if name in ("idempotence", "transactions") and item["broken"]:
            assert_on_the_page(item)


def assert_on_the_page(item: dict[str, Any]) -> None:
    guards = ", ".join(f"`{guard}`" for guard in item["without"])
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| {guards} | `"))
    broken = {f"`{entry['property']}`" for entry in item["broken"]}
    assert set(row.strip("| ").split("|")[2].strip().split(", ")) == broken

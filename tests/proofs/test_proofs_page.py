"""docs/proofs.md names every lemma with its sentence, and every guard with its place in Kafka."""

from __future__ import annotations

from pathlib import Path

import pytest

from specs.proofs.claims import PROVED
from specs.proofs.registry import PROOFS
from specs.refinement.registry import REFINEMENTS

PAGE = (Path(__file__).parents[2] / "docs" / "proofs.md").read_text()
PROVED_MODELS = [name for name, proof in PROOFS.items() if proof.expected == PROVED]


@pytest.mark.parametrize("name", PROVED_MODELS)
def test_every_lemma_stands_there_with_its_sentence(name: str) -> None:
    for lemma in PROOFS[name].lemmas:
        assert f"| `{lemma.name}` | {lemma.sentence} |" in PAGE


@pytest.mark.parametrize("name", PROVED_MODELS)
def test_every_guard_stands_there_with_its_source(name: str) -> None:
    for guard, (what, where) in PROOFS[name].sources.items():
        assert f"| `{guard}` | {what} | {where} |" in PAGE


def test_every_redundant_guard_stands_there_with_its_reason() -> None:
    for name, proof in PROOFS.items():
        for mutant in proof.mutants:
            if mutant.expected == PROVED:
                guards = ", ".join(f"`{guard}`" for guard in mutant.without)
                assert f"| {name} | {guards} | {mutant.reason} |" in PAGE


@pytest.mark.parametrize("name", PROVED_MODELS)
def test_every_shortest_run_without_a_guard_stands_there(name: str) -> None:
    place = {"offsets": 2, "failover": 3}.get(name, 1)
    for mutant in (*PROOFS[name].mutants, *PROOFS[name].inherited):
        guards = ", ".join(f"`{guard}`" for guard in mutant.without)
        (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| without {guards} |"))
        cell = row.strip("|").split("|")[place].strip()
        assert cell == (str(mutant.steps) if mutant.expected != PROVED else "proved")


def test_every_scenario_that_is_checked_stands_there() -> None:
    for declared in REFINEMENTS.values():
        for scenario in declared.scenarios:
            assert f"| {declared.name} | {scenario} |" in PAGE

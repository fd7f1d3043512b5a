"""A lemma that was taken away is offered again by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.cli.prove_run import claim_of
from checker.symbolic import NOT_INDUCTIVE, prove
from checker.symbolic.suggest import suggestions
from specs.proofs.registry import PROOFS

pytestmark = pytest.mark.timeout(1800)


def test_the_missing_lemma_is_among_the_suggestions() -> None:
    whole = PROOFS["transactions"]
    lemmas = tuple(item for item in whole.lemmas if item.name != "answered_is_added")
    proof = prove(claim_of(replace(whole, lemmas=lemmas, steps=())), explorer=False)
    assert proof.verdict == NOT_INDUCTIVE
    offered = suggestions(proof)
    assert "answered(x0, x1, x2, x3) implies added(x1, x2, x0)" in offered
    assert len(offered) <= 3

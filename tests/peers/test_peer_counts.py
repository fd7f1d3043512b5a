"""SPIN and Rumur count the states and transitions of exported models as we do."""

from __future__ import annotations

from functools import cache

import pytest
from peer_cases import CASES, FORMS, Case, search

from checker.lang.slicing import slice_instance

unbroken = cache(Case.unbroken)


@pytest.mark.parametrize("tool", FORMS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_same_counts(case: Case, tool: str) -> None:
    ours = unbroken(case)
    theirs = search(slice_instance(ours.instance), tool)
    assert theirs.error is None
    assert theirs.states == ours.exploration.states
    assert theirs.transitions == ours.exploration.transitions

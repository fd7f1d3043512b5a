"""The interpreter and the machine code agree on every scenario of up to 50,000 states."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "conformance"))
sys.path.append(str(Path(__file__).parents[1] / "scenarios"))

import pytest
from scenario_runs import names_of
from structure_runs import transactional
from transactions_agree import both

LARGE = {"raw-client", "raw-client-versions", "last-epochs"}


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("release", [(3, 5), (3, 9), (4, 1), (4, 2)])
@pytest.mark.parametrize("name", sorted(set(transactional(names_of(large=False))) - LARGE))
def test_same_states_transitions_and_verdicts(name: str, release: tuple[int, int]) -> None:
    compiled, plain = both(name, release)
    assert compiled == plain

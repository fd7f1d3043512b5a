"""The interpreter and the machine code agree on scenarios of transactions."""

from __future__ import annotations

import pytest
from transactions_agree import both


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("no-faults", (4, 2)),
        ("late-produce-last", (3, 5)),
        ("zombie-consumer", (4, 2)),
        ("zombie-consumer", (2, 4)),
        ("late-end-txn", (3, 9)),
        ("late-batches", (3, 5)),
        ("late-batches", (4, 2)),
    ],
)
def test_same_states_transitions_and_verdicts(name: str, release: tuple[int, int]) -> None:
    compiled, plain = both(name, release)
    assert compiled == plain

"""Effects outside of Kafka: which coordination gives what, with counts."""

from __future__ import annotations

import pytest

from checker.explicit.explorer import BROKEN, HOLDS, check
from checker.explicit.reference import explore
from specs.effects import checked_effects

CASES = {
    "none": ((), 83, {"no_duplicates": 7}),
    "idempotent": (("idempotent_effect",), 49, {}),
    "ids": (("stores_ids",), 49, {}),
    "two-phase": (("two_phase_commit",), 65, {}),
    "commits always": (
        ("two_phase_commit", "recovery_commits_always"),
        140,
        {"no_duplicates": 10, "agreement": 5},
    ),
}
OFF = {
    "ids apart": (("stores_ids",), "same_transaction", 124, {"no_duplicates": 7}),
    "rolls back always": (("two_phase_commit",), "recovery_asks_kafka", 91, {"no_loss": 7}),
    "asks before fencing": (("two_phase_commit",), "recovery_fences_first", 120, {"no_loss": 7}),
}


def parameters(on: tuple[str, ...], off: tuple[str, ...] = ()) -> dict[str, int]:
    return {f"coordination.{name}": int(name in on) for name in (*on, *off)}


ALL = [(on, (), states, broken) for on, states, broken in CASES.values()]
ALL += [(on, (off,), states, broken) for on, off, states, broken in OFF.values()]


@pytest.mark.parametrize(("on", "off", "states", "broken"), ALL, ids=[*CASES, *OFF])
def test_what_coordination_gives(
    on: tuple[str, ...], off: tuple[str, ...], states: int, broken: dict[str, int]
) -> None:
    instance = checked_effects().instance(parameters=parameters(on, off))
    checked = check(instance)
    found = {n: len(checked.runs[n]) - 1 for n, v in checked.verdicts.items() if v == BROKEN}
    assert (checked.exploration.states, found) == (states, broken)
    assert all(v == HOLDS for n, v in checked.verdicts.items() if n not in broken)
    assert checked.error is None
    plain = explore(instance)
    assert plain.states == states

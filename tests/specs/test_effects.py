"""Effects outside of Kafka: which coordination gives what, with counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.cli.options import NOTHING_CHOSEN
from checker.cli.target import named_instance
from checker.explicit.explorer import BROKEN, HOLDS, check
from checker.explicit.reference import explore
from specs.effects import WAYS, Way, checked_effects

FOUND = {
    "effects": (83, {"no_duplicates": 7}),
    "effects-idempotent": (49, {}),
    "effects-ids-same-transaction": (49, {}),
    "effects-ids-apart": (124, {"no_duplicates": 7}),
    "effects-two-phase-commit": (65, {}),
    "effects-two-phase-commit-unfenced": (120, {"no_loss": 7}),
    "effects-two-phase-commit-rolls-back": (91, {"no_loss": 7}),
    "effects-two-phase-commit-commits": (140, {"no_duplicates": 10, "agreement": 5}),
}
"""States, and the length of the shortest run for each broken guarantee, by way."""
PAGE = Path(__file__).parents[2] / "docs" / "delivery-modes.md"


def parameters(way: Way) -> dict[str, int]:
    return {f"coordination.{name}": int(name in way.on) for name in (*way.on, *way.off)}


def test_every_way_is_looked_at() -> None:
    assert list(FOUND) == list(WAYS)


@pytest.mark.parametrize("name", list(FOUND))
def test_the_page_shows_what_is_found(name: str) -> None:
    """The table of docs/delivery-modes.md, row by row."""
    _, broken = FOUND[name]
    cells = [_cell(broken.get(item)) for item in ("no_loss", "no_duplicates")]
    two_phases = "two_phase_commit" in WAYS[name].on
    cells.append(_cell(broken.get("agreement")) if two_phases else "-")
    row = f"| `{name}` | {WAYS[name].title} | {' | '.join(cells)} |"
    assert row in PAGE.read_text(encoding="utf-8").splitlines()


def _cell(steps: int | None) -> str:
    return "holds" if steps is None else f"broken in {steps} steps"


@pytest.mark.parametrize(("name", "states", "broken"), [(n, *found) for n, found in FOUND.items()])
def test_what_coordination_gives(name: str, states: int, broken: dict[str, int]) -> None:
    instance = checked_effects().instance(parameters=parameters(WAYS[name]))
    asked = named_instance(name, NOTHING_CHOSEN)
    assert asked.parameters == instance.parameters
    checked = check(instance)
    found = {n: len(checked.runs[n]) - 1 for n, v in checked.verdicts.items() if v == BROKEN}
    assert (checked.exploration.states, found) == (states, broken)
    assert all(v == HOLDS for n, v in checked.verdicts.items() if n not in broken)
    assert checked.error is None
    plain = explore(instance)
    assert plain.states == states


def test_what_is_said_on_the_command_line_counts() -> None:
    choice = {
        **NOTHING_CHOSEN,
        "switches_on": ("same_transaction",),
        "switches_off": ("stores_ids",),
    }
    found = named_instance("effects-ids-apart", choice).parameters
    assert found["coordination.same_transaction"] == 1
    assert found["coordination.stores_ids"] == 0

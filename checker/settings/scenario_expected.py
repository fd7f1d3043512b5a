"""What a scenario file expects, and how an answer differs from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from specs.scenario import Expected, Scenario

BROKEN = "broken"
VACUOUS = "vacuous"


class Found(Protocol):
    """A property's verdict, with the length of the shortest run where it is broken."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def verdict(self) -> str: ...  # noqa: D102
    @property
    def steps(self) -> int | None: ...  # noqa: D102


def expected_of(
    scenario: Scenario, kafka: str, client: str, on: Sequence[str], off: Sequence[str]
) -> Expected | None:
    """Return what a scenario expects of these versions and switches, None if it says nothing."""
    for row in scenario.expected:
        same = (row.kafka, row.client) == (kafka, client)
        if same and set(row.on) == set(on) and set(row.off) == set(off):
            return row
    return None


def differences(
    expected: Expected, found: Sequence[Found], figures: Mapping[str, int]
) -> list[str]:
    """Return in words what is not as expected."""
    wrong = []
    for item in found:
        verdict = "holds"
        if item.name in expected.broken:
            verdict = BROKEN
        elif item.name in expected.vacuous:
            verdict = VACUOUS
        steps = expected.broken.get(item.name)
        if item.verdict != verdict:
            wrong.append(f"{item.name}: {item.verdict}, where the file says {verdict}")
        elif item.verdict == BROKEN and item.steps != steps:
            wrong.append(f"{item.name}: broken in {item.steps} steps, where the file says {steps}")
    return wrong + [
        f"{name}: {figures[name]:,}, where the file says {count:,}"
        for name, count in expected.figures.items()
        if figures[name] != count
    ]

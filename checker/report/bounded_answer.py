"""What `eoscheck prove --bounded` answers, and that answer as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.report.answer import PropertyAnswer

SCHEMA = "eoscheck/bounded@1"
EXIT = {"broken": 1, "inconclusive": 3, "vacuous": 4}
"""Exit codes of contract C1, the most important first; 0 for every other verdict."""


@dataclass(frozen=True)
class BoundedScenario:
    """A scenario, or a model under given bounds, whose runs were looked at.

    finished: runs of up to so many steps; complete: whether there are no longer ones; capacities:
    by name, after how many steps one was first reached; questions: how many Z3 was asked.
    """

    name: str
    versions: str
    bounds: Mapping[str, int]
    finished: int
    complete: bool
    given_up: bool
    questions: int
    cpu_seconds: float
    properties: Sequence[PropertyAnswer]
    capacities: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the scenario as JSON."""
        return {
            "scenario": self.name,
            "versions": self.versions,
            "scope": dict(self.bounds),
            "finished_steps": self.finished,
            "complete": self.complete,
            "gave_up": self.given_up,
            "capacities_reached": dict(self.capacities),
            "questions": self.questions,
            "cpu_seconds": round(self.cpu_seconds, 2),
            "properties": [item.as_json() for item in self.properties],
        }


@dataclass(frozen=True)
class BoundedAnswer:
    """The answer about all scenarios that were asked for."""

    scenarios: Sequence[BoundedScenario]

    @property
    def exit_code(self) -> int:
        """The exit code of contract C1."""
        verdicts = {p.verdict for item in self.scenarios for p in item.properties}
        if any(item.given_up for item in self.scenarios):
            verdicts.add("inconclusive")
        return next((code for verdict, code in EXIT.items() if verdict in verdicts), 0)

    def as_json(self) -> dict[str, Any]:
        """Return the whole answer as JSON."""
        return {"schema": SCHEMA, "scenarios": [item.as_json() for item in self.scenarios]}

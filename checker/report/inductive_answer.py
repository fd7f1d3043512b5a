"""What `eoscheck prove --inductive` answers, and that answer as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.report.prove_answer import EXIT, worst

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.traces.trace import Trace

SCHEMA = "eoscheck/inductive@1"


@dataclass(frozen=True)
class InductiveProperty:
    """A property with its verdict.

    alone: whether it is kept without the help of others; trace: a run that breaks it; why: it is
    unknown. For one that is not kept, where there is an example: before: what differs from the
    start in its first state; steps: in words; changes: what the last step changes; reached: whether
    the explorer reaches it.
    """

    name: str
    sentence: str
    verdict: str
    alone: bool = False
    trace: Trace | None = None
    before: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    reached: str = ""
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the property as contract C2 writes it."""
        return {
            "name": self.name,
            "sentence": self.sentence,
            "verdict": self.verdict,
            "alone": self.alone,
            "trace": None if self.trace is None else self.trace.as_json(),
            "before": list(self.before),
            "steps": list(self.steps),
            "changes": list(self.changes),
            "reached": self.reached,
        }


@dataclass(frozen=True)
class InductiveScenario:
    """A scenario, or a model under given bounds.

    steps: in how many states before a property is used; kept: what collections keep; errors: model
    errors, with whether one is "impossible", "possible" in a state that may never be reached, or
    "unknown" where what is proved holds.
    """

    name: str
    about: str
    bounds: Mapping[str, int]
    steps: int
    properties: Sequence[InductiveProperty]
    kept: tuple[str, ...]
    errors: Mapping[str, str]
    questions: int
    cpu_seconds: float

    def as_json(self) -> dict[str, Any]:
        """Return the scenario as JSON."""
        return {
            "scenario": self.name,
            "versions": self.about,
            "scope": dict(self.bounds),
            "steps": self.steps,
            "properties": [item.as_json() for item in self.properties],
            "collections": list(self.kept),
            "model_errors": dict(self.errors),
            "questions": self.questions,
            "cpu_seconds": round(self.cpu_seconds, 2),
        }


@dataclass(frozen=True)
class InductiveAnswer:
    """The answer about all scenarios that were asked for."""

    scenarios: Sequence[InductiveScenario]

    @property
    def exit_code(self) -> int:
        """The exit code of contract C1."""
        return EXIT[worst([p.verdict for item in self.scenarios for p in item.properties])]

    def as_json(self) -> dict[str, Any]:
        """Return the whole answer as JSON."""
        return {"schema": SCHEMA, "scenarios": [item.as_json() for item in self.scenarios]}

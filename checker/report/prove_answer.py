"""What `eoscheck prove` answers, and that answer as JSON (contract C2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from checker.traces.trace import Trace

SCHEMA = "eoscheck/prove@1"
PROVED, REFUTED, NOT_INDUCTIVE, UNKNOWN = "proved", "refuted", "not-inductive", "unknown"
EXIT = {PROVED: 0, REFUTED: 1, NOT_INDUCTIVE: 3, UNKNOWN: 3}
"""Exit codes of contract C1."""


@dataclass(frozen=True)
class FailedObligation:
    """An obligation that was not discharged.

    step: the step out of the property, in words; before, changes: the state before it and what it
    changes, one fact a line; reached: the explorer's word about that state; solver: who decided.
    """

    action: str
    property: str
    verdict: str
    solver: str
    step: str = ""
    before: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    reached: str = ""
    bounds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PropertyProof:
    """A property with its verdict.

    lemmas: what its proof uses; obligations: how many were discharged for it; is_guarantee: whether
    users ask for it, or it is a lemma only; trace: a run that breaks it, if it is refuted.
    """

    name: str
    sentence: str
    verdict: str
    lemmas: tuple[str, ...]
    obligations: int
    seconds: float
    is_guarantee: bool
    trace: Trace | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the property as contract C2 writes it."""
        return {
            "name": self.name,
            "sentence": self.sentence,
            "verdict": self.verdict,
            "guarantee": self.is_guarantee,
            "lemmas": list(self.lemmas),
            "obligations": self.obligations,
            "seconds": round(self.seconds, 3),
            "steps": None if self.trace is None else len(self.trace.steps),
            "trace": None if self.trace is None else self.trace.as_json(),
        }


@dataclass(frozen=True)
class ModelProof:
    """A proof model with the verdicts of its properties.

    solvers: obligations by who decided them; impossible: what should be possible and is not known
    to be; without: guards that were left out; suggestions: lemmas that may be missing.
    """

    name: str
    title: str
    properties: Sequence[PropertyProof]
    solvers: Mapping[str, int]
    obligations: int
    failed: Sequence[FailedObligation] = ()
    impossible: Sequence[str] = ()
    without: Sequence[str] = ()
    not_covered: Sequence[str] = ()
    suggestions: Sequence[str] = ()
    explored: Sequence[str] = ()
    scenarios: Sequence[str] = ()

    @property
    def guarantees(self) -> list[PropertyProof]:
        """The properties that were asked for."""
        return [item for item in self.properties if item.is_guarantee]

    @property
    def verdict(self) -> str:
        """The worst verdict of the properties that were asked for."""
        return worst([item.verdict for item in self.guarantees])

    def as_json(self) -> dict[str, Any]:
        """Return the model as JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "verdict": self.verdict,
            "obligations": self.obligations,
            "solvers": dict(self.solvers),
            "without": list(self.without),
            "impossible": list(self.impossible),
            "failed": [_failed_json(item) for item in self.failed],
            "suggestions": list(self.suggestions),
            "explored": " ".join(self.explored),
            "not_covered": list(self.not_covered),
            "refinement": list(self.scenarios),
        }


@dataclass(frozen=True)
class ProveAnswer:
    """The answer about one or more proof models."""

    models: Sequence[ModelProof]
    notes: Sequence[str] = ()

    @property
    def verdict(self) -> str:
        """The worst verdict of the models."""
        return worst([model.verdict for model in self.models])

    def as_json(self) -> dict[str, Any]:
        """Return the whole answer as JSON."""
        return {
            "schema": SCHEMA,
            "verdict": self.verdict,
            "properties": [
                {"model": model.name, **item.as_json()}
                for model in self.models
                for item in model.properties
            ],
            "models": [model.as_json() for model in self.models],
            "notes": list(self.notes),
        }


def worst(verdicts: Collection[str]) -> str:
    """Return the worst of some verdicts."""
    return next((v for v in (REFUTED, UNKNOWN, NOT_INDUCTIVE) if v in verdicts), PROVED)


def _failed_json(item: FailedObligation) -> dict[str, Any]:
    return {
        "action": item.action,
        "property": item.property,
        "verdict": item.verdict,
        "solver": item.solver,
        "step": item.step,
        "before": list(item.before),
        "changes": list(item.changes),
        "reached": item.reached,
        "bounds": dict(item.bounds),
    }

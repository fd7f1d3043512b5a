"""The answer of a check, as data: what contract C2 writes and the terminal shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.traces.trace import Trace

SCHEMA = "eoscheck/check@1"

HOLDS = "holds"
BROKEN = "broken"
INCONCLUSIVE = "inconclusive"
VACUOUS = "vacuous"

SOMETIMES = "sometimes"


@dataclass(frozen=True)
class Cause:
    """A setting (or fact about the application) at fault, and where it was given.

    origin: "default", "application" or "assumed" where there is no file.
    """

    setting: str
    value: str
    file: str | None
    line: int | None
    origin: str = "default"

    @property
    def place(self) -> str:
        """Where the value comes from, in a few words."""
        return self.origin if self.file is None else f"{self.file}:{self.line}"

    def as_json(self) -> dict[str, Any]:
        """Return the cause as contract C2 writes it."""
        return {
            "setting": self.setting,
            "value": self.value,
            "file": self.file,
            "line": self.line,
        }


@dataclass(frozen=True)
class Fix:
    """A setting and the value that it should have."""

    setting: str
    value: str

    def as_json(self) -> dict[str, Any]:
        """Return the change as contract C2 writes it."""
        return {"setting": self.setting, "value": self.value}


@dataclass(frozen=True)
class PropertyAnswer:
    """What a check says about one property; `note` is one more sentence for a person.

    is_asked: false for a witness that holds at the start already: the scope rules out what it is
    about.
    """

    name: str
    kind: str
    sentence: str
    verdict: str
    steps: int | None = None
    trace: Trace | None = None
    because: tuple[Cause, ...] = ()
    fix: tuple[Fix, ...] = ()
    note: str = ""
    is_asked: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return the property as contract C2 writes it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "sentence": self.sentence,
            "verdict": self.verdict,
            "steps": self.steps,
            "trace": None if self.trace is None else self.trace.as_json(),
            "because": [cause.as_json() for cause in self.because],
            "fix": [change.as_json() for change in self.fix],
        }


@dataclass(frozen=True)
class ExplorationAnswer:
    """What was explored; seconds are wall time, cpu_seconds of this process.

    started_after: wall seconds from the start of the process to that of the exploration; room: the
    bounds that make room in each capacity that was reached, with their values.
    """

    states: int
    transitions: int
    depth: int
    complete: bool
    capacities_reached: Mapping[str, int]
    seconds: float
    cpu_seconds: float
    stopped: str | None = None
    bytes_per_state: float | None = None
    started_after: float | None = None
    room: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the figures as contract C2 writes them."""
        return {
            "states": self.states,
            "transitions": self.transitions,
            "depth": self.depth,
            "complete": self.complete,
            "capacities_reached": dict(self.capacities_reached),
            "seconds": round(self.seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "stopped": self.stopped,
            "bytes_per_state": self.bytes_per_state,
            "started_after": self.started_after,
        }


@dataclass(frozen=True)
class CoverageAnswer:
    """How often an action was tried, fired, and was blocked by each reason."""

    action: str
    role: str
    tried: int
    fired: int
    blocked: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return the action's coverage for the document."""
        return {
            "action": self.action,
            "role": self.role,
            "tried": self.tried,
            "fired": self.fired,
            "blocked": dict(self.blocked),
        }


@dataclass(frozen=True)
class Answer:
    """The whole answer.

    model: how to build the same instance again, for replays; headline: the first sentence for a
    person; required: the guarantees that the exit code speaks about, None for all; coverage: of
    every action, None if it was not asked for; differences: what is not as a scenario file expects,
    None where it expects nothing of this choice or not all was explored; unexplored: settings by
    which more can be lost than any run shows, "" if there are none.
    """

    scenario: str
    model: Mapping[str, Any]
    scope: Mapping[str, int]
    faults: Mapping[str, int]
    exploration: ExplorationAnswer
    properties: tuple[PropertyAnswer, ...]
    kafka: str | None = None
    client: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    application: Mapping[str, str] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    mode: str | None = None
    headline: str = ""
    required: tuple[str, ...] | None = None
    coverage: tuple[CoverageAnswer, ...] | None = None
    differences: tuple[str, ...] | None = None
    unexplored: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the document of contract C2."""
        return {
            "schema": SCHEMA,
            "scenario": self.scenario,
            "kafka": self.kafka,
            "client": self.client,
            "settings": dict(self.settings),
            "application": dict(self.application),
            "assumptions": list(self.assumptions),
            "scope": dict(self.scope),
            "faults": dict(self.faults),
            "exploration": self.exploration.as_json(),
            "mode": self.mode,
            "properties": [item.as_json() for item in self.properties],
            "model": dict(self.model),
            "differences": None if self.differences is None else list(self.differences),
            "coverage": None if self.coverage is None else [row.as_json() for row in self.coverage],
        }

    @property
    def exit_code(self) -> int:
        """Contract C1: broken outranks inconclusive outranks vacuous.

        An answer that a scenario file does not expect counts as broken. With required guarantees,
        the code speaks about these (and all witnesses) alone.
        """
        asked = [
            item
            for item in self.properties
            if self.required is None or item.name in self.required or item.kind == SOMETIMES
        ]
        verdicts = {item.verdict for item in asked}
        if BROKEN in verdicts or self.differences:
            return 1
        if INCONCLUSIVE in verdicts or not self.exploration.complete or self.unexplored:
            return 3
        return 4 if VACUOUS in verdicts else 0

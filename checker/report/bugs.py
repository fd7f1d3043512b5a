"""What `eoscheck bugs` found, as data: the document of contract C2 and what the terminal shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.traces.trace import Trace

SCHEMA = "eoscheck/bugs@1"


@dataclass(frozen=True)
class CaseAnswer:
    """What one exploration showed.

    versions: in words; shown: the guarantee that the bug is known for and that is broken first;
    steps, trace: its shortest run; broken: each broken guarantee with the length of its run. A case
    that does not apply was not explored.
    """

    versions: str
    verdict: str
    expected: str
    steps: int | None = None
    states: int | None = None
    seconds: float | None = None
    broken: Mapping[str, int] = field(default_factory=dict)
    shown: str = ""
    trace: Trace | None = None

    @property
    def agrees(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.verdict == self.expected

    def as_json(self) -> dict[str, Any]:
        """Return the case for the document."""
        return {
            "verdict": self.verdict,
            "steps": self.steps,
            "states": self.states,
            "expected": self.expected,
            "agrees": self.agrees,
            "versions": self.versions,
            "broken": dict(self.broken),
            "seconds": None if self.seconds is None else round(self.seconds, 3),
        }


@dataclass(frozen=True)
class BugAnswer:
    """What is known and was found of one bug.

    families: by name of the family; before: an older or unreleased state that has the bug; fixed:
    the broken cases again with the fix, by their name. reason: why it is only listed.
    """

    name: str
    title: str
    tickets: tuple[str, ...]
    affected: str
    story: str
    violates: tuple[str, ...]
    scenario: str
    fixed_by: str
    fix: tuple[str, ...]
    reason: str
    remark: str
    families: Mapping[str, CaseAnswer] = field(default_factory=dict)
    before: CaseAnswer | None = None
    fixed: Mapping[str, CaseAnswer] = field(default_factory=dict)

    @property
    def cases(self) -> tuple[CaseAnswer, ...]:
        """All cases that have a verdict."""
        before = () if self.before is None else (self.before,)
        return (*self.families.values(), *before, *self.fixed.values())

    @property
    def agrees(self) -> bool:
        """Whether every verdict is the expected one."""
        return all(case.agrees for case in self.cases)

    def as_json(self) -> dict[str, Any]:
        """Return the bug for the document; what is only listed has no families."""
        return {
            "id": self.name,
            "title": self.title,
            "families": {name: case.as_json() for name, case in self.families.items()},
            "fixed_by": self.fixed_by or None,
            "before": None if self.before is None else self.before.as_json(),
            "fixed": {name: case.as_json() for name, case in self.fixed.items()},
            "fix": list(self.fix),
            "tickets": list(self.tickets),
            "violates": list(self.violates),
            "scenario": self.scenario or None,
            "listed_only": self.reason or None,
            "agrees": self.agrees,
        }


def document(bugs: list[BugAnswer]) -> dict[str, Any]:
    """Return the document of contract C2."""
    return {"schema": SCHEMA, "bugs": [bug.as_json() for bug in bugs]}

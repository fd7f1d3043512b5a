"""What `eoscheck prove --mutants` answers: what becomes of the proofs without Kafka's guards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.report.prove_answer import PROVED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCHEMA = "eoscheck/prove-mutants@1"
AS_LISTED, OTHERWISE = "as-listed", "otherwise"


@dataclass(frozen=True)
class MutantProof:
    """A proof model without some of its guards.

    verdict: the worst of its guarantees; listed: what the model says it is; reason: why the guards
    are redundant, if it is still proved; broken: (action, property) of the obligations that fail;
    runs: for each guarantee that a run breaks its length in steps.
    """

    model: str
    name: str
    without: tuple[str, ...]
    verdict: str
    listed: str
    reason: str
    broken: Sequence[tuple[str, str]]
    runs: Mapping[str, int]
    seconds: float

    @property
    def is_as_listed(self) -> bool:
        """Whether it is what the model says; what is still proved needs a reason."""
        return self.verdict == self.listed and (self.verdict != PROVED or bool(self.reason))

    def as_json(self) -> dict[str, Any]:
        """Return the mutant as JSON."""
        return {
            "model": self.model,
            "name": self.name,
            "without": list(self.without),
            "verdict": self.verdict,
            "listed": self.listed,
            "reason": self.reason,
            "broken": [{"action": action, "property": name} for action, name in self.broken],
            "runs": dict(self.runs),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class MutantsAnswer:
    """The answer about the mutants of one or more proof models."""

    mutants: Sequence[MutantProof]

    @property
    def verdict(self) -> str:
        """Whether every mutant is what its model says."""
        return AS_LISTED if all(item.is_as_listed for item in self.mutants) else OTHERWISE

    def as_json(self) -> dict[str, Any]:
        """Return the whole answer as JSON."""
        mutants = [item.as_json() for item in self.mutants]
        return {"schema": SCHEMA, "verdict": self.verdict, "mutants": mutants}


def mutants_text(answer: MutantsAnswer) -> str:
    """Return a paragraph for each mutant, model by model."""
    lines: list[str] = []
    for model in dict.fromkeys(item.model for item in answer.mutants):
        items = [item for item in answer.mutants if item.model == model]
        proved = sum(item.verdict == PROVED for item in items)
        lines += [f"{model}: {len(items)} mutants, {proved} of them still proved", ""]
        for item in items:
            lines += [*_lines(item), ""]
    wrong = [item for item in answer.mutants if not item.is_as_listed]
    lines += [f"NOT AS LISTED: {w.model} / {w.name} is {w.verdict}, not {w.listed}" for w in wrong]
    if not wrong:
        lines.append("Every guard is needed, or listed as redundant with its reason.")
    return "\n".join(lines) + "\n"


def _lines(item: MutantProof) -> list[str]:
    guards = ", ".join(item.without)
    lines = [f"  {item.verdict:<14} without {guards} ({item.name}, {item.seconds:.0f} s)"]
    lines += [f"                 {action} breaks {name}" for action, name in item.broken]
    for name, steps in sorted(item.runs.items(), key=lambda run: run[1]):
        lines.append(f"                 {name} is broken by a run of {steps} steps")
    if item.verdict == PROVED:
        lines.append(f"                 redundant here: {item.reason or 'NO REASON IS LISTED'}")
    return lines

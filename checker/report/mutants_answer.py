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
class WholeProof:
    """A proof model with all its guards: its verdict, which must be "proved", and its size."""

    model: str
    verdict: str
    obligations: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Return the model as JSON."""
        return {
            "model": self.model,
            "verdict": self.verdict,
            "obligations": self.obligations,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class MutantProof:
    """A proof model without some of its guards.

    verdict: the worst of its guarantees; listed: what the model says it is; reason: why the guards
    are redundant, if it is still proved; broken: (action, property) of the obligations that fail;
    runs: for each guarantee that a run breaks its length in steps; fresh: how many obligations
    were decided anew, as none before had the same text; seconds: CPU seconds.
    """

    model: str
    name: str
    without: tuple[str, ...]
    verdict: str
    listed: str
    reason: str
    broken: Sequence[tuple[str, str]]
    runs: Mapping[str, int]
    fresh: int
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
            "decided_anew": self.fresh,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class MutantsAnswer:
    """The answer about one or more proof models, with and without their guards."""

    wholes: Sequence[WholeProof]
    mutants: Sequence[MutantProof]

    @property
    def verdict(self) -> str:
        """Whether all models are proved, and every mutant is what its model says."""
        proved = all(whole.verdict == PROVED for whole in self.wholes)
        listed = all(item.is_as_listed for item in self.mutants)
        return AS_LISTED if proved and listed else OTHERWISE

    def as_json(self) -> dict[str, Any]:
        """Return the whole answer as JSON."""
        return {
            "schema": SCHEMA,
            "verdict": self.verdict,
            "models": [whole.as_json() for whole in self.wholes],
            "mutants": [item.as_json() for item in self.mutants],
        }


def mutants_text(answer: MutantsAnswer) -> str:
    """Return a paragraph for each mutant, model by model."""
    lines: list[str] = []
    for whole in answer.wholes:
        lines += [*_model_lines(whole, answer), ""]
    wrong = [w for w in answer.wholes if w.verdict != PROVED]
    lines += [f"NOT PROVED with all its guards: {w.model} is {w.verdict}" for w in wrong]
    others = [item for item in answer.mutants if not item.is_as_listed]
    lines += [f"NOT AS LISTED: {w.model} / {w.name} is {w.verdict}, not {w.listed}" for w in others]
    if answer.verdict == AS_LISTED:
        lines.append("Every guard is needed, or listed as redundant with its reason.")
    return "\n".join(lines) + "\n"


def _model_lines(whole: WholeProof, answer: MutantsAnswer) -> list[str]:
    items = [item for item in answer.mutants if item.model == whole.model]
    proved = sum(item.verdict == PROVED for item in items)
    seconds = whole.seconds + sum(item.seconds for item in items)
    lines = [
        f"{whole.model}: {len(items)} mutants, {proved} of them still proved",
        f"  {whole.verdict:<14} with all guards: {whole.obligations} obligations "
        f"({whole.seconds:.0f} CPU s; with the mutants {seconds:.0f})",
    ]
    for item in items:
        lines += ["", *_lines(item)]
    return lines


def _lines(item: MutantProof) -> list[str]:
    guards, margin = ", ".join(item.without), " " * 17
    lines = [f"  {item.verdict:<14} without {guards} ({item.name}, {item.seconds:.0f} CPU s)"]
    lines += [f"{margin}{action} breaks {name}" for action, name in item.broken]
    for name, steps in sorted(item.runs.items(), key=lambda run: run[1]):
        lines.append(f"{margin}{name} is broken by a run of {steps} steps")
    if item.verdict == PROVED:
        fresh = f"{item.fresh} obligations read differently, and are proved as well"
        lines.append(margin + (fresh if item.fresh else "every obligation reads as with it"))
        lines.append(f"{margin}redundant here: {item.reason or 'NO REASON IS LISTED'}")
    return lines

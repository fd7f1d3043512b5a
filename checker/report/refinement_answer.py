"""What `eoscheck prove --refinement` answers, and that answer as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.explicit.refinement import Checked
    from checker.traces.trace import Trace

SCHEMA = "eoscheck/refinement@1"
REFINES, FAILS = "refines", "fails"


@dataclass(frozen=True)
class ScenarioRefinement:
    """A scenario that was checked against a proof model.

    actions: of the proof model; trace: the run up to a transition that is not what was declared.
    """

    scenario: str
    model: str
    versions: str
    actions: tuple[str, ...]
    checked: Checked
    trace: Trace | None = None

    @property
    def verdict(self) -> str:
        """Whether every transition in the domain is what was declared of it."""
        return REFINES if self.checked.failure is None else FAILS

    def as_json(self) -> dict[str, Any]:
        """Return the scenario as JSON."""
        found, failure = self.checked, self.checked.failure
        return {
            "scenario": self.scenario,
            "model": self.model,
            "versions": self.versions,
            "verdict": self.verdict,
            "states": found.states,
            "detailed_states": found.detailed_states,
            "proof_states": found.proof_states,
            "transitions": found.transitions,
            "steps": dict(found.steps),
            "outside": dict(found.outside),
            "capacities": dict(found.capacities),
            "problem": None if failure is None else failure.problem,
            "declared": None if failure is None else list(failure.declared),
            "trace": None if self.trace is None else self.trace.as_json(),
        }


@dataclass(frozen=True)
class RefinementAnswer:
    """The answer about all scenarios that were checked."""

    scenarios: Sequence[ScenarioRefinement]

    @property
    def verdict(self) -> str:
        """Whether all of them are refinements."""
        return FAILS if any(item.verdict == FAILS for item in self.scenarios) else REFINES

    def models(self) -> list[str]:
        """Return the proof models, in order."""
        return list(dict.fromkeys(item.model for item in self.scenarios))

    def of(self, model: str) -> list[ScenarioRefinement]:
        """Return what was checked against a proof model."""
        return [item for item in self.scenarios if item.model == model]

    def sequences(self, model: str) -> Counter[tuple[str, tuple[str, ...]]]:
        """Return how often each action was which steps of a proof model."""
        total: Counter[tuple[str, tuple[str, ...]]] = Counter()
        for item in self.of(model):
            total.update(item.checked.sequences)
        return total

    def unused(self, model: str) -> list[str]:
        """Return the actions of a proof model that no transition was."""
        used = {name for item in self.of(model) for name in item.checked.steps}
        return [name for name in self.of(model)[0].actions if name not in used]

    def as_json(self) -> dict[str, Any]:
        """Return the whole answer as JSON."""
        return {
            "schema": SCHEMA,
            "verdict": self.verdict,
            "scenarios": [item.as_json() for item in self.scenarios],
            "models": [
                {
                    "name": model,
                    "meanings": [
                        {"action": action, "steps": list(steps), "transitions": count}
                        for (action, steps), count in sorted(self.sequences(model).items())
                    ],
                    "unused": self.unused(model),
                }
                for model in self.models()
            ],
        }

"""A run as data: its steps in the model's words, what each changed, and the states between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from checker.lang.errors import EoscheckError
from checker.lang.telling import TellingMachine
from checker.traces.describe import Describer
from checker.traces.logs import logs_of
from checker.traces.messages import with_origins
from checker.traces.processes import with_processes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.lang.concrete import Vector
    from checker.lang.logs import LogView
    from checker.lang.model import Instance, Step


@dataclass(frozen=True)
class Change:
    """One place that a step changed, in words."""

    place: str
    before: str
    after: str


@dataclass(frozen=True)
class TraceStep:
    """One step: the action, its role, its arguments in words, the sentence, and what changed.

    takes: the number of the step that left the message which this late step takes; carries,
    outcome: what the model tells besides; process, to_process: which of several processes of the
    role moves or is reached, "" where there is one.
    """

    action: str
    role: str
    arguments: Mapping[str, str]
    text: str
    changes: tuple[Change, ...]
    to: str = ""
    kind: str = ""
    takes: int | None = None
    carries: str = ""
    outcome: str = ""
    process: str = ""
    to_process: str = ""

    @property
    def words(self) -> str:
        """The sentence with what the step carries and what came of it."""
        carried = f" ({self.carries})" if self.carries else ""
        return f"{self.text}{carried}" + (f" → {self.outcome}" if self.outcome else "")

    def as_json(self) -> dict[str, Any]:
        """Return the step as contract C2 writes it; what is not told has no key."""
        told = {"carries": self.carries, "outcome": self.outcome}
        return {
            "action": self.action,
            "role": self.role,
            "arguments": dict(self.arguments),
            "text": self.text,
            "changes": [
                {"place": c.place, "before": c.before, "after": c.after} for c in self.changes
            ],
        } | {key: text for key, text in told.items() if text}


@dataclass(frozen=True)
class Trace:
    """A run from an initial state: one more state than steps; states are full vectors.

    logs: what stands in the model's logs at its end, with the steps that appended it; roles: in the
    order in which diagrams show them.
    """

    steps: tuple[TraceStep, ...]
    states: tuple[Vector, ...]
    logs: tuple[LogView, ...] = ()
    roles: tuple[str, ...] = ()

    def as_json(self) -> list[dict[str, Any]]:
        """Return the steps as contract C2 writes them."""
        return [step.as_json() for step in self.steps]


def build_trace(instance: Instance, run: Sequence[tuple[Step | None, Vector]]) -> Trace:
    """Return the trace of a run: the initial state with None, then each step with its state."""
    describer = Describer(instance.layout)
    telling = TellingMachine(instance.layout, instance.parameters, instance.model.told)
    states = tuple(vector for _, vector in run)
    steps = []
    for (_, before), (step, after) in pairwise(run):
        if step is None:
            raise EoscheckError("a run has a step without an action")
        told = telling.tell(before, step.action.rule, step.values)
        plain = _step(instance, describer, step, before, after)
        steps.append(replace(plain, carries=told.carries, outcome=told.outcome))
    linked = with_processes(with_origins(steps), instance.model.processes)
    return Trace(linked, states, logs_of(instance, states), tuple(instance.model.roles))


def _step(
    instance: Instance, describer: Describer, step: Step, before: Vector, after: Vector
) -> TraceStep:
    words = arguments_in_words(instance, step)
    changes = describer.changes(before, after)
    return TraceStep(
        step.action.name,
        step.action.role,
        words,
        sentence(step, words),
        tuple(Change(place, old, new) for place, (old, new) in changes.items()),
        step.action.to,
        _kind(step),
    )


def arguments_in_words(instance: Instance, step: Step) -> dict[str, str]:
    """Return the arguments of a step by name, as the model's types write them."""
    scalars = instance.argument_scalars(step.action)
    return {
        name: scalar.text(value)
        for (name, scalar), value in zip(scalars.items(), step.arguments, strict=True)
    }


def sentence(step: Step, words: Mapping[str, str]) -> str:
    """Return the action's sentence with the arguments filled in."""
    text = step.action.text
    for name, word in words.items():
        text = text.replace("{" + name + "}", word)
    return text.rstrip(".")


def _kind(step: Step) -> str:
    """Return how a diagram draws the step: a true argument named `lost` or `late` decides."""
    names = step.action.arguments
    for name, value in zip(names, step.arguments, strict=True):
        if value and name in ("lost", "late"):
            return name
    return step.action.kind

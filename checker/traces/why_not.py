"""Why a step is not possible in a state: the first reason that blocks it, with values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.explicit.reference import Reference
from checker.lang.errors import Blocked, CapacityReached, ModelError
from checker.traces.trace import arguments_in_words

if TYPE_CHECKING:
    from checker.lang.concrete import ConcreteMachine, Vector
    from checker.lang.model import Instance
    from checker.lang.types import Column


@dataclass(frozen=True)
class Answer:
    """For one tuple of arguments: possible or not, the reason, and the values it looked at."""

    arguments: dict[str, str]
    possible: bool
    reason: str
    values: dict[str, str]
    file: str
    line: int


def why_not(instance: Instance, state: Vector, action: str) -> list[Answer]:
    """Return an answer for every tuple of arguments of the action in this state."""
    reference = Reference(instance, canonical=False)
    return [
        _answer(instance, reference, state, number)
        for number, step in enumerate(instance.steps)
        if step.action.name == action
    ]


def _answer(instance: Instance, reference: Reference, state: Vector, number: int) -> Answer:
    step = instance.steps[number]
    words = arguments_in_words(instance, step)
    try:
        reference.apply(state, step)
    except Blocked as blocked:
        values = _values(reference.machine)
        return Answer(words, False, blocked.text, values, blocked.file, blocked.line)
    except CapacityReached as cut:
        return Answer(words, False, f"no room: capacity {cut.text}", {}, cut.file, cut.line)
    except ModelError as error:
        return Answer(words, False, f"model error: {error.text}", {}, error.file, error.line)
    return Answer(words, True, "", {}, step.action.file, step.action.line)


def _values(machine: ConcreteMachine) -> dict[str, str]:
    return {
        _path(column, indices): column.scalar.text(int(value))
        for (column, indices), value in machine.reads.items()
    }


def _path(column: Column, indices: tuple[int, ...]) -> str:
    if not indices:
        return column.name
    return f"{column.name}[{', '.join(str(int(i)) for i in indices)}]"

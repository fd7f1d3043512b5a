"""The interpreter's and the explorer's word about states that lose a property."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.explicit.reference import Reference
from checker.symbolic.finite import Explored
from checker.symbolic.repeat import disagreement, follow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.lang.concrete import Vector
    from checker.lang.model import Instance, Step
    from checker.symbolic.ground import Cell
    from checker.symbolic.unrolled import Path


@dataclass(frozen=True)
class Example:
    """Steps that lose a property, from a state that may never be reached.

    states: as full vectors, what no slice stores as at the start; reached: the explorer's word
    about the first of them.
    """

    states: tuple[Vector, ...]
    steps: tuple[Step, ...]
    reached: str


def confirmed(instance: Instance, examples: Mapping[str, Path]) -> dict[str, Example]:
    """Return the examples, each one repeated by the interpreter and looked for by the explorer."""
    if not examples:
        return {}
    explored = Explored(instance)
    found = {}
    for name, path in examples.items():
        states = _repeated(instance, path, name)
        found[name] = Example(states, path.steps, explored.word(states[0]))
    return found


def _repeated(instance: Instance, path: Path, name: str) -> tuple[Vector, ...]:
    """Return the states as the interpreter sees them; raises EoscheckError where it differs."""
    reference = Reference(instance, canonical=False)
    rule = next(item.rule for item in instance.properties if item.name == name)
    run = follow(reference, _filled(instance.initial()[0], path.states[0]), path)
    states = tuple(state for _, state in run)
    holds = [reference.holds(state, rule) for state in states]
    if holds != [True] * len(path.steps) + [False]:
        raise disagreement(f"it does not find that the steps lose {name}")
    return states


def _filled(vector: Vector, state: Mapping[Cell, int]) -> Vector:
    cells = list(vector)
    for cell, value in state.items():
        cells[cell.place] = value
    return tuple(cells)

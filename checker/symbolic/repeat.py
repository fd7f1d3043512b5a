"""Repeats in the interpreter what Z3 found: the last word on every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.explicit.reference import Reference
from checker.lang.errors import Blocked, CapacityReached, EoscheckError, ModelError
from checker.lang.rules import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.lang.concrete import Vector
    from checker.lang.model import Instance, Step
    from checker.symbolic.ground import Cell
    from checker.symbolic.unrolled import Path

    Run = list[tuple[Step | None, Vector]]


def repeated(instance: Instance, path: Path) -> Run:
    """Return the full run with these steps, without canonical forms; raises EoscheckError."""
    reference = Reference(instance, canonical=False)
    starts = [v for v in reference.initial() if _same(v, path.states[0])]
    if not starts:
        raise disagreement("it knows no such initial state")
    return follow(reference, starts[0], path)


def follow(reference: Reference, start: Vector, path: Path) -> Run:
    """Return the full run with these steps from a full state.

    Raises EoscheckError if the interpreter cannot take a step, or is in another state behind it.
    """
    run: Run = [(None, start)]
    for number, (step, state) in enumerate(zip(path.steps, path.states[1:], strict=True), 1):
        try:
            run.append((step, reference.apply(run[-1][1], step)))
        except (Blocked, CapacityReached, ModelError) as stop:
            raise disagreement(f"step {number}, {step}, is not possible: {stop.text}") from None
        if not _same(run[-1][1], state):
            raise disagreement(f"step {number}, {step}, leads elsewhere")
    return run


def repeated_to(instance: Instance, path: Path, name: str) -> Run:
    """Return the full run to a state that breaks a property or shows it, by the interpreter's word.

    A deadlock has no rule of its own: there the interpreter must find no step.
    """
    run = repeated(instance, path)
    reference = Reference(instance, canonical=False)
    rules = {item.name: item for item in instance.properties}
    if name in rules:
        holds = reference.holds(run[-1][1], rules[name].rule)
        if holds is (rules[name].kind == ALWAYS):
            raise disagreement(f"it does not find {name} at the end of the run")
    elif any(_possible(reference, run[-1][1], step) for step in instance.steps):
        raise disagreement("it finds a step at the end of the run")
    return run


def _possible(reference: Reference, state: Vector, step: Step) -> bool:
    try:
        reference.apply(state, step)
    except (Blocked, CapacityReached, ModelError):
        return False
    return True


def _same(vector: Vector, state: Mapping[Cell, int]) -> bool:
    return all(vector[cell.place] == value for cell, value in state.items())


def disagreement(what: str) -> EoscheckError:
    """Return the error that Z3 and the interpreter differ."""
    return EoscheckError(f"Z3 and the interpreter disagree: {what}")

"""Replays runs in the interpreter: the last word on every counterexample."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from checker.explicit.reference import Reference
from checker.lang.errors import Blocked, CapacityReached, EoscheckError, ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.explicit.edges import Edges
    from checker.lang.concrete import Vector
    from checker.lang.model import Instance, Step
    from checker.lang.slicing import Projection

Run = list[tuple["Step | None", "Vector"]]
_Pair = tuple["Vector", "Vector"]
_Level = dict[_Pair, "tuple[_Pair, Step] | None"]


def rebuild(
    instance: Instance,
    project: Projection,
    states: Sequence[Vector],
    edges: Edges | None,
) -> Run:
    """Return a full run whose projected canonical forms are `states`.

    What the projection left out is computed again. The run is one without canonical forms: beside
    each state stands its canonical form, every step is possible in both, and all pairs of the two
    that match are kept until the end.
    edges: knows which actions are worth trying; None tries all. Raises EoscheckError if there is
    no such run.
    """
    canonical, plain = Reference(instance), Reference(instance, canonical=False)
    history: list[_Level] = [{(v, v): None for v in instance.initial() if project(v) == states[0]}]
    for before, target in pairwise(states):
        names = None if edges is None else set(edges.actions(before, target))
        steps = [s for s in instance.steps if names is None or s.action.name in names]
        level: _Level = {}
        for pair in history[-1]:
            for step in steps:
                form = _try(canonical, pair[0], step)
                if form is None or project(form) != target:
                    continue
                for taken, state in _alike(plain, canonical, pair[1], (step, form), steps):
                    level.setdefault((form, state), (pair, taken))
        if not level:
            raise EoscheckError(
                f"the interpreter cannot repeat step {len(history)} of this run: "
                "the compiled explorer and the interpreter disagree"
            )
        history.append(level)
    return _back(history)


def _alike(
    plain: Reference,
    canonical: Reference,
    state: Vector,
    taken: tuple[Step, Vector],
    steps: Sequence[Step],
) -> list[tuple[Step, Vector]]:
    """Return the steps from a state, with their ends, that do what a step does in its form.

    A canonical form may have given things other names: then the same action has other arguments
    in the state itself. It may also have forgotten more than the form of the end does: then it is
    the same step, whatever its end looks like.
    """
    same, form = taken
    found = []
    for step in steps:
        if step.action is same.action:
            end = _try(plain, state, step)
            if end is not None:
                found.append((step, end))
    fitting = [(step, end) for step, end in found if canonical.cleaned(end) == form]
    return fitting or [(step, end) for step, end in found if step is same]


def _try(reference: Reference, state: Vector, step: Step) -> Vector | None:
    try:
        return reference.apply(state, step)
    except (Blocked, CapacityReached, ModelError):
        return None


def _back(history: list[_Level]) -> Run:
    pair = next(iter(history[-1]))
    run: Run = []
    for level in reversed(history):
        origin = level[pair]
        run.append((None if origin is None else origin[1], pair[1]))
        if origin is not None:
            pair = origin[0]
    return run[::-1]


def replay(instance: Instance, calls: Sequence[tuple[str, Mapping[str, str]]]) -> Run:
    """Return the run that these calls (action, arguments in words) make from an initial state.

    Raises EoscheckError with the number of the first step that is not possible, and why.
    """
    steps = [find_step(instance, name, arguments) for name, arguments in calls]
    failure = EoscheckError("the model has no initial state")
    for start in instance.initial():
        try:
            return _follow(instance, start, steps)
        except EoscheckError as error:
            failure = error
    raise failure


def _follow(instance: Instance, start: Vector, steps: Sequence[Step]) -> Run:
    reference = Reference(instance, canonical=False)
    run: Run = [(None, start)]
    for number, step in enumerate(steps, 1):
        try:
            run.append((step, reference.apply(run[-1][1], step)))
        except Blocked as blocked:
            raise EoscheckError(f"step {number}, {step}, is not possible: {blocked.text}") from None
        except (CapacityReached, ModelError) as stop:
            raise EoscheckError(f"step {number}, {step}, fails: {stop.text}") from None
    return run


def find_step(instance: Instance, name: str, arguments: Mapping[str, str]) -> Step:
    """Return the step with this action and these arguments in words."""
    candidates = [step for step in instance.steps if step.action.name == name]
    if not candidates:
        known = ", ".join(sorted({step.action.name for step in instance.steps}))
        raise EoscheckError(f"there is no action {name!r}; actions are: {known}")
    scalars = instance.argument_scalars(candidates[0].action)
    for step in candidates:
        words = {n: s.text(v) for (n, s), v in zip(scalars.items(), step.arguments, strict=True)}
        if words == dict(arguments):
            return step
    given = ", ".join(f"{n}={v}" for n, v in arguments.items())
    raise EoscheckError(
        f"{name} has no arguments ({given}); it takes: {', '.join(scalars) or 'none'}"
    )

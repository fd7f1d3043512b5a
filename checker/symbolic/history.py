"""The explorer's word about properties of two successive states: the model that remembers one step.

Its world holds the state before the last step and the state behind it, so that a property of both
is one of a state. It remembers only what these properties read. Its runs are those of the model.
"""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

from checker.explicit.edges import Edges
from checker.explicit.explorer import BROKEN, Limits, check
from checker.lang.errors import EoscheckError
from checker.lang.ir import columns_read
from checker.lang.model import Model, user_errors
from checker.lang.rules import Action, place_of
from checker.lang.schema import Schema
from checker.lang.tracing import Tracer
from checker.symbolic.counterexample import Pairs, of_both
from checker.symbolic.finite import SECONDS, Word
from checker.traces.replay import rebuild

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.explicit.explorer import Checked
    from checker.lang.concrete import Vector
    from checker.lang.model import Instance
    from checker.symbolic.claim import Claim


def history_model(claim: Claim, bounds: Mapping[str, int]) -> Model:
    """Return the model whose world is a claim's pair of states; the first pair is twice the first.

    bounds: those that it is explored under, for which the fields to remember are found.
    """
    fields = _fields_read(claim, bounds)
    start = claim.model.start
    return Model(
        name=claim.model.name,
        world=claim.pair,  # type: ignore[arg-type]
        actions=[_remembering(action, fields) for action in claim.model.actions],
        properties=claim.steps,
        start=None if start is None else _remembered_start(start, fields),
        bounds=claim.model.bounds,
    )


def _fields_read(claim: Claim, bounds: Mapping[str, int]) -> list[str]:
    """Return the fields of the state before that step properties read."""
    assert claim.pair is not None
    tracer, found = Tracer(Schema(claim.pair, {**claim.model.bounds, **bounds})), dict[str, None]()
    for step in claim.steps:
        with user_errors(step.rule):
            verdict = tracer.evaluate(step.rule)
        expressions = (verdict.condition, *(condition for condition, _ in verdict.errors))
        for column in columns_read(*expressions):
            side, _, place = column.name.partition(".")
            if side == "before" and not column.parameter:
                found[place.partition(".")[0]] = None
    return sorted(found)


def _remembering(action: Action[Any], fields: Sequence[str]) -> Action[Any]:
    @wraps(action.rule)
    def rule(pair: Any, *arguments: Any) -> None:
        _remember(pair, fields)
        action.rule(pair.after, *arguments)

    rule.__annotations__ = action.arguments
    return replace(action, rule=rule)


def _remembered_start(start: Callable[..., Any], fields: Sequence[str]) -> Callable[..., Any]:
    @wraps(start)
    def rule(pair: Any, *arguments: Any) -> None:
        start(pair.after, *arguments)
        _remember(pair, fields)

    file, line = place_of(start)
    rule.__annotations__ = Action(start, "start", "", "", file, line).arguments
    return rule


def _remember(pair: Any, fields: Sequence[str]) -> None:
    for name in fields:
        setattr(pair.before, name, getattr(pair.after, name))


def explore_steps(claim: Claim, names: Sequence[str]) -> Word:
    """Return which of these step properties a run breaks, in the instance that is explored.

    Counted are pairs of successive states, as far as the properties can tell them apart.
    """
    instance = claim.model.instance(claim.explored, claim.parameters, ())
    model = history_model(claim, claim.explored)
    doubled = model.instance(claim.explored, of_both(instance.parameters), names)
    checked = check(doubled, limits=Limits(time=SECONDS), stop_when=names)
    broken = [name for name in names if checked.verdicts[name] == BROKEN]
    runs = {name: _run(claim, instance, checked, name) for name in broken}
    found = checked.exploration
    return Word(
        instance,
        found.states,
        checked.complete,
        runs,
        stopped=found.stopped or "",
        successive=True,
    )


def _run(claim: Claim, instance: Instance, checked: Checked, name: str) -> tuple[Vector, ...]:
    """Return the full states of a run whose last step breaks a property, as the model has them."""
    edges = Edges(checked.compiled, checked.instance)
    pairs = rebuild(checked.instance, checked.compiled.project, checked.runs[name], edges)
    half = len(instance.layout.defaults())
    states = tuple(vector[half:] for _, vector in pairs)
    if len(states) < 2 or Pairs(claim, instance).holds(states[-2], states[-1], name):
        raise EoscheckError(f"the interpreter does not confirm the run that breaks {name}")
    return states

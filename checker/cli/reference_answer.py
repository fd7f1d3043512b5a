"""Explores with the reference interpreter, for an answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from checker.cli.deadline import Unexplored, preparing, unexplored
from checker.explicit.explorer import (
    BROKEN,
    DEADLOCK,
    HOLDS,
    INCONCLUSIVE,
    NO_DEADLOCK,
    VACUOUS,
)
from checker.explicit.reference import ReferenceResult, explore
from checker.lang.errors import EoscheckError
from checker.lang.rooms import bounds_behind
from checker.lang.rules import ALWAYS, LEADS_TO, SOMETIMES
from checker.lang.slicing import slice_instance
from checker.report.answer import ExplorationAnswer, PropertyAnswer
from checker.traces.replay import rebuild
from checker.traces.trace import Trace, build_trace

if TYPE_CHECKING:
    from checker.cli.run_options import RunOptions
    from checker.lang.concrete import Vector
    from checker.lang.model import Instance
    from checker.lang.slicing import Slice


def explored(
    instance: Instance, options: RunOptions
) -> tuple[ExplorationAnswer, tuple[PropertyAnswer, ...]]:
    """Return the figures and the verdicts."""
    try:
        with preparing(options.time_left):
            kept = slice_instance(instance)
    except Unexplored as early:
        return unexplored(instance, early)
    began, began_cpu = time.perf_counter(), time.process_time()
    result = explore(instance, kept.project, time_limit=options.time_left)
    if result.error is not None:
        stop = result.error[0]
        raise EoscheckError(f"model error: {stop.text}", stop.file, stop.line)
    complete = result.complete and not result.capacities
    figures = ExplorationAnswer(
        result.states,
        result.transitions,
        result.depth,
        complete,
        dict(result.capacities),
        time.perf_counter() - began,
        time.process_time() - began_cpu,
        result.stopped,
        room={name: bounds_behind(instance, name) for name in result.capacities},
    )
    return figures, tuple(_answers(instance, kept, result, complete))


def _answers(
    instance: Instance, kept: Slice, result: ReferenceResult, complete: bool
) -> list[PropertyAnswer]:
    answers = []
    for item in instance.properties:
        if item.kind == LEADS_TO:
            continue
        seen = result.found.get(item.name)
        if item.kind == ALWAYS:
            verdict = BROKEN if seen else (HOLDS if complete else INCONCLUSIVE)
        else:
            verdict = HOLDS if seen else (VACUOUS if complete else INCONCLUSIVE)
        trace = _trace(instance, kept, result, seen) if verdict == BROKEN and seen else None
        steps = None if trace is None else len(trace.steps)
        at_once = item.kind == SOMETIMES and result.levels.get(item.name) == 1
        answers.append(
            PropertyAnswer(
                *(item.name, item.kind, item.sentence, verdict, steps, trace), is_asked=not at_once
            )
        )
    if instance.model.deadlock:
        stuck = result.deadlock
        verdict = BROKEN if stuck else (HOLDS if complete else INCONCLUSIVE)
        trace = _trace(instance, kept, result, stuck) if stuck else None
        steps = None if trace is None else len(trace.steps)
        answers.append(PropertyAnswer(DEADLOCK, ALWAYS, NO_DEADLOCK, verdict, steps, trace))
    return answers


def _trace(instance: Instance, kept: Slice, result: ReferenceResult, state: Vector) -> Trace:
    states = [vector for _, vector in result.trace(state)]
    return build_trace(instance, rebuild(instance, kept.project, states, None))

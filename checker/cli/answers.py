"""Puts what an exploration showed into the form of an answer."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.explicit.edges import Edges
from checker.explicit.explorer import BROKEN, NO_DEADLOCK
from checker.explicit.reference import Reference
from checker.lang.errors import EoscheckError
from checker.lang.rooms import bounds_behind
from checker.lang.rules import ALWAYS, SOMETIMES
from checker.report.answer import ExplorationAnswer, PropertyAnswer
from checker.traces.replay import rebuild
from checker.traces.trace import build_trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.explicit.explorer import Checked
    from checker.lang.concrete import Vector
    from checker.lang.ir import ErrorLeaf
    from checker.lang.model import Instance
    from checker.lang.rules import Property
    from checker.traces.replay import Run
    from checker.traces.trace import Trace


def exploration_answer(checked: Checked) -> ExplorationAnswer:
    """Return the figures of an exploration."""
    found = checked.exploration
    stopped = None if found.stopped in ("found", "error") else found.stopped
    return ExplorationAnswer(
        found.states,
        found.transitions,
        found.depth,
        checked.complete,
        checked.capacities,
        found.seconds,
        found.cpu_seconds,
        stopped,
        round(found.bytes_per_state, 1),
        _started_after(found.began),
        {name: bounds_behind(checked.instance, name) for name in checked.capacities},
    )


def _started_after(began: float) -> float | None:
    """Return the age of this process when it began to explore, None where it cannot be told."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        up = float(Path("/proc/uptime").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    since = time.perf_counter() - began
    return round(max(0.0, up - ticks / os.sysconf("SC_CLK_TCK") - since), 2)


def property_answers(checked: Checked) -> tuple[PropertyAnswer, ...]:
    """Return an answer per property, each broken one with a run that the interpreter repeated.

    Without runs, once somebody has interrupted that.
    """
    try:
        return _property_answers(checked, True)
    except KeyboardInterrupt:
        return _property_answers(checked, False)


def _property_answers(checked: Checked, shows_runs: bool) -> tuple[PropertyAnswer, ...]:
    answers = []
    declared = {item.name: item for item in checked.instance.properties}
    for name, verdict in checked.verdicts.items():
        is_broken = verdict == BROKEN and name in checked.runs
        trace = trace_of(checked, name) if is_broken and shows_runs else None
        item = declared.get(name)
        answers.append(
            PropertyAnswer(
                name,
                "always" if item is None else item.kind,
                NO_DEADLOCK if item is None else item.sentence,
                verdict,
                len(checked.runs[name]) - 1 if is_broken else None,
                trace,
                is_asked=not _holds_at_once(checked, item),
            )
        )
    return tuple(answers)


def _holds_at_once(checked: Checked, item: Property[Any] | None) -> bool:
    """Return whether a witness is seen before any step."""
    if item is None or item.kind != SOMETIMES:
        return False
    return len(checked.runs.get(item.name, ())) == 1


def trace_of(checked: Checked, name: str) -> Trace:
    """Return the run to the state found for a property, replayed by the interpreter.

    Raises EoscheckError if the interpreter does not find the property broken there.
    """
    run = run_of(checked, checked.runs[name])
    for item in checked.instance.properties:
        if item.name == name and item.kind == ALWAYS:
            reference = Reference(checked.instance, canonical=False)
            if reference.holds(run[-1][1], item.rule):
                raise EoscheckError(f"the interpreter does not find {name} broken by this run")
    return build_trace(checked.instance, run)


def run_of(checked: Checked, states: Sequence[Vector]) -> Run:
    """Return the full run through these states of the slice, repeated by the interpreter."""
    edges = Edges(checked.compiled, checked.instance)
    return rebuild(checked.instance, checked.compiled.project, states, edges)


def raise_model_error(checked: Checked) -> None:
    """Raise EoscheckError if the model itself went wrong, with the run that shows it."""
    if checked.error is None:
        return
    leaf, states = checked.error
    raise model_error(leaf, run_of(checked, states))


def model_error(leaf: ErrorLeaf, run: Run) -> EoscheckError:
    """Return a model error, behind the steps of this run, as an error of the input."""
    steps = " → ".join(str(step) for step, _ in run if step is not None) or "the initial state"
    return EoscheckError(f"model error: {leaf.message} (after {steps})", leaf.file, leaf.line)


def model_reference(instance: Instance, kind: str, file: str | None) -> dict[str, Any]:
    """Return what is needed to build the same instance again."""
    return {
        "kind": kind,
        "file": file,
        "name": instance.model.name,
        "bounds": dict(instance.bounds),
        "parameters": dict(instance.parameters),
    }

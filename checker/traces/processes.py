"""Which of several processes of a role moves in a step, and which one a step reaches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.traces.trace import TraceStep


def with_processes(
    steps: Sequence[TraceStep], processes: Mapping[str, Sequence[str]]
) -> tuple[TraceStep, ...]:
    """Return the steps with the names of their processes, if the run has several.

    processes: the roles of a process, by the argument that says which one. A late step reaches the
    process that left its message.
    """
    found: list[TraceStep] = []
    for step in steps:
        own, reached = (_process(step, role, processes) for role in (step.role, step.to))
        if not reached and step.takes is not None:
            origin = found[step.takes - 1]
            reached = origin.process if origin.role == step.to else ""
        found.append(replace(step, process=own, to_process=reached))
    names = {name for step in found for name in (step.process, step.to_process) if name}
    return tuple(found) if len(names) > 1 else tuple(steps)


def _process(step: TraceStep, role: str, processes: Mapping[str, Sequence[str]]) -> str:
    """Return the process of a step's role, "" if the step does not say which one it is."""
    for argument, roles in processes.items():
        if role in roles and argument in step.arguments:
            return f"{argument} {step.arguments[argument]}"
    return ""

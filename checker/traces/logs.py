"""The logs at the end of a run, with the step that appended each entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.lang.concrete import Vector
    from checker.lang.logs import LogView
    from checker.lang.model import Instance


def logs_of(instance: Instance, states: Sequence[Vector]) -> tuple[LogView, ...]:
    """Return what the model shows of its logs in the last state, without those never written to.

    Nothing if it shows none.
    """
    rule = instance.model.logs
    if rule is None or not states:
        return ()
    machine = instance.machine()
    views = [machine.run(state, rule, (instance.bounds,)) for state in states]
    steps: dict[str, list[int]] = {}
    for number, view in enumerate(views):
        for log in view:
            known = steps.setdefault(log.name, [])
            del known[len(log.entries) :]
            known += [number] * (len(log.entries) - len(known))
    written = {log.name for view in views for log in view if log.entries}
    return tuple(_with_steps(log, steps[log.name]) for log in views[-1] if log.name in written)


def _with_steps(log: LogView, steps: list[int]) -> LogView:
    pairs = zip(log.entries, steps, strict=True)
    return replace(log, entries=tuple(replace(entry, step=step or None) for entry, step in pairs))

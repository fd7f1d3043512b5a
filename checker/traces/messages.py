"""Which late step takes the message that which step left on an abandoned connection."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.traces.trace import TraceStep

ABANDON = "abandon"
LATE = "late"


def with_origins(steps: Sequence[TraceStep]) -> tuple[TraceStep, ...]:
    """Return the steps; each late one names the step whose message it takes, if that is known.

    It is the one that changed most of the same places, of several the newest.
    """
    left: dict[int, set[str]] = {}
    found = []
    for number, step in enumerate(steps, 1):
        places = {change.place for change in step.changes}
        taken = None
        if step.kind == LATE:
            taken = max(left, key=lambda k: (len(left[k] & places), k), default=None)
            if taken is not None and not left.pop(taken) & places:
                taken = None
        elif step.kind == ABANDON:
            left[number] = places
        found.append(replace(step, takes=taken))
    return tuple(found)

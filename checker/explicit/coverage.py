"""Coverage: how often each action was tried, had an outcome, or was blocked, and by which reason.

It is measured by a variant of the machine code of its own; searches for answers do not pay for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import Limits, check
from checker.explicit.program import Fired, WasBlocked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checker.explicit.engine import Progress
    from checker.lang.model import Instance


@dataclass(frozen=True)
class ActionCoverage:
    """One action over all explored states; tried counts (state, arguments) pairs."""

    action: str
    role: str
    tried: int
    fired: int
    blocked: Mapping[str, int]


def coverage(
    instance: Instance,
    limits: Limits | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> list[ActionCoverage]:
    """Explore an instance and return the coverage of every action, in order of declaration."""
    compiled = compile_instance(instance, coverage=True)
    found = check(instance, compiled, limits, progress, traces=False).exploration
    counts = dict(zip(compiled.program.counters, (int(n) for n in found.counters), strict=True))
    expanded = found.states if found.stopped is None else found.reached.level_starts[-1]
    result = []
    for action in instance.model.actions:
        instances = sum(step.action is action for step in instance.steps)
        blocked = {
            key.reason: number
            for key, number in counts.items()
            if isinstance(key, WasBlocked) and key.action == action.name
        }
        fired = counts.get(Fired(action.name), 0)
        result.append(
            ActionCoverage(action.name, action.role, expanded * instances, fired, blocked)
        )
    return result

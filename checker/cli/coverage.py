"""Adds the coverage of actions to an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from checker.cli.deadline import Unexplored, preparing
from checker.cli.progress import progress_line
from checker.explicit.coverage import coverage
from checker.explicit.explorer import Limits
from checker.report.answer import CoverageAnswer

if TYPE_CHECKING:
    from checker.cli.run_options import RunOptions
    from checker.lang.model import Instance
    from checker.report.answer import Answer


def with_coverage(answer: Answer, instance: Instance, options: RunOptions) -> Answer:
    """Return the answer with how often each action fired and what blocked it.

    Without it, if there is no time for it.
    """
    try:
        with preparing(options.time_left):
            limits = Limits(options.memory, options.time_left, options.threads)
            with progress_line(options.quiet) as progress:
                found = coverage(instance, limits, progress)
    except Unexplored:
        return answer
    rows = [CoverageAnswer(c.action, c.role, c.tried, c.fired, c.blocked) for c in found]
    return replace(answer, coverage=tuple(rows))

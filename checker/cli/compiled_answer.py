"""Explores with the compiled explorer, for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.cli.answers import exploration_answer, property_answers, raise_model_error
from checker.cli.deadline import Unexplored, preparing, unexplored
from checker.cli.progress import progress_line
from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import Limits, check

if TYPE_CHECKING:
    from checker.cli.run_options import RunOptions
    from checker.explicit.explorer import Checked
    from checker.lang.model import Instance
    from checker.report.answer import ExplorationAnswer, PropertyAnswer


def checked_in_time(instance: Instance, options: RunOptions) -> Checked:
    """Compile and explore an instance; raise Unexplored if there is no time to explore it."""
    with preparing(options.time_left):
        compiled = compile_instance(instance)
    limits = Limits(options.memory, options.time_left, options.threads)
    with progress_line(options.quiet) as progress:
        return check(instance, compiled, limits, progress)


def explored(
    instance: Instance, options: RunOptions
) -> tuple[ExplorationAnswer, tuple[PropertyAnswer, ...]]:
    """Return the figures and the verdicts."""
    try:
        checked = checked_in_time(instance, options)
    except Unexplored as stop:
        return unexplored(instance, stop)
    raise_model_error(checked)
    return exploration_answer(checked), property_answers(checked)

"""Explores with the compiled explorer, for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.cli.answers import exploration_answer, property_answers, raise_model_error
from checker.cli.progress import progress_line
from checker.explicit.explorer import Limits, check

if TYPE_CHECKING:
    from checker.cli.run_options import RunOptions
    from checker.lang.model import Instance
    from checker.report.answer import ExplorationAnswer, PropertyAnswer


def explored(
    instance: Instance, options: RunOptions
) -> tuple[ExplorationAnswer, tuple[PropertyAnswer, ...]]:
    """Return the figures and the verdicts."""
    limits = Limits(options.memory, options.time, options.threads)
    with progress_line(options.quiet) as progress:
        checked = check(instance, limits=limits, progress=progress)
    raise_model_error(checked)
    return exploration_answer(checked), property_answers(checked)

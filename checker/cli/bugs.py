"""`eoscheck bugs`: looks for every known protocol bug, and shows that its fix removes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from checker.cli.options import size
from checker.explicit.explorer import Limits
from checker.report.bugs import document

if TYPE_CHECKING:
    from checker.report.bugs import BugAnswer


@click.command(name="bugs")
@click.argument("names", nargs=-1, metavar="[ID]...")
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--memory", metavar="SIZE", help="Memory limit of one exploration, for example 4G.")
@click.option(
    "--time",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Time limit of one exploration.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("-o", "--output", metavar="FILE", help="Write the answer to a file.")
def command(
    names: tuple[str, ...],
    threads: int,
    memory: str | None,
    time: float | None,
    form: str,
    output: str | None,
) -> int:
    """Look for the known bugs of Kafka's protocol, or tell the story of those named.

    Each is a scenario, explored for the versions of Kafka that families stand for, and again with
    its fix. Exit code 0: every verdict is as expected; 1: one is not; 3: one was not reached.
    """
    from checker.cli.bug_runs import reproduce
    from checker.settings.bug_catalogue import bugs_named

    limits = Limits(size(memory), time, threads)
    answers = [reproduce(bug, limits, traces=bool(names)) for bug in bugs_named(names)]
    _write(answers, bool(names), form, output)
    return _exit_code(answers)


def _exit_code(answers: list[BugAnswer]) -> int:
    verdicts = [case.verdict for answer in answers for case in answer.cases if not case.agrees]
    if not verdicts:
        return 0
    return 1 if {"broken", "holds"} & set(verdicts) else 3


def _write(answers: list[BugAnswer], tells: bool, form: str, output: str | None) -> None:
    from checker.report.bugs_text import stories_text, table_text
    from checker.report.files import json_text, write_answer

    if form == "json":
        content = json_text(document(answers))
    else:
        content = stories_text(answers) if tells else table_text(answers)
    write_answer(content, output)

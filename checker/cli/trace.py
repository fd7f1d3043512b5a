"""`eoscheck trace`: show a run, replay it, or ask why an action was not possible in it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from checker.cli.documents import calls_of, instance_of, read_answer
from checker.lang.errors import EoscheckError

if TYPE_CHECKING:
    from checker.lang.model import Instance
    from checker.traces.replay import Run

_FILE = click.argument("file")
_PROPERTY = click.option("--property", "name", metavar="NAME", help="The run of this property.")


@click.group(name="trace", help="Show or replay a run, or ask why a step was not possible.")
def command() -> None:
    """Work with the runs in an answer that `check --format json` wrote."""


def _replayed(file: str, name: str | None) -> tuple[str, Instance, Run]:
    from checker.traces.replay import replay

    document = read_answer(file)
    broken, calls = calls_of(document, file, name)
    instance = instance_of(document, file)
    return broken, instance, replay(instance, calls)


@command.command()
@_FILE
@_PROPERTY
@click.option(
    "--format", "form", type=click.Choice(["text", "itf", "mermaid", "svg"]), default="text"
)
@click.option("-o", "--output", metavar="FILE")
def show(file: str, name: str | None, form: str, output: str | None) -> int:
    """Show the steps of a run and what each changed."""
    from checker.report.files import write_answer
    from checker.report.formats import broken_run
    from checker.report.steps import steps_text
    from checker.traces.itf import to_itf
    from checker.traces.trace import build_trace
    from diagrams import render

    broken, instance, run = _replayed(file, name)
    trace = build_trace(instance, run)
    if form == "text":
        content = steps_text(trace)
    elif form == "itf":
        content = json.dumps(to_itf(instance, trace, broken), indent=2) + "\n"
    else:
        sentences = {item.name: item.sentence for item in instance.properties}
        content = str(render(broken_run(trace, broken, sentences.get(broken, "")), form))
    write_answer(content, output)
    return 0


@command.command()
@_FILE
@_PROPERTY
def replay(file: str, name: str | None) -> int:
    """Repeat a run in the interpreter and say whether it still breaks the property."""
    from checker.explicit.reference import Reference

    broken, instance, run = _replayed(file, name)
    item = next((p for p in instance.properties if p.name == broken), None)
    if item is None:
        stuck = not any(_possible(instance, run))
        print(f"replayed {len(run) - 1} steps: {broken} is {'broken' if stuck else 'not broken'}")
        return 1 if stuck else 0
    holds = Reference(instance).holds(run[-1][1], item.rule)
    print(f"replayed {len(run) - 1} steps: {broken} {'holds' if holds else 'is broken'}")
    return 0 if holds else 1


def _possible(instance: Instance, run: Run) -> list[bool]:
    from checker.traces.why_not import why_not

    names = {step.action.name for step in instance.steps}
    return [a.possible for name in names for a in why_not(instance, run[-1][1], name)]


@command.command(name="why-not")
@_FILE
@click.argument("action")
@click.option("--at", "at", type=click.IntRange(min=0), required=True, metavar="STEP")
@_PROPERTY
def why_not(file: str, action: str, at: int, name: str | None) -> int:
    """Say what blocks ACTION after step STEP of the run (0: at the start)."""
    from checker.report.steps import answers_text
    from checker.traces.why_not import why_not as ask

    _, instance, run = _replayed(file, name)
    if at >= len(run):
        raise EoscheckError(
            f"the run has {len(run) - 1} steps, so --at is from 0 to {len(run) - 1}"
        )
    if action not in {step.action.name for step in instance.steps}:
        known = ", ".join(sorted({step.action.name for step in instance.steps}))
        raise EoscheckError(f"there is no action {action!r}; actions are: {known}")
    sys.stdout.write(answers_text(action, at, ask(instance, run[at][1], action)))
    return 0

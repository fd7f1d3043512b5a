"""The answer for a person at a terminal: verdicts first, then runs, last what was explored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagrams.run_of_trace import run_of_trace
from rich.table import Table
from rich.text import Text

from checker.report.answer import BROKEN, HOLDS, INCONCLUSIVE, VACUOUS
from diagrams import render

if TYPE_CHECKING:
    from rich.console import Console

    from checker.report.answer import Answer, Cause, PropertyAnswer

_STYLE = {HOLDS: "green", BROKEN: "bold red", INCONCLUSIVE: "yellow", VACUOUS: "yellow"}


def print_answer(answer: Answer, console: Console, diagrams: bool = True) -> None:
    """Print the whole answer."""
    if answer.headline:
        console.print(Text(answer.headline, style="bold"))
    console.print(_verdicts(answer))
    for item in answer.properties:
        if item.verdict == BROKEN:
            _print_broken(item, console, diagrams)
    _print_exploration(answer, console)


def _verdicts(answer: Answer) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    for item in answer.properties:
        verdict = item.verdict.upper() if item.verdict == BROKEN else item.verdict
        if item.verdict == BROKEN and item.steps is not None:
            verdict += f" in {item.steps} step{'' if item.steps == 1 else 's'}"
        reason = "because " + ", ".join(map(_cause, item.because)) if item.because else ""
        table.add_row(
            item.name.replace("_", " "),
            Text(verdict, style=_STYLE[item.verdict]),
            Text(reason or (item.sentence if item.verdict != HOLDS else "")),
        )
    return table


def _cause(cause: Cause) -> str:
    place = "default" if cause.file is None else f"{cause.file}:{cause.line}"
    if cause.line is None and cause.file is not None:
        place = cause.file
    return f"{cause.setting}={cause.value} ({place})"


def _print_broken(item: PropertyAnswer, console: Console, diagrams: bool) -> None:
    console.print()
    console.print(Text(f"{item.name.replace('_', ' ')} is broken: {item.sentence}", style="bold"))
    if item.trace is not None:
        print_steps(item, console)
        if diagrams and item.trace.steps:
            run = run_of_trace(item.trace, "", f"{item.name.replace('_', ' ')}")
            console.print(
                Text(str(render(run, "text")), no_wrap=True, overflow="ignore"), crop=False
            )
    for cause in item.because:
        console.print(Text(f"  at fault: {_cause(cause)}"))
    if item.fix:
        changes = ", ".join(f"{fix.setting}={fix.value}" for fix in item.fix)
        console.print(Text(f"  it holds with: {changes}", style="green"))
    if item.note:
        console.print(Text(f"  {item.note}"))


def print_steps(item: PropertyAnswer, console: Console) -> None:
    """Print the run as numbered steps, each with what it changed."""
    assert item.trace is not None
    for number, step in enumerate(item.trace.steps, 1):
        console.print(Text(f"  {number:>3}. {step.text}"))
        for change in step.changes:
            console.print(
                Text(f"         {change.place}: {change.before} → {change.after}", style="dim")
            )


def _print_exploration(answer: Answer, console: Console) -> None:
    figures = answer.exploration
    console.print()
    extent = "completely" if figures.complete else "INCOMPLETELY"
    console.print(
        f"Explored {extent}: {figures.states:,} states, {figures.transitions:,} transitions, "
        f"depth {figures.depth}, in {figures.seconds:.1f} s.",
        highlight=False,
    )
    if figures.stopped is not None:
        console.print(f"  stopped by the {_STOPPED.get(figures.stopped, figures.stopped)}")
    for name, count in figures.capacities_reached.items():
        console.print(f"  capacity {name} was reached {count:,} times: raise it with --bound")
    for title, values in (("Scope", answer.scope), ("Faults allowed", answer.faults)):
        if values:
            listed = ", ".join(f"{name}={value}" for name, value in values.items())
            console.print(Text(f"{title}: {listed}"))
    for assumption in answer.assumptions:
        console.print(Text(f"Assumed: {assumption}"))


_STOPPED = {
    "memory": "memory limit (--memory)",
    "time": "time limit (--time)",
    "interrupted": "keyboard",
}

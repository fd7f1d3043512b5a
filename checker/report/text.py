"""The answer for a person at a terminal: verdicts first, then runs, last what was explored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from checker.report.answer import BROKEN, HOLDS, INCONCLUSIVE, VACUOUS
from diagrams import render
from diagrams.run_of_trace import run_of_trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from checker.report.answer import Answer, Cause, CoverageAnswer, PropertyAnswer

_STYLE = {HOLDS: "green", BROKEN: "bold red", INCONCLUSIVE: "yellow", VACUOUS: "yellow"}
_STOPPED = {
    "memory": "the memory limit (--memory)",
    "time": "the time limit (--time)",
    "interrupted": "the keyboard",
}


def print_answer(answer: Answer, console: Console) -> None:
    """Print the whole answer."""
    if answer.headline:
        console.print(Text(answer.headline, style="bold"))
    console.print(_verdicts(answer))
    for item in answer.properties:
        if item.verdict == BROKEN:
            _print_broken(item, console)
    _print_exploration(answer, console)
    if answer.coverage is not None:
        _print_coverage(answer.coverage, console)


def _print_coverage(rows: Sequence[CoverageAnswer], console: Console) -> None:
    console.print()
    width = max(len(row.action) for row in rows)
    for row in rows:
        times = f"fired {row.fired:,} of {row.tried:,} times" if row.fired else "NEVER FIRED"
        console.print(Text(f"{row.action:{width}}  {times}"))
        for reason, count in sorted(row.blocked.items(), key=lambda pair: -pair[1]):
            console.print(Text(f"{'':{width}}    blocked {count:,}: {reason}", style="dim"))


def _words(item: PropertyAnswer) -> str:
    return item.name.replace("_", " ")


def _verdicts(answer: Answer) -> Text:
    """Return the table guarantee x verdict; lines are never cut."""
    names = max(len(_words(item)) for item in answer.properties) if answer.properties else 0
    verdicts = max((len(_verdict(item)) for item in answer.properties), default=0)
    table = Text()
    for item in answer.properties:
        margin = " " * (2 + names + 4 + verdicts + 4)
        table.append(f"  {_words(item):{names}}    ")
        table.append(f"{_verdict(item):{verdicts}}    ", style=_STYLE[item.verdict])
        table.append(f"\n{margin}".join(_why(item)) + "\n")
    table.rstrip()
    return table


def _verdict(item: PropertyAnswer) -> str:
    if item.verdict != BROKEN:
        return item.verdict
    if item.steps is None:
        return "BROKEN"
    return f"BROKEN in {item.steps} step{'' if item.steps == 1 else 's'}"


def _why(item: PropertyAnswer) -> list[str]:
    if item.verdict == VACUOUS:
        return [f"never seen: {item.sentence}"]
    lines = [
        f"{'because' if number == 0 else '    and'} {_cause(cause)}"
        for number, cause in enumerate(item.because)
    ]
    return lines or [""]


def _cause(cause: Cause) -> str:
    return f"{cause.setting}={cause.value} ({cause.place})"


def _print_broken(item: PropertyAnswer, console: Console) -> None:
    console.print()
    title = f"{_words(item)} is broken. It means: {_lower(item.sentence)}."
    if item.trace is not None:
        picture = str(render(run_of_trace(item.trace, title, _words(item)), "text"))
        console.print(Text(picture.rstrip("\n"), no_wrap=True, overflow="ignore"), crop=False)
    if item.fix:
        changes = ", ".join(f"{fix.setting}={fix.value}" for fix in item.fix)
        console.print(Text(f"It holds with {changes}.", style="green"))
    if item.note:
        console.print(Text(item.note))


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _print_exploration(answer: Answer, console: Console) -> None:
    figures = answer.exploration
    extent = "All of the scope was explored" if figures.complete else "NOT all was explored"
    lines = [
        f"{extent}: {figures.states:,} states, {figures.transitions:,} transitions, "
        f"depth {figures.depth}, {figures.seconds:.1f} s."
    ]
    if figures.stopped is not None:
        lines.append(f"Stopped by {_STOPPED.get(figures.stopped, figures.stopped)}.")
    lines += [
        f"The capacity {name} was reached {count:,} times: raise it with --bound."
        for name, count in figures.capacities_reached.items()
    ]
    for title, values in (("Scope", answer.scope), ("Faults allowed", answer.faults)):
        if values:
            listed = ", ".join(f"{name}={value}" for name, value in values.items())
            lines.append(f"{title}: {listed}.")
    lines += [f"Assumed: {assumption.rstrip('.')}." for assumption in answer.assumptions]
    console.print()
    for line in lines:
        console.print(Text(line))

"""The answer for a person at a terminal: verdicts first, then runs, last what was explored."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text

from checker.report.answer import BROKEN, HOLDS, INCONCLUSIVE, SOMETIMES, VACUOUS
from diagrams.run_of_trace import run_of_trace
from diagrams.sequence_text import COLUMNS, run_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from checker.report.answer import Answer, Cause, CoverageAnswer, PropertyAnswer
    from checker.traces.trace import Trace

_STYLE = {HOLDS: "green", BROKEN: "bold red", INCONCLUSIVE: "yellow", VACUOUS: "yellow"}
_NOT_AS_EXPECTED = "NOT AS EXPECTED: this is not what the scenario file says."
_STOPPED = {
    "memory": "the memory limit (--memory)",
    "time": "the time limit (--time)",
    "interrupted": "the keyboard",
}


def print_answer(answer: Answer, console: Console) -> None:
    """Print the whole answer."""
    if answer.differences:
        console.print(Text(_NOT_AS_EXPECTED, style="bold red"))
        for difference in answer.differences:
            console.print(Text(f"  - {difference}"))
        console.print()
    console.print(Text(answer.headline or _headline(answer), style="bold"))
    shown = [item for item in answer.properties if not _is_reached(item)]
    if shown:
        console.print()
        console.print(_verdicts(shown))
    for item in answer.properties:
        if item.verdict == BROKEN:
            _print_broken(item, console)
    console.print()
    for line in explored_lines(answer):
        _print_wrapped(line, console, indent="    " if line.startswith("  ") else "  ")
    if answer.coverage is not None:
        _print_coverage(answer.coverage, console)


def _headline(answer: Answer) -> str:
    """Return the first sentence about a model, which has no delivery mode."""
    asked = [item for item in answer.properties if item.kind != SOMETIMES]
    broken = sum(item.verdict == BROKEN for item in asked)
    if broken:
        return (
            "BROKEN: the property does not hold."
            if len(asked) == 1
            else f"BROKEN: {broken} of {len(asked)} properties {_do(broken)} not hold."
        )
    if answer.exploration.capacities_reached:
        return "NOT DECIDED: a capacity was reached."
    if not answer.exploration.complete:
        return "NOT DECIDED: the exploration did not finish."
    if any(item.verdict == VACUOUS for item in answer.properties):
        return "VACUOUS: what some run should show was never seen."
    if not asked:
        return "Nothing was asked that must hold."
    return (
        "HOLDS: the property holds." if len(asked) == 1 else f"HOLDS: all {len(asked)} properties."
    )


def _do(number: int) -> str:
    return "does" if number == 1 else "do"


def _is_reached(item: PropertyAnswer) -> bool:
    return item.kind == SOMETIMES and item.verdict == HOLDS


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


def _verdicts(items: Sequence[PropertyAnswer]) -> Text:
    """Return the table guarantee x verdict; lines are never cut."""
    names = max(len(_words(item)) for item in items)
    verdicts = max(len(_verdict(item)) for item in items)
    margin = " " * (2 + names + 4 + verdicts + 4)
    table = Text()
    for item in items:
        why = f"\n{margin}".join(_why(item))
        table.append(f"  {_words(item):{names}}    ")
        table.append(
            f"{_verdict(item):{verdicts}}" if why else _verdict(item), _STYLE[item.verdict]
        )
        table.append(f"    {why}\n" if why else "\n")
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
    if item.verdict == BROKEN and item.note and not item.because:
        return ["no change was found that makes it hold, see below"]
    return [
        f"{'because' if number == 0 else '    and'} {_cause(cause)}"
        for number, cause in enumerate(item.because)
    ]


def _cause(cause: Cause) -> str:
    return f"{cause.setting}={cause.value} ({cause.place})"


def _print_broken(item: PropertyAnswer, console: Console) -> None:
    console.print()
    shortest = "" if item.trace is None else " The shortest run:"
    title = f"BROKEN {_words(item)}: “{item.sentence}”.{shortest}"
    console.print(Text(title, style="bold"))
    if item.trace is not None:
        console.print()
        picture = run_text(run_of_trace(plain(item.trace), "", None), _columns(console))
        console.print(Text(picture.rstrip("\n"), no_wrap=True, overflow="ignore"), crop=False)
    if item.trace is not None and (item.fix or item.note):
        console.print()
    if item.fix:
        changes = " and ".join(f"{fix.setting}={fix.value}" for fix in item.fix)
        _print_wrapped(f"It holds with {changes}.", console, style="green")
    if item.note:
        _print_wrapped(item.note, console)


def _print_wrapped(line: str, console: Console, indent: str = "", style: str = "") -> None:
    room = _columns(console)
    for part in textwrap.wrap(line, room, subsequent_indent=indent, break_on_hyphens=False):
        console.print(Text(part, style=style))


def plain(trace: Trace) -> Trace:
    """Return a trace whose steps do not tell what they changed: `trace show` does."""
    return replace(trace, steps=tuple(replace(step, changes=()) for step in trace.steps))


def _columns(console: Console) -> int:
    return min(COLUMNS, console.width) if console.is_terminal else COLUMNS


def explored_lines(answer: Answer) -> list[str]:
    """Return what was explored, under which faults and assumptions, line by line."""
    figures = answer.exploration
    extent = "All of the scope was explored" if figures.complete else "NOT all was explored"
    lines = [
        f"{extent}: {figures.states:,} states, {figures.transitions:,} transitions, "
        f"depth {figures.depth}, {figures.seconds:.1f} s."
    ]
    if figures.stopped is not None:
        lines.append(f"Stopped by {_STOPPED.get(figures.stopped, figures.stopped)}.")
    lines += [
        f"The capacity {name} was reached {_times(count)}: {_raise(figures.room.get(name, {}))}."
        for name, count in figures.capacities_reached.items()
    ]
    if answer.scope:
        lines.append(f"Scope: {_listed(answer.scope)}.")
    if answer.faults:
        lines.append(_faults(answer.faults))
    reached = [item for item in answer.properties if _is_reached(item)]
    seen = [_words(item) for item in reached if item.is_asked]
    ruled_out = [_words(item) for item in reached if not item.is_asked]
    if seen:
        lines.append(f"Seen in some run, as it must be: {', '.join(seen)}.")
    if ruled_out:
        lines.append(f"Not asked for in this scope: {', '.join(ruled_out)}.")
    if answer.assumptions:
        lines.append("Assumptions and remarks:")
        lines += [f"  - {_sentence(assumption)}" for assumption in answer.assumptions]
    return lines


def _faults(budgets: Mapping[str, int]) -> str:
    kinds = {name: most for name, most in budgets.items() if name != "in_all" and most}
    if not kinds or not budgets.get("in_all", 1):
        return "No faults."
    if "in_all" not in budgets:
        return f"Faults allowed: {_listed(kinds)}."
    in_all = budgets["in_all"]
    return f"Faults allowed: {in_all} in a run, and of each kind at most {_listed(kinds)}."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _raise(bounds: Mapping[str, int]) -> str:
    if not bounds:
        return "no bound of the model changes it"
    larger = [f"--bound {name}={value + 1}" for name, value in bounds.items()]
    return f"raise it, with {' or '.join(larger)} or more"


def _listed(values: Mapping[str, int]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."

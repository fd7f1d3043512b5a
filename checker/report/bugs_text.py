"""Known bugs for a person at a terminal: one table of all, or the story of each."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from checker.report.text import plain
from diagrams.run_of_trace import run_of_trace
from diagrams.sequence_text import COLUMNS, run_text

if TYPE_CHECKING:
    from checker.report.bugs import BugAnswer, CaseAnswer

BROKEN = "broken"
WIDTH = 100
FAMILY_WIDTH = 11


def table_text(answers: list[BugAnswer]) -> str:
    """Return the table of all bugs, and those that are only listed, with the reason."""
    found = [answer for answer in answers if answer.families]
    families = list(found[0].families) if found else []
    lines = [f"{'':5} " + "".join(f"{name:{FAMILY_WIDTH}}" for name in families) + "fixed by"]
    for answer in found:
        lines += _row(answer)
    listed = [answer for answer in answers if not answer.families]
    if listed:
        lines += ["", "Only listed:"]
        for answer in listed:
            lines.append(f"{answer.name:5} {answer.title}")
            lines += _wrapped(answer.reason, "        ")
    lines += ["", *_summary(found)]
    return "\n".join(lines) + "\n"


def _row(answer: BugAnswer) -> list[str]:
    cells = "".join(f"{_cell(case):{FAMILY_WIDTH}}" for case in answer.families.values())
    lines = [f"{answer.name:5} {answer.title}", f"{'':5} {cells}{', '.join(answer.fix)}"]
    if answer.before is not None:
        lines.append(f"{'':5} {answer.before.versions}: {_words(answer.before)}")
    for name, case in answer.families.items():
        if "," in case.versions or " with" in case.versions:
            lines.append(f"{'':5} {name}: {case.versions}")
    states = [f"{case.states:,}" for case in answer.families.values() if case.states is not None]
    lines.append(f"{'':5} states {' '.join(states)}{_with_fix(answer)}")
    lines += [
        f"{'':5} NOT AS EXPECTED: {case.versions}: {case.verdict}, not {case.expected}"
        for case in answer.cases
        if not case.agrees
    ]
    return lines


def _with_fix(answer: BugAnswer) -> str:
    if not answer.fixed:
        return ""
    verdicts = sorted({case.verdict for case in answer.fixed.values()})
    states = " ".join(f"{case.states:,}" for case in answer.fixed.values())
    return f"; with the fix: {' and '.join(verdicts)} ({', '.join(answer.fixed)}; states {states})"


def _cell(case: CaseAnswer) -> str:
    if case.verdict == BROKEN:
        return f"{case.steps} steps"
    return "-" if case.verdict == "not-applicable" else case.verdict


def _words(case: CaseAnswer) -> str:
    states = "" if case.states is None else f", {case.states:,} states"
    steps = f" in {case.steps} steps" if case.verdict == BROKEN else ""
    return f"{case.verdict}{steps}{states}"


def _summary(found: list[BugAnswer]) -> list[str]:
    wrong = [answer.name for answer in found if not answer.agrees]
    lines = _wrapped(
        "P0 to P3: brokers and clients of 3.5, 3.9, 4.1, 4.2. A number of steps is the length of "
        "the shortest run that breaks what the bug is known for; `eoscheck bugs ID` shows it.",
        "",
    )
    if wrong:
        return [*lines, f"Not as expected: {', '.join(wrong)}."]
    return [*lines, f"All {len(found)} bugs that were looked for are where they are expected."]


def stories_text(answers: list[BugAnswer]) -> str:
    """Return the story of each bug, with a run that shows it."""
    return "\n".join("\n".join(_story(answer)) + "\n" for answer in answers)


def _story(answer: BugAnswer) -> list[str]:
    lines = [f"{answer.name}  {answer.title}"]
    if answer.story:
        lines += ["", *_wrapped(answer.story, "")]
    facts = [
        ("Affected", answer.affected),
        ("Tickets", ", ".join(answer.tickets)),
        ("Violates", ", ".join(answer.violates)),
        ("Fixed by", answer.fixed_by),
        ("Scenario", answer.scenario and f"eoscheck check {answer.scenario}"),
        ("Remark", answer.remark),
        ("Only listed", answer.reason),
    ]
    lines += ["", *(line for name, text in facts if text for line in _fact(name, text))]
    if answer.families:
        lines += ["", *_verdicts(answer), *_run(answer)]
    return lines


def _fact(name: str, text: str) -> list[str]:
    return textwrap.wrap(
        f"{name + ':':12} {text}", WIDTH, subsequent_indent=" " * 13, break_on_hyphens=False
    )


def _verdicts(answer: BugAnswer) -> list[str]:
    named = [*answer.families.items()]
    if answer.before is not None:
        named.append(("before", answer.before))
    named += [(f"{name} fixed", case) for name, case in answer.fixed.items()]
    width = max(len(case.versions) for _, case in named)
    lines = []
    for name, case in named:
        mark = "" if case.agrees else f"   NOT AS EXPECTED ({case.expected})"
        lines.append(f"  {name:12} {case.versions:{width}}  {_words(case)}{mark}")
    return lines


def _run(answer: BugAnswer) -> list[str]:
    cases = [*answer.families.values(), *([] if answer.before is None else [answer.before])]
    shown = [case for case in cases if case.trace is not None]
    if not shown:
        return []
    case = shown[0]
    assert case.trace is not None
    what = case.shown.replace("_", " ")
    picture = run_text(run_of_trace(plain(case.trace), "", None), COLUMNS).rstrip("\n")
    steps = len(case.trace.steps)
    return ["", f"{case.versions} breaks “{what}” in {steps} steps:", "", picture]


def _wrapped(text: str, indent: str) -> list[str]:
    return [
        line
        for paragraph in text.split("\n\n")
        for line in textwrap.wrap(
            paragraph,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )
    ]

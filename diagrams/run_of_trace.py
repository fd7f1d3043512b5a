"""A sequence diagram of a trace: one row for each step, in the model's words."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, get_args

from diagrams.sequence import Kind, Run, RunStep
from diagrams.words import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.traces.trace import Change, Trace, TraceStep

MOST_CHANGES = 4
LONGEST_CHANGE = 64
LEAST_ROOM = 12
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
_MESSAGES = ("send", "receive", "lost", "abandon", "late")
_SENDER = "sender's role"
_CUT = "…"
_BRACKETS = ("()", "[]", "{}")
_OPENING, _CLOSING = (tuple(pair[side] for pair in _BRACKETS) for side in (0, 1))


def run_of_trace(
    trace: Trace, title: str, broken: str | None, roles: tuple[str, ...] | None = None
) -> Run:
    """The run that a trace shows; `broken` says which guarantee does not hold at its end.

    Roles stand in the order given, or else in that of the trace; those that are not among them and
    all without an order as they first appear; roles without a step or a message are left out. Where
    a run has several processes, each has one lifeline for all its roles. A step shows at most
    MOST_CHANGES lines on what it changed, the shortest ones. A step of a kind that diagrams do not
    know is drawn like one without a kind: as a message if it reaches another role. A run without a
    step says so.
    """
    if not trace.steps:
        note = RunStep(0, "", "Nothing has happened yet: this is how it starts", "note")
        return Run(title, (roles or ("start",))[:1], (note,), broken)
    steps = tuple(_step(number, step) for number, step in enumerate(trace.steps, 1))
    seen = dict.fromkeys(
        role for step in steps for role in (step.role, step.target) if role is not None
    )
    processes = _processes(trace)
    ordered = [lane for role in roles or trace.roles for lane in (*processes.get(role, ()), role)]
    shown = dict.fromkeys([*(lane for lane in ordered if lane in seen), *seen])
    return Run(title, tuple(shown), steps, broken, trace.logs)


def _processes(trace: Trace) -> dict[str, list[str]]:
    """The processes of each role, in order of their names."""
    pairs = {(step.role, step.process) for step in trace.steps if step.process}
    pairs |= {(step.to, step.to_process) for step in trace.steps if step.to_process}
    names = sorted({name for _, name in pairs}, key=lambda name: (len(name), name))
    return {role: names for role, _ in pairs}


def _step(number: int, step: TraceStep) -> RunStep:
    role, target = step.process or step.role, step.to_process or step.to or None
    kind = _KINDS.get(step.kind, "send" if target else "local")
    if target is None and kind in _MESSAGES:
        kind = "local"
    sender = step.to if kind in ("receive", "late") else step.role
    sent_by = ((_SENDER, sender),) if step.process or step.to_process else ()
    changes, subject = _changes(step.changes), (*step.arguments.items(), *sent_by)
    return RunStep(number, role, step.words, kind, target, changes, subject, step.takes)


def _changes(changes: Sequence[Change]) -> tuple[str, ...]:
    """The changes as short lines in their order; the longest are only counted if they are many."""
    lines = [_line(change) for change in changes]
    if len(lines) <= MOST_CHANGES:
        return tuple(lines)
    shortest = sorted(range(len(lines)), key=lambda place: (len(lines[place]), place))
    kept = sorted(shortest[: MOST_CHANGES - 1])
    return (*(lines[place] for place in kept), f"{_CUT} {len(lines) - len(kept)} more")


def _line(change: Change) -> str:
    """One change; what long texts have in common before and after is left out first."""
    place, before, after = clean(change.place), clean(change.before), clean(change.after)
    room = max(LONGEST_CHANGE - len(f"{place}:  → "), LEAST_ROOM)
    if len(before) + len(after) > room:
        before, after = _difference(before, after)
    after = _cut(after, max(room // 2, room - len(before)))
    before = _cut(before, room - len(after))
    return f"{place}: {before} → {after}"


def _difference(before: str, after: str) -> tuple[str, str]:
    """Both texts with the elements that they have in common at their ends left out."""
    if not before or not after or before[0] + before[-1] not in _BRACKETS or before[0] != after[0]:
        return before, after
    old, new = _elements(before), _elements(after)
    head = _common_length(old, new)
    tail = _common_length(old[head:][::-1], new[head:][::-1])
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(old) == len(new) == 1:
        old[0], new[0] = _difference(old[0], new[0])
    first, last = [_CUT] * (head > 0), [_CUT] * (tail > 0)
    return (
        before[0] + ", ".join([*first, *old, *last]) + before[-1],
        after[0] + ", ".join([*first, *new, *last]) + after[-1],
    )


def _elements(text: str) -> list[str]:
    """The elements between the outer brackets of a text."""
    elements, depth = [""], 0
    for part in re.split(r"(, |[(\[{]|[)\]}])", text[1:-1]):
        depth += (part in _OPENING) - (part in _CLOSING)
        if part == ", " and depth == 0:
            elements.append("")
        else:
            elements[-1] += part
    return elements if text[1:-1] else []


def _common_length(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _cut(text: str, most: int) -> str:
    """The text with its middle left out where it is longer than `most`."""
    if len(text) <= most:
        return text
    head = most // 2
    return text[:head] + _CUT + text[len(text) - (most - head - 1) :]

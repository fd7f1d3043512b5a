"""Runs and answers about them as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.traces.trace import Trace
    from checker.traces.why_not import Answer


def steps_text(trace: Trace) -> str:
    """Return the run as numbered steps, each with what it changed."""
    lines = []
    for number, step in enumerate(trace.steps, 1):
        lines.append(f"{number:>3}. {step.process or step.role}: {step.words}")
        lines += [f"       {c.place}: {c.before} → {c.after}" for c in step.changes]
    return "\n".join(lines) + "\n" if lines else "The initial state already breaks it.\n"


def answers_text(action: str, at: int, answers: Sequence[Answer]) -> str:
    """Return for every tuple of arguments whether the action is possible, or what blocks it."""
    lines = [f"{action} after step {at}:"]
    for answer in answers:
        call = ", ".join(f"{name}={value}" for name, value in answer.arguments.items())
        if answer.possible:
            lines.append(f"  ({call}) is possible")
            continue
        values = ", ".join(f"{name}={value}" for name, value in answer.values.items())
        looked = f" [{values}]" if values else ""
        lines.append(f"  ({call}) no: {answer.reason}{looked}")
    return "\n".join(lines) + "\n"

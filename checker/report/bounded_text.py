"""The answer of `eoscheck prove --bounded` as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.report.steps import steps_text

if TYPE_CHECKING:
    from checker.report.answer import PropertyAnswer
    from checker.report.bounded_answer import BoundedAnswer, BoundedScenario

_WORDS = {
    "broken": "BROKEN in {steps}",
    "holds": "holds",
    "holds-to-depth": "no run breaks it",
    "not-reached-to-depth": "no run shows it",
    "inconclusive": "inconclusive",
    "vacuous": "VACUOUS: never reached",
}


def bounded_text(answer: BoundedAnswer) -> str:
    """Return how far the runs of each scenario were looked at, and what was found."""
    return "\n".join(_scenario_text(item) for item in answer.scenarios)


def _scenario_text(item: BoundedScenario) -> str:
    about = f" ({item.versions})" if item.versions else ""
    lines = [f"{item.name}{about}: {_extent(item)}", ""]
    width = max((len(_verdict(p)) for p in item.properties), default=0)
    lines += [f"  {_verdict(p).ljust(width)}  {p.sentence}" for p in item.properties]
    for name, steps in item.capacities.items():
        lines.append(f"  Capacity reached after {_steps(steps)}: {name}. Not all was looked at.")
    lines += ["", f"  Z3 was asked {item.questions} questions: {item.cpu_seconds:.1f} CPU seconds."]
    for found in item.properties:
        if found.trace is not None:
            lines += ["", f"  {found.name} is broken by this run, repeated by the interpreter:"]
            lines += ["    " + line for line in steps_text(found.trace).splitlines()]
    return "\n".join(lines) + "\n"


def _extent(item: BoundedScenario) -> str:
    if item.finished < 0:
        return "nothing was looked at"
    extent = f"all runs of up to {_steps(item.finished)}"
    if item.complete:
        return f"{extent}; there are no longer ones that change anything"
    return f"{extent}; then the solver gave up" if item.given_up else extent


def _verdict(item: PropertyAnswer) -> str:
    steps = "" if item.steps is None else _steps(item.steps)
    if item.kind == "sometimes" and item.verdict == "holds":
        return f"reached in {steps}"
    return _WORDS[item.verdict].format(steps=steps)


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"

"""The answer of `eoscheck prove --refinement` as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.report.refinement_answer import FAILS

if TYPE_CHECKING:
    from checker.report.refinement_answer import RefinementAnswer, ScenarioRefinement

_HEAD = ("scenario", "states", "transitions", "proof steps", "out of domain")


def refinement_text(answer: RefinementAnswer) -> str:
    """Return what was checked against each proof model, and the first step that is none of it."""
    return "\n".join(_model_text(answer, model) for model in answer.models())


def _model_text(answer: RefinementAnswer, model: str) -> str:
    items = answer.of(model)
    failed = [item for item in items if item.verdict == FAILS]
    verdict = "NOT EVERY STEP" if failed else "EVERY STEP"
    lines = [f"{model}: {verdict} of the detailed model in its domain is what is declared of it"]
    lines += ["", *_table([_HEAD, *(_row(item) for item in items)])]
    lines += _outside_lines(items)
    lines += ["", "  Each action of the detailed model, and the steps of the proof model it was:"]
    lines += _sequence_lines(answer, model)
    unused = answer.unused(model)
    if unused:
        lines += ["", f"  Not seen in these scenarios: {', '.join(unused)}"]
    for item in failed:
        lines += ["", *_failure_lines(item)]
    return "\n".join(lines) + "\n"


def _row(item: ScenarioRefinement) -> tuple[str, ...]:
    found = item.checked
    mark = " FAILS" if item.verdict == FAILS else ""
    figures = found.states, found.transitions, found.steps.total(), found.outside.total()
    return item.scenario + mark, *(f"{figure:,}" for figure in figures)


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  "
        + row[0].ljust(widths[0])
        + "".join("  " + cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    ]


def _outside_lines(items: list[ScenarioRefinement]) -> list[str]:
    lines = []
    for item in items:
        for reason, count in sorted(item.checked.outside.items()):
            text = f"  Out of domain in {item.scenario}: {reason} ({count:,} transitions; "
            lines.append(text + "what follows them is not looked at)")
        for capacity, count in sorted(item.checked.capacities.items()):
            lines.append(f"  Cut in {item.scenario}: {capacity} ({count:,} transitions)")
    return ["", *lines] if lines else []


def _sequence_lines(answer: RefinementAnswer, model: str) -> list[str]:
    found = sorted(answer.sequences(model).items())
    width = max((len(action) for (action, _), _ in found), default=0)
    return [
        f"  {count:>9,}  {action.ljust(width)}  {', '.join(steps) or 'no step'}"
        for (action, steps), count in found
    ]


def _failure_lines(item: ScenarioRefinement) -> list[str]:
    failure = item.checked.failure
    if failure is None or item.trace is None:
        return []
    lines = [f"  {item.scenario} ({item.versions}): the last step of this run is not so declared"]
    lines += [
        f"    {number:>3}. {step.role}: {step.words}"
        for number, step in enumerate(item.trace.steps, 1)
    ]
    last = item.trace.steps[-1:]
    lines += [f"           {c.place}: {c.before} → {c.after}" for s in last for c in s.changes]
    lines += ["  In the proof model it is declared to be:"]
    lines += [f"    {text}" for text in failure.declared or ("no step",)]
    return [*lines, f"  But {failure.problem}."]

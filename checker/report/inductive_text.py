"""The answer of `eoscheck prove --inductive` as text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from checker.report.steps import steps_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.report.inductive_answer import (
        InductiveAnswer,
        InductiveProperty,
        InductiveScenario,
    )

_WORDS = {
    "proved": "kept by every step",
    "not-inductive": "not kept on its own",
    "refuted": "BROKEN by a run",
    "unknown": "not known",
}
_REACHED = {
    "reached": "The explorer reaches this state: it is broken.",
    "not reached": "The explorer does not reach this state.",
    "not all explored": "The explorer did not get to the end.",
}


def inductive_text(answer: InductiveAnswer) -> str:
    """Return for each scenario what every step keeps, and examples of what is lost."""
    return "\n".join(_scenario_text(item) for item in answer.scenarios)


def _scenario_text(item: InductiveScenario) -> str:
    about = f" ({item.about})" if item.about else ""
    many = "" if item.steps == 1 else f", using it in {item.steps} states before"
    lines = [
        f"{item.name}{about}: what does every step keep, from any state of the types{many}?",
        "",
    ]
    for found in item.properties:
        alone = " alone" if found.alone and found.verdict == "proved" else ""
        lines.append(f"  {(_WORDS[found.verdict] + alone).ljust(24)}  {found.sentence}")
    lines.append("")
    if item.kept:
        lines.append(f"  Of collections: {', '.join(item.kept)}.")
    lines += _error_lines(item)
    for found in item.properties:
        lines += _example_lines(found)
    lines.append(f"  Z3 was asked {item.questions} questions: {item.cpu_seconds:.1f} CPU seconds.")
    return "\n".join(lines) + "\n"


def _error_lines(item: InductiveScenario) -> Iterator[str]:
    impossible, total = Counter(item.errors.values())["impossible"], len(item.errors)
    if impossible == total:
        yield f"  No model error is possible wherever this holds ({total} looked for)."
    else:
        yield (
            f"  Model errors: {impossible} of {total} are impossible wherever this holds; of the "
            "others `eoscheck check` tells if one is reached."
        )


def _example_lines(found: InductiveProperty) -> Iterator[str]:
    if found.why:
        yield f"  {found.name} is not known to be kept: {found.why}."
    if found.trace is not None:
        yield f"  {found.name} is broken by this run:"
        yield from ("    " + line for line in steps_text(found.trace).splitlines())
        yield ""
    if found.steps:
        yield f"  {found.name} is lost, from a state in which all that is kept holds:"
        yield from (f"      {line}" for line in found.before or ("the initial state",))
        yield from (f"    then: {step}" for step in found.steps)
        yield from (f"      {line}" for line in found.changes)
        yield f"    {_REACHED[found.reached]}"
        yield ""

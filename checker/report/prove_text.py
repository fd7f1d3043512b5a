"""The answer of `eoscheck prove` as text."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.text import Text

from checker.report.prove_answer import NOT_INDUCTIVE, PROVED, REFUTED, UNKNOWN
from checker.report.steps import steps_text

if TYPE_CHECKING:
    from rich.console import Console

    from checker.report.prove_answer import (
        FailedObligation,
        ModelProof,
        PropertyProof,
        ProveAnswer,
    )

_STYLE = {PROVED: "green", REFUTED: "bold red", NOT_INDUCTIVE: "yellow", UNKNOWN: "yellow"}
_HEADLINE = {
    PROVED: "PROVED for any number of everything",
    REFUTED: "REFUTED: there is a run",
    NOT_INDUCTIVE: "NOT PROVED: the lemmas are too weak, or the guarantee is wrong",
    UNKNOWN: "UNKNOWN: the solvers gave up, or are not installed",
}
_REACHED = {
    "reached": "The explorer reaches this state: the lemma is wrong.",
    "not reached": "The explorer does not reach this state within {bounds}: "
    "a lemma that rules it out is missing.",
    "not all explored": "The explorer did not get to the end of {bounds}.",
}
WIDTH = 84
SHOWN = 3
"""Counterexamples to induction that are shown of one model."""


def print_proofs(answer: ProveAnswer, console: Console) -> None:
    """Print the verdict of every model, and what stands behind it."""
    for number, model in enumerate(answer.models):
        if number:
            console.print()
        _print_model(model, console)
    if len(answer.models) > 1:
        _print_summary(answer, console)
    for note in answer.notes:
        console.print(Text(note))


def _print_model(model: ModelProof, console: Console) -> None:
    guarantees, verdict = model.guarantees, model.verdict
    left_out = f" without {', '.join(model.without)}" if model.without else ""
    console.print(Text(f"{model.name}: {model.title}{left_out}", style="bold"))
    console.print(Text(f"  {_HEADLINE[verdict]}", style=_STYLE[verdict]))
    for name in model.impossible:
        console.print(Text(f"  Nothing is proved: {name} is not known to be possible.", "red"))
    console.print()
    for item in guarantees:
        _print_property(item, console)
    _print_figures(model, console)
    for item in guarantees:
        if item.trace is not None:
            console.print(Text(f"\n  {item.name} is broken by this run:", style="red"))
            _indented(steps_text(item.trace), console)
    _print_failed(model, console)
    _print_rest(model, console)


def _print_property(item: PropertyProof, console: Console) -> None:
    line = Text(f"  {item.verdict:<14}", style=_STYLE[item.verdict])
    line.append(f"{item.sentence}", style="default")
    console.print(line)
    uses = ", ".join(item.lemmas) or "no lemma"
    figures = f"{item.obligations} obligations, {item.seconds:.1f} s"
    text = f"{item.name} ({figures}), by: {uses}"
    _indented("\n".join(wrap(text, WIDTH, break_long_words=False)), console, 16)


def _print_figures(model: ModelProof, console: Console) -> None:
    lemmas = [item for item in model.properties if not item.is_guarantee]
    kept = sum(item.verdict == PROVED for item in lemmas)
    by = ", ".join(f"{count} by {solver}" for solver, count in model.solvers.items())
    console.print()
    if lemmas:
        console.print(Text(f"  Lemmas: {kept} of {len(lemmas)} proved."))
    console.print(Text(f"  Obligations: {model.obligations}, decided: {by}."))


def _print_failed(model: ModelProof, console: Console) -> None:
    refuted = any(item.verdict == REFUTED for item in model.properties)
    shown = [] if refuted else [item for item in model.failed if item.before or item.step][:SHOWN]
    for item in shown:
        _print_example(item, console)
    rest = [item for item in model.failed if item not in shown]
    if rest:
        console.print(Text("\n  Not discharged as well:" if shown else "\n  Not discharged:"))
    for item in rest:
        console.print(Text(f"    {item.action} / {item.property}: {item.verdict}, {item.solver}"))


def _print_example(item: FailedObligation, console: Console) -> None:
    title = f"{item.action} breaks {item.property}, from a state in which all lemmas hold:"
    console.print(Text(f"\n  {title}", style="yellow"))
    for line in item.before or ("the initial state",):
        console.print(Text(f"      {line}"))
    if item.step:
        console.print(Text(f"    then: {item.step}"))
    for line in item.changes:
        console.print(Text(f"      {line}"))
    if item.reached:
        bounds = ", ".join(f"{name}={size}" for name, size in item.bounds.items())
        console.print(Text(f"    {_REACHED[item.reached].format(bounds=bounds)}"))


def _print_rest(model: ModelProof, console: Console) -> None:
    if model.explored:
        console.print()
    for line in model.explored:
        console.print(Text(f"  {line}"))
    if model.suggestions:
        console.print(
            Text("\n  These might be the missing lemmas (they hold in what was explored):")
        )
    for line in model.suggestions:
        console.print(Text(f"    {line}"))
    console.print(Text("\n  Not covered:"))
    for line in model.not_covered:
        console.print(Text(f"    - {line}"))

    if model.scenarios and not model.without:
        names = ", ".join(model.scenarios)
        text = (
            "That the Kafka model, which `eoscheck check` explores, does only what this model "
            f"does is checked by `eoscheck prove --refinement --model {model.name}`, "
            f"in the scenarios: {names}."
        )
        console.print()
        _indented("\n".join(wrap(text, WIDTH + 14, break_on_hyphens=False)), console, 2)


def _print_summary(answer: ProveAnswer, console: Console) -> None:
    console.print(Text("\nSummary", style="bold"))
    width = max(len(model.name) for model in answer.models)
    for model in answer.models:
        items = model.guarantees
        proved = sum(item.verdict == PROVED for item in items)
        line = Text(f"  {model.name:<{width}}  ")
        line.append(f"{model.verdict:<13}", style=_STYLE[model.verdict])
        line.append(f"  {proved} of {len(items)} properties, {model.obligations} obligations")
        console.print(line)


def _indented(text: str, console: Console, margin: int = 4) -> None:
    for line in text.rstrip("\n").splitlines():
        console.print(Text(" " * margin + line))

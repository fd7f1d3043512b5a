"""`eoscheck prove --inductive`: what every step of a scenario keeps, by Z3."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checker.lang.errors import EoscheckError
from checker.report.files import json_text
from checker.report.inductive_answer import InductiveAnswer, InductiveProperty, InductiveScenario
from checker.report.inductive_text import inductive_text
from checker.symbolic.induction import Induction, check_induction
from checker.symbolic.induction_word import Example, confirmed
from checker.symbolic.repeat import repeated_to
from checker.traces.describe import Describer
from checker.traces.trace import arguments_in_words, build_trace, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.cli.scope import Scope
    from checker.lang.concrete import Vector
    from checker.lang.model import Instance
    from checker.symbolic.solving import Effort

_POSSIBLE = {True: "impossible", False: "possible", None: "unknown"}


def check_inductive_scopes(
    scopes: Sequence[Scope], steps: int | None, effort: Effort, form: str, quiet: bool
) -> tuple[str, int]:
    """Ask which properties of these scopes every step keeps; return answer and exit code.

    steps: in so many states before a property is used, 1 if not told.
    """
    if steps == 0:
        raise EoscheckError("--inductive needs at least one step")
    answer = InductiveAnswer([_answer(scope, steps or 1, effort, quiet) for scope in scopes])
    text = json_text(answer.as_json()) if form == "json" else inductive_text(answer)
    return text, answer.exit_code


def _answer(scope: Scope, steps: int, effort: Effort, quiet: bool) -> InductiveScenario:
    if not quiet:
        print(f"{scope.name} ...", file=sys.stderr, flush=True)
    found = check_induction(scope.instance, steps, effort)
    examples = confirmed(scope.instance, found.examples)
    return InductiveScenario(
        scope.name,
        scope.about,
        dict(scope.instance.bounds),
        steps,
        [_property(found, examples, name) for name in found.verdicts],
        found.kept,
        _errors(found),
        found.questions,
        found.seconds,
    )


def _errors(found: Induction) -> dict[str, str]:
    """Return the model errors by place and message; one that is possible somewhere is possible."""
    named: dict[str, str] = {}
    for error, never in found.errors:
        name = f"{error.file.rpartition('/')[2]}:{error.line}: {error.message}"
        if named.get(name, "impossible") == "impossible":
            named[name] = _POSSIBLE[never]
    named["a value outside of its type is stored"] = _POSSIBLE[found.escapes]
    return named


def _property(found: Induction, examples: Mapping[str, Example], name: str) -> InductiveProperty:
    instance = found.instance
    words = next(item.sentence for item in instance.properties if item.name == name)
    verdict, alone = found.verdicts[name], name in found.alone
    if name in found.runs:
        trace = build_trace(instance, repeated_to(instance, found.runs[name], name))
        return InductiveProperty(name, words, verdict, alone, trace)
    example = examples.get(name)
    if example is None:
        why = found.reasons.get(name, "")
        return InductiveProperty(name, words, verdict, alone, why=why)
    describer = Describer(instance.layout)
    states = example.states
    return InductiveProperty(
        name,
        words,
        verdict,
        alone,
        None,
        tuple(_differences(describer, instance.initial()[0], states[0])),
        tuple(_words(instance, example)),
        tuple(_changes(describer, states[-2], states[-1])),
        example.reached,
    )


def _differences(describer: Describer, start: Vector, state: Vector) -> list[str]:
    return [f"{place} = {new}" for place, (_, new) in describer.changes(start, state).items()]


def _changes(describer: Describer, before: Vector, after: Vector) -> list[str]:
    changes = describer.changes(before, after).items()
    return [f"{place}: {old} → {new}" for place, (old, new) in changes]


def _words(instance: Instance, example: Example) -> list[str]:
    return [sentence(step, arguments_in_words(instance, step)) for step in example.steps]

"""`eoscheck prove --bounded`: the runs of a scenario, shortest first, by Z3."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checker.cli.answers import model_error
from checker.explicit.explorer import BROKEN, NO_DEADLOCK
from checker.lang.rules import ALWAYS
from checker.report.answer import PropertyAnswer
from checker.report.bounded_answer import BoundedAnswer, BoundedScenario
from checker.report.bounded_text import bounded_text
from checker.report.files import json_text
from checker.symbolic.bounded import Bounded, check_bounded
from checker.symbolic.repeat import repeated, repeated_to
from checker.traces.trace import build_trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.cli.scope import Scope
    from checker.symbolic.solving import Effort


def check_bounded_scopes(
    scopes: Sequence[Scope], steps: int | None, effort: Effort, form: str, quiet: bool
) -> tuple[str, int]:
    """Look at the runs of these scopes, of up to so many steps; return answer and exit code."""
    answer = BoundedAnswer([_answer(scope, steps, effort, quiet) for scope in scopes])
    text = json_text(answer.as_json()) if form == "json" else bounded_text(answer)
    return text, answer.exit_code


def _answer(scope: Scope, steps: int | None, effort: Effort, quiet: bool) -> BoundedScenario:
    def tell(found: Bounded) -> None:
        if not quiet:
            line = f"{scope.name}: {found.finished} steps, {found.seconds:.1f} s"
            print(line, file=sys.stderr, flush=True)

    found = check_bounded(scope.instance, steps, effort, tell)
    if found.error is not None:
        leaf, path = found.error
        raise model_error(leaf, repeated(found.instance, path))
    return BoundedScenario(
        scope.name,
        scope.about,
        dict(scope.instance.bounds),
        found.finished,
        found.complete,
        found.given_up,
        found.questions,
        found.seconds,
        [_property(found, name, verdict) for name, verdict in found.verdicts.items()],
        found.capacities,
    )


def _property(found: Bounded, name: str, verdict: str) -> PropertyAnswer:
    """Return the answer about a property; each run that was found is repeated."""
    item = next((p for p in found.instance.properties if p.name == name), None)
    kind, sentence = (ALWAYS, NO_DEADLOCK) if item is None else (item.kind, item.sentence)
    path = found.runs.get(name)
    if path is None:
        return PropertyAnswer(name, kind, sentence, verdict)
    run = repeated_to(found.instance, path, name)
    trace = build_trace(found.instance, run) if verdict == BROKEN else None
    return PropertyAnswer(name, kind, sentence, verdict, len(path.steps), trace)

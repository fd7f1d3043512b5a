"""`eoscheck prove --bounded`: the runs of a scenario, shortest first, by Z3."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checker.explicit.explorer import BROKEN, DEADLOCK
from checker.lang.errors import EoscheckError
from checker.lang.rules import ALWAYS
from checker.report.bounded_answer import BoundedAnswer, BoundedProperty, BoundedScenario
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
    _raise_error(found)
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


def _property(found: Bounded, name: str, verdict: str) -> BoundedProperty:
    """Return the answer about a property; each run that was found is repeated."""
    declared = {item.name: item for item in found.instance.properties}
    kind = declared[name].kind if name in declared else ALWAYS
    sentence = declared[name].sentence if name in declared else "No state is without a next step"
    assert name in declared or name == DEADLOCK
    path = found.runs.get(name)
    if path is None:
        return BoundedProperty(name, kind, sentence, verdict)
    run = repeated_to(found.instance, path, name)
    trace = build_trace(found.instance, run) if verdict == BROKEN else None
    return BoundedProperty(name, kind, sentence, verdict, len(path.steps), trace)


def _raise_error(found: Bounded) -> None:
    """Raise EoscheckError if the model itself goes wrong, with the run that shows it."""
    if found.error is None:
        return
    leaf, path = found.error
    run = repeated(found.instance, path)
    steps = " → ".join(str(step) for step, _ in run if step is not None) or "the initial state"
    raise EoscheckError(f"model error: {leaf.message} (after {steps})", leaf.file, leaf.line)

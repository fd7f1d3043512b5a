"""`eoscheck prove --bounded` and `--inductive`: what Z3 says about a scenario or a model itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from checker.cli.options import VERSIONS
from checker.cli.solvers import missing_solvers
from checker.lang.errors import EoscheckError
from checker.report.prove_answer import EXIT, UNKNOWN
from checker.report.unasked import unasked_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.cli.scope import Scope

MOST_STEPS = 10_000
_WAYS = ("bounded", "inductive")
_OPTIONS = [
    click.option(
        "--bounded",
        is_flag=True,
        help="Let Z3 look for runs of scenarios or models (PROPERTIES), shortest first.",
    ),
    click.option(
        "--inductive",
        is_flag=True,
        help="Which properties of scenarios or models (PROPERTIES) does every step keep?",
    ),
    click.option(
        "--steps",
        type=click.IntRange(0, MOST_STEPS),
        help="Runs of up to so many steps, or so many steps that keep a property.",
    ),
    *VERSIONS,
    click.option("--bound", "bounds", multiple=True, metavar="NAME=N", help="Size of the scope."),
    click.option("--fault", "faults", multiple=True, metavar="NAME=N", help="Faults of a kind."),
    click.option("--property", "asked", multiple=True, metavar="NAME", help="Only this property."),
    click.option("--with", "switches_on", multiple=True, metavar="SWITCH", help="Switch a fix on."),
    click.option("--rlimit", type=click.IntRange(1), help="Work for Z3 on one question."),
]
_NAMES = {"bounds": "bound", "faults": "fault", "asked": "property", "switches_on": "with"}


def scope_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options about scenarios and models."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def asks_about_scopes(options: Mapping[str, Any]) -> bool:
    """Return whether scenarios are asked about; their options are for nothing else."""
    ways = [way for way in _WAYS if options[way]]
    if len(ways) > 1:
        raise EoscheckError("--bounded and --inductive are two questions: ask one of them")
    others = [name for name in options if name not in _WAYS]
    given = [name for name in others if options[name] not in (None, ())]
    if given and not ways:
        name = _NAMES.get(given[0], given[0])
        raise EoscheckError(f"--{name} is for --bounded and --inductive")
    return bool(ways)


def look(
    targets: Sequence[str],
    options: Mapping[str, Any],
    seed: int,
    form: str,
    output: str | None,
    quiet: bool,
) -> int:
    """Ask Z3 about scenarios or models; return the exit code."""
    from checker.cli.scope import scope_named
    from checker.report.files import write_answer

    inductive = bool(options["inductive"])
    if not targets:
        raise EoscheckError(
            f"--{'inductive' if inductive else 'bounded'} needs a scenario or a model"
        )
    versions = {"kafka": options["kafka"], "client": options["client"]}
    choice = {
        "bounds": options["bounds"],
        "faults": options["faults"],
        "properties": options["asked"],
        "switches_on": options["switches_on"],
        "switches_off": options["without"],
    }
    scopes = [scope_named(target, versions, choice, inductive) for target in targets]
    missing = missing_solvers("z3")
    if missing:
        from checker.report import bounded_answer, inductive_answer

        schema = inductive_answer.SCHEMA if inductive else bounded_answer.SCHEMA
        write_answer(unasked_text(schema, "scenarios", missing, form), output)
        return EXIT[UNKNOWN]
    text, code = _ask(inductive, scopes, options, seed, form, quiet)
    write_answer(text, output)
    return code


def _ask(
    inductive: bool,
    scopes: Sequence[Scope],
    options: Mapping[str, Any],
    seed: int,
    form: str,
    quiet: bool,
) -> tuple[str, int]:
    """Ask Z3, which is installed; return answer and exit code."""
    from checker.cli.prove_bounded import check_bounded_scopes
    from checker.cli.prove_inductive import check_inductive_scopes
    from checker.symbolic.bounded import RLIMIT
    from checker.symbolic.solving import Effort

    effort = Effort(rlimit=options["rlimit"] or RLIMIT, seed=seed)
    ask = check_inductive_scopes if inductive else check_bounded_scopes
    return ask(scopes, options["steps"], effort, form, quiet)

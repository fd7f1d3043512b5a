"""`eoscheck prove`: guarantees for any number of everything, by two solvers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.prove_scopes import asks_about_scopes, look, scope_options
from checker.cli.solvers import missing_solvers
from checker.lang.errors import EoscheckError
from checker.report.prove_answer import EXIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from checker.report.prove_answer import ProveAnswer
    from specs.proofs.claims import ProofModel


@click.command(name="prove")
@click.argument("properties", nargs=-1)
@click.option("--model", "models", multiple=True, metavar="NAME", help="A proof model.")
@click.option("--without", multiple=True, metavar="GUARD", help="Leave out a guard of Kafka's.")
@click.option("--certificate", metavar="FILE", help="Write a certificate of what is proved.")
@click.option("--check", "checked", metavar="FILE", help="Check a certificate with cvc5.")
@click.option(
    "--refinement",
    is_flag=True,
    help="Check that scenarios (PROPERTIES) of the Kafka model are runs of the proof models.",
)
@click.option(
    "--mutants",
    is_flag=True,
    help="Leave out each guard in turn: is it needed, or redundant?",
)
@scope_options
@click.option("--seed", type=click.IntRange(0, 1 << 30), default=0, help="Seed of the solvers.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("-o", "--output", metavar="FILE", help="Write the answer to a file.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def command(
    properties: tuple[str, ...],
    models: tuple[str, ...],
    without: tuple[str, ...],
    certificate: str | None,
    checked: str | None,
    refinement: bool,
    mutants: bool,
    seed: int,
    form: str,
    output: str | None,
    quiet: bool,
    **scope: Any,
) -> int:
    """Prove PROPERTIES, by default all, for any number of producers, partitions and records.

    With --bounded or --inductive PROPERTIES are scenarios, scenario files or models (FILE.py,
    kafka, effects), and the options from --steps to --rlimit say what is asked of them.

    Exit codes: 0 proved; 1 refuted by a run, or a certificate is wrong; 2 bad input; 3 unknown or
    not inductive.
    """
    for file in (certificate, output):
        if file is not None and not Path(file).parent.is_dir():
            raise EoscheckError("there is no such folder", file)
    if mutants:
        others = (properties, without, certificate, checked, refinement, asks_about_scopes(scope))
        if any(others):
            raise EoscheckError("--mutants goes with --model alone")
        from checker.cli.prove_mutants import judge_mutants

        return judge_mutants(_chosen(models, (), ()), seed, form, output, quiet)
    if asks_about_scopes(scope):
        if refinement or checked or certificate or models:
            raise EoscheckError("a scenario is no proof model, and has no certificate")
        return look(properties, {**scope, "without": without}, seed, form, output, quiet)
    if refinement:
        if checked or certificate:
            raise EoscheckError("--refinement makes no certificate and checks none")
        from checker.cli.prove_refinement import check_refinements

        return check_refinements(properties, models, without, form, output, quiet)
    if checked is not None:
        if properties or models or without or certificate:
            raise EoscheckError("--check takes a certificate and nothing else")
        return _check(checked, seed, form, output, quiet)
    chosen = _chosen(models, properties, without)
    answer, document = _prove(chosen, properties, without, seed, quiet)
    _show(answer, form, output)
    if certificate is not None:
        _write_certificate(certificate, document)
    return EXIT[answer.verdict]


def _prove(
    chosen: list[ProofModel],
    properties: Sequence[str],
    without: Sequence[str],
    seed: int,
    quiet: bool,
) -> tuple[ProveAnswer, object]:
    """Return the answer about proof models, and the certificate if all is proved."""
    from checker.cli.prove_run import prove_models, unknown_answer

    missing = missing_solvers()
    if missing:
        return unknown_answer(chosen, missing), None
    return prove_models(chosen, properties, without, seed, quiet)


def _chosen(
    models: Sequence[str], properties: Sequence[str], without: Sequence[str]
) -> list[ProofModel]:
    """Return the models asked for: those named, or those that have the properties."""
    from specs.proofs.registry import PROOFS

    for name in models:
        if name not in PROOFS:
            raise EoscheckError(f"there is no proof model {name!r}; there are: {_listed(PROOFS)}")
    named = [PROOFS[name] for name in models]
    found = named or [proof for proof in PROOFS.values() if proof.expected == "proved"]
    if properties:
        known = {n: None for proof in found for n in _names(proof)}
        for name in properties:
            if name not in known:
                raise EoscheckError(f"there is no property {name!r}; there are: {_listed(known)}")
        found = [proof for proof in found if set(properties) & set(_names(proof))]
    guards = {n: None for proof in found for n in proof.sources}
    for name in without:
        if name not in guards:
            raise EoscheckError(f"there is no guard {name!r}; there are: {_listed(guards)}")
    return [proof for proof in found if not without or set(without) <= set(proof.sources)]


def _names(proof: ProofModel) -> list[str]:
    return [item.name for item in (*proof.lemmas, *proof.implied, *proof.steps)]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _show(answer: ProveAnswer, form: str, output: str | None) -> None:
    import io

    from checker.report.files import AnswerConsole, json_text, write_answer
    from checker.report.prove_text import print_proofs

    if form == "json":
        text = json_text(answer.as_json())
    elif output is None:
        print_proofs(answer, AnswerConsole(highlight=False, soft_wrap=True))
        return
    else:
        from rich.console import Console

        stream = io.StringIO()
        print_proofs(answer, Console(file=stream, width=200, no_color=True, soft_wrap=True))
        text = stream.getvalue()
    write_answer(text, output)


def _write_certificate(file: str, document: object) -> None:
    from checker.report.files import write_whole

    if document is None:
        click.echo("eoscheck: not everything is proved, so no certificate is written", err=True)
        return
    write_whole(file, json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def _check(file: str, seed: int, form: str, output: str | None, quiet: bool) -> int:
    from checker.cli.prove_check import check_file, code_of, text_of

    result = check_file(file, seed, quiet)
    text = text_of(result, form)
    from checker.report.files import write_answer

    write_answer(text, output)
    return code_of(result)

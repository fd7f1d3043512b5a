"""`eoscheck check`: settings files, a scenario, or a model of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from checker.cli.options import model_options, size, version_options
from checker.cli.run_options import RunOptions
from checker.lang.errors import EoscheckError

if TYPE_CHECKING:
    from checker.lang.model import Instance
    from checker.report.answer import Answer

FORMATS = ("text", "json", "itf", "mermaid", "svg")


@click.command(name="check")
@click.argument("target", required=False)
@click.option("--producer", metavar="FILE", help="Settings of the producer.")
@click.option("--consumer", metavar="FILE", help="Settings of the consumer.")
@click.option("--reader", metavar="FILE", help="Settings of the consumer of the output.")
@click.option("--broker", metavar="FILE", help="Settings of the brokers (server.properties).")
@version_options
@click.option("--application", multiple=True, metavar="K=V", help="A fact about the application.")
@click.option("--require", metavar="MODE", help="Let the exit code speak about this mode alone.")
@model_options
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--memory", metavar="SIZE", help="Memory limit, for example 4G.")
@click.option(
    "--time",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Time limit of all of it, compiling included.",
)
@click.option("--engine", type=click.Choice(["compiled", "reference"]), default="compiled")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Write the answer to a file.")
@click.option("--coverage", is_flag=True, help="Tell how often each action fired or was blocked.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
def command(
    target: str | None,
    producer: str | None,
    consumer: str | None,
    reader: str | None,
    broker: str | None,
    kafka: str | None,
    client: str | None,
    application: tuple[str, ...],
    require: str | None,
    threads: int,
    memory: str | None,
    time: float | None,
    engine: str,
    form: str,
    output: str | None,
    coverage: bool,
    quiet: bool,
    **choice: Any,
) -> int:
    """Check TARGET, or the settings of a producer and a consumer.

    TARGET is a scenario (`eoscheck list scenarios`), a scenario file (FILE.toml), or a Python file
    with a MODEL.
    """
    options = RunOptions(threads, size(memory), time, engine, form, output, coverage, quiet)
    about_kafka = {"producer": producer, "consumer": consumer, "broker": broker, "reader": reader}
    about_kafka |= {"kafka": kafka, "client": client, "require": require}
    if target is not None:
        answer, instance = _check_target(target, about_kafka, application, choice, options)
    else:
        if producer is None or consumer is None:
            raise EoscheckError(
                "name a scenario or a file, or both --producer FILE and --consumer FILE"
            )
        from checker.cli.check_settings import check_settings

        answer, instance = check_settings(about_kafka, application, choice, options)
    if options.coverage:
        from checker.cli.coverage import with_coverage

        answer = with_coverage(answer, instance, options)
    _write(answer, instance, options)
    return answer.exit_code


def _check_target(
    target: str,
    about_kafka: dict[str, str | None],
    application: tuple[str, ...],
    choice: dict[str, Any],
    options: RunOptions,
) -> tuple[Answer, Instance]:
    """Return the answer about a scenario or a model of the user's own."""
    from checker.cli.target import is_model, named_instance

    allowed = () if is_model(target) else ("kafka", "client")
    given = [name for name, value in about_kafka.items() if value and name not in allowed]
    if given or application:
        what = given[0] if given else "application"
        where = "settings files and scenarios" if what in ("kafka", "client") else "settings files"
        raise EoscheckError(f"--{what} is for {where}, {target} is none")
    if not is_model(target):
        from checker.cli.check_scenario import check_scenario

        return check_scenario(target, about_kafka, choice, options)
    instance = named_instance(target, choice)
    return answer_of(instance, options, target), instance


def answer_of(instance: Instance, options: RunOptions, file: str) -> Answer:
    """Explore an instance of a user's model and return the answer."""
    from checker.cli.answers import model_reference
    from checker.report.answer import Answer

    if options.engine == "reference":
        from checker.cli.reference_answer import explored
    else:
        from checker.cli.compiled_answer import explored
    figures, properties = explored(instance, options)
    return Answer(
        instance.model.name,
        model_reference(instance, "file", file),
        dict(instance.bounds),
        {},
        figures,
        properties,
    )


def _write(answer: Answer, instance: Instance, options: RunOptions) -> None:
    from checker.report.files import json_text, write_answer
    from checker.report.formats import text_of

    if options.format == "text" and options.output is None:
        from checker.report.files import AnswerConsole
        from checker.report.text import print_answer

        print_answer(answer, AnswerConsole(soft_wrap=True))
        return
    if options.format == "json":
        content = json_text(answer.as_json())
    else:
        found = text_of(answer, instance, options.format)
        if found is None:
            click.echo("eoscheck: nothing that was asked for is broken: no run to write", err=True)
            return
        content = found
    write_answer(content, options.output)

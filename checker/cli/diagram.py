"""`eoscheck diagram`: state charts of Kafka's roles, or of the enums of a user's model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.lang.errors import EoscheckError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import IntEnum

    from checker.lang.model import Instance
    from diagrams import Chart

ALL = "all"
# The formats, each with the endings of its files; the first one is used for new files.
_ENDINGS = {
    "svg": (".svg",),
    "png": (".png",),
    "dot": (".dot", ".gv"),
    "mermaid": (".mmd", ".mermaid"),
}


@click.command(name="diagram")
@click.argument("role", metavar=f"ROLE|{ALL}")
@click.option("--model", "file", metavar="FILE.py", help="Draw an enum of this model instead.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_ENDINGS)),
    help="By default what the output file's name says, else svg.",
)
@click.option(
    "-o", "--output", metavar="FILE|FOLDER", help=f"A file; for {ALL} a folder, made if missing."
)
def command(role: str, file: str | None, form: str | None, output: str | None) -> int:
    """Draw the state chart of ROLE: its states, and the actions that move them.

    ROLE is producer, partition, consumer; with transactions transaction-manager (of the producer
    client), transaction-coordinator, group-coordinator, transactional-consumer; or, with --model,
    the name of an enum. Without -o a single picture is written to standard output.
    """
    form = form or _format_of(output, to_folder=role == ALL)
    if role == ALL and output is None:
        raise EoscheckError(f"{ALL} stands for several pictures: name a folder with -o")
    if form == "png" and output is None:
        raise EoscheckError("a png is no text: name its file with -o")
    pictures = _pictures_of_kafka(role) if file is None else pictures_of(*_of_file(file), role)
    deliver(pictures, form, output, to_folder=role == ALL)
    return 0


def pictures_of(
    instance: Instance, charts: Mapping[str, type[IntEnum]], name: str
) -> dict[str, Chart]:
    """Return the charts that a name stands for; raise EoscheckError for an unknown one.

    charts: the enum that each name stands for.
    """
    from diagrams.role_chart import role_chart

    if name != ALL and name not in charts:
        known = ", ".join((*charts, ALL))
        raise EoscheckError(f"there is no chart of {name!r}; there are: {known}")
    chosen = charts if name == ALL else {name: charts[name]}
    return {key: role_chart(instance, enum, _title(key, enum)) for key, enum in chosen.items()}


def deliver(pictures: Mapping[str, Chart], form: str, output: str | None, to_folder: bool) -> None:
    """Write pictures to standard output, to a file or to a folder; nothing if one fails.

    Raises:
        EoscheckError: a picture cannot be drawn, or a file cannot be written.
    """
    from checker.report.files import write_out, write_whole
    from diagrams import DiagramError, render

    try:
        drawn = {name: render(chart, form) for name, chart in pictures.items()}
    except DiagramError as error:
        raise EoscheckError(str(error)) from None
    if output is None:
        for content in drawn.values():
            write_out(str(content).rstrip() + "\n")
    elif not to_folder:
        for content in drawn.values():
            write_whole(output, content)
    else:
        _make_folder(output)
        for name, content in drawn.items():
            write_whole(str(Path(output) / (name.replace(" ", "-") + _ENDINGS[form][0])), content)


def _make_folder(name: str) -> None:
    try:
        Path(name).mkdir(exist_ok=True)
    except OSError as error:
        raise EoscheckError(f"this is no folder to write to: {error.strerror}", name) from None


def _format_of(output: str | None, to_folder: bool) -> str:
    """Return the format that a file's name says."""
    ending = "" if output is None or to_folder else Path(output).suffix.lower()
    for form, endings in _ENDINGS.items():
        if ending in ("", *endings):
            return form
    known = ", ".join(_ENDINGS)
    raise EoscheckError(f"{ending} says no format: give --format, one of {known}", output)


def _title(name: str, enum: type[IntEnum]) -> str:
    """Return the name with what the enum's docstring says."""
    said = (enum.__dict__.get("__doc__") or "").strip().split("\n")[0].rstrip(".")
    return f"{name[:1].upper()}{name[1:]}" + (f": {said[:1].lower()}{said[1:]}" if said else "")


def _pictures_of_kafka(role: str) -> dict[str, Chart]:
    """Return the charts of Kafka's roles that a name stands for."""
    from checker.cli.target import KAFKA, model_of
    from model.charts import CHARTS, TRANSACTION_CHARTS

    name = role.replace("-", " ")
    if name in TRANSACTION_CHARTS:
        return {name: chart_of_transactions(name)}
    if name != ALL and name not in CHARTS:
        names = (*CHARTS, *(chart.replace(" ", "-") for chart in TRANSACTION_CHARTS), ALL)
        raise EoscheckError(f"there is no chart of {role!r}; there are: {', '.join(names)}")
    pictures = pictures_of(model_of(KAFKA).instance(), CHARTS, name)
    if name == ALL:
        pictures |= {chart: chart_of_transactions(chart) for chart in TRANSACTION_CHARTS}
    return pictures


def chart_of_transactions(name: str) -> Chart:
    """Return the chart of a role of transactions, its moves labelled with Kafka's words."""
    from checker.cli.chart_moves import moves_of
    from diagrams.role_chart import seen_chart
    from model.charts import TRANSACTION_CHARTS

    chart = TRANSACTION_CHARTS[name]
    moves = {
        pair: list(dict.fromkeys(chart.event(action) for action in actions))
        for pair, actions in moves_of(chart).items()
    }
    return seen_chart(chart.enum, f"{name.capitalize()}: {chart.what}", moves)


def _of_file(file: str) -> tuple[Instance, Mapping[str, type[IntEnum]]]:
    """Return a user's model with its enums by name, in the order of the world's fields."""
    from checker.cli.load import load_model

    instance = load_model(file).instance()
    enums = [c.scalar.enum for c in instance.schema.columns if not c.parameter]
    charts = {enum.__name__: enum for enum in enums if enum is not None}
    if not charts:
        raise EoscheckError("the model has no field whose type is an enum", file)
    return instance, charts

"""`eoscheck matrix`: delivery modes x guarantees x kinds of faults, every cell explored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from checker.cli.options import numbers, size

if TYPE_CHECKING:
    from checker.report.matrix import Matrix

FORMATS = ("text", "markdown", "html", "json")
SMALL = {"partitions": 1}
"""Bounds that are smaller than those of `eoscheck check`, so that the table takes seconds."""


@click.command(name="matrix")
@click.option("--kafka", metavar="VERSION", help="The brokers' version.")
@click.option("--client", metavar="VERSION", help="The clients' version; that of the brokers.")
@click.option(
    "--bound",
    "bounds",
    multiple=True,
    metavar="NAME=N",
    help="Size of the scope or of a capacity; by default partitions=1.",
)
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--memory", metavar="SIZE", help="Memory limit of one exploration, for example 4G.")
@click.option(
    "--time",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Time limit of one exploration.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text")
@click.option("-o", "--output", metavar="FILE", help="Write the table to a file.")
@click.option("-q", "--quiet", is_flag=True, help="Do not tell on stderr what is being explored.")
def command(
    kafka: str | None,
    client: str | None,
    bounds: tuple[str, ...],
    threads: int,
    memory: str | None,
    time: float | None,
    form: str,
    output: str | None,
    quiet: bool,
) -> int:
    """Say which delivery modes give which guarantees, under which kinds of faults.

    Each mode stands for the settings that are usual for it; `eoscheck check` answers about yours.
    Exit code 0: every cell is decided, whatever it says; 3: one is not; 4: one is vacuous.
    """
    from checker.cli.matrix_runs import explore_matrix
    from checker.explicit.explorer import Limits
    from checker.settings.versions import LATEST, client_version, version

    brokers = LATEST if kafka is None else version(kafka)
    clients = brokers if client is None else client_version(client)
    sizes = {**SMALL, **numbers(bounds, "bound")}
    limits = Limits(size(memory), time, threads)
    tell = _silent if quiet else _told
    matrix = explore_matrix(brokers, clients, sizes, limits, tell)
    _write(matrix, form, output)
    return matrix.exit_code


def _told(mode: str) -> None:
    click.echo(f"exploring {mode} …", err=True)


def _silent(mode: str) -> None:
    del mode


def _write(matrix: Matrix, form: str, output: str | None) -> None:
    from checker.report.files import json_text, write_answer
    from checker.report.matrix_html import matrix_html
    from checker.report.matrix_text import matrix_markdown, matrix_text

    if form == "json":
        content = json_text(matrix.as_json())
    elif form == "html":
        content = matrix_html(matrix)
    else:
        content = matrix_markdown(matrix) if form == "markdown" else matrix_text(matrix)
    write_answer(content, output)

"""`eoscheck export`: a model as text for other model checkers."""

from __future__ import annotations

from typing import Any

import click

from checker.cli.options import model_options, version_options


@click.command(name="export")
@click.argument("form", type=click.Choice(["tla", "promela", "murphi"]))
@click.argument("target", default="kafka")
@version_options
@model_options
@click.option(
    "-o", "--output", metavar="FILE", help="Write to a file (TLA+: and a .cfg beside it)."
)
def command(
    form: str,
    target: str,
    output: str | None,
    kafka: str | None,
    client: str | None,
    **choice: Any,
) -> int:
    """Write TARGET as TLA+, Promela or Murphi.

    TARGET is a Python file, a scenario, or kafka: the model of settings.
    """
    from checker.cli.target import instance_of_target
    from checker.export import export, tla_config
    from checker.lang.slicing import slice_instance
    from checker.report.files import write_out, write_whole

    kept = slice_instance(instance_of_target(target, choice, {"kafka": kafka, "client": client}))
    content = export(kept, form)
    if output is None:
        write_out(content)
        return 0
    write_whole(output, content)
    if form == "tla":
        write_whole(output.removesuffix(".tla") + ".cfg", tla_config(kept))
    return 0

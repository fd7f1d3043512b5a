"""`eoscheck list`: what there is to name on the command line."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING

import click

from checker.report.files import write_out

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group(name="list")
def command() -> None:
    """List properties, actions, settings, bounds and faults."""


def _show(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Write rows in columns; the last column, which may be long, goes below the others."""
    widths = [max(len(row[k]) for row in [headings, *rows]) for k in range(len(headings) - 1)]
    room = max(60, min(100, shutil.get_terminal_size().columns)) - 4
    lines = []
    for row in [headings, *rows]:
        cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join(cells).rstrip())
        lines += [f"    {line}" for line in textwrap.wrap(row[-1], room)]
    write_out("\n".join(lines) + "\n")


_TARGET = click.argument("target", default="kafka")


@command.command()
@_TARGET
def properties(target: str) -> int:
    """What can be checked: guarantees and witnesses, and the modes that need them."""
    from checker.cli.target import model_of

    rows = [(p.name, p.kind, p.kafka, p.sentence) for p in model_of(target).properties]
    _show(("name", "kind", "source", "sentence"), rows)
    if target == "kafka":
        from checker.settings.modes import MODES

        write_out("\n")
        _show(("mode", "needs"), [(name, ", ".join(needs)) for name, needs in MODES.items()])
    return 0


@command.command()
@_TARGET
def actions(target: str) -> int:
    """The steps that a model's roles can take."""
    from checker.cli.target import model_of

    _show(("role", "action", "step"), [(a.role, a.name, a.text) for a in model_of(target).actions])
    return 0


@command.command()
@_TARGET
def bounds(target: str) -> int:
    """The sizes that --bound changes, and the parameters that --fault and --with change."""
    from checker.cli.target import model_of

    model = model_of(target)
    instance = model.instance()
    rows = [("bound", name, str(size)) for name, size in model.bounds.items()]
    rows += [
        ("parameter", column.name, column.scalar.text(column.default))
        for column in instance.schema.columns
        if column.parameter
    ]
    _show(("kind", "name", "default"), rows)
    return 0


@command.command()
@click.option("--kafka", metavar="VERSION", help="Defaults of this version.")
def settings(kafka: str | None) -> int:
    """The settings and facts about applications that change what is guaranteed."""
    from checker.cli.settings_table import settings_rows

    _show(("role", "setting", "default", "values", "what it changes"), settings_rows(kafka))
    return 0

"""`eoscheck list`: what there is to name on the command line."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING

import click

from checker.cli.listing_catalogue import bugs, scenarios, switches
from checker.report.files import write_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.lang.model import Instance


@click.group(name="list")
def command() -> None:
    """List properties, actions, scenarios, bugs, settings, bounds, faults and switches."""


def show_table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
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
    show_table(("name", "kind", "source", "sentence"), rows)
    if target == "kafka":
        from checker.settings.modes import MODES

        write_out("\n")
        show_table(("mode", "needs"), [(name, ", ".join(needs)) for name, needs in MODES.items()])
    return 0


@command.command()
@_TARGET
def actions(target: str) -> int:
    """The steps that a model's roles can take."""
    from checker.cli.target import model_of

    show_table(
        ("role", "action", "step"), [(a.role, a.name, a.text) for a in model_of(target).actions]
    )
    return 0


@command.command()
@_TARGET
def bounds(target: str) -> int:
    """The sizes that --bound changes."""
    from checker.cli.target import model_of

    _show_values([(name, str(size)) for name, size in model_of(target).bounds.items()])
    return 0


@command.command()
@_TARGET
def faults(target: str) -> int:
    """The faults that a run may have, and how often; --fault changes it."""
    from checker.cli.instance import fault_names
    from checker.cli.target import model_of

    instance = model_of(target).instance()
    _show_values(_parameters(instance, fault_names(instance)))
    return 0


def show_switches(target: str) -> None:
    """Write what --with and --without change in a model."""
    from checker.cli.instance import switch_names
    from checker.cli.target import model_of

    instance = model_of(target).instance()
    _show_values(_parameters(instance, switch_names(instance)))


def _parameters(instance: Instance, names: Sequence[str]) -> list[tuple[str, str]]:
    defaults = {c.name: c.scalar.text(c.default) for c in instance.schema.columns if c.parameter}
    return [(name.rpartition(".")[2], defaults[name]) for name in names]


def _show_values(rows: Sequence[tuple[str, str]]) -> None:
    """Write names with their defaults, each pair on one line."""
    width = max([len("name"), *(len(name) for name, _ in rows)])
    lines = [f"{name:{width}}  {value}" for name, value in [("name", "default"), *rows]]
    write_out("\n".join(lines) + "\n" if rows else "none\n")


@command.command()
@click.option("--kafka", metavar="VERSION", help="Defaults of this version.")
def settings(kafka: str | None) -> int:
    """The settings and facts about applications that change what is guaranteed."""
    from checker.cli.settings_table import settings_rows

    show_table(("role", "setting", "default", "values", "what it changes"), settings_rows(kafka))
    return 0


for _item in (scenarios, bugs, switches):
    command.add_command(_item)

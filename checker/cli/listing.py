"""`eoscheck list`: what there is to name on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from checker.cli.listing_catalogue import bugs, scenarios, switches
from checker.cli.listing_table import parameters_of, show_table, show_values
from checker.report.files import write_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@click.group(name="list")
def command() -> None:
    """List properties, actions, scenarios, bugs, settings, bounds, faults and switches."""


_TARGET = click.argument("target", default="kafka")


@command.command()
@_TARGET
def properties(target: str) -> int:
    """What can be checked: guarantees and witnesses, and the modes that need them."""
    from checker.cli.target import properties_of

    rows = [(p.name, p.kind, p.kafka, p.sentence) for p in properties_of(target)]
    show_table(("name", "kind", "source", "sentence"), rows)
    if target == "kafka":
        from checker.settings import modes, transactions

        _show_modes("mode", modes.MODES)
        _show_modes("mode of a producer with a transactional.id", transactions.MODES)
    return 0


def _show_modes(title: str, modes: Mapping[str, Sequence[str]]) -> None:
    write_out("\n")
    show_table((title, "needs"), [(name, ", ".join(needs)) for name, needs in modes.items()])


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
    from checker.cli.target import plain_instance

    show_values([(name, str(size)) for name, size in plain_instance(target).bounds.items()])
    return 0


@command.command()
@_TARGET
def faults(target: str) -> int:
    """The faults that a run may have, and how often; --fault changes it."""
    from checker.cli.instance import fault_names
    from checker.cli.target import plain_instance

    instance = plain_instance(target)
    show_values(parameters_of(instance, fault_names(instance)))
    return 0


@command.command()
@click.option("--kafka", metavar="VERSION", help="Defaults of this version.")
def settings(kafka: str | None) -> int:
    """The settings and facts about applications that change what is guaranteed."""
    from checker.cli.settings_table import settings_rows

    show_table(("role", "setting", "default", "values", "what it changes"), settings_rows(kafka))
    return 0


for _item in (scenarios, bugs, switches):
    command.add_command(_item)

"""`eoscheck list scenarios|bugs|switches`: what comes with eoscheck about Kafka's protocol."""

from __future__ import annotations

import click

from checker.cli.listing_table import parameters_of, show_table, show_values
from checker.lang.errors import EoscheckError


def scenario_rows() -> list[tuple[str, ...]]:
    """Return name, model, versions, title of every scenario; a wrong file is an error."""
    from checker.settings.scenario_file import named_files, read_scenario
    from specs.effects import WAYS

    found = [read_scenario(file) for file in named_files().values()]
    rows = [
        (item.name, item.vocabulary.model, f"{len(item.expected)} expected", item.title)
        for item in found
    ]
    ways = [
        (name, "effects", "-", f"Effects outside of Kafka: {way.title}")
        for name, way in WAYS.items()
    ]
    return [*rows, *ways]


def bug_rows() -> list[tuple[str, ...]]:
    """Return name, what it violates, its scenario and its title for every known bug."""
    from checker.settings.bug_catalogue import catalogue

    return [
        (bug.name, " ".join(bug.violates) or "-", bug.scenario or "only listed", bug.title)
        for bug in catalogue().values()
    ]


def switch_rows() -> list[tuple[str, ...]]:
    """Return name, model, since when, settings of the model, what it does for every switch."""
    from checker.settings.delivery_scenario import DeliveryScenario
    from specs.transaction_scenario import TransactionScenario

    return [
        (switch.name, words.model, switch.since, " ".join(switch.settings), switch.what)
        for words in (TransactionScenario.vocabulary, DeliveryScenario.vocabulary)
        for switch in words.switches
    ]


@click.command()
def scenarios() -> int:
    """The scenarios that `eoscheck check NAME` explores."""
    show_table(("scenario", "model", "runs", "what it is about"), scenario_rows())
    return 0


@click.command()
def bugs() -> int:
    """The known bugs that `eoscheck bugs` looks for."""
    show_table(("bug", "violates", "scenario", "title"), bug_rows())
    return 0


@click.command()
@click.argument("target", required=False)
def switches(target: str | None) -> int:
    """What --with and --without switch on and off: of scenarios, or of a TARGET's model."""
    from checker.cli.target import is_model

    if target is None:
        show_table(
            ("switch", "model", "since", "setting of the model", "what it does"), switch_rows()
        )
    elif not is_model(target):
        raise EoscheckError("the switches of scenarios are those of `eoscheck list switches`")
    else:
        from checker.cli.instance import switch_names
        from checker.cli.target import plain_instance

        instance = plain_instance(target)
        show_values(parameters_of(instance, switch_names(instance)))
    return 0

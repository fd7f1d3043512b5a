"""Reads scenario files: TOML in, a Scenario out, errors with file and line."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from checker.lang.errors import EoscheckError
from checker.settings.delivery_scenario import DeliveryScenario, read_settings
from checker.settings.errors import UnknownVersion
from checker.settings.toml_file import read_toml
from checker.settings.versions import LATEST, as_release, client_version, version
from model.releases import find_switch
from model.transactions.faults import Fault
from model.transactions.settings import HIGHEST_EPOCH, MOST_FAULTS
from specs.scenario import IN_ALL, Expected
from specs.transaction_scenario import ALL_LATE, LATE, TransactionScenario

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any

    from checker.settings.toml_file import Table
    from model.releases import Switch
    from specs.scenario import Scenario, Vocabulary

LARGEST_BOUND = 64
FIGURES = ("states", "transitions", "depth")
_KEYS = (
    "title",
    "about",
    "model",
    "kafka",
    "client",
    "large",
    "properties",
    "with",
    "without",
    "scope",
    "application",
    "faults",
    "expected",
)
_ONLY: Mapping[type[Scenario], tuple[str, ...]] = {
    TransactionScenario: ("late", "two-steps", "constants"),
    DeliveryScenario: ("producer", "consumer", "broker"),
}
"""What files about one model may say besides."""
_EXPECTED = ("kafka", "client", "with", "without", "broken", "vacuous", *FIGURES)


@lru_cache
def named_files() -> Mapping[str, str]:
    """Return the scenarios that come with eoscheck: their files by name."""
    folder = Path(str(files("specs"))) / "scenarios"
    return {file.stem: str(file) for file in sorted(folder.glob("*.toml"))}


def find_scenario(name: str) -> Scenario:
    """Return the scenario of a name or a file; raise EoscheckError if there is none."""
    if name.endswith(".toml"):
        return read_scenario(name)
    if name in named_files():
        return read_scenario(named_files()[name])
    raise EoscheckError(
        f"there is no scenario {name!r}: `eoscheck list scenarios` shows them; a file of your own "
        "ends in .toml or .py"
    )


def read_scenario(file: str) -> Scenario:
    """Read a scenario file; raise EoscheckError with file and line for what is wrong in it."""
    table = read_toml(file)
    kind = _kind(table)
    table.only((*_KEYS, *_ONLY[kind]))
    if kind is DeliveryScenario:
        return _delivery(table)
    found = TransactionScenario(
        **_shared(table, TransactionScenario.vocabulary),
        late=table.chosen("late", tuple(LATE), ALL_LATE),
        two_steps=table.flag("two-steps"),
    )
    if found.problem_of_room():
        table.table("scope").refuse(found.problem_of_room(), "abandoned")
    return found


def _kind(table: Table) -> type[Scenario]:
    """Return the model that a file is about: transactions, if it names none."""
    name = table.text("model", TransactionScenario.vocabulary.model)
    known = {kind.vocabulary.model: kind for kind in _ONLY}
    if name not in known:
        table.refuse(f"model is one of {', '.join(known)}, not {name!r}", "model")
    return known[name]


def _delivery(table: Table) -> DeliveryScenario:
    shared = _shared(table, DeliveryScenario.vocabulary)
    found = DeliveryScenario(**shared, settings=read_settings(table))
    found.check(version(found.kafka), client_version(found.client))
    return found


def _shared(table: Table, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return what a file about either model says, by the names of the fields of Scenario."""
    kafka = table.text("kafka", str(LATEST))
    client = table.text("client", kafka)
    _check_versions(table, kafka, client)
    scope = _scope(table.table("scope"), vocabulary)
    return {
        "name": Path(table.file).stem,
        "file": table.file,
        "title": table.text("title"),
        "about": table.text("about", "").strip(),
        "kafka": kafka,
        "client": client,
        "bounds": scope,
        "constants": _constants(table.table("constants"), vocabulary),
        "application": read_facts(table.table("application"), vocabulary.facts),
        "faults": _faults(table.table("faults"), {**vocabulary.bounds, **scope}, vocabulary),
        "on": read_switches(table, "with", vocabulary),
        "off": read_switches(table, "without", vocabulary),
        "properties": table.chosen("properties", tuple(vocabulary.properties), vocabulary.checked),
        "expected": tuple(_expected(row, kafka, vocabulary) for row in table.tables("expected")),
        "large": table.flag("large"),
    }


def parameters_at(
    scenario: Scenario,
    kafka: str,
    client: str,
    on: tuple[Switch, ...] = (),
    off: tuple[Switch, ...] = (),
) -> dict[str, int]:
    """Return the parameters of a scenario's model for brokers and clients of these versions.

    Raises UnknownVersion, and ConfigRefused where they refuse the scenario's settings.
    """
    if isinstance(scenario, DeliveryScenario):
        return scenario.parameters(version(kafka), client_version(client), on, off)
    assert isinstance(scenario, TransactionScenario)
    return scenario.parameters(
        as_release(version(kafka)), as_release(client_version(client)), on, off
    )


def switches_named(names: Iterable[str], known: tuple[Switch, ...]) -> tuple[Switch, ...]:
    """Return switches by their tickets; raise EoscheckError for one that does not exist."""
    found = []
    for name in names:
        switch = find_switch(known, name)
        if switch is None:
            listed = ", ".join(item.name for item in known)
            raise EoscheckError(f"there is no switch {name!r}; it can be: {listed}")
        found.append(switch)
    return tuple(found)


def switches_chosen(
    choice: Mapping[str, Any], known: tuple[Switch, ...]
) -> tuple[tuple[Switch, ...], tuple[Switch, ...]]:
    """Return what options switch on and off; raise EoscheckError for one that is both."""
    on, off = (switches_named(choice[f"switches_{word}"], known) for word in ("on", "off"))
    both = {switch.name for switch in on} & {switch.name for switch in off}
    if both:
        raise EoscheckError(f"the switch {min(both)!r} cannot be both on and off")
    return on, off


def _check_versions(table: Table, kafka: str, client: str) -> None:
    for key, read, value in (("kafka", version, kafka), ("client", client_version, client)):
        try:
            read(value)
        except UnknownVersion as error:
            table.refuse(error.message, key)


def _scope(table: Table, vocabulary: Vocabulary) -> dict[str, int]:
    sizes = table.numbers(tuple(vocabulary.bounds))
    for name, size in sizes.items():
        problem = problem_of_bound(name, size, vocabulary)
        if problem:
            table.refuse(problem, name)
    return sizes


def problem_of_bound(name: str, size: int, vocabulary: Vocabulary) -> str:
    """Return why a bound cannot have a size, "" if it can."""
    if size > LARGEST_BOUND:
        return f"{name} may be {LARGEST_BOUND} at most"
    return f"{name} must be at least 1" if name in vocabulary.at_least_one and size < 1 else ""


def _constants(table: Table, vocabulary: Vocabulary) -> dict[str, int]:
    constants = table.numbers(vocabulary.constants, least=2)
    for name, value in constants.items():
        if value > HIGHEST_EPOCH:
            table.refuse(f"{name} may be {HIGHEST_EPOCH} at most", name)
    return constants


def _faults(table: Table, scope: Mapping[str, int], vocabulary: Vocabulary) -> dict[str, int]:
    budgets = table.numbers((IN_ALL, *vocabulary.budgets))
    for name, count in budgets.items():
        problem = problem_of_fault(name, count, scope)
        if problem:
            table.refuse(problem, name)
    return budgets


def problem_of_fault(name: str, count: int, scope: Mapping[str, int]) -> str:
    """Return why a fault may not happen so often in a scope, "" if it may; scope: all bounds."""
    if count > MOST_FAULTS:
        return f"{name} may be {MOST_FAULTS} at most"
    if name == Fault.REBALANCES and count > 0 and scope["groups"] == 0:
        return "rebalances need a group: groups=1 in [scope]"
    return ""


def read_facts(table: Table, facts: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return facts about the application; refuse an unknown name or word."""
    table.only(tuple(facts))
    for name in table.values:
        word = table.text(name)
        if word not in facts[name]:
            table.refuse(f"{name} is one of {', '.join(facts[name])}, not {word!r}", name)
    return dict(table.values)


def read_switches(table: Table, key: str, vocabulary: Vocabulary) -> tuple[Switch, ...]:
    """Return the switches that a key lists; refuse a ticket that is none."""
    try:
        return switches_named(table.words(key), vocabulary.switches)
    except EoscheckError as error:
        table.refuse(error.message, key)


def _expected(table: Table, kafka: str, vocabulary: Vocabulary) -> Expected:
    table.only(_EXPECTED)
    brokers = table.text("kafka", kafka)
    client = table.text("client", brokers)
    _check_versions(table, brokers, client)
    figures = {key: table.values[key] for key in FIGURES if key in table.values}
    for key, value in figures.items():
        if not isinstance(value, int) or isinstance(value, bool):
            table.refuse(f"{key} must be a whole number", key)
    properties = tuple(vocabulary.properties)
    return Expected(
        brokers,
        client,
        tuple(switch.name for switch in read_switches(table, "with", vocabulary)),
        tuple(switch.name for switch in read_switches(table, "without", vocabulary)),
        table.table("broken").numbers(properties),
        table.chosen("vacuous", properties, ()),
        figures,
    )

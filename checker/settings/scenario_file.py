"""Reads scenario files: TOML in, a Scenario out, errors with file and line."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from checker.lang.errors import EoscheckError
from checker.settings.errors import UnknownVersion
from checker.settings.toml_file import read_toml
from checker.settings.versions import LATEST, Library, client_version, version
from model.transactions.faults import Fault
from model.transactions.settings import HIGHEST_EPOCH, MOST_FAULTS
from model.transactions.versions import LIBRDKAFKA, SWITCHES, switch_named
from model.transactions.world import BOUNDS
from specs.scenario import (
    ALL_LATE,
    BUDGETS,
    CHECKED,
    CONSTANTS,
    FACTS,
    IN_ALL,
    LATE,
    PROPERTIES,
    Expected,
    Scenario,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.settings.toml_file import Table
    from model.transactions.versions import Release, Switch

LARGEST_BOUND = 64
AT_LEAST_ONE = (
    "producers",
    "transactions",
    "partitions",
    "transactional_ids",
    "producer_ids",
    "batch_records",
)
"""Bounds of which there is nothing without one."""
FIGURES = ("states", "transitions", "depth")
_KEYS = (
    "title",
    "about",
    "kafka",
    "client",
    "late",
    "two-steps",
    "large",
    "properties",
    "with",
    "without",
    "scope",
    "constants",
    "application",
    "faults",
    "expected",
)
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
    table.only(_KEYS)
    kafka = table.text("kafka", str(LATEST))
    client = table.text("client", kafka)
    _check_versions(table, kafka, client)
    scope = _scope(table.table("scope"))
    constants = table.table("constants").numbers(CONSTANTS, least=2)
    for name, value in constants.items():
        if value > HIGHEST_EPOCH:
            table.table("constants").refuse(f"{name} may be {HIGHEST_EPOCH} at most", name)
    return Scenario(
        Path(file).stem,
        file,
        table.text("title"),
        table.text("about", "").strip(),
        kafka,
        client,
        scope,
        constants,
        read_facts(table.table("application")),
        _faults(table.table("faults"), scope),
        table.chosen("late", tuple(LATE), ALL_LATE),
        table.flag("two-steps"),
        _switches(table, "with"),
        _switches(table, "without"),
        table.chosen("properties", tuple(PROPERTIES), CHECKED),
        tuple(_expected(row, kafka) for row in table.tables("expected")),
        table.flag("large"),
    )


def release_of(kafka: str) -> Release:
    """Return the release of brokers; raise UnknownVersion."""
    found = version(kafka)
    return found.major, found.minor


def client_release_of(client: str) -> Release:
    """Return the Java release that a client speaks like; raise UnknownVersion."""
    found = client_version(client)
    return LIBRDKAFKA if found.library is Library.LIBRDKAFKA else (found.major, found.minor)


def switches_named(names: tuple[str, ...]) -> tuple[Switch, ...]:
    """Return switches by their tickets; raise EoscheckError for one that does not exist."""
    found = []
    for name in names:
        switch = switch_named(name)
        if switch is None:
            known = ", ".join(item.name for item in SWITCHES)
            raise EoscheckError(f"there is no switch {name!r}; it can be: {known}")
        found.append(switch)
    return tuple(found)


def _check_versions(table: Table, kafka: str, client: str) -> None:
    for key, read, value in (("kafka", release_of, kafka), ("client", client_release_of, client)):
        try:
            read(value)
        except UnknownVersion as error:
            table.refuse(error.message, key)


def _scope(table: Table) -> dict[str, int]:
    sizes = table.numbers(tuple(BOUNDS))
    for name, size in sizes.items():
        problem = problem_of_bound(name, size)
        if problem:
            table.refuse(problem, name)
    return sizes


def problem_of_bound(name: str, size: int) -> str:
    """Return why a bound cannot have a size, "" if it can."""
    if size > LARGEST_BOUND:
        return f"{name} may be {LARGEST_BOUND} at most"
    return f"{name} must be at least 1" if name in AT_LEAST_ONE and size < 1 else ""


def _faults(table: Table, scope: Mapping[str, int]) -> dict[str, int]:
    budgets = table.numbers((IN_ALL, *BUDGETS))
    for name, count in budgets.items():
        problem = problem_of_fault(name, count, scope)
        if problem:
            table.refuse(problem, name)
    return budgets


def problem_of_fault(name: str, count: int, scope: Mapping[str, int]) -> str:
    """Return why a fault may not happen so often in a scope, "" if it may."""
    if count > MOST_FAULTS:
        return f"{name} may be {MOST_FAULTS} at most"
    if name == Fault.REBALANCES and count > 0 and scope.get("groups", BOUNDS["groups"]) == 0:
        return "rebalances need a group: groups=1 in [scope]"
    return ""


def read_facts(table: Table) -> dict[str, str]:
    """Return facts about the application; refuse an unknown name or word."""
    table.only(tuple(FACTS))
    for name in table.values:
        word = table.text(name)
        known = FACTS[name][1]
        if word not in known:
            table.refuse(f"{name} is one of {', '.join(known)}, not {word!r}", name)
    return dict(table.values)


def _switches(table: Table, key: str) -> tuple[Switch, ...]:
    try:
        return switches_named(table.words(key))
    except EoscheckError as error:
        table.refuse(error.message, key)


def _expected(table: Table, kafka: str) -> Expected:
    table.only(_EXPECTED)
    brokers = table.text("kafka", kafka)
    client = table.text("client", brokers)
    _check_versions(table, brokers, client)
    figures = {key: table.values[key] for key in FIGURES if key in table.values}
    for key, value in figures.items():
        if not isinstance(value, int) or isinstance(value, bool):
            table.refuse(f"{key} must be a whole number", key)
    return Expected(
        brokers,
        client,
        tuple(switch.name for switch in _switches(table, "with")),
        tuple(switch.name for switch in _switches(table, "without")),
        table.table("broken").numbers(tuple(PROPERTIES)),
        table.chosen("vacuous", tuple(PROPERTIES), ()),
        figures,
    )

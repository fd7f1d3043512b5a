"""The catalogue of known protocol bugs: reads specs/bugs.toml."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from checker.lang.errors import EoscheckError
from checker.settings.delivery_scenario import DeliveryScenario, read_settings
from checker.settings.scenario_file import (
    find_scenario,
    named_files,
    read_facts,
    read_switches,
)
from checker.settings.toml_file import read_toml
from model.releases import FAMILIES, in_words, switches_in_words
from specs.transaction_scenario import TransactionScenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.settings.delivery_scenario import Entries
    from checker.settings.toml_file import Table
    from model.releases import Switch
    from specs.scenario import Scenario, Vocabulary

BROKEN = "broken"
HOLDS = "holds"
NOT_APPLICABLE = "not-applicable"

VIOLATED: Mapping[str, str] = {
    "AR": "no_aborted_reads",
    "ATOM": "atomicity",
    "LOSS": "no_loss",
    "INPUT": "no_input_lost",
    "DUP": "no_duplicates",
    "FENCE": "fencing",
    "HANG": "no_hanging_transaction",
    "ORD": "order",
}
"""The guarantee that each short name of the catalogue stands for."""

_KEYS = (
    "title",
    "tickets",
    "affected",
    "story",
    "violates",
    "scenario",
    "fix",
    "fix-application",
    "fix-settings",
    "fixed-by",
    "reason",
    "families",
    "versions",
    "before",
    "remark",
)


@dataclass(frozen=True)
class Case:
    """Versions and switches that a bug is looked for with, and the verdict that is expected."""

    label: str
    kafka: str
    client: str
    on: tuple[Switch, ...]
    off: tuple[Switch, ...]
    expected: str

    @property
    def words(self) -> str:
        """The versions and switches in a few words."""
        client = "" if self.client == self.kafka else f", clients {self.client}"
        return " ".join([f"{self.kafka}{client}", *switches_in_words(self.on, self.off)])


@dataclass(frozen=True)
class Bug:
    """An entry of the catalogue.

    scenario: where it is found, "" if it is only listed, for the reason given. cases: one for each
    family of versions; before: versions or switches of an older or unreleased state that has the
    bug where no family does. fix, fix_application, fix_settings: switches, facts about the
    application and settings that remove it.
    """

    name: str
    title: str
    tickets: tuple[str, ...]
    affected: str
    story: str
    violates: tuple[str, ...]
    scenario: str
    fix: tuple[Switch, ...]
    fix_application: Mapping[str, str]
    fix_settings: Entries
    fixed_by: str
    reason: str
    remark: str
    cases: Mapping[str, Case]
    before: Case | None

    @property
    def changes(self) -> tuple[str, ...]:
        """All that removes it, in words."""
        facts = (f"{name}={word}" for name, word in self.fix_application.items())
        entries = (entry for role in self.fix_settings.values() for entry in role)
        settings = (f"{entry.key}={entry.value}" for entry in entries)
        return (*(switch.name for switch in self.fix), *settings, *facts)

    def changed(self, scenario: Scenario) -> Scenario:
        """Return its scenario with the facts and settings that remove it."""
        application = {**scenario.application, **self.fix_application}
        found = replace(scenario, application=application)
        if isinstance(found, DeliveryScenario):
            return found.with_settings(self.fix_settings)
        return found


@lru_cache
def catalogue() -> Mapping[str, Bug]:
    """Return all bugs by name, in the catalogue's order."""
    return read_catalogue(str(files("specs") / "bugs.toml"))


def find_bug(name: str) -> Bug:
    """Return a bug by its name in any case; raise EoscheckError if there is none."""
    for known, bug in catalogue().items():
        if known.lower() == name.lower():
            return bug
    raise EoscheckError(f"there is no bug {name!r}; `eoscheck list bugs` shows them")


def bugs_named(names: tuple[str, ...]) -> list[Bug]:
    """Return bugs by name, a name without its letter stands for all of them; all if none is given.

    Raises EoscheckError for an unknown name.
    """
    if not names:
        return list(catalogue().values())
    found = []
    for name in names:
        lettered = [
            bug
            for known, bug in catalogue().items()
            if known[:-1].lower() == name.lower() and known[-1].isalpha()
        ]
        found += lettered or [find_bug(name)]
    return found


def read_catalogue(file: str) -> dict[str, Bug]:
    """Read a catalogue; raise EoscheckError with file and line for what is wrong in it."""
    table = read_toml(file)
    return {name: _bug(name, table.table(name)) for name in table.values}


def _bug(name: str, table: Table) -> Bug:
    table.only(_KEYS)
    scenario = table.text("scenario", "")
    if scenario and scenario not in named_files():
        table.refuse(f"there is no scenario {scenario!r}", "scenario")
    reason = table.text("reason", "")
    if bool(scenario) == bool(reason):
        table.refuse("a bug has either a scenario or a reason why it is only listed")
    kind = type(find_scenario(scenario)) if scenario else TransactionScenario
    words = kind.vocabulary
    if "fix-settings" in table.values and kind is not DeliveryScenario:
        table.refuse(f"{scenario} names no settings", "fix-settings")
    return Bug(
        name,
        table.text("title"),
        table.words("tickets"),
        table.text("affected", ""),
        table.text("story", "").strip(),
        table.chosen("violates", (*VIOLATED, "LIVE"), ()),
        scenario,
        read_switches(table, "fix", words),
        read_facts(table.table("fix-application"), words.facts),
        read_settings(table.table("fix-settings")),
        table.text("fixed-by", ""),
        reason.strip(),
        table.text("remark", "").strip(),
        _cases(table, words) if scenario else {},
        _before(table, words),
    )


def _cases(table: Table, words: Vocabulary) -> dict[str, Case]:
    families, versions = table.table("families"), table.table("versions")
    families.only(tuple(FAMILIES))
    versions.only(tuple(FAMILIES))
    return {
        family: _case(
            versions.table(family), words, family, in_words(release), families.text(family)
        )
        for family, release in FAMILIES.items()
    }


def _before(table: Table, words: Vocabulary) -> Case | None:
    if "before" not in table.values:
        return None
    found = table.table("before")
    return _case(found, words, "before", found.text("kafka"), BROKEN)


def _case(table: Table, words: Vocabulary, label: str, kafka: str, verdict: str) -> Case:
    table.only(("kafka", "client", "with", "without"))
    if verdict not in (BROKEN, HOLDS, NOT_APPLICABLE):
        table.refuse(f"{label} is broken, holds or not-applicable, not {verdict!r}")
    kafka = table.text("kafka", kafka)
    client = table.text("client", kafka)
    on, off = (read_switches(table, key, words) for key in ("with", "without"))
    return Case(label, kafka, client, on, off, verdict)

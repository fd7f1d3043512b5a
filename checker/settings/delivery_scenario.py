"""Scenarios of the delivery model: settings of producer, consumer and brokers under Kafka's names.

They become what clients and brokers of the versions asked for make of them, as with settings files.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from checker.settings.application import FACTS as ALL_FACTS
from checker.settings.application import Application
from checker.settings.choice import Choice
from checker.settings.errors import SettingsError
from checker.settings.producer import TRANSACTIONAL_ID
from checker.settings.properties import Entry, PropertiesFile
from checker.settings.reader import configuration, default_configuration
from checker.settings.scenario import FACTS, assumptions_of, parameters_of
from checker.settings.unknown import is_known, listed
from checker.settings.values import Role
from model.settings import Budgets
from model.versions import SWITCHES
from model.world import BOUNDS, kafka_model
from specs import GUARANTEES, WITNESSES
from specs.scenario import IN_ALL, Scenario, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.lang import Model, Property
    from checker.settings.toml_file import Table
    from checker.settings.values import Configuration
    from checker.settings.versions import Version
    from model.releases import Switch

    Entries = Mapping[Role, tuple[Entry, ...]]

PROPERTIES: Mapping[str, Property[Any]] = {p.name: p for p in (*GUARANTEES, *WITNESSES)}


@dataclass(frozen=True)
class DeliveryScenario(Scenario):
    """A scenario of the delivery model; settings: of each role that has a table in the file.

    A role without a table has Kafka's defaults; brokers without one are assumed to be set up well.
    """

    vocabulary: ClassVar[Vocabulary] = Vocabulary(
        "delivery",
        BOUNDS,
        ("records", "in_flight", "replicas"),
        tuple(name for name in Budgets.__annotations__ if name != IN_ALL),
        PROPERTIES,
        tuple(PROPERTIES),
        {fact.name: tuple(fact.choices) for fact in ALL_FACTS if fact.name in FACTS},
        SWITCHES,
    )

    properties: tuple[str, ...] = tuple(PROPERTIES)
    settings: Entries = field(default_factory=dict)

    def model(self) -> Model:
        """Return the model: it has only the steps that the faults of this scenario allow."""
        properties = [PROPERTIES[name] for name in self.properties]
        faults = [name for name, count in self.faults.items() if count > 0]
        return replace(kafka_model(properties, faults), bounds=self.sizes())

    def sizes(self) -> dict[str, int]:
        """Return all bounds: those of the file, and room for the faults that may happen."""
        return {**BOUNDS, "faults": max(1, self.faults_in_all), **self.bounds}

    def parameters(
        self,
        brokers: Version,
        clients: Version,
        on: tuple[Switch, ...] = (),
        off: tuple[Switch, ...] = (),
    ) -> dict[str, int]:
        """Return the model's parameters for these versions; on, off: switches besides its own.

        Raises ConfigRefused where these versions refuse the settings.
        """
        on, off = self.switched(on, off)
        chosen = replace(self.choice(brokers, clients), on=on, off=off)
        return parameters_of(chosen, self.sizes()) | self.budgets()

    def choice(self, brokers: Version, clients: Version) -> Choice:
        """Return settings and facts as these versions take them; raises ConfigRefused."""
        application = Application()
        for name, word in self.application.items():
            application = application.changed(name, word)
        return Choice(
            self._configuration(Role.PRODUCER, clients),
            self._configuration(Role.CONSUMER, clients),
            self._configuration(Role.BROKER, brokers),
            application,
            brokers,
            clients,
        )

    def _configuration(self, role: Role, version: Version) -> Configuration:
        if role not in self.settings:
            return default_configuration(role, version)
        entries = self.settings[role]
        return configuration(role, PropertiesFile(self.file, entries, "ascii"), version)

    def remarks(self, brokers: Version, clients: Version) -> tuple[str, ...]:
        """Return in sentences what is taken for granted, and what the versions make of settings."""
        choice = self.choice(brokers, clients)
        return (*assumptions_of(choice, self.sizes()), *choice.notes)

    def with_settings(self, settings: Entries) -> DeliveryScenario:
        """Return the scenario with other values of some settings."""
        changed = dict(self.settings)
        for role, entries in settings.items():
            names = {entry.key for entry in entries}
            kept = [entry for entry in changed.get(role, ()) if entry.key not in names]
            changed[role] = (*kept, *entries)
        return replace(self, settings=changed)

    def check(self, brokers: Version, clients: Version) -> None:
        """Raise SettingsError for a name that has no place here, or a value that is refused."""
        self.choice(brokers, clients)
        for role, entries in self.settings.items():
            version = brokers if role is Role.BROKER else clients
            for entry in entries:
                if entry.key == TRANSACTIONAL_ID:
                    message = f"{TRANSACTIONAL_ID} is for a scenario of transactions"
                    raise SettingsError(message, self.file, entry.line)
                if not is_known(entry.key, role, version):
                    name = listed([entry.key], role, version)
                    message = f"{name} is no setting of a {role} of {version}"
                    raise SettingsError(message, self.file, entry.line)


def read_settings(table: Table) -> Entries:
    """Return the settings in the tables [producer], [consumer] and [broker] of a table.

    Names with dots may stand in quotes or not: without them TOML makes tables of them.
    """
    return {
        role: tuple(_entries(table.table(role), ())) for role in Role if str(role) in table.values
    }


def _entries(table: Table, path: tuple[str, ...]) -> Iterator[Entry]:
    for key, value in table.values.items():
        name = ".".join((*path, key))
        if isinstance(value, dict):
            yield from _entries(table.table(key), (*path, key))
        elif isinstance(value, bool):
            yield Entry(name, str(value).lower(), table.line(key))
        elif isinstance(value, str | int):
            yield Entry(name, str(value), table.line(key))
        else:
            table.refuse(f"{name} must be a string, a whole number, true or false", key)

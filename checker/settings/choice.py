"""Everything that a check of settings is about: three configurations and facts about the code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checker.settings.application import Application, read_application
from checker.settings.reader import changed, default_configuration, read_configuration
from checker.settings.values import Configuration, Role
from checker.settings.versions import LATEST, client_version, version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.settings.versions import Version
    from model.releases import Switch


ISOLATION = "isolation.level"
"""What a reader's file says about: it alone of the consumers' settings matters downstream."""


@dataclass(frozen=True)
class Choice:
    """What the user chose: settings of each role, facts about the applications, versions.

    reader: of the consumer that reads what a transforming application writes, if it has a file;
    on, off: fixes that brokers and clients have or lack whatever their versions say.
    """

    producer: Configuration
    consumer: Configuration
    broker: Configuration
    application: Application
    kafka: Version
    client: Version
    reader: Configuration | None = None
    on: tuple[Switch, ...] = ()
    off: tuple[Switch, ...] = ()

    @property
    def downstream(self) -> Configuration:
        """The settings of whoever reads the output: the reader's, else the consumer's."""
        return self.reader or self.consumer

    def configuration(self, role: Role) -> Configuration:
        """Return the settings of a role."""
        return {
            Role.PRODUCER: self.producer,
            Role.CONSUMER: self.consumer,
            Role.BROKER: self.broker,
        }[role]

    def changed(self, role: Role, values: Mapping[str, str | int | bool | None]) -> Choice:
        """Return the choice with other settings of a role; raises ConfigRefused."""
        if role is Role.CONSUMER and self.reader is not None and ISOLATION in values:
            isolation = {ISOLATION: values[ISOLATION]}
            others = {name: value for name, value in values.items() if name != ISOLATION}
            with_reader = replace(self, reader=changed(self.reader, isolation))
            return with_reader.changed(role, others) if others else with_reader
        changes = {str(role): changed(self.configuration(role), values)}
        return replace(self, **changes)  # type: ignore[arg-type]

    def with_fact(self, name: str, value: str) -> Choice:
        """Return the choice with another application fact; raises UnknownFact."""
        return replace(self, application=self.application.changed(name, value))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the readers of the files had to say."""
        return (*self.producer.notes, *self.consumer.notes, *self.broker.notes)


def read_choice(
    producer: str,
    consumer: str,
    broker: str | None,
    kafka: str | None,
    client: str | None,
    facts: Sequence[str],
    reader: str | None = None,
) -> Choice:
    """Read the files; raises SettingsError, ConfigRefused, UnknownVersion, UnknownFact."""
    brokers = LATEST if kafka is None else version(kafka)
    clients = brokers if client is None else client_version(client)
    return Choice(
        read_configuration(Role.PRODUCER, producer, clients),
        read_configuration(Role.CONSUMER, consumer, clients),
        default_configuration(Role.BROKER, brokers)
        if broker is None
        else read_configuration(Role.BROKER, broker, brokers),
        read_application(facts),
        brokers,
        clients,
        None if reader is None else read_configuration(Role.CONSUMER, reader, clients),
    )

"""Releases of Kafka, and switches: fixes and parts of the protocol that some have, others have not.

Kafka: release notes; the tags of its repository.
Left out: patch releases that got a fix earlier than the release it is listed under.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Release = tuple[int, int]

LATEST: Release = (4, 2)
LIBRDKAFKA: Release = (3, 7)
"""librdkafka 2 speaks what a Java client of this release speaks (up to Produce v10)."""

FAMILIES: Mapping[str, Release] = {"P0": (3, 5), "P1": (3, 9), "P2": (4, 1), "P3": (4, 2)}
"""Protocol families: brokers and clients of one release stand for each."""


def in_words(release: Release) -> str:
    """Return a release as people write it."""
    return f"{release[0]}.{release[1]}"


def flag(name: str) -> dict[str, tuple[int, int]]:
    """Return the settings of a switch that is one truth value."""
    return {name: (0, 1)}


@dataclass(frozen=True)
class Switch:
    """A fix or a part of the protocol that some releases have and others do not.

    name: Kafka's ticket or KIP; settings: fields of Settings that it changes, with their values
    off and on; brokers, clients: the first release that has it, None: whatever the release;
    released: whether any release has it.
    """

    name: str
    settings: Mapping[str, tuple[int, int]]
    what: str
    brokers: Release | None = None
    clients: Release | None = None
    released: bool = True

    def is_in(self, brokers: Release, clients: Release) -> bool:
        """Return whether brokers and clients of these releases have it."""
        return (
            self.released
            and (self.brokers is None or brokers >= self.brokers)
            and (self.clients is None or clients >= self.clients)
        )

    @property
    def since(self) -> str:
        """Since when it is there, in words."""
        if not self.released:
            return "not released"
        parts = [("brokers", self.brokers), ("clients", self.clients)]
        found = [f"{who} {in_words(since)}" for who, since in parts if since is not None]
        return ", ".join(found) or "always"


def find_switch(switches: Iterable[Switch], name: str) -> Switch | None:
    """Return the switch of a ticket, None if there is none; the case of letters is ignored."""
    return next((switch for switch in switches if switch.name.lower() == name.lower()), None)


def switches_in_words(on: Iterable[Switch], off: Iterable[Switch]) -> list[str]:
    """Return what is switched on and off in words, nothing where there is none."""
    named = {"with": [switch.name for switch in on], "without": [switch.name for switch in off]}
    return [f"{word} {', '.join(names)}" for word, names in named.items() if names]


def released(switches: Iterable[Switch], brokers: Release, clients: Release) -> dict[str, int]:
    """Return the settings that brokers and clients of these releases come with."""
    return {
        name: int(pair[switch.is_in(brokers, clients)])
        for switch in switches
        for name, pair in switch.settings.items()
    }


def forced(on: Iterable[Switch], off: Iterable[Switch]) -> dict[str, int]:
    """Return the settings of switches that are set whatever the release has."""
    return {
        name: int(pair[is_on])
        for switches, is_on in ((on, True), (off, False))
        for switch in switches
        for name, pair in switch.settings.items()
    }

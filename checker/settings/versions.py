"""Versions of Kafka and of its client libraries whose settings are known.

Kafka: 0.11 (the first with idempotence and transactions) to 4.2; librdkafka 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from checker.settings.errors import UnknownVersion, printable
from model import releases

_MINORS = {0: [11], 1: range(2), 2: range(9), 3: range(10), 4: range(3)}
KNOWN_RELEASES = tuple(f"{major}.{minor}" for major, minors in _MINORS.items() for minor in minors)

_VERSION = re.compile(r"0\.11(?:\.(\d{1,3})){0,2}|(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?", re.ASCII)


class Library(StrEnum):
    """Who reads the settings: Kafka's own code (Java client, broker) or the C client."""

    KAFKA = "kafka"
    LIBRDKAFKA = "librdkafka"


@dataclass(frozen=True, order=True)
class Version:
    """A release; without a patch number it is the first of its line (3.1 means 3.1.0)."""

    major: int
    minor: int
    patch: int = 0
    library: Library = Library.KAFKA

    @property
    def release(self) -> str:
        """The line of releases it belongs to, for example 3.1."""
        return f"{self.major}.{self.minor}"

    def __str__(self) -> str:
        if self.library is Library.LIBRDKAFKA:
            return f"librdkafka {self.major}"
        return f"{self.release}.{self.patch}" if self.patch else self.release


LATEST = Version(4, 2)
LIBRDKAFKA = Version(2, 0, library=Library.LIBRDKAFKA)


def version(text: str) -> Version:
    """Read a version of Kafka: x.y or x.y.z; the patch number of 0.11 may have two parts.

    Raises UnknownVersion, which lists the known ones.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        raise _unknown(text)
    if match[2] is None:
        parts = [int(part) for part in text.split(".")]
        return Version(0, 11, parts[2] if len(parts) > 2 else 0)
    found = Version(int(match[2]), int(match[3]), int(match[4] or 0))
    if found.release not in KNOWN_RELEASES:
        raise _unknown(text)
    return found


def broker_version(text: str) -> Version:
    """Read the version of brokers, which is a version of Kafka.

    Raises UnknownVersion.
    """
    return version(text)


def client_version(text: str) -> Version:
    """Read the version of a client library: a version of Kafka, or librdkafka.

    Raises UnknownVersion.
    """
    return LIBRDKAFKA if text == "librdkafka" else version(text)


def as_release(found: Version) -> releases.Release:
    """Return the release that a version belongs to; librdkafka speaks like an older Java client."""
    if found.library is Library.LIBRDKAFKA:
        return releases.LIBRDKAFKA
    return found.major, found.minor


def _unknown(text: str) -> UnknownVersion:
    known = ", ".join(KNOWN_RELEASES)
    return UnknownVersion(f"{printable(text)!r} is not a known version of Kafka: {known}")

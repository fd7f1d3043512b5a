"""Names that are no settings of a role: which they are, and what their author may have meant."""

from __future__ import annotations

import difflib
from functools import cache
from typing import TYPE_CHECKING

from checker.settings.broker import BROKER, broker_names
from checker.settings.definitions_consumer import CONSUMER
from checker.settings.definitions_producer import PRODUCER
from checker.settings.errors import printable
from checker.settings.librdkafka import librdkafka_names, properties
from checker.settings.values import Role
from checker.settings.versions import Library

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from checker.settings.definitions import Definition
    from checker.settings.versions import Version

CLIENT_TABLES: dict[Role, dict[str, Definition]] = {
    Role.PRODUCER: PRODUCER,
    Role.CONSUMER: CONSUMER,
}

_SOMEBODY_READS = {
    Role.PRODUCER: ("config.providers.",),
    Role.CONSUMER: ("config.providers.",),
    Role.BROKER: ("config.providers.", "listener.name."),
}
_ALMOST_MEANT = {"replication.factor": "default.replication.factor"}
_CLOSE = 0.8
_MOST_LISTED = 12


@cache
def names(role: Role, version: Version) -> frozenset[str]:
    """Give all names of settings that a role has in a version."""
    if version.library is Library.LIBRDKAFKA:
        known = librdkafka_names()
        return known["both"] | known["producer"] | known["consumer"]
    return frozenset(name for name, since, until in _spans(role) if _lives(since, until, version))


def is_known(name: str, role: Role, version: Version) -> bool:
    """Tell whether a role in a version reads the name, or passes it to a plug-in that does."""
    if name in names(role, version):
        return True
    return version.library is Library.KAFKA and name.startswith(_SOMEBODY_READS[role])


def listed(found: Sequence[str], role: Role, version: Version) -> str:
    """List unknown names, each with what may have been meant."""
    shown = [f"{printable(name, 60)}{hint(name, role, version)}" for name in found[:_MOST_LISTED]]
    if len(found) > _MOST_LISTED:
        shown.append(f"and {len(found) - _MOST_LISTED} more")
    return ", ".join(shown)


def sentence(found: Sequence[str], role: Role, version: Version) -> str:
    """Name unknown settings in one sentence."""
    owner = str(version) if version.library is Library.LIBRDKAFKA else f"Kafka {version}"
    return f"Left out as no settings of a {role} of {owner}: {listed(found, role, version)}."


def hint(name: str, role: Role, version: Version) -> str:
    """Say in brackets what an unknown name may be: a later setting, another role's, a slip."""
    if version.library is Library.KAFKA:
        for other, since, until in _spans(role):
            if other == name and since > version:
                return f" (since {since})"
            if other == name and until is not None:
                return f" (until {until})"
    for other_role in Role:
        if other_role is not role and name in _all_names(other_role):
            return f" (a setting of the {other_role})"
    if version.library is Library.KAFKA and role in CLIENT_TABLES:
        item = properties(role).get(name)
        if item is not None:
            return f" (librdkafka's name for {item.name})" if item.name != name else " (librdkafka)"
    meant = _meant(name, names(role, version))
    return f" (did you mean {meant}?)" if meant else ""


def _meant(name: str, known: Set[str]) -> str | None:
    if name in _ALMOST_MEANT and _ALMOST_MEANT[name] in known:
        return _ALMOST_MEANT[name]
    inner = [other for other in known if name.endswith(f".{other}")]
    if inner:
        return max(inner, key=len)
    plain = name.strip().lower().replace("_", ".").replace("-", ".")[:100]
    close = difflib.get_close_matches(plain, sorted(known), n=1, cutoff=_CLOSE)
    return close[0] if close else None


@cache
def _all_names(role: Role) -> frozenset[str]:
    return frozenset(name for name, _, _ in _spans(role))


@cache
def _spans(role: Role) -> tuple[tuple[str, Version, Version | None], ...]:
    if role is Role.BROKER:
        listed = {name: span for name, span in broker_names().items() if name not in BROKER}
        own = {item.name: (item.since, item.until) for item in BROKER.values()}
        return tuple((name, since, until) for name, (since, until) in (listed | own).items())
    return tuple((item.name, item.since, item.until) for item in CLIENT_TABLES[role].values())


def _lives(since: Version, until: Version | None, version: Version) -> bool:
    return since <= version and (until is None or version < until)

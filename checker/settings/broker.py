"""A broker's settings: those that delivery guarantees depend on, and the names of all others.

Kafka: KafkaConfig, ServerConfigs, ReplicationConfigs, TransactionStateManagerConfig.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from checker.settings.definitions import setting, table
from checker.settings.domains import Kind, at_least, between
from checker.settings.versions import Version, version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.settings.domains import Plain
    from checker.settings.draft import Draft
    from checker.settings.values import Configuration

REPLICATION_FACTOR = "default.replication.factor"
MIN_INSYNC = "min.insync.replicas"
UNCLEAN_ELECTION = "unclean.leader.election.enable"
FEATURE = "transaction.version"
"""A feature level that a cluster finalizes, no setting of a broker; its file may say it here."""
VERIFICATION = "transaction.partition.verification.enable"
MAX_TRANSACTION_TIMEOUT = "transaction.max.timeout.ms"
ID_EXPIRATION = "producer.id.expiration.ms"

EXPIRATION_BEFORE = 604_800_000
"""Milliseconds after which producer ids expire before 3.4 (transactional.id.expiration.ms)."""

OFFSETS_REPLICATION = "offsets.topic.replication.factor"
INTERNAL_TOPICS = (
    OFFSETS_REPLICATION,
    "transaction.state.log.replication.factor",
    "transaction.state.log.min.isr",
)

CAPPED_SINCE = Version(3, 7)
"""Since then no more in-sync replicas are asked for than there are (KAFKA-15583)."""

ASSUMED: dict[str, int | bool] = {REPLICATION_FACTOR: 3, MIN_INSYNC: 2, UNCLEAN_ELECTION: False}

BROKER = table(
    (
        setting(UNCLEAN_ELECTION, Kind.BOOLEAN, False),
        setting(FEATURE, Kind.SHORT, 2, between(0, 2), since="4.0"),
        setting(MAX_TRANSACTION_TIMEOUT, Kind.INT, 900_000, at_least(1)),
        setting(REPLICATION_FACTOR, Kind.INT, 1),
        setting("offsets.topic.replication.factor", Kind.SHORT, 3, at_least(1)),
        setting("transaction.state.log.replication.factor", Kind.SHORT, 3, at_least(1)),
        setting("transaction.state.log.min.isr", Kind.INT, 2, at_least(1)),
        setting(MIN_INSYNC, Kind.INT, 1, at_least(1)),
        setting(VERIFICATION, Kind.BOOLEAN, True, since="3.6"),
        setting(ID_EXPIRATION, Kind.INT, 86_400_000, at_least(1), since="3.4"),
    )
)


@cache
def broker_names() -> dict[str, tuple[Version, Version | None]]:
    """Give every name of a broker's setting with its first release and the one that removed it."""
    text = files("checker.settings").joinpath("broker_names.toml").read_text("utf-8")
    listed = tomllib.loads(text)
    until = {
        name: version(release)
        for release, names in listed["until"].items()
        for name in names.split()
    }
    return {
        name: (version(release), until.get(name))
        for release, names in listed["since"].items()
        for name in names.split()
    }


def settle_broker(draft: Draft) -> None:
    """Check what counts when a topic is made, and remark on settings that block writes.

    Raises ConfigRefused.
    """
    assumed = [name for name in ASSUMED if draft.file is None and not draft.given(name)]
    if assumed:
        draft.notes.append(
            "No broker file was given, so this is assumed of the topic: "
            + ", ".join(f"{name}={_text(draft[name])}" for name in assumed).replace("default.", "")
            + "."
        )
    factor, least = draft.number(REPLICATION_FACTOR), draft.number(MIN_INSYNC)
    if factor < 1:
        draft.refuse(f"{REPLICATION_FACTOR}={factor} leaves a topic no replica", REPLICATION_FACTOR)
    if least > factor:
        both = f"{MIN_INSYNC}={least} and {REPLICATION_FACTOR}={factor}"
        draft.notes.append(
            f"With {both} no record that asks for acks=all can be written."
            if draft.version < CAPPED_SINCE
            else f"With {both} {factor} in-sync replicas are enough (KAFKA-15583)."
        )


def features_in_words(assumed: Sequence[str]) -> list[str]:
    """Return the remark on feature levels of a cluster that are taken for granted, if any."""
    if not assumed:
        return []
    return [
        f"the cluster has {' and '.join(assumed)}, as a new one of this release: an upgrade from "
        "an older one changes no feature by itself (kafka-features.sh describe)"
    ]


def blocks_writes(broker: Configuration) -> bool:
    """Return whether more replicas have to be in sync than there are: acks=all never succeeds."""
    return broker.version < CAPPED_SINCE and broker.number(MIN_INSYNC) > broker.number(
        REPLICATION_FACTOR
    )


def _text(value: Plain) -> str:
    return str(value).lower()

"""From what the user chose to parameters of the Kafka model.

It alone of the checker's parts knows Kafka.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from checker.settings.broker import (
    EXPIRATION_BEFORE,
    ID_EXPIRATION,
    OFFSETS_REPLICATION,
    features_in_words,
)
from checker.settings.producer import DELIVERY_TIMEOUT
from checker.settings.versions import as_release
from model.faults import Fault
from model.releases import forced, released, switches_in_words
from model.settings import Acks, Commit, OffsetReset, OnError, Processing, Restart
from model.versions import SWITCHES
from model.world import BOUNDS
from specs import checked_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.lang.model import Model
    from checker.settings.choice import Choice
    from model.releases import Switch

FACTS = ("commit", "on-error", "restart", "processing")
"""The application facts that this model knows."""

ELIGIBLE = next(switch for switch in SWITCHES if switch.name == "KIP-966")
"""Eligible leader replicas: those that left an ISR which was too small are elected first."""

OFFSET_STORE = "enable.auto.offset.store"
"""Of librdkafka alone."""

_ACKS = {"all": Acks.ALL, "-1": Acks.ALL, "1": Acks.LEADER, "0": Acks.NONE}


@lru_cache
def scenario_model() -> Model:
    """Return the Kafka model with all guarantees and witnesses."""
    return checked_model()


def parameters_of(choice: Choice, bounds: Mapping[str, int] = BOUNDS) -> dict[str, int]:
    """Return the model's `settings` parameters for a choice, and the budget that it decides."""
    producer, consumer = choice.producer, choice.consumer
    replication, insync = _replication(choice, bounds["replicas"])
    application = choice.application
    values = released(SWITCHES, as_release(choice.kafka), as_release(choice.client))
    values |= forced(choice.on, choice.off) | {
        "acks": _ACKS[str(producer.value("acks").value)],
        "retries": producer.number("retries") > 0,
        "idempotence": producer.flag("enable.idempotence"),
        "max_in_flight": min(
            bounds["in_flight"], producer.number("max.in.flight.requests.per.connection")
        ),
        "delivery_outlasts_ids": _outlasts(choice),
        "replication_factor": replication,
        "min_insync_replicas": insync,
        "unclean_leader_election": choice.broker.flag("unclean.leader.election.enable"),
        "auto_commit": consumer.flag("enable.auto.commit"),
        "auto_offset_reset": reset_of(choice),
        "on_error": OnError[application.on_error.name],
        "restart": Restart[application.restart.name],
        "commit": Commit[application.commit.name],
        "processing": Processing.OTHER_THREAD
        if stores_before_processing(choice)
        else Processing[application.processing.name],
    }
    return {f"settings.{name}": int(value) for name, value in values.items()} | {
        f"budgets.{Fault.OFFSETS_EXPIRED}": int(can_lose_offsets(choice))
    }


def stores_before_processing(choice: Choice) -> bool:
    """Return whether librdkafka may commit what the application has not processed.

    It stores the offset of a record that it hands over, and its own thread commits what is stored.
    """
    consumer = choice.consumer
    if OFFSET_STORE not in consumer.effective:
        return False
    return consumer.flag("enable.auto.commit") and consumer.flag(OFFSET_STORE)


def can_lose_offsets(choice: Choice) -> bool:
    """Return whether committed offsets are on one broker only."""
    return choice.broker.number(OFFSETS_REPLICATION) < 2


def is_forced_or_released(choice: Choice, switch: Switch) -> bool:
    """Return whether the brokers and clients of a choice have what a switch stands for."""
    if switch in choice.on or switch in choice.off:
        return switch in choice.on
    return switch.is_in(as_release(choice.kafka), as_release(choice.client))


def assumed_features(choice: Choice) -> list[str]:
    """Return the features that the cluster is taken to have, as nothing says otherwise."""
    said = ELIGIBLE in choice.on or not is_forced_or_released(choice, ELIGIBLE)
    return [] if said else ["eligible.leader.replicas.version=1"]


def _outlasts(choice: Choice) -> bool:
    """Return whether a client may send a batch again when its producer id has expired.

    Before KIP-91 nothing but the number of retries ends it.
    """
    if DELIVERY_TIMEOUT not in choice.producer.effective:
        return choice.producer.number("retries") > 0
    expiration = EXPIRATION_BEFORE
    if ID_EXPIRATION in choice.broker.effective:
        expiration = choice.broker.number(ID_EXPIRATION)
    return choice.producer.number(DELIVERY_TIMEOUT) > expiration


def reset_of(choice: Choice) -> OffsetReset:
    """Return the reset policy; a start by duration skips older records, as latest does."""
    value = str(choice.consumer.value("auto.offset.reset").value)
    return OffsetReset["LATEST" if value.startswith("by_duration") else value.upper()]


def reset_by_duration(choice: Choice) -> list[str]:
    """Return the remark on a reset by duration, nothing for another one."""
    if not str(choice.consumer.value("auto.offset.reset").value).startswith("by_duration"):
        return []
    return ["auto.offset.reset by duration is explored as latest: older records are skipped"]


def _replication(choice: Choice, most: int) -> tuple[int, int]:
    """Return replicas and min.insync.replicas within the model's bound.

    More replicas than in-sync ones needed stay more, too few stay too few.
    """
    replicas = choice.broker.number("default.replication.factor")
    insync = choice.broker.number("min.insync.replicas")
    if insync > replicas:
        return min(replicas, most - 1), most
    return min(replicas, most), min(insync, most)


def assumptions_of(choice: Choice, bounds: Mapping[str, int] = BOUNDS) -> tuple[str, ...]:
    """Return in sentences what the answer takes for granted."""
    found = switches_in_words(choice.on, choice.off)
    broker = choice.broker
    replicas = broker.number("default.replication.factor")
    if replicas > bounds["replicas"]:
        found.append(f"explored with {bounds['replicas']} replicas instead of {replicas}")
    in_flight = choice.producer.number("max.in.flight.requests.per.connection")
    if in_flight > bounds["in_flight"]:
        most = bounds["in_flight"]
        words = "1 request" if most == 1 else f"{most} requests"
        found.append(f"explored with {words} in flight instead of {in_flight}")
    found += reset_by_duration(choice)
    if choice.consumer.word("group.id") in (None, ""):
        found.append(
            "no group.id is set, which subscribe() and commits need (InvalidGroupIdException); "
            "explored is a consumer that has one"
        )
    stated = choice.application.given
    facts = [choice.application.value(name) for name in FACTS if name not in stated]
    if facts:
        found.append("about the application: " + ", ".join(f"{v.name}={v.text}" for v in facts))
    found.append("the consumer is up before the first record is sent, its group is new")
    found += features_in_words(assumed_features(choice))
    if stores_before_processing(choice):
        found.append(
            f"with {OFFSET_STORE}=true librdkafka commits in the background what it has handed "
            "over, processed or not: explored as processing=other-thread"
        )
    if can_lose_offsets(choice):
        value = broker.value(OFFSETS_REPLICATION)
        found.append(
            f"with {value.name}={value.text} ({value.place}) committed offsets are lost with their "
            "only copy: explored as if they expired while the consumer is down"
        )
    return tuple(found)

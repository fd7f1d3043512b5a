"""The changes that advice tries: one setting or one application fact each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checker.settings.broker import blocks_writes
from checker.settings.choice import ISOLATION
from checker.settings.errors import ConfigRefused
from checker.settings.pipelines import is_transactional
from checker.settings.values import Role, Value
from checker.settings.versions import LATEST, version

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from checker.settings.choice import Choice


RESET = "auto.offset.reset"

# Values that can make a guarantee hold, the preferred one first. Auto commit is never switched on:
# an application that commits by itself would go on doing so.
_ALTERNATIVES: tuple[tuple[Role | None, str, tuple[str, ...]], ...] = (
    (Role.PRODUCER, "acks", ("all",)),
    (Role.PRODUCER, "enable.idempotence", ("true",)),
    (Role.PRODUCER, "retries", ("2147483647",)),
    (Role.BROKER, "min.insync.replicas", ("2",)),
    (Role.BROKER, "default.replication.factor", ("3",)),
    (Role.BROKER, "unclean.leader.election.enable", ("false",)),
    (Role.BROKER, "offsets.topic.replication.factor", ("3",)),
    (Role.CONSUMER, "isolation.level", ("read_committed",)),
    (Role.BROKER, "transaction.version", ("2",)),
    (Role.BROKER, "transaction.partition.verification.enable", ("true",)),
    (Role.CONSUMER, "enable.auto.offset.store", ("false",)),
    (Role.CONSUMER, "enable.auto.commit", ("false",)),
    (Role.CONSUMER, RESET, ("earliest", "none", "latest")),
    (Role.PRODUCER, "delivery.timeout.ms", ("120000",)),
    (Role.PRODUCER, "max.in.flight.requests.per.connection", ("1",)),
    (Role.PRODUCER, "retries", ("0",)),
    (None, "processing", ("same-thread",)),
    (None, "commit", ("after-processing", "before-processing")),
    (None, "on-error", ("retry", "stop")),
    (None, "restart", ("resend", "skip")),
    (None, "offsets", ("in-transaction",)),
    (None, "group-metadata", ("yes",)),
    (None, "on-abort", ("seek",)),
    (None, "transactional-id", ("stable",)),
)


BROKERS, CLIENTS = "kafka", "client"
"""The names of the versions of brokers and clients, as changes."""


@dataclass(frozen=True)
class Change:
    """Give one setting (or, without a role, one application fact) another value."""

    role: Role | None
    name: str
    value: str

    @property
    def is_setting(self) -> bool:
        """Whether a settings file says it."""
        return self.role is not None


def possible_changes(choice: Choice, facts: Collection[str]) -> list[Change]:
    """Return every single change that differs from the choice, in order of preference.

    facts: the application facts that matter. With transactions a reset policy other than earliest
    is no cure: a consumer that stops or skips before its first commit hides what comes later.
    """
    found = []
    for role, name, values in _ALTERNATIVES:
        if role is None and name not in facts:
            continue
        present = current(choice, role, name)
        if present is None:
            continue
        first_alone = name == RESET and is_transactional(choice)
        tried = values[:1] if first_alone else values
        found += [Change(role, name, value) for value in tried if value != present.text]
    return found


def upgrades(choice: Choice) -> list[Change]:
    """Return the changes to the newest release of brokers and of clients."""
    newest = [(BROKERS, choice.kafka), (CLIENTS, choice.client)]
    return [Change(None, name, str(LATEST)) for name, now in newest if now != LATEST]


def current(choice: Choice, role: Role | None, name: str) -> Value | None:
    """Return the value that a change would replace, None where this version has no such setting."""
    if role is None and name in (BROKERS, CLIENTS):
        return Value(name, str(choice.kafka if name == BROKERS else choice.client))
    if role is None:
        return choice.application.value(name)
    of_reader = name == ISOLATION and role is Role.CONSUMER
    configuration = choice.downstream if of_reader else choice.configuration(role)
    return configuration.effective.get(name)


def apply(choice: Choice, changes: Iterable[Change]) -> Choice | None:
    """Return the changed choice.

    None where two changes clash, Kafka refuses the combination, or no record could be written.
    """
    settings: dict[Role, dict[str, str | int | bool | None]] = {}
    facts: dict[str, str] = {}
    for change in changes:
        place = facts if change.role is None else settings.setdefault(change.role, {})
        if change.name in place:
            return None
        place[change.name] = change.value
    try:
        for role, values in settings.items():
            choice = choice.changed(role, values)
    except ConfigRefused:
        return None
    if Role.BROKER in settings and blocks_writes(choice.broker):
        return None
    for name, value in facts.items():
        if name in (BROKERS, CLIENTS):
            choice = replace(choice, **{name: version(value)})  # type: ignore[arg-type]
        else:
            choice = choice.with_fact(name, value)
    return choice

"""The delivery modes of Kafka's documentation as settings, and the faults that they are tried with.

Kafka: "Message Delivery Semantics" of its design page; ProducerConfig, ConsumerConfig.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.settings.application import read_application
from checker.settings.choice import Choice
from checker.settings.modes import AT_LEAST_ONCE, AT_MOST_ONCE, EXACTLY_ONCE
from checker.settings.reader import changed, default_configuration
from checker.settings.values import Role
from model.faults import Fault
from model.transactions.faults import Fault as TransactionFault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.settings.versions import Version


@dataclass(frozen=True)
class ModeRow:
    """A delivery mode and the usual way to ask for it.

    mode: its name; producer, consumer: settings that are given; facts: about the applications.
    """

    mode: str
    title: str
    producer: Mapping[str, str]
    consumer: Mapping[str, str]
    facts: tuple[str, ...]

    def choice(self, kafka: Version, client: Version) -> Choice:
        """Return everything that a check of these settings is about."""
        return Choice(
            changed(default_configuration(Role.PRODUCER, client), self.producer),
            changed(default_configuration(Role.CONSUMER, client), self.consumer),
            default_configuration(Role.BROKER, kafka),
            read_application(self.facts),
            kafka,
            client,
        )

    @property
    def settings(self) -> dict[str, str]:
        """All that is given, in one list: settings, then facts about the applications."""
        facts = dict(fact.split("=", 1) for fact in self.facts)
        return {**self.producer, **self.consumer, **facts}


_EACH_COMMITS = {
    "group.id": "g",
    "enable.auto.commit": "false",
    "auto.offset.reset": "earliest",
}
_READS_COMMITTED = {**_EACH_COMMITS, "isolation.level": "read_committed"}
_IN_TRANSACTIONS = ("group-metadata=yes", "on-abort=seek", "transactional-id=stable")

ROWS = (
    ModeRow(
        AT_MOST_ONCE,
        "At most once: no retries, offsets are committed before the work",
        {"acks": "0", "retries": "0", "enable.idempotence": "false"},
        _EACH_COMMITS,
        ("commit=before-processing", "on-error=ignore", "restart=skip"),
    ),
    ModeRow(
        AT_LEAST_ONCE,
        "At least once: retries without idempotence, offsets are committed after the work",
        {"acks": "all", "enable.idempotence": "false"},
        _EACH_COMMITS,
        ("commit=after-processing", "on-error=retry", "restart=resend"),
    ),
    ModeRow(
        f"{EXACTLY_ONCE}: idempotence",
        "Exactly once by idempotence alone: the application never sends a record again",
        {"acks": "all", "enable.idempotence": "true"},
        _EACH_COMMITS,
        ("commit=after-processing", "on-error=stop", "restart=skip"),
    ),
    ModeRow(
        f"{EXACTLY_ONCE}: transactions",
        "Exactly once by transactions, the consumer commits its offsets after them",
        {"transactional.id": "app"},
        _READS_COMMITTED,
        ("offsets=by-consumer", *_IN_TRANSACTIONS),
    ),
    ModeRow(
        f"{EXACTLY_ONCE}: transactions with offsets",
        "Exactly once by transactions with the consumer's offsets in them",
        {"transactional.id": "app"},
        _READS_COMMITTED,
        ("offsets=in-transaction", *_IN_TRANSACTIONS),
    ),
)


@dataclass(frozen=True)
class FaultColumn:
    """A kind of faults; kinds: budgets by the name of the model that has them.

    A model that is not named has no such faults. None: those that `eoscheck check` allows.
    """

    name: str
    what: str
    kinds: Mapping[str, tuple[str, ...]] | None = field(default_factory=dict)


PLAIN = "kafka"
TRANSACTIONS = "kafka-transactions"
ALL = "all"

COLUMNS = (
    FaultColumn("none", "nothing goes wrong", {PLAIN: (), TRANSACTIONS: ()}),
    FaultColumn(
        "connections",
        "a reply is lost, or a connection is given up and what was on it comes late or never",
        {
            PLAIN: (Fault.LOST_REPLIES, Fault.ABANDONED_CONNECTIONS),
            TRANSACTIONS: (TransactionFault.ABANDONED_CONNECTIONS,),
        },
    ),
    FaultColumn(
        "delivery timeouts",
        "a batch reaches delivery.timeout.ms, also one that was on a connection given up",
        {
            PLAIN: (Fault.DELIVERY_TIMEOUTS, Fault.ABANDONED_CONNECTIONS),
            TRANSACTIONS: (
                TransactionFault.DELIVERY_TIMEOUTS,
                TransactionFault.ABANDONED_CONNECTIONS,
            ),
        },
    ),
    FaultColumn(
        "producer crashes",
        "the producing process ends and starts again; with transactions it is the consuming "
        "one too: another one with its transactional.id takes over",
        {PLAIN: (Fault.PRODUCER_CRASHES,), TRANSACTIONS: (TransactionFault.REBALANCES,)},
    ),
    FaultColumn(
        "consumer crashes",
        "the consuming process ends and starts again; with transactions the group gives its "
        "partition to another one, also if it is alive and has not noticed",
        {PLAIN: (Fault.CONSUMER_CRASHES,), TRANSACTIONS: (TransactionFault.REBALANCES,)},
    ),
    FaultColumn(
        "broker failures",
        "the leader fails, followers fail or lag; with transactions the leader or the transaction "
        "coordinator fails over",
        {
            PLAIN: (Fault.LEADER_FAILURES, Fault.FOLLOWER_FAILURES, Fault.ISR_SHRINKS),
            TRANSACTIONS: (
                TransactionFault.LEADER_FAILOVERS,
                TransactionFault.COORDINATOR_FAILOVERS,
            ),
        },
    ),
    FaultColumn(
        "transaction timeouts",
        "the coordinator aborts after transaction.timeout.ms",
        {TRANSACTIONS: (TransactionFault.TRANSACTION_TIMEOUTS,)},
    ),
    FaultColumn(
        "offsets expire",
        "a consumer is down for longer than offsets.retention.minutes",
        {PLAIN: (Fault.CONSUMER_CRASHES, Fault.OFFSETS_EXPIRED)},
    ),
    FaultColumn(
        ALL, "all of them but the expiry of offsets, as `eoscheck check` allows by default", None
    ),
)
"""One fault of each kind named, at most two in a run."""

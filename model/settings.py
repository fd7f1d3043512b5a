"""What is fixed for a run: settings of clients and brokers, facts about applications, budgets.

Kafka: ProducerConfig, ConsumerConfig, TopicConfig, EligibleLeaderReplicasVersion.
Left out: a finite number of retries other than none (`delivery.timeout.ms` bounds them instead);
settings that change speed alone.
"""

from enum import IntEnum
from typing import Annotated

from checker.lang import Numeric, Parameters
from model.sorts import FaultCount

InFlight = Annotated[int, Numeric("InFlight", low=1, high="in_flight")]
Replicas = Annotated[int, Numeric("Replicas", low=1, high="replicas")]


class Acks(IntEnum):
    """When the leader answers a produce request (`acks`)."""

    ALL = -1
    NONE = 0
    LEADER = 1


class OnError(IntEnum):
    """What the producing application does when a record's callback reports an error."""

    IGNORE = 0
    RETRY = 1
    STOP = 2


class Restart(IntEnum):
    """Where the producing application goes on after a crash of its process."""

    RESEND = 0
    SKIP = 1


class Commit(IntEnum):
    """When the consuming application commits (without auto commit)."""

    BEFORE_PROCESSING = 0
    AFTER_PROCESSING = 1


class Processing(IntEnum):
    """Which thread of the consuming application processes records."""

    SAME_THREAD = 0
    OTHER_THREAD = 1


class OffsetReset(IntEnum):
    """Where a consumer without a committed offset begins (`auto.offset.reset`)."""

    EARLIEST = 0
    LATEST = 1
    NONE = 2


class Settings(Parameters):
    """Settings and facts about the applications, as they are in effect."""

    # Producer client.
    acks: Acks = Acks.ALL
    retries: bool = True  # `retries` is not 0
    idempotence: bool = True  # `enable.idempotence` where it takes effect
    max_in_flight: InFlight = 2  # `max.in.flight.requests.per.connection`, at most the bound

    # Topic and brokers.
    replication_factor: Replicas = 3
    min_insync_replicas: Replicas = 2
    unclean_leader_election: bool = False
    eligible_leader_replicas: bool = True  # KIP-966: `eligible.leader.replicas.version` is 1
    strict_min_isr: bool = True  # KAFKA-15583, since 3.7: the high watermark waits for the ISR

    # Consumer client.
    auto_commit: bool = False
    auto_offset_reset: OffsetReset = OffsetReset.EARLIEST

    # The producing application.
    on_error: OnError = OnError.RETRY
    restart: Restart = Restart.RESEND

    # The consuming application.
    commit: Commit = Commit.AFTER_PROCESSING
    processing: Processing = Processing.SAME_THREAD


class Budgets(Parameters):
    """How often each kind of fault may happen in one run."""

    in_all: FaultCount = 2  # all kinds together

    # Between producer and leader.
    lost_replies: FaultCount = 1  # a request is handled, its reply is lost with the connection
    abandoned_connections: FaultCount = 1  # what is on it comes late or never

    # Producer.
    delivery_timeouts: FaultCount = 1  # a batch reaches delivery.timeout.ms
    producer_crashes: FaultCount = 1  # the process crashes and starts again

    # Brokers.
    leader_failures: FaultCount = 1  # the leader's broker crashes with its disk's last writes
    isr_shrinks: FaultCount = 1  # followers that lag leave the ISR
    follower_failures: FaultCount = 1  # the broker of a replica in the ISR crashes
    unclean_elections: FaultCount = 1  # all of the ISR is lost; another replica leads

    # Consumer.
    consumer_crashes: FaultCount = 1  # the process crashes and starts again
    offsets_expired: FaultCount = 1  # offsets.retention.minutes pass while it is down

"""What is fixed for a run: settings of clients and brokers, facts about applications, budgets.

Kafka: ProducerConfig, ConsumerConfig, TopicConfig, EligibleLeaderReplicasVersion.
Left out: a finite number of retries other than none (`delivery.timeout.ms` bounds them instead);
settings that change speed alone.
"""

from enum import IntEnum
from typing import Annotated

from checker.lang import Numeric, Parameters

# What is more than a bound counts as the bound.
InFlight = Annotated[int, Numeric("InFlight", 1, lambda bounds: max(5, bounds["in_flight"]))]
Replicas = Annotated[int, Numeric("Replicas", 1, lambda bounds: max(3, bounds["replicas"]))]
RetainedBatches = Annotated[int, Numeric("RetainedBatches", 1, 5)]
Budget = Annotated[int, Numeric("Budget", 0, lambda bounds: max(2, bounds["faults"]))]


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
    max_in_flight: InFlight = 5  # `max.in.flight.requests.per.connection`
    delivery_outlasts_ids: bool = False  # `delivery.timeout.ms` > `producer.id.expiration.ms`
    new_epoch_for_unknown_id: bool = True  # KIP-360, clients since 2.5

    # Topic and brokers.
    replication_factor: Replicas = 3
    min_insync_replicas: Replicas = 2
    unclean_leader_election: bool = False
    eligible_leader_replicas: bool = True  # KIP-966: `eligible.leader.replicas.version` is 1
    leader_epoch_truncation: bool = True  # KIP-101, since 0.11: else cut at the high watermark
    strict_min_isr: bool = True  # KAFKA-15583, since 3.7: the high watermark waits for the ISR
    keeps_deleted_ids: bool = True  # KAFKA-7190, since 2.4: deletion forgets no producer id
    retained_batches: RetainedBatches = 5  # ProducerStateEntry.NUM_BATCHES_TO_RETAIN
    accepts_unknown_ids: bool = True  # KAFKA-8710, since 2.5: else UNKNOWN_PRODUCER_ID

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

    in_all: Budget = 2  # all kinds together

    # Between producer and leader.
    lost_replies: Budget = 1  # a request is handled, its reply is lost with the connection
    abandoned_connections: Budget = 1  # what is on it comes late or never

    # Producer.
    delivery_timeouts: Budget = 1  # a batch reaches delivery.timeout.ms
    producer_crashes: Budget = 1  # the process crashes and starts again

    # Brokers.
    leader_failures: Budget = 1  # the leader's broker crashes with its disk's last writes
    isr_shrinks: Budget = 1  # followers that lag leave the ISR
    follower_failures: Budget = 1  # the broker of a replica in the ISR crashes
    unclean_elections: Budget = 1  # all of the ISR is lost; another replica leads
    broker_restarts: Budget = 0  # the leader's broker restarts in order and leads again
    producer_id_expirations: Budget = 0  # producer.id.expiration.ms pass without a batch
    deletions: Budget = 0  # retention or DeleteRecords removes what the group is done with

    # Consumer.
    consumer_crashes: Budget = 1  # the process crashes and starts again
    offsets_expired: Budget = 0  # offsets.retention.minutes pass while it is down

"""What is fixed for a run: versions, fixes by their tickets, application facts, budgets.

Kafka: TransactionVersion, ProducerConfig, TransactionStateManagerConfig; Kafka's ticket numbers.
Left out: settings that change speed alone.
"""

from enum import IntEnum
from typing import Annotated

from checker.lang import Numeric, Parameters
from model.settings import OffsetReset
from model.transactions.sorts import Version

HIGHEST_EPOCH = 32767
MOST_FAULTS = 7
MaximumEpoch = Annotated[int, Numeric("MaximumEpoch", low=2, high=HIGHEST_EPOCH)]
Budget = Annotated[int, Numeric("Budget", high=MOST_FAULTS)]


class OnAbort(IntEnum):
    """Where a consume-transform-produce application goes on after it aborted."""

    SEEK = 0  # it seeks back to the committed offset
    CONTINUE = 1  # it polls on


class Isolation(IntEnum):
    """What a downstream consumer reads (`isolation.level`)."""

    READ_UNCOMMITTED = 0
    READ_COMMITTED = 1


class Settings(Parameters):
    """Versions, switches and facts about the applications, as they are in effect."""

    # Versions.
    cluster_version: Version = Version.V2  # the finalized feature transaction.version
    client_version: Version = Version.V2  # what the client's requests speak
    maximum_epoch: MaximumEpoch = 32767  # Short.MAX_VALUE; smaller to see producer ids rotate

    # Fixes at the partition leader.
    verification: bool = True  # KIP-890 part 1; transaction.partition.verification.enable
    offset_verification: bool = True  # KAFKA-15449: of offset commits too
    verification_guard: bool = True  # KAFKA-14884
    lowest_sequence: bool = True  # KAFKA-14920
    first_sequence: bool = True  # KAFKA-18202: a version 2 batch begins at sequence 0
    epoch_aware_open: bool = True  # KAFKA-18575
    strict_marker: bool = True  # KIP-1228, KAFKA-19446
    idempotent_marker: bool = True  # KAFKA-19999
    coordinator_check: bool = True  # markers of an older coordinator are refused

    # Fixes at the transaction coordinator.
    strict_end: bool = True  # KAFKA-9600
    bump_on_timeout: bool = True  # KAFKA-6119
    bump_on_fence: bool = True  # KAFKA-5231
    end_checks_pending_first: bool = True  # KAFKA-18464
    add_checks_pending_first: bool = True  # KAFKA-18660
    single_completion: bool = True  # KAFKA-10080
    fence_bumps_once: bool = True  # KAFKA-19367
    rotate_on_fence: bool = False  # KAFKA-20090, not released
    late_end_is_fenced: bool = False  # KAFKA-20785, not released
    persist_last_epoch: bool = False  # not released
    persist_previous_id: bool = False  # KAFKA-20310

    # Fixes at the group coordinator and in clients.
    offsets_with_marker: bool = True  # KAFKA-17507
    group_fencing: bool = True  # KIP-447
    require_stable: bool = True  # KAFKA-9346
    client_bump: bool = True  # KIP-360
    refused_record_fails: bool = True  # KAFKA-9279

    # The applications.
    shared_id: bool = True  # one transactional.id for all processes, also after a restart
    auto_commit: bool = False  # enable.auto.commit of the input consumer
    auto_offset_reset: OffsetReset = OffsetReset.EARLIEST  # of the input consumer
    group_metadata: bool = True  # sendOffsetsToTransaction is given the group's metadata
    offsets_in_transaction: bool = True  # else the consumer commits after the transaction
    on_abort: OnAbort = OnAbort.SEEK
    may_abort: bool = True  # the application may decide to abort
    isolation: Isolation = Isolation.READ_COMMITTED

    raw_versions: bool = False  # a raw client mixes requests of several versions
    raw_ahead: bool = False  # all it sends is EndTxn with an epoch that nobody was given

    # How finely a run is cut into steps.
    two_step_verification: bool = False  # other steps may come between verification and append


class Budgets(Parameters):
    """How often each kind of fault may happen in one run."""

    in_all: Budget = 2
    abandoned_connections: Budget = 1  # what was on it comes late or never
    delivery_timeouts: Budget = 1  # a batch reaches delivery.timeout.ms
    transaction_timeouts: Budget = 1  # the coordinator aborts after transaction.timeout.ms
    coordinator_failovers: Budget = 0
    leader_failovers: Budget = 0
    unclean_elections: Budget = 0  # acknowledged entries of a log are lost
    producer_expiries: Budget = 0  # producer.id.expiration.ms
    rebalances: Budget = 0
    refused_batches: Budget = 0  # a leader cannot take a batch now
    refused_records: Budget = 0  # send() fails at once: a record that is too large

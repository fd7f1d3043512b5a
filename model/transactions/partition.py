"""Partition leader: appends what may be appended, ends transactions by control markers.

Kafka: ReplicaManager#handleProduceAppend, UnifiedLog#analyzeAndValidateProducerState,
AddPartitionsToTxnManager, KafkaApis#handleWriteTxnMarkersRequest, ProducerStateManager.
Left out: what is not replicated yet (the high watermark is the log end; the replication model has
it); that only one question of a transactional id may be under way; explored scopes delete no
records and have no batches without a producer id (replays of a recorded broker have both).
"""

from enum import IntEnum
from typing import TYPE_CHECKING, Annotated

from checker.lang import NONE, Array, Capacity, Log, Record, bound, for_each, function, procedure
from model.sorts import Error
from model.transactions import offsets_cache
from model.transactions.add_partitions import add_partition, verify_partition
from model.transactions.producer_state import (
    ProducerState,
    check_sequence,
    is_open,
    is_repeated,
    note_batch,
    note_marker,
    note_question,
)
from model.transactions.requests import Asked, Batch
from model.transactions.sorts import (
    Abandoned,
    BatchEpoch,
    CoordinatorEpoch,
    LogStart,
    OptionalSequence,
    Partition,
    Position,
    ProducerId,
    ProducerSlot,
    RecordCount,
    Value,
    Version,
    log_room,
)

if TYPE_CHECKING:
    from model.transactions.world import World


class EntryKind(IntEnum):
    """What an entry of the log is."""

    DATA = 0
    TRANSACTIONAL = 1
    COMMIT = 2
    ABORT = 3


class Outcome(IntEnum):
    """What became of the transaction of a transactional entry.

    A consumer learns it from the markers and the aborted-transaction index; both say the same as
    what is noted here when the marker is appended (LocalLog#addAbortedTransactions).
    """

    OPEN = 0
    COMMITTED = 1
    ABORTED = 2


class Entry(Record):
    """A batch or a control marker in the log.

    DATA without a sequence has no producer id: from a plain producer, or a plain offset commit.
    """

    kind: EntryKind = EntryKind.DATA
    outcome: Outcome = Outcome.OPEN
    producer_id: ProducerId = 0
    epoch: BatchEpoch = 0
    sequence: OptionalSequence = NONE
    records: RecordCount = 1
    value: Value = 0
    coordinator_epoch: CoordinatorEpoch = 0


class PartitionState(Record):
    """A partition: its log, and what its leader knows about producer ids.

    log_start: the first entry that is not deleted.
    """

    log: Annotated[Log[Entry], Capacity(log_room, "log")]
    log_start: LogStart
    producers: Array[ProducerId, ProducerState]


@function
def last_stable_offset(world: "World", partition: int) -> int:
    """Return the position of the first undecided entry, else the log's end (#lastStableOffset)."""
    log = world.partitions[partition].log
    for position in range(log.room):
        if position >= log.length or is_undecided(log[position]):
            return position
    return log.room


def is_undecided(entry: Entry) -> bool:
    """Return whether an entry belongs to an open transaction."""
    return entry.kind == EntryKind.TRANSACTIONAL and entry.outcome == Outcome.OPEN


@procedure
def handle_produce(world: "World", partition: int, transactional_id: int, batch: Batch) -> int:
    """Handle a batch from its arrival to its answer; return the error.

    Nothing comes between verification and append; `verify_batch` and `append_batch` are the two
    steps of runs in which something may. Without a producer id nothing is asked or remembered.
    """
    if batch.producer_id == NONE:
        world.partitions[partition].log.append(
            Entry(kind=EntryKind.DATA, records=batch.records, value=batch.value)
        )
        return Error.NONE
    error = verify_batch(world, partition, transactional_id, batch)
    if error == Error.NONE:
        error = append_batch(world, partition, batch, Asked.VERIFIED)
    return error


@function
def must_ask(world: "World", partition: int, batch: Batch) -> bool:
    """Return whether the coordinator must be asked before a batch may be appended.

    Not where its transaction is open already (UnifiedLog#maybeStartTransactionVerification).
    """
    settings = world.settings
    state = world.partitions[partition].producers[batch.producer_id]
    is_verified = settings.verification
    if batch.sequence == NONE:
        is_verified = settings.offset_verification
    return (
        batch.transactional
        and (is_verified or batch.version == Version.V2)
        and not is_open(world, state, batch.epoch)
    )


@procedure
def verify_batch(world: "World", partition: int, transactional_id: int, batch: Batch) -> int:
    """Ask the coordinator whether a batch belongs to its transaction, or add it (KIP-890).

    ReplicaManager#maybeSendPartitionsToTransactionCoordinator; version 2 adds the partition.
    """
    state = world.partitions[partition].producers[batch.producer_id]
    error: int = Error.NONE
    if batch.transactional and state.epoch > batch.epoch:
        error = Error.INVALID_PRODUCER_EPOCH
    elif must_ask(world, partition, batch):
        note_question(state, batch)
        if batch.version == Version.V2:
            error = add_partition(
                world, transactional_id, batch.producer_id, batch.epoch, partition, Version.V2
            )
        else:
            error = verify_partition(
                world, transactional_id, batch.producer_id, batch.epoch, partition
            )
        error = error_for_client(error, batch)
    return error


@function
def error_for_client(error: int, batch: Batch) -> int:
    """Return how the coordinator's answer reaches the client (AddPartitionsToTxnManager)."""
    if error == Error.PRODUCER_FENCED:
        return Error.INVALID_PRODUCER_EPOCH
    if error == Error.TRANSACTION_ABORTABLE and batch.version == Version.V0:
        return Error.INVALID_TXN_STATE
    if error == Error.CONCURRENT_TRANSACTIONS and batch.version != Version.V2:
        return Error.NOT_ENOUGH_REPLICAS
    return error


@procedure
def append_batch(world: "World", partition: int, batch: Batch, asked: int) -> int:
    """Append a batch unless it is refused or a repeat; return the error.

    asked: what the coordinator said before. UnifiedLog#analyzeAndValidateProducerState.
    """
    state = world.partitions[partition].producers[batch.producer_id]
    error: int = Error.NONE
    if batch.sequence != NONE and is_repeated(state, batch):
        return error
    error = check_transaction(world, state, batch, asked)
    if error == Error.NONE and batch.epoch < state.epoch:
        error = Error.INVALID_PRODUCER_EPOCH
    if error == Error.NONE and batch.sequence != NONE:
        error = check_sequence(world, state, batch)
    if error == Error.NONE and state.in_transaction and not batch.transactional:
        error = Error.INVALID_TXN_STATE
    if error == Error.NONE:
        put_in_log(world, partition, batch)
    return error


@function
def check_transaction(world: "World", state: ProducerState, batch: Batch, asked: int) -> int:
    """Return what is wrong with a batch that would open a transaction (KAFKA-14884, KAFKA-19690).

    Its guard must be the one that its question was asked with: a marker takes the guard away.
    """
    settings = world.settings
    if not batch.transactional or is_open(world, state, batch.epoch):
        return Error.NONE
    if state.epoch > batch.epoch:
        return Error.INVALID_PRODUCER_EPOCH
    is_guarded = settings.verification_guard and (
        settings.verification or batch.version == Version.V2
    )
    if is_guarded and asked == Asked.STALE:
        return Error.INVALID_TXN_STATE
    return Error.NONE


@procedure
def put_in_log(world: "World", partition: int, batch: Batch) -> None:
    """Append a batch; a transactional one opens a transaction if none is open."""
    state = world.partitions[partition].producers[batch.producer_id]
    world.partitions[partition].log.append(
        Entry(
            kind=EntryKind.TRANSACTIONAL if batch.transactional else EntryKind.DATA,
            producer_id=batch.producer_id,
            epoch=batch.epoch,
            sequence=batch.sequence,
            records=batch.records,
            value=batch.value,
        )
    )
    note_batch(state, batch)


@procedure
def handle_marker(  # one parameter per field of the request
    world: "World",
    partition: int,
    producer_id: int,
    epoch: int,
    commit: bool,
    coordinator_epoch: int,
    version: int,
) -> int:
    """Append a control marker unless it is refused; return the error.

    It ends whatever transaction of the producer id is open here, and is appended where none is.
    ProducerAppendInfo#appendEndTxnMarker, #checkProducerEpoch.
    """
    state = world.partitions[partition].producers[producer_id]
    error = check_marker(world, state, epoch, coordinator_epoch, version)
    if error == Error.NONE:
        decide_entries(
            world, partition, producer_id, commit, world.partitions[partition].log.length
        )
        world.partitions[partition].log.append(
            Entry(
                kind=EntryKind.COMMIT if commit else EntryKind.ABORT,
                producer_id=producer_id,
                epoch=epoch,
                coordinator_epoch=coordinator_epoch,
            )
        )
        forget_questions(world, partition, producer_id, epoch)
        note_marker(state, epoch, coordinator_epoch)
        offsets_cache.note_marker(world, partition, producer_id, commit)
    return error


@function
def check_marker(
    world: "World", state: ProducerState, epoch: int, coordinator_epoch: int, version: int
) -> int:
    """Return what is wrong with a marker's epochs (KIP-1228, KAFKA-19999)."""
    settings = world.settings
    is_repeat = settings.idempotent_marker and not state.in_transaction
    is_strict = version == Version.V2 and settings.strict_marker
    if epoch < state.epoch or (is_strict and epoch == state.epoch and not is_repeat):
        return Error.INVALID_PRODUCER_EPOCH
    if settings.coordinator_check and state.coordinator_epoch > coordinator_epoch:
        return Error.TRANSACTION_COORDINATOR_FENCED
    return Error.NONE


@procedure
def decide_entries(
    world: "World", partition: int, producer_id: int, commit: bool, end: int
) -> None:
    """Note the outcome of the open entries of a producer id that stand before an end."""
    log = world.partitions[partition].log
    for position in for_each(Position):
        if position < end:
            entry = log[position]
            if entry.producer_id == producer_id and is_undecided(entry):
                entry.outcome = Outcome.COMMITTED if commit else Outcome.ABORTED


@procedure
def forget_questions(world: "World", partition: int, producer_id: int, epoch: int) -> None:
    """Take the guard from batches that were verified before a marker.

    A guard of the marker's own epoch belongs to the next transaction already (KAFKA-18575).
    """
    guard = world.partitions[partition].producers[producer_id].guard
    if not (guard.bumps and guard.epoch == epoch):
        for producer in for_each(ProducerSlot):
            client = world.clients[producer]
            entry = client.partitions[partition]
            if client.producer_id == producer_id and entry.asked == Asked.VERIFIED:
                entry.asked = Asked.STALE
        for connection in for_each(Abandoned):
            late = world.late[connection]
            is_meant = late.partition == partition and late.producer_id == producer_id
            if is_meant and late.asked == Asked.VERIFIED:
                late.asked = Asked.STALE


@procedure
def forget_markers(world: "World") -> None:
    """Canonical form: what a control marker says stands in the entries and producer states too.

    Only a replay of the log needs the marker itself.
    """
    if world.budgets.unclean_elections == 0:
        for partition in for_each(Partition):
            log = world.partitions[partition].log
            if log.length > 0 and log.last.kind in (EntryKind.COMMIT, EntryKind.ABORT):
                log.truncate(log.length - 1)


@procedure
def reload(world: "World", partition: int) -> None:
    """Lose what a leader only has in memory: guards; of the window one batch is left.

    ProducerStateManager#readSnapshot; a snapshot holds one batch of each producer id.
    """
    for producer_id in for_each(ProducerId):
        state = world.partitions[partition].producers[producer_id]
        state.guard.clear()
        for _ in range(bound("window") - 1):
            if state.window.length > 1:
                state.window.take()
        forget_questions(world, partition, producer_id, NONE)


@procedure
def expire_question(world: "World", partition: int, producer_id: int) -> None:
    """Forget that a batch was verified long ago (ProducerStateManager#removeExpiredProducers).

    It has a clock of its own: what else is known of the producer id may stay.
    """
    world.partitions[partition].producers[producer_id].guard.clear()
    forget_questions(world, partition, producer_id, NONE)


@procedure
def delete_records(world: "World", partition: int, log_start: int) -> None:
    """Delete the entries before a position; what is known of their producer ids stays."""
    world.partitions[partition].log_start = log_start


@procedure
def restart(world: "World", partition: int) -> None:
    """Load a partition after its broker was stopped in good order.

    ProducerStateManager#truncateAndReload: a snapshot that is not above the log's start is not
    loaded, so nothing is known any more if all records were deleted.
    """
    reload(world, partition)
    if world.partitions[partition].log_start == world.partitions[partition].log.length:
        for producer_id in for_each(ProducerId):
            world.partitions[partition].producers[producer_id].clear()

"""Partition leader: appends batches, recognises repeated ones, refuses what is out of sequence.

Kafka: ReplicaManager, Partition, UnifiedLog, ProducerStateManager, ProducerStateEntry,
ProducerAppendInfo (KIP-98). The state of a producer id is what a replay of the log gives, so the
log is all that is stored here, and a new leader judges by what survived; what is forgotten is noted
in the batches.
Left out: transactions; compaction; the wrap of sequences; snapshots of producer ids other than the
one that an orderly shutdown leaves (a segment that is full leaves one too).
"""

from typing import TYPE_CHECKING, Annotated

from checker.lang import NONE, Capacity, Log, Record, count, exists, function, procedure
from model.replication import advance_high_watermark, has_enough_replicas
from model.requests import ProduceRequest
from model.settings import Acks
from model.sorts import (
    Epoch,
    Error,
    Offset,
    OptionalSequence,
    Position,
    ProducerId,
    RecordNumber,
    log_room,
)

if TYPE_CHECKING:
    from model.world import World


class StoredBatch(Record):
    """A batch in the log; sequence NONE without idempotence, or if the producer id is forgotten."""

    record: RecordNumber
    producer_id: ProducerId
    epoch: Epoch
    sequence: OptionalSequence = NONE


class Partition(Record):
    """The leader's log, which the followers copy.

    high_watermark: the offset up to which it is committed; log_start: the one before which it is
    deleted. What is deleted stays here, for the guarantees. snapshot: the leader read what it knows
    of producer ids up to this offset from a snapshot, which has the last batch of each.
    """

    log: Annotated[Log[StoredBatch], Capacity(log_room, "log")]
    high_watermark: Offset
    log_start: Offset
    snapshot: Offset


@procedure
def append_batch(world: "World", request: ProduceRequest) -> tuple[int, int]:
    """Append a batch unless it is refused or a repeat; return the error and the offset after it.

    Partition#appendRecordsToLeader, UnifiedLog#analyzeAndValidateProducerState.
    """
    log = world.partition.log
    error: int = Error.NONE
    repeated = False
    if world.settings.acks == Acks.ALL and not has_enough_replicas(world):
        error = Error.NOT_ENOUGH_REPLICAS
    elif request.sequence != NONE:
        repeated = is_repeated(world, request)
        if not repeated:
            error = check_numbers(world, request)
    end = end_of_same(world, request) if repeated else log.length + 1
    if error == Error.NONE and not repeated:
        log.append(
            StoredBatch(
                record=request.record,
                producer_id=request.producer_id,
                epoch=request.epoch,
                sequence=request.sequence,
            )
        )
        advance_high_watermark(world)
    return error, end


@function
def is_same_batch(stored: StoredBatch, request: ProduceRequest) -> bool:
    """Return whether producer id, epoch and sequence are the same; the content is not compared."""
    return (
        stored.sequence == request.sequence
        and stored.epoch == request.epoch
        and stored.producer_id == request.producer_id
    )


@function
def is_repeated(world: "World", request: ProduceRequest) -> bool:
    """Return whether a batch is among the last five of its producer id (#findDuplicateBatch).

    A new epoch empties the window.
    """
    newer = world.partition.log.count(
        lambda stored: (
            stored.producer_id == request.producer_id
            and (stored.epoch == request.epoch and stored.sequence > request.sequence)
        )
    )
    return (
        not has_epoch_beyond(world, request)
        and newer < world.settings.retained_batches
        and end_of_same(world, request) > 0
    )


@function
def end_of_same(world: "World", request: ProduceRequest) -> int:
    """Return the offset after the same batch, 0 where the leader knows of none."""
    return count(
        Position,
        lambda position: exists(
            Position,
            lambda later: position <= later and is_remembered_as(world, later, request),
        ),
    )


@function
def is_remembered_as(world: "World", position: int, request: ProduceRequest) -> bool:
    """Return whether a place holds the same batch, and the leader remembers it."""
    log = world.partition.log
    return (
        position < log.length
        and is_same_batch(log[position], request)
        and is_remembered(world, position)
    )


@function
def is_remembered(world: "World", position: int) -> bool:
    """Return whether no snapshot has left a batch out (ProducerStateManager#writeSnapshot)."""
    partition = world.partition
    return not exists(
        Position,
        lambda later: (
            position < later < partition.snapshot
            and partition.log[later].producer_id == partition.log[position].producer_id
        ),
    )


@function
def has_epoch_beyond(world: "World", request: ProduceRequest) -> bool:
    """Return whether the producer id has a higher epoch in the log."""
    return world.partition.log.exists(
        lambda stored: stored.producer_id == request.producer_id and stored.epoch > request.epoch
    )


@function
def check_numbers(world: "World", request: ProduceRequest) -> int:
    """Return what is wrong with a batch's epoch and sequence.

    ProducerAppendInfo#checkProducerEpoch and #checkSequence. A producer id that is not known may
    begin with any sequence, before KAFKA-8710 with 0 only.
    """
    log = world.partition.log
    known = log.exists(
        lambda stored: stored.producer_id == request.producer_id and stored.sequence != NONE
    )
    in_epoch = log.exists(
        lambda stored: (
            stored.producer_id == request.producer_id
            and (stored.epoch == request.epoch and stored.sequence != NONE)
        )
    )
    if has_epoch_beyond(world, request):
        return Error.INVALID_PRODUCER_EPOCH
    if in_epoch and not follows_last(world, request):
        return Error.OUT_OF_ORDER_SEQUENCE_NUMBER
    if known and not in_epoch and request.sequence != 0:
        return Error.OUT_OF_ORDER_SEQUENCE_NUMBER
    if not known and request.sequence != 0 and not world.settings.accepts_unknown_ids:
        return Error.UNKNOWN_PRODUCER_ID
    return Error.NONE


@function
def follows_last(world: "World", request: ProduceRequest) -> bool:
    """Return whether a sequence is the one after the last of its producer id and epoch."""
    log = world.partition.log

    before = log.exists(
        lambda stored: (
            stored.producer_id == request.producer_id
            and stored.epoch == request.epoch
            and stored.sequence == request.sequence - 1
        )
    )
    beyond = log.exists(
        lambda stored: (
            stored.producer_id == request.producer_id
            and stored.epoch == request.epoch
            and stored.sequence >= request.sequence
        )
    )
    return before and not beyond

"""Group coordinator: offsets in memory that a marker in the log reaches later (up to 3.9).

Kafka: GroupMetadata (#prepareTxnOffsetCommit, #completePendingTxnOffsetCommit, #offset),
GroupMetadataManager (#scheduleHandleTxnCompletion, #handleTxnCompletion) before KAFKA-17507.
Only where the bound "completions" is above 0; else offsets count as soon as the log decides them.
Left out: a completion that comes while the offset is being appended (it fails, and the offset stays
pending).
"""

from typing import TYPE_CHECKING, Annotated

from checker.lang import NONE, Array, Capacity, Queue, Record, bound, exists, function, procedure
from model.transactions.sorts import OptionalPosition, ProducerId, due_room

if TYPE_CHECKING:
    from model.transactions.world import World


class Completion(Record):
    """A marker in the offsets' log that memory does not show yet."""

    producer_id: ProducerId = 0
    commit: bool


class PendingOffset(Record):
    """Which entry of the offsets' log waits for the end of a producer id's transaction.

    By producer id alone: the next transaction's entry takes the place of one that still waits.
    """

    position: OptionalPosition = NONE


class OffsetCache(Record):
    """What OffsetFetch is answered from; committed: the entry that counts.

    due: completions that are scheduled; one thread takes them in their order.
    """

    committed: OptionalPosition = NONE
    pending: Array[ProducerId, PendingOffset]
    due: Annotated[Queue[Completion], Capacity(due_room, "completions")]


def is_behind(world: "World") -> bool:
    """Return whether memory may be behind the log."""
    return bound("completions") > 0 and not world.settings.offsets_with_marker


@function
def has_pending(world: "World") -> bool:
    """Return whether an offset waits in memory (#hasPendingOffsetCommitsForTopicPartition)."""
    pending = world.group.cache.pending
    return exists(ProducerId, lambda producer_id: pending[producer_id].position != NONE)


@procedure
def note_pending(world: "World", producer_id: int, position: int) -> None:
    """Remember an offset that was appended in a transaction."""
    if is_behind(world):
        world.group.cache.pending[producer_id].position = position


@procedure
def note_committed(world: "World", position: int) -> None:
    """Let an entry count unless a newer one does (CommitRecordMetadataAndOffset#olderThan)."""
    cache = world.group.cache
    if is_behind(world) and cache.committed < position:
        cache.committed = position


@procedure
def note_marker(world: "World", partition: int, producer_id: int, commit: bool) -> None:
    """Schedule what a marker in the offsets' log means; its sender is answered before."""
    if bound("groups") > 0 and is_behind(world) and partition == bound("partitions"):
        world.group.cache.due.put(Completion(producer_id=producer_id, commit=commit))


@procedure
def complete(world: "World") -> None:
    """Take the oldest completion: whatever waits for its producer id is committed or dropped."""
    cache = world.group.cache
    completion = cache.due.take()
    pending = cache.pending[completion.producer_id]
    if completion.commit and pending.position != NONE:
        note_committed(world, pending.position)
    pending.position = NONE

"""Group coordinator: generations, and offsets that are committed with or without a transaction.

Kafka: OffsetMetadataManager, ClassicGroup#validateOffsetCommit (KIP-447). The offsets of a group
are what its partition of __consumer_offsets says; of several commits the last in the log counts.
Left out: KIP-848 groups; expiry of offsets; JoinGroup and SyncGroup as requests.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, Record, action, bound, for_each, function, procedure, require, where
from model.roles import CONSUMER, GROUP_COORDINATOR
from model.sorts import Error
from model.transactions import offsets_cache
from model.transactions.faults import Fault, suffer
from model.transactions.offsets_cache import OffsetCache, is_behind
from model.transactions.partition import (
    Entry,
    EntryKind,
    Outcome,
    append_batch,
    is_undecided,
    verify_batch,
)
from model.transactions.requests import Asked, Batch
from model.transactions.sorts import (
    Generation,
    OptionalProducerSlot,
    Position,
    ProducerSlot,
    record_of,
    transaction_with,
)

if TYPE_CHECKING:
    from model.transactions.world import World


class Group(Record):
    """The consumer group: its generation, and whom the input partition is assigned to.

    cache: its offsets in memory, where they may be behind the log.
    """

    generation: Generation
    owner: OptionalProducerSlot = 0
    cache: OffsetCache


@function
def is_offset_committed(world: "World", position: int) -> bool:
    """Return whether an entry of the offsets' log counts."""
    log = world.partitions[bound("partitions")].log
    if position >= log.length:
        return False
    entry = log[position]
    return entry.kind == EntryKind.DATA or (
        entry.kind == EntryKind.TRANSACTIONAL and entry.outcome == Outcome.COMMITTED
    )


@function
def offset_at(world: "World", position: int) -> int:
    """Return the offset that an entry of the offsets' log commits."""
    log = world.partitions[bound("partitions")].log
    if position >= log.length:
        return NONE
    return world.contents[transaction_with(log[position].value)]


@function
def committed_offset(world: "World") -> int:
    """Return the committed offset: the last one in the log that counts; NONE if there is none."""
    offset: int = NONE
    if is_behind(world):
        committed = world.group.cache.committed
        return offset_at(world, committed) if committed != NONE else NONE
    for position in range(world.partitions[bound("partitions")].log.room):
        offset = where(is_offset_committed(world, position), offset_at(world, position), offset)
    return offset


@function
def has_open_offsets(world: "World") -> bool:
    """Return whether an offset waits for the end of its transaction."""
    if is_behind(world):
        return offsets_cache.has_pending(world)
    return world.partitions[bound("partitions")].log.exists(is_undecided)


@function
def check_member(world: "World", generation: int, is_member: bool) -> int:
    """Return why a commit that names a member is refused (#validateOffsetCommit).

    One in a transaction is only looked at since KIP-447. generation NONE: the request names no
    member, and is not fenced.
    """
    if generation == NONE:
        return Error.NONE
    if not is_member:
        return Error.UNKNOWN_MEMBER_ID
    return Error.NONE if generation == world.group.generation else Error.ILLEGAL_GENERATION


@procedure
def handle_txn_offset_commit(
    world: "World", transactional_id: int, batch: Batch, generation: int, is_member: bool = True
) -> int:
    """Handle TxnOffsetCommit: verified or added, then validated, then appended.

    is_member: whether the member that it names is in the group.
    GroupCoordinatorService#commitTransactionalOffsets.
    """
    offsets = bound("partitions")
    error = verify_batch(world, offsets, transactional_id, batch)
    if error == Error.NONE and world.settings.group_fencing:
        error = check_member(world, generation, is_member)
    if error == Error.NONE:
        error = append_batch(world, offsets, batch, Asked.VERIFIED)
    if error == Error.NONE:
        offsets_cache.note_pending(
            world, batch.producer_id, world.partitions[offsets].log.length - 1
        )
    return error


@procedure
def handle_offset_commit(
    world: "World", transaction: int, generation: int, is_member: bool, is_empty: bool
) -> int:
    """Handle OffsetCommit, which belongs to no transaction.

    transaction: whose input it commits; is_empty: whether the group has no members; then a commit
    needs to name none.
    """
    error = check_member(world, generation, is_member)
    if generation == NONE and not is_empty:
        error = Error.UNKNOWN_MEMBER_ID
    if error == Error.NONE:
        append_plain_commit(world, transaction)
    return error


@procedure
def append_plain_commit(world: "World", transaction: int) -> None:
    """Append an offset that is committed without a transaction; it counts at once."""
    log = world.partitions[bound("partitions")].log
    log.append(Entry(kind=EntryKind.DATA, value=record_of(transaction, 0)))
    offsets_cache.note_committed(world, log.length - 1)


@action(GROUP_COORDINATOR)
def complete_offsets(world: "World") -> None:
    """The group coordinator lets offsets count or drops them, as an earlier marker says.

    GroupMetadataManager#handleTxnCompletion; a step of its own before KAFKA-17507.
    """
    require(is_behind(world), "offsets count with their marker")
    require(world.group.cache.due.length > 0, "no marker is waiting")
    offsets_cache.complete(world)


@procedure
def load_offsets(world: "World") -> None:
    """Let another group coordinator read the offsets' log (#loadGroupsAndOffsets)."""
    if is_behind(world):
        cache = world.group.cache
        cache.clear()
        log = world.partitions[bound("partitions")].log
        for position in for_each(Position):
            if is_offset_committed(world, position):
                cache.committed = position
            if position < log.length and is_undecided(log[position]):
                cache.pending[log[position].producer_id].position = position


@action(GROUP_COORDINATOR, to=CONSUMER)
def rebalance(world: "World", producer: ProducerSlot) -> None:
    """The group assigns the input partition to producer {producer}'s consumer.

    It goes on at the committed offset; the former owner may not have noticed.
    """
    require(world.group.owner != producer, "it is assigned to this member")
    suffer(world, Fault.REBALANCES)
    world.group.generation = world.group.generation + 1
    world.group.owner = producer

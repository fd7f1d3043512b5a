"""Group coordinator: generations, and offsets that are committed with or without a transaction.

Kafka: OffsetMetadataManager, ClassicGroup#validateOffsetCommit (KIP-447). The offsets of a group
are what its partition of __consumer_offsets says; of several commits the last in the log counts.
Left out: KIP-848 groups; expiry of offsets; JoinGroup and SyncGroup as requests.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, Record, action, bound, function, procedure, require, where
from model.roles import CONSUMER, GROUP_COORDINATOR
from model.sorts import Error
from model.transactions.faults import Fault, suffer
from model.transactions.partition import Entry, EntryKind, Outcome, handle_produce
from model.transactions.requests import Batch
from model.transactions.sorts import (
    Generation,
    OptionalProducerSlot,
    ProducerSlot,
)

if TYPE_CHECKING:
    from model.transactions.world import World


class Group(Record):
    """The consumer group: its generation, and whom the input partition is assigned to."""

    generation: Generation
    owner: OptionalProducerSlot = 0


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
    return world.contents[log[position].value] if position < log.length else NONE


@function
def committed_offset(world: "World") -> int:
    """Return the committed offset: the last one in the log that counts; NONE if there is none."""
    offset: int = NONE
    for position in range(world.partitions[bound("partitions")].log.room):
        offset = where(is_offset_committed(world, position), offset_at(world, position), offset)
    return offset


@function
def has_open_offsets(world: "World") -> bool:
    """Return whether an offset waits for the end of its transaction."""
    return world.partitions[bound("partitions")].log.exists(
        lambda entry: entry.kind == EntryKind.TRANSACTIONAL and entry.outcome == Outcome.OPEN
    )


@procedure
def handle_txn_offset_commit(
    world: "World", transactional_id: int, batch: Batch, generation: int
) -> int:
    """Handle TxnOffsetCommit; generation NONE: the request names no member, and is not fenced."""
    is_fenced = world.settings.group_fencing and generation not in (
        NONE,
        world.group.generation,
    )
    error: int = Error.ILLEGAL_GENERATION
    if not is_fenced:
        error = handle_produce(world, bound("partitions"), transactional_id, batch)
    return error


@procedure
def append_plain_commit(world: "World", transaction: int) -> None:
    """Append an offset that is committed without a transaction; it counts at once."""
    world.partitions[bound("partitions")].log.append(Entry(kind=EntryKind.DATA, value=transaction))


@action(GROUP_COORDINATOR, to=CONSUMER)
def rebalance(world: "World", producer: ProducerSlot) -> None:
    """The group assigns the input partition to producer {producer}'s consumer.

    It goes on at the committed offset; the former owner may not have noticed.
    """
    require(world.group.owner != producer, "it is assigned to this member")
    suffer(world, Fault.REBALANCES)
    world.group.generation = world.group.generation + 1
    world.group.owner = producer

"""Batches of a producer's transaction: where each stands, and how they are numbered.

Kafka: ProducerBatch, TxnPartitionEntry, RecordAccumulator (#drainBatchesForOneNode,
#shouldStopDrainBatchesForPartition, #reenqueue), TransactionManager#handleFailedBatch. A batch is
one record. Those of a partition are numbered in the order in which they are sent; one that must be
sent again waits until those before it are completed, and until what is on the connection is
answered. An application sends a record when it can leave the client.
Left out: batches that wait in the accumulator; max.in.flight.requests.per.connection (no scope has
more than 5 batches of a transaction for a partition); a batch that is sent again while a later one
is still on the connection.
"""

from enum import IntEnum
from typing import TYPE_CHECKING

from checker.lang import NONE, Array, Record, bound, exists, for_each, function, procedure, where
from model.transactions.requests import Asked
from model.transactions.sorts import (
    AcknowledgedSequence,
    Behind,
    OptionalSequence,
    Partition,
    ProducerSlot,
    RecordPlace,
    Sequence,
)

if TYPE_CHECKING:
    from model.transactions.world import World


class SendState(IntEnum):
    """Where a batch of the current transaction stands."""

    NOTHING = 0
    WAITING = 1  # for the answer to AddPartitionsToTxn
    IN_FLIGHT = 2
    RETRYING = 3
    ACKNOWLEDGED = 4
    FAILED = 5


class ClientBatch(Record):
    """A batch that the client holds, and its sequence as the client counts.

    in_retry: it was put back after an attempt; is_reset: it was numbered again
    (#sequenceHasBeenReset); shift: how far its number fell while it was on the connection.
    """

    state: SendState
    sequence: OptionalSequence = NONE
    in_retry: bool
    is_reset: bool
    shift: Behind


class ClientPartition(Record):
    """What the client knows about a partition (TxnPartitionEntry).

    added: it is in the transaction (partitionsInTransaction); last_acknowledged: the highest
    acknowledged sequence; unresolved: nobody knows whether an expired batch was appended
    (partitionsWithUnresolvedSequences); asked: what the leader learnt from the coordinator about
    the oldest batch in flight.
    """

    added: bool
    batches: Array[RecordPlace, ClientBatch]
    next_sequence: Sequence
    last_acknowledged: AcknowledgedSequence = NONE
    unresolved: bool
    asked: Asked


def is_pending(batch: ClientBatch) -> bool:
    """Return whether a batch has left the accumulator and is not completed."""
    return batch.state in (SendState.IN_FLIGHT, SendState.RETRYING)


@function
def first_in(entry: ClientPartition, state: SendState) -> int:
    """Return the place of the first batch in a state; else the last place."""
    for place in range(bound("batches") - 1):
        if entry.batches[place].state == state:
            return place
    return bound("batches") - 1


@function
def oldest_pending(entry: ClientPartition) -> int:
    """Return the place of the first batch that is not completed; else the last place."""
    for place in range(bound("batches") - 1):
        if is_pending(entry.batches[place]):
            return place
    return bound("batches") - 1


def is_any(entry: ClientPartition, state: SendState) -> bool:
    """Return whether a batch of a partition is in a state."""
    return exists(RecordPlace, lambda place: entry.batches[place].state == state)


def number_batch(entry: ClientPartition, place: int) -> None:
    """Give a batch the next sequence; it keeps it when it is sent again."""
    entry.batches[place].sequence = entry.next_sequence
    entry.next_sequence = entry.next_sequence + 1


def sequence_on_connection(batch: ClientBatch) -> int:
    """Return the sequence that a batch in flight left the client with."""
    return batch.sequence + batch.shift if bound("batches") > 1 else batch.sequence


@procedure
def put_back(entry: ClientPartition, place: int) -> None:
    """Put a batch back to be sent again (RecordAccumulator#reenqueue, ProducerBatch#inRetry).

    Where there is no other one for the partition, it leaves again at once.
    """
    batch = entry.batches[place]
    batch.in_retry = True
    if bound("batches") > 1:
        batch.state = SendState.RETRYING
        batch.shift = 0


@procedure
def acknowledge(entry: ClientPartition, place: int) -> None:
    """Note that a batch is in the log (TransactionManager#handleCompletedBatch)."""
    batch = entry.batches[place]
    if bound("batches") > 1:
        highest = entry.last_acknowledged
        entry.last_acknowledged = where(batch.sequence > highest, batch.sequence, highest)
    batch.clear()
    batch.state = SendState.ACKNOWLEDGED


@procedure
def give_back_sequence(entry: ClientPartition, place: int) -> None:
    """Close the gap of a refused batch: those behind it move down (#adjustSequencesDueTo...).

    One that is on the connection has left with its old number.
    """
    if entry.next_sequence > 0:
        entry.next_sequence = entry.next_sequence - 1
        for later in for_each(RecordPlace):
            batch = entry.batches[later]
            if later > place and is_pending(batch):
                batch.sequence = batch.sequence - 1
                batch.is_reset = True
                batch.shift = batch.shift + where(batch.state == SendState.IN_FLIGHT, 1, 0)


@function
def waits_for_another(entry: ClientPartition, place: int) -> bool:
    """Return whether a batch may be out of order for want of another one (#canRetry).

    A batch that was numbered again is sent again too. Alone, a batch is always the next one.
    """
    batch = entry.batches[place]
    if bound("batches") == 1:
        return False
    is_next = batch.sequence == entry.last_acknowledged + 1
    return not entry.unresolved and (batch.is_reset or not is_next)


@procedure
def leave_connection(entry: ClientPartition) -> None:
    """Put back all batches that were on a connection to the leader."""
    for place in for_each(RecordPlace):
        batch = entry.batches[place]
        if batch.state == SendState.IN_FLIGHT:
            put_back(entry, place)
            batch.state = SendState.RETRYING
    entry.asked = Asked.NOT_YET


@procedure
def follow_leader(world: "World", partition: int) -> None:
    """Put back what was on connections to a broker that does not lead any more.

    It is answered with NOT_LEADER_OR_FOLLOWER, so the new leader asks anew; a single batch leaves
    again at once.
    """
    for producer in for_each(ProducerSlot):
        entry = world.clients[producer].partitions[partition]
        for place in for_each(RecordPlace):
            if entry.batches[place].state == SendState.IN_FLIGHT:
                put_back(entry, place)
        entry.asked = Asked.NOT_YET


@procedure
def forget_sequences(world: "World", producer: int) -> None:
    """Begin at sequence 0 again, as after every new epoch (#resetSequenceNumbers)."""
    for partition in for_each(Partition):
        entry = world.clients[producer].partitions[partition]
        entry.next_sequence = 0
        entry.last_acknowledged = NONE

"""The idempotent producer's numbers: producer id, epoch, and sequences of the partition.

Kafka: TransactionManager, TxnPartitionEntry (KIP-98, KIP-360).
Left out: transactions; InitProducerId as a request of its own (a session begins with a producer
id); a fresh producer id at epoch 32767; other partitions, which keep the old epoch for a while;
clients before 2.5 that fail a batch and take a fresh producer id where they find a gap, as newer
ones raise their epoch.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, Record, bound, count, exists, for_each, function, procedure, where
from model.sorts import Epoch, OptionalSequence, ProducerId, RecordNumber, Sequence

if TYPE_CHECKING:
    from model.requests import ProduceRequest
    from model.world import World


class Numbers(Record):
    """What the client knows about its producer id on the partition (TxnPartitionEntry).

    last_acknowledged: the highest acknowledged sequence; unresolved: the sequence after an expired
    batch of which nobody knows whether it was appended (partitionsWithUnresolvedSequences);
    is_kept: what was last acknowledged is not deleted (lastAckedOffset >= logStartOffset), noted
    where brokers answer UNKNOWN_PRODUCER_ID.
    """

    producer_id: ProducerId
    epoch: Epoch
    next_sequence: Sequence
    last_acknowledged: OptionalSequence = NONE
    unresolved: OptionalSequence = NONE
    is_kept: bool = False


def is_tracked(world: "World", record: int) -> bool:
    """Return whether a batch has a sequence and is not completed (#inflightBatchesBySequence)."""
    return world.producer.batches[record].sequence != NONE


@function
def is_earlier(world: "World", record: int, sequence: int) -> bool:
    """Return whether a batch that is not completed has a lower sequence."""
    return is_tracked(world, record) and world.producer.batches[record].sequence < sequence


@function
def must_wait(world: "World", record: int) -> bool:
    """Return whether a batch must not be sent yet (RecordAccumulator#shouldStopDrainBatches...).

    A batch that was sent before waits until those with lower sequences are completed; a new batch
    waits until it is known what became of an expired one.
    """
    sequence = world.producer.batches[record].sequence
    if sequence == NONE:
        return world.producer.numbers.unresolved != NONE
    return exists(RecordNumber, lambda other: is_earlier(world, other, sequence))


@procedure
def number_batch(world: "World", record: int) -> None:
    """Give a batch the next sequence when it is first sent; it keeps it when it is sent again."""
    numbers = world.producer.numbers
    batch = world.producer.batches[record]
    if world.settings.idempotence and batch.sequence == NONE:
        batch.sequence = numbers.next_sequence
        numbers.next_sequence = numbers.next_sequence + 1


def acknowledge_sequence(world: "World", sequence: int) -> None:
    """Remember the highest acknowledged sequence (#maybeUpdateLastAckedSequence)."""
    numbers = world.producer.numbers
    highest = numbers.last_acknowledged
    numbers.last_acknowledged = where(sequence > highest, sequence, highest)
    numbers.is_kept = not world.settings.accepts_unknown_ids


def note_deletion(world: "World") -> None:
    """Remember that what was acknowledged is deleted; answers carry the log's start."""
    world.producer.numbers.is_kept = False


def mark_unresolved(world: "World", sequence: int) -> None:
    """Remember that an expired batch may or may not be in the log (#markSequenceUnresolved)."""
    numbers = world.producer.numbers
    highest = numbers.unresolved
    numbers.unresolved = where(sequence + 1 > highest, sequence + 1, highest)


@function
def shows_gap(world: "World", request: "ProduceRequest") -> bool:
    """Return whether OUT_OF_ORDER_SEQUENCE_NUMBER means that a batch is missing (#canRetry).

    It does not where an earlier batch is still to be acknowledged, nor where the batch was
    renumbered while the request was on its way.
    """
    numbers = world.producer.numbers
    sequence = world.producer.batches[request.record].sequence
    if numbers.unresolved != NONE:
        return sequence == numbers.unresolved
    return request.epoch == numbers.epoch and sequence == numbers.last_acknowledged + 1


def rank(world: "World", record: int) -> int:
    """Return how many batches that are not completed have a lower sequence."""
    sequence = world.producer.batches[record].sequence
    return count(RecordNumber, lambda other: is_earlier(world, other, sequence))


@function
def was_renumbered(world: "World", request: "ProduceRequest") -> bool:
    """Return whether a batch got another number since a request left (#sequenceHasBeenReset)."""
    numbers = world.producer.numbers
    sequence = world.producer.batches[request.record].sequence
    return request.epoch != numbers.epoch or request.sequence != sequence


@procedure
def begin_again(world: "World", request: "ProduceRequest") -> bool:
    """React to UNKNOWN_PRODUCER_ID; return whether a new epoch must begin (#canRetry).

    Before KIP-360 a client whose acknowledged records are deleted begins at 0 in the same epoch,
    and uses its numbers a second time.
    """
    if was_renumbered(world, request):
        return False
    if world.settings.new_epoch_for_unknown_id or world.producer.numbers.is_kept:
        return True
    renumber(world)
    return False


@procedure
def begin_new_epoch(world: "World") -> None:
    """Raise the epoch and renumber what is in flight from 0 (#bumpIdempotentProducerEpoch).

    No broker is asked, so nothing fences a late copy until a batch of the new epoch is in the log.
    """
    renumber(world)
    world.producer.numbers.epoch = world.producer.numbers.epoch + 1


@procedure
def renumber(world: "World") -> None:
    """Give what is in flight numbers from 0 (#startSequencesAtBeginning)."""
    numbers = world.producer.numbers
    batches = world.producer.batches
    tracked = [is_tracked(world, record) for record in range(bound("records"))]
    ranks = [rank(world, record) for record in range(bound("records"))]
    numbers.next_sequence = count(RecordNumber, lambda record: is_tracked(world, record))
    numbers.last_acknowledged = NONE
    numbers.unresolved = NONE
    for record in for_each(RecordNumber):
        batches[record].sequence = where(tracked[record], ranks[record], NONE)


@procedure
def settle_numbers(world: "World", gap: bool) -> None:
    """Begin a new epoch if there is a gap; else see what became of expired batches.

    When nothing is in flight any more and all later batches were acknowledged, an expired one left
    no gap (Sender#runOnce, #maybeResolveSequences).
    """
    numbers = world.producer.numbers
    in_flight = exists(RecordNumber, lambda record: is_tracked(world, record))
    if gap:
        begin_new_epoch(world)
    elif numbers.unresolved != NONE and not in_flight:
        if numbers.next_sequence == numbers.last_acknowledged + 1:
            numbers.unresolved = NONE
        else:
            begin_new_epoch(world)

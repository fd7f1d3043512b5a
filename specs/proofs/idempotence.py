"""The idempotent producer: no duplicates, no reordering, nothing acknowledged is missing.

Proved for any number of producer ids, partitions, batches of any size, retries and epochs, over a
network that loses, repeats, delays and reorders requests and replies: a request that was sent once
may be handled at any later time, never or often. The leader's window of recent batches may forget
any batch at any time, so that its size (five, one after a restart) plays no part.

A batch has the sequence numbers from `first` to before `end`; Kafka stores the last one, which is
`end` - 1.

Kafka: ProducerAppendInfo, ProducerStateEntry, ProducerStateManager, TransactionManager,
TxnPartitionEntry (KIP-98, KIP-360).
Left out: the wrap of sequence numbers at 2^31 and of epochs at 32767; failover, truncation,
retention and expiry of producer ids at partitions; transactions (proved in `transactions`); an
application that sends a record again under a new sequence number or epoch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from checker.lang import (
    Array,
    Identity,
    Model,
    Numeric,
    Parameters,
    Record,
    Relation,
    action,
    always,
    exists,
    forall,
    function,
    require,
    sometimes,
)
from specs.proofs.claims import REFUTED, Mutant, ProofModel

if TYPE_CHECKING:
    from collections.abc import Callable

Producer = Annotated[int, Identity("Producer", size="producers")]
Partition = Annotated[int, Identity("Partition", size="partitions")]
Epoch = Annotated[int, Numeric("Epoch", high="epochs")]
Sequence = Annotated[int, Numeric("Sequence", high="sequences")]
Offset = Annotated[int, Numeric("Offset", high="offsets")]

CLIENT = "producer client"
LEADER = "partition leader"


class ProducerState(Record):
    """ProducerStateEntry: the newest epoch, and the sequence number that must come next."""

    known: bool
    epoch: Epoch
    next: Sequence


class Batch(Record):
    """A batch in a log."""

    written: bool
    producer: Producer
    epoch: Epoch
    first: Sequence
    end: Sequence


class Guards(Parameters):
    """Kafka's guards; each can be left out, to see what it is for."""

    epoch: bool = True
    sequence: bool = True
    starts_at_zero: bool = True
    exact_duplicate: bool = True
    reply_of_own_batch: bool = True


class World(Record):
    """What clients and leaders remember, the logs, and every request and reply ever sent.

    next: the next sequence number of a producer and epoch for a partition; sent, succeeded: batches
    sent, and batches that a leader has reported as written; acknowledged: what a client was told;
    window: recent batches, of which a repetition is recognised.
    """

    guards: Guards
    client_epoch: Array[Producer, Epoch]
    next: Array[Producer, Array[Epoch, Array[Partition, Sequence]]]
    sent: Relation[Producer, Partition, Epoch, Sequence, Sequence]
    succeeded: Relation[Producer, Partition, Epoch, Sequence, Sequence]
    acknowledged: Relation[Producer, Partition, Epoch, Sequence, Sequence]
    leader: Array[Partition, Array[Producer, ProducerState]]
    window: Relation[Partition, Producer, Epoch, Sequence, Sequence]
    log: Array[Partition, Array[Offset, Batch]]


@function
def is_log_end(world: World, partition: int, offset: int) -> bool:
    """Return whether the log is full below an offset and empty from there on."""
    return forall(Offset, lambda o: (o < offset) == world.log[partition][o].written)


@action(CLIENT)
def bump_epoch(world: World, producer: Producer, later: Epoch) -> None:
    """Producer {producer} goes on with epoch {later}, its sequence numbers starting at 0."""
    require(later > world.client_epoch[producer], "the epoch is not new")
    world.client_epoch[producer] = later


@action(CLIENT, to=LEADER)
def send(world: World, producer: Producer, partition: Partition, end: Sequence) -> None:
    """Producer {producer} sends a batch to partition {partition}; {end} comes next."""
    epoch = world.client_epoch[producer]
    first = world.next[producer][epoch][partition]
    require(first < end, "a batch has at least one record")
    world.sent.add(producer, partition, epoch, first, end)
    world.next[producer][epoch][partition] = end


@action(LEADER)
def append(
    world: World,
    partition: Partition,
    producer: Producer,
    epoch: Epoch,
    first: Sequence,
    end: Sequence,
    offset: Offset,
) -> None:
    """Partition {partition} appends a batch of producer {producer}, epoch {epoch}."""
    state, guards = world.leader[partition][producer], world.guards
    require(world.sent.has(producer, partition, epoch, first, end), "no such request")
    repeated = world.window.has(partition, producer, epoch, first, end)
    require(not (repeated and state.epoch == epoch), "a duplicate")
    require(not state.known or state.epoch <= epoch or not guards.epoch, "INVALID_PRODUCER_EPOCH")
    is_next = state.known and epoch == state.epoch and first != state.next
    require(not is_next or not guards.sequence, "OUT_OF_ORDER_SEQUENCE_NUMBER")
    is_first = state.known and epoch != state.epoch and first != 0
    require(not is_first or not guards.starts_at_zero, "OUT_OF_ORDER_SEQUENCE_NUMBER")
    require(is_log_end(world, partition, offset), "not the end of the log")
    batch = world.log[partition][offset]
    batch.written = True
    batch.producer = producer
    batch.epoch = epoch
    batch.first = first
    batch.end = end
    state.known = True
    state.epoch = epoch
    state.next = end
    world.window.add(partition, producer, epoch, first, end)
    world.succeeded.add(producer, partition, epoch, first, end)


@action(LEADER)
def recognise_duplicate(
    world: World,
    partition: Partition,
    producer: Producer,
    epoch: Epoch,
    first: Sequence,
    end: Sequence,
) -> None:
    """Partition {partition} knows the batch of producer {producer} already and reports success."""
    state = world.leader[partition][producer]
    require(world.sent.has(producer, partition, epoch, first, end), "no such request")
    require(state.known and state.epoch == epoch, "another epoch")
    exact = world.window.has(partition, producer, epoch, first, end)
    require(exact or not world.guards.exact_duplicate, "not a duplicate")
    world.succeeded.add(producer, partition, epoch, first, end)


@action(LEADER)
def forget_batch(
    world: World,
    partition: Partition,
    producer: Producer,
    epoch: Epoch,
    first: Sequence,
    end: Sequence,
) -> None:
    """Partition {partition} drops a batch of producer {producer} from its window."""
    known = world.window.has(partition, producer, epoch, first, end)
    require(known, "the window does not hold it")
    world.window.discard(partition, producer, epoch, first, end)


@action(CLIENT)
def receive_success(
    world: World,
    producer: Producer,
    partition: Partition,
    epoch: Epoch,
    first: Sequence,
    end: Sequence,
) -> None:
    """Producer {producer} learns that a batch is in partition {partition}."""
    require(world.sent.has(producer, partition, epoch, first, end), "it was not sent")
    reported = world.succeeded.has(producer, partition, epoch, first, end)
    require(reported or not world.guards.reply_of_own_batch, "there is no such reply")
    world.acknowledged.add(producer, partition, epoch, first, end)


# What is proved.


def same_epoch(one: Batch, other: Batch) -> bool:
    """Return whether two batches have one producer and epoch."""
    return one.producer == other.producer and one.epoch == other.epoch


@always("No sequence number of a producer and epoch stands twice in a log", kafka="KIP-98")
def no_duplicates(world: World) -> bool:
    """Two batches of one producer and epoch have no sequence number in common."""

    def apart(t: int, o: int, q: int) -> bool:
        one, other = world.log[t][o], world.log[t][q]
        both = one.written and other.written and same_epoch(one, other)
        overlap = one.first < other.end and other.first < one.end
        return not (both and overlap) or o == q

    return forall(Partition, Offset, Offset, apart)


@always("Records stand in a log in the order in which their producer sent them", kafka="KIP-98")
def in_order(world: World) -> bool:
    """By epoch, and within an epoch by sequence number; the client gives both out in this order."""

    def ordered(t: int, o: int, q: int) -> bool:
        one, other = world.log[t][o], world.log[t][q]
        both = one.written and other.written and one.producer == other.producer and o < q
        within = one.epoch == other.epoch and one.end <= other.first
        return not both or one.epoch < other.epoch or within

    return forall(Partition, Offset, Offset, ordered)


@always("Within an epoch no record is missing between two that are there", kafka="KIP-360")
def no_gaps(world: World) -> bool:
    """A batch is its producer's first, or starts its epoch at 0, or follows another at once."""

    def follows(t: int, o: int) -> bool:
        batch = world.log[t][o]
        follower = exists(
            Offset,
            lambda q: (
                q < o
                and world.log[t][q].written
                and same_epoch(world.log[t][q], batch)
                and world.log[t][q].end == batch.first
            ),
        )
        is_first = forall(Offset, lambda q: not q < o or world.log[t][q].producer != batch.producer)
        return not batch.written or batch.first == 0 or follower or is_first

    return forall(Partition, Offset, follows)


def is_in_log(world: World, t: int, p: int, e: int, first: int, end: int) -> bool:
    """Return whether a batch stands in a log."""

    def stands(o: int) -> bool:
        batch = world.log[t][o]
        named = batch.producer == p and batch.epoch == e
        return batch.written and named and batch.first == first and batch.end == end

    return exists(Offset, stands)


def are_in_log(world: World, among: Callable[[int, int, int, int, int], bool]) -> bool:
    """Return whether all batches among some are in the log."""
    return forall(
        Producer,
        Partition,
        Epoch,
        lambda p, t, e: forall(
            Sequence,
            Sequence,
            lambda a, b: not among(p, t, e, a, b) or is_in_log(world, t, p, e, a, b),
        ),
    )


@always("A batch that was acknowledged is in the log, all of it", kafka="KIP-98")
def acknowledged_is_in_log(world: World) -> bool:
    """The client was told so, by whichever of the replies."""
    return are_in_log(world, world.acknowledged.has)


@always("A batch of which success was reported is in the log")
def succeeded_is_in_log(world: World) -> bool:
    """Whether or not the client ever learns of it."""
    return are_in_log(world, world.succeeded.has)


@always("A batch in a leader's window is in the log")
def window_is_in_log(world: World) -> bool:
    """So a batch that is recognised is there."""
    return are_in_log(world, lambda p, t, e, a, b: world.window.has(t, p, e, a, b))


@always("A batch has at least one record")
def batches_are_not_empty(world: World) -> bool:
    """On its way and in the log."""

    def not_empty(t: int, o: int) -> bool:
        batch = world.log[t][o]
        return not batch.written or batch.first < batch.end

    def sent(p: int, t: int, e: int) -> bool:
        return forall(Sequence, Sequence, lambda a, b: not world.sent.has(p, t, e, a, b) or a < b)

    return forall(Partition, Offset, not_empty) and forall(Producer, Partition, Epoch, sent)


@always("What a leader expects next lies behind everything in its log")
def leader_is_ahead(world: World) -> bool:
    """By epoch, then by sequence number."""

    def ahead(t: int, o: int) -> bool:
        batch = world.log[t][o]
        state = world.leader[t][batch.producer]
        within = batch.epoch == state.epoch and batch.end <= state.next
        return not batch.written or (state.known and (batch.epoch < state.epoch or within))

    return forall(Partition, Offset, ahead)


@always("What a leader expects next is the end of a batch in its log")
def leader_follows_log(world: World) -> bool:
    """Of a producer that it knows."""

    def follows(t: int, p: int) -> bool:
        state = world.leader[t][p]

        def is_last(o: int) -> bool:
            batch = world.log[t][o]
            named = batch.producer == p and batch.epoch == state.epoch
            return batch.written and named and batch.end == state.next

        return not state.known or exists(Offset, is_last)

    return forall(Partition, Producer, follows)


@sometimes("A batch was recognised as a duplicate after a later one")
def duplicate_recognised(world: World) -> bool:
    """Two batches are acknowledged."""
    return exists(
        Producer,
        Partition,
        Epoch,
        lambda p, t, e: exists(
            Sequence,
            Sequence,
            lambda a, b: exists(
                Sequence,
                lambda c: (
                    world.acknowledged.has(p, t, e, a, b) and world.acknowledged.has(p, t, e, b, c)
                ),
            ),
        ),
    )


LEMMAS = (
    no_duplicates,
    in_order,
    no_gaps,
    acknowledged_is_in_log,
    succeeded_is_in_log,
    window_is_in_log,
    batches_are_not_empty,
    leader_is_ahead,
    leader_follows_log,
)
SMALL = {"producers": 1, "partitions": 1, "epochs": 1, "sequences": 2, "offsets": 2}
EXPLORED = {"producers": 1, "partitions": 1, "epochs": 1, "sequences": 2, "offsets": 4}
MODEL = Model(
    name="idempotence",
    world=World,
    actions=(
        bump_epoch,
        send,
        append,
        recognise_duplicate,
        forget_batch,
        receive_success,
    ),
    properties=(*LEMMAS, duplicate_recognised),
    bounds=SMALL,
)
_PAI = "ProducerAppendInfo.java"
IDEMPOTENCE = ProofModel(
    name="idempotence",
    title="the idempotent producer",
    model=MODEL,
    guarantees=("no_duplicates", "in_order", "no_gaps", "acknowledged_is_in_log"),
    lemmas=LEMMAS,
    covers=(duplicate_recognised,),
    small=SMALL,
    explored=EXPLORED,
    sources={
        "epoch": ("a batch with an older epoch is refused", f"{_PAI}#checkProducerEpoch"),
        "sequence": (
            "within an epoch a batch must follow the last one at once",
            f"{_PAI}#checkSequence, `inSequence`",
        ),
        "starts_at_zero": (
            "the first batch of a newer epoch has sequence number 0",
            f"{_PAI}#checkSequence, `appendFirstSeq != 0`",
        ),
        "exact_duplicate": (
            "a repeated batch is one with the same first and last sequence number in the window",
            "ProducerStateEntry.java#findDuplicateBatch",
        ),
        "reply_of_own_batch": (
            "a client takes a batch for written only when it was told so",
            "Sender.java#completeBatch",
        ),
    },
    mutants=(
        Mutant("retry_is_appended_again", ("sequence",), REFUTED, steps=4),
        Mutant("older_epoch_is_accepted", ("epoch",), REFUTED, steps=5),
        Mutant("new_epoch_starts_anywhere", ("starts_at_zero",), REFUTED, steps=6),
        Mutant("anything_is_a_duplicate", ("exact_duplicate",), REFUTED, steps=5),
        Mutant("acknowledged_without_reply", ("reply_of_own_batch",), REFUTED, steps=2),
    ),
    not_covered=(
        "the wrap of sequence numbers at 2^31 - 1 and of epochs at 32767",
        "failover, truncation, retention and producer id expiry at partitions: a leader that has "
        "forgotten a producer id accepts any sequence number",
        "an application that sends a record again by itself: the guarantee is per producer id, "
        "epoch and sequence number",
        "that a record is ever written (liveness)",
    ),
)

"""Failover of transaction coordinators, added to `transactions`.

The coordinator of a transactional id is the leader of a partition of __transaction_state. A new
one has a higher coordinator epoch, forgets everything, reads the log and sends the markers of a
prepared end to all partitions again. Old coordinators may live on for ever: they send what they had
prepared at any later time, and answer from what they remember. They cannot write the log.

Kafka: TransactionStateManager#loadTransactionsForTxnTopicPartition, TransactionMetadata,
TransactionMarkerChannelManager, ProducerAppendInfo#appendEndTxnMarker (coordinatorEpoch).
Left out: what `transactions` leaves out, but for this; a write to the log that times out and
becomes durable later all the same (a write and its request are one step here).
"""

from __future__ import annotations

from typing import Annotated

from checker.lang import (
    Array,
    Model,
    Numeric,
    Record,
    Relation,
    Subset,
    action,
    always,
    forall,
    require,
)
from specs.proofs import transactions
from specs.proofs.claims import PROVED, REFUTED, Mutant, ProofModel, inherited
from specs.proofs.transactions import (
    COORDINATOR,
    LEADER,
    SOURCES,
    Epoch,
    Offset,
    Partition,
    Producer,
    Question,
    Transaction,
    TxnState,
    answer,
    append_first,
    append_more,
    ask,
    decide_abort,
    decide_commit,
    finish,
    initialise,
    join,
    request_commit,
    take_abort_marker,
    take_commit_marker,
)
from specs.proofs.transactions_lemmas import (
    COVERS,
    LEMMAS,
    MUTANTS,
    NOT_COVERED,
    READ_SIDE,
    STEPS,
    is_marker,
    is_not_ahead,
    says_what_was_decided,
)

CoordinatorEpoch = Annotated[int, Numeric("CoordinatorEpoch", high="coordinator_epochs")]


class Guards(transactions.Guards):
    """The guards of `transactions`, and those against old coordinators."""

    coordinator_epoch: bool = True
    loaded: bool = True
    own_acknowledgements: bool = True


class World(transactions.World):
    """`coordinator` is what the log says, `memory` what the newest coordinator remembers.

    newest: its epoch; loaded: whether it has read the log. prepared_commits, prepared_aborts: ends
    that a coordinator has prepared or found prepared, by epoch of the transaction, of its markers,
    and of the coordinator; sent_by: who sent a marker; acknowledged_to: who was told that it is
    written; stored: the highest coordinator epoch of a producer's markers at a partition;
    written_by: the coordinator epoch of each marker in a log.
    """

    guards: Guards
    newest: Array[Producer, CoordinatorEpoch]
    memory: Array[Producer, Transaction]
    loaded: Subset[Producer]
    prepared_commits: Relation[Producer, Epoch, Epoch, CoordinatorEpoch]
    prepared_aborts: Relation[Producer, Epoch, Epoch, CoordinatorEpoch]
    sent_by: Relation[Producer, Partition, Epoch, CoordinatorEpoch]
    acknowledged_to: Relation[Producer, Partition, Epoch, CoordinatorEpoch]
    stored: Array[Partition, Array[Producer, CoordinatorEpoch]]
    written_by: Array[Partition, Array[Offset, CoordinatorEpoch]]


# The newest coordinator: it acts on its memory, and writes the log in the same step.


def memory_of(world: World, producer: int) -> Transaction:
    """Return what the newest coordinator remembers; it must have read the log."""
    is_loaded = world.loaded.has(producer) or not world.guards.loaded
    require(is_loaded, "COORDINATOR_LOAD_IN_PROGRESS")
    return world.memory[producer]


def write_log(world: World, producer: int) -> None:
    """Append what the coordinator remembers to the log (appendTransactionToLog)."""
    world.coordinator[producer] = world.memory[producer]


@action(COORDINATOR, kind="failover")
def elect(world: World, producer: Producer, coordinator: CoordinatorEpoch) -> None:
    """Producer {producer} gets a new coordinator with epoch {coordinator}."""
    require(coordinator > world.newest[producer], "the coordinator epoch is not new")
    world.newest[producer] = coordinator
    world.loaded.discard(producer)
    world.memory[producer].clear()


@action(COORDINATOR)
def load(world: World, producer: Producer) -> None:
    """The newest coordinator of producer {producer} reads the log."""
    require(not world.loaded.has(producer), "it has read the log already")
    world.memory[producer] = world.coordinator[producer]
    world.loaded.add(producer)
    note_prepared(world, producer)


def note_prepared(world: World, producer: int) -> None:
    """Remember for ever that this coordinator may send the markers of a prepared end."""
    txn, newest = world.memory[producer], world.newest[producer]
    if txn.state == TxnState.PREPARE_COMMIT:
        world.prepared_commits.add(producer, txn.ended_epoch, txn.epoch, newest)
    if txn.state == TxnState.PREPARE_ABORT:
        world.prepared_aborts.add(producer, txn.ended_epoch, txn.epoch, newest)


@action(COORDINATOR)
def init_producer(world: World, producer: Producer, epoch: Epoch) -> None:
    """Producer {producer} is initialised with epoch {epoch}."""
    initialise(memory_of(world, producer), epoch)
    write_log(world, producer)


@action(COORDINATOR)
def add_partition(
    world: World, partition: Partition, producer: Producer, epoch: Epoch, question: Question
) -> None:
    """Partition {partition} joins the transaction of producer {producer}, epoch {epoch}."""
    answer(world, memory_of(world, producer), partition, producer, epoch, question)
    write_log(world, producer)


@action(COORDINATOR)
def add_for_client(world: World, partition: Partition, producer: Producer, epoch: Epoch) -> None:
    """A client with producer {producer}, epoch {epoch} adds partition {partition} by itself."""
    join(world, memory_of(world, producer), partition, producer, epoch)
    write_log(world, producer)


@action(COORDINATOR)
def commit_transaction(world: World, producer: Producer, epoch: Epoch, later: Epoch) -> None:
    """Producer {producer} commits with epoch {epoch}; from now on it has epoch {later}."""
    decide_commit(world, memory_of(world, producer), producer, epoch, later)
    write_log(world, producer)
    note_prepared(world, producer)


@action(COORDINATOR)
def abort_transaction(world: World, producer: Producer, later: Epoch) -> None:
    """The transaction of producer {producer} is aborted; from now on it has epoch {later}."""
    decide_abort(world, memory_of(world, producer), producer, later)
    write_log(world, producer)
    note_prepared(world, producer)


@action(COORDINATOR)
def complete(world: World, producer: Producer) -> None:
    """All markers of producer {producer} are acknowledged to its newest coordinator."""
    txn, newest = memory_of(world, producer), world.newest[producer]
    everywhere = forall(
        Partition,
        lambda t: (
            not world.added.has(producer, txn.ended_epoch, t)
            or world.acknowledged_to.has(producer, t, txn.epoch, newest)
            or (
                not world.guards.own_acknowledgements
                and world.acknowledged.has(producer, t, txn.epoch)
            )
        ),
    )
    finish(world, txn, everywhere)
    write_log(world, producer)


# Any coordinator, old or new.


@action(COORDINATOR, kind="late")
def answer_from_old_memory(
    world: World, partition: Partition, producer: Producer, epoch: Epoch, question: Question
) -> None:
    """An old coordinator tells partition {partition} that producer {producer} may write."""
    require(world.asked.has(partition, producer, epoch, question), "nobody asked")
    require(world.added.has(producer, epoch, partition), "it never was in the transaction")
    world.answered.add(partition, producer, epoch, question)


@action(COORDINATOR)
def send_commit_marker(
    world: World,
    producer: Producer,
    partition: Partition,
    ends: Epoch,
    epoch: Epoch,
    coordinator: CoordinatorEpoch,
) -> None:
    """Coordinator {coordinator} sends COMMIT of producer {producer} to partition {partition}."""
    prepared = world.prepared_commits.has(producer, ends, epoch, coordinator)
    require(prepared, "this coordinator has not prepared it")
    require(world.added.has(producer, ends, partition), "not in the transaction")
    world.commit_markers.add(producer, partition, ends, epoch)
    world.sent_by.add(producer, partition, epoch, coordinator)


@action(COORDINATOR)
def send_abort_marker(
    world: World,
    producer: Producer,
    partition: Partition,
    ends: Epoch,
    epoch: Epoch,
    coordinator: CoordinatorEpoch,
) -> None:
    """Coordinator {coordinator} sends ABORT of producer {producer} to partition {partition}."""
    prepared = world.prepared_aborts.has(producer, ends, epoch, coordinator)
    require(prepared, "this coordinator has not prepared it")
    require(world.added.has(producer, ends, partition), "not in the transaction")
    world.abort_markers.add(producer, partition, ends, epoch)
    world.sent_by.add(producer, partition, epoch, coordinator)


# Partition leader: markers carry the coordinator's epoch.


def check_coordinator(
    world: World, partition: int, producer: int, epoch: int, coordinator: int, offset: int
) -> None:
    """Refuse a marker of an older coordinator than the last marker's (checkCoordinatorEpoch)."""
    sent = world.sent_by.has(producer, partition, epoch, coordinator)
    require(sent, "this coordinator did not send it")
    is_old = coordinator < world.stored[partition][producer]
    require(not is_old or not world.guards.coordinator_epoch, "TRANSACTION_COORDINATOR_FENCED")
    world.stored[partition][producer] = coordinator
    world.written_by[partition][offset] = coordinator
    world.acknowledged_to.add(producer, partition, epoch, coordinator)


@action(LEADER)
def write_commit_marker(
    world: World,
    partition: Partition,
    producer: Producer,
    ends: Epoch,
    epoch: Epoch,
    coordinator: CoordinatorEpoch,
    offset: Offset,
) -> None:
    """Partition {partition} writes COMMIT for producer {producer}, coordinator {coordinator}."""
    check_coordinator(world, partition, producer, epoch, coordinator, offset)
    take_commit_marker(world, partition, producer, ends, epoch, offset)


@action(LEADER)
def write_abort_marker(
    world: World,
    partition: Partition,
    producer: Producer,
    ends: Epoch,
    epoch: Epoch,
    coordinator: CoordinatorEpoch,
    offset: Offset,
) -> None:
    """Partition {partition} writes ABORT for producer {producer}, coordinator {coordinator}."""
    check_coordinator(world, partition, producer, epoch, coordinator, offset)
    take_abort_marker(world, partition, producer, ends, epoch, offset)


# What is proved in addition.


@always("Behind a coordinator's marker no older coordinator writes one", kafka="KIP-98")
def coordinators_are_fenced(world: World) -> bool:
    """For each producer and partition."""

    def fenced(t: int, o: int, q: int) -> bool:
        one, other = world.log[t][o], world.log[t][q]
        both = is_marker(world, t, o) and is_marker(world, t, q) and o < q
        in_order = world.written_by[t][o] <= world.written_by[t][q]
        return not (both and one.producer == other.producer) or in_order

    return forall(Partition, Offset, Offset, fenced)


@always("A partition remembers the highest coordinator epoch of a producer's markers")
def stored_is_highest(world: World) -> bool:
    """F1."""

    def highest(t: int, o: int) -> bool:
        stored = world.stored[t][world.log[t][o].producer]
        return not is_marker(world, t, o) or world.written_by[t][o] <= stored

    return forall(Partition, Offset, highest)


@always("A coordinator that has read the log remembers what it says")
def memory_is_log(world: World) -> bool:
    """F2."""
    return forall(
        Producer, lambda p: not world.loaded.has(p) or world.memory[p] == world.coordinator[p]
    )


@always("What any coordinator has prepared was decided so")
def prepared_end_is_decided(world: World) -> bool:
    """F3: an old coordinator sends nothing that the log does not say."""

    def decided(p: int, e: int, m: int, c: int) -> bool:
        commits = world.prepared_commits.has(p, e, m, c)
        aborts = world.prepared_aborts.has(p, e, m, c)
        return says_what_was_decided(world, p, e, commits, aborts)

    return forall(Producer, Epoch, Epoch, CoordinatorEpoch, decided)


@always("What any coordinator has prepared is the end in progress, or too old to end another one")
def prepared_end_is_not_ahead(world: World) -> bool:
    """F4: so are the markers that it sends (S9)."""

    def behind(p: int, e: int, m: int, c: int) -> bool:
        commits = world.prepared_commits.has(p, e, m, c)
        aborts = world.prepared_aborts.has(p, e, m, c)
        return not (commits or aborts) or is_not_ahead(world.coordinator[p], e, m)

    return forall(Producer, Epoch, Epoch, CoordinatorEpoch, behind)


@always("What was acknowledged to a coordinator was written")
def acknowledged_to_one_is_known(world: World) -> bool:
    """F5."""

    def written(p: int, t: int, m: int, c: int) -> bool:
        return not world.acknowledged_to.has(p, t, m, c) or world.acknowledged.has(p, t, m)

    return forall(Producer, Partition, Epoch, CoordinatorEpoch, written)


class Pair(Record):
    """The state before a step and the state behind it."""

    before: World
    after: World


ACTIONS = (
    request_commit,
    elect,
    load,
    init_producer,
    add_partition,
    add_for_client,
    answer_from_old_memory,
    commit_transaction,
    abort_transaction,
    send_commit_marker,
    send_abort_marker,
    complete,
    ask,
    append_first,
    append_more,
    write_commit_marker,
    write_abort_marker,
)
ALL_LEMMAS = (
    *LEMMAS,
    coordinators_are_fenced,
    stored_is_highest,
    memory_is_log,
    prepared_end_is_decided,
    prepared_end_is_not_ahead,
    acknowledged_to_one_is_known,
)
SMALL = {
    "producers": 1,
    "partitions": 1,
    "questions": 1,
    "epochs": 2,
    "offsets": 2,
    "coordinator_epochs": 1,
}
MODEL = Model(
    name="failover",
    world=World,
    actions=ACTIONS,
    properties=(*ALL_LEMMAS, *READ_SIDE, *COVERS),
    bounds=SMALL,
)
FAILOVER = ProofModel(
    name="failover",
    title="transactions with failover of coordinators",
    model=MODEL,
    guarantees=(
        *(item.name for item in READ_SIDE),
        "zombies_are_fenced",
        "commits_were_asked_for",
        "coordinators_are_fenced",
        *(item.name for item in STEPS),
    ),
    lemmas=ALL_LEMMAS,
    implied=READ_SIDE,
    steps=STEPS,
    pair=Pair,
    covers=COVERS,
    small=SMALL,
    explored=SMALL,
    sources=SOURCES
    | {
        "coordinator_epoch": (
            "a marker with a coordinator epoch below the stored one is refused",
            "ProducerAppendInfo.java#checkCoordinatorEpoch, TRANSACTION_COORDINATOR_FENCED",
        ),
        "loaded": (
            "a coordinator serves nothing before it has read the log",
            "TransactionStateManager.scala#getAndMaybeAddTransactionState, `loadingPartitions`",
        ),
        "own_acknowledgements": (
            "a coordinator counts the acknowledgements of its own markers only",
            "TransactionStateManager.scala#loadTransactionsForTxnTopicPartition, `sendTxnMarkers`",
        ),
    },
    mutants=(
        Mutant("old_coordinators_write", ("coordinator_epoch",), REFUTED, steps=9),
        Mutant("serve_before_loading", ("loaded",), REFUTED, steps=9),
        Mutant(
            "acknowledgements_of_others",
            ("own_acknowledgements",),
            PROVED,
            "who was told that a marker is written makes no difference to its being written; that "
            "a new coordinator sends all markers again is needed because it does not know",
        ),
    ),
    inherited=inherited(
        MUTANTS, {"epochs": 3, "offsets": 3, "coordinator_epochs": 0}, more_steps=1
    ),
    not_covered=(
        *(line for line in NOT_COVERED if "coordinators" not in line),
        "a write to the coordinator's log that times out and becomes durable later",
    ),
)

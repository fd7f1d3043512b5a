"""Transactions with transaction version 2: the model that is proved for any number of everything.

One producer id stands for one transactional id. Any number of clients use it, at any time, with any
epoch: zombies, retries, late copies. Requests are sets that only grow: each of them is handled
never, once or often, in any order. A transaction is a producer id and an epoch, because transaction
version 2 raises the epoch at every end.

Kafka: TransactionCoordinator, TransactionMetadata, UnifiedLog, ProducerAppendInfo,
ProducerStateManager, VerificationStateEntry (KIP-98, KIP-890, KIP-1228).
Left out: sequence numbers (proved in `idempotence`); the last epoch and new producer ids; failover,
truncation, retention and expiry at partitions; failover of coordinators (proved in `failover`); the
high watermark (a record counts as written when it is replicated); that anything ever happens.
"""

from __future__ import annotations

from typing import Annotated

from checker.lang import (
    Array,
    Identity,
    Numeric,
    Parameters,
    Record,
    Relation,
    State,
    action,
    forall,
    function,
    ghost,
    require,
    where,
)

Producer = Annotated[int, Identity("Producer", size="producers")]
Partition = Annotated[int, Identity("Partition", size="partitions")]
Question = Annotated[int, Identity("Question", size="questions")]
Epoch = Annotated[int, Numeric("Epoch", high="epochs")]
Offset = Annotated[int, Numeric("Offset", high="offsets")]

CLIENT = "producer client"
COORDINATOR = "transaction coordinator"
LEADER = "partition leader"


class TxnState(State):
    """Kafka's TransactionState, without Dead and PrepareEpochFence."""

    EMPTY = 0
    ONGOING = 1
    PREPARE_COMMIT = 2
    PREPARE_ABORT = 3
    COMPLETE_COMMIT = 4
    COMPLETE_ABORT = 5


_IDLE = (TxnState.EMPTY, TxnState.ONGOING, TxnState.PREPARE_ABORT)
MAY_FOLLOW = {
    TxnState.EMPTY: _IDLE,
    TxnState.ONGOING: (TxnState.ONGOING, TxnState.PREPARE_COMMIT, TxnState.PREPARE_ABORT),
    TxnState.PREPARE_COMMIT: (TxnState.COMPLETE_COMMIT,),
    TxnState.PREPARE_ABORT: (TxnState.COMPLETE_ABORT,),
    TxnState.COMPLETE_COMMIT: _IDLE,
    TxnState.COMPLETE_ABORT: _IDLE,
}


class Kind(State):
    """What stands in a partition's log at an offset."""

    NOTHING = 0
    DATA = 1
    COMMIT = 2
    ABORT = 3


class Transaction(Record):
    """TransactionMetadata: the newest epoch, and that of the transaction decided last."""

    state: TxnState
    epoch: Epoch
    ended_epoch: Epoch


class ProducerState(Record):
    """ProducerStateEntry and VerificationStateEntry of a producer id at a partition.

    open: whether a transaction is open, since first_offset; guarded: whether a verification is
    under way, with which question, for which epoch.
    """

    known: bool
    epoch: Epoch
    open: bool
    first_offset: Offset
    guarded: bool
    guard: Question
    guard_epoch: Epoch


class Entry(Record):
    """One offset of a log; `ends` is the epoch of the transaction that a marker decides."""

    kind: Kind
    producer: Producer
    epoch: Epoch
    ends: Epoch


class AbortedTxn(Record):
    """An entry of the aborted transaction index: its records lie from `first` to before `last`."""

    listed: bool
    first: Offset
    last: Offset


class Guards(Parameters):
    """Kafka's guards; each can be left out, to see what it is for."""

    end_epoch: bool = True
    add_epoch: bool = True
    verification: bool = True
    question_matches: bool = True
    produce_epoch: bool = True
    marker_epoch: bool = True
    strict_marker: bool = True
    guard_cleared: bool = True
    all_markers: bool = True
    abort_index: bool = True
    last_stable_offset: bool = True


class World(Record):
    """What coordinators and leaders remember, the logs, and every message that was ever sent.

    added: partitions of each transaction; asked, answered: AddPartitionsToTxn from leaders;
    commit_requests: epochs in which a client sent EndTxn(commit); markers: WriteTxnMarkers by epoch
    of the transaction and epoch of the marker; committed, aborted: what was decided.
    """

    guards: Guards
    coordinator: Array[Producer, Transaction]
    added: Relation[Producer, Epoch, Partition]
    asked: Relation[Partition, Producer, Epoch, Question]
    answered: Relation[Partition, Producer, Epoch, Question]
    commit_requests: Relation[Producer, Epoch]
    commit_markers: Relation[Producer, Partition, Epoch, Epoch]
    abort_markers: Relation[Producer, Partition, Epoch, Epoch]
    acknowledged: Relation[Producer, Partition, Epoch]
    leader: Array[Partition, Array[Producer, ProducerState]]
    log: Array[Partition, Array[Offset, Entry]]
    aborted_index: Array[Partition, Array[Producer, Array[Epoch, AbortedTxn]]]
    committed: Annotated[Relation[Producer, Epoch], ghost]
    aborted: Annotated[Relation[Producer, Epoch], ghost]


# What rules and properties share.


def is_prepared(txn: Transaction) -> bool:
    """Return whether a decision waits for its markers."""
    return txn.state in (TxnState.PREPARE_COMMIT, TxnState.PREPARE_ABORT)


def in_progress(txn: Transaction) -> bool:
    """Return whether a transaction is open or waits for its markers."""
    return txn.state == TxnState.ONGOING or is_prepared(txn)


def running_epoch(txn: Transaction) -> int:
    """Return the epoch of the transaction in progress."""
    return where(txn.state == TxnState.ONGOING, txn.epoch, txn.ended_epoch)


@function
def is_log_end(world: World, partition: int, offset: int) -> bool:
    """Return whether the log is full below an offset and empty from there on."""
    log = world.log[partition]
    return forall(Offset, lambda other: (other < offset) == (log[other].kind != Kind.NOTHING))


# Producer client.


@action(CLIENT)
def request_commit(world: World, producer: Producer, epoch: Epoch) -> None:
    """A client with producer {producer} and epoch {epoch} sends EndTxn(commit)."""
    require(epoch <= world.coordinator[producer].epoch, "nobody was given this epoch yet")
    world.commit_requests.add(producer, epoch)


# Transaction coordinator: what each request does to its memory.


def initialise(txn: Transaction, epoch: int) -> None:
    """Handle InitProducerId (prepareInitProducerIdTransit)."""
    require(not in_progress(txn), "CONCURRENT_TRANSACTIONS")
    require(epoch > txn.epoch, "the epoch is not new")
    txn.become(TxnState.EMPTY)
    txn.epoch = epoch


def join(world: World, txn: Transaction, partition: int, producer: int, epoch: int) -> None:
    """Add a partition to a transaction (handleAddPartitionsToTransaction)."""
    require(epoch == txn.epoch or not world.guards.add_epoch, "PRODUCER_FENCED")
    require(not is_prepared(txn), "CONCURRENT_TRANSACTIONS")
    txn.become(TxnState.ONGOING)
    world.added.add(producer, epoch, partition)


def answer(
    world: World, txn: Transaction, partition: int, producer: int, epoch: int, question: int
) -> None:
    """Handle AddPartitionsToTxn of a leader, which waits for the answer."""
    require(world.asked.has(partition, producer, epoch, question), "nobody asked")
    join(world, txn, partition, producer, epoch)
    world.answered.add(partition, producer, epoch, question)


def decide_commit(world: World, txn: Transaction, producer: int, epoch: int, later: int) -> None:
    """Handle EndTxn(commit) (endTransaction, prepareAbortOrCommit)."""
    require(world.commit_requests.has(producer, epoch), "nobody asked for it")
    require(txn.state == TxnState.ONGOING, "INVALID_TXN_STATE")
    require(epoch == txn.epoch or not world.guards.end_epoch, "PRODUCER_FENCED")
    require(later > txn.epoch, "the epoch is not new")
    world.committed.add(producer, txn.epoch)
    txn.ended_epoch = txn.epoch
    txn.epoch = later
    txn.become(TxnState.PREPARE_COMMIT)


def decide_abort(world: World, txn: Transaction, producer: int, later: int) -> None:
    """Handle EndTxn(abort), a timeout, or InitProducerId over an open transaction."""
    require(not is_prepared(txn), "CONCURRENT_TRANSACTIONS")
    require(later > txn.epoch, "the epoch is not new")
    world.aborted.add(producer, txn.epoch)
    txn.ended_epoch = txn.epoch
    txn.epoch = later
    txn.become(TxnState.PREPARE_ABORT)


def finish(world: World, txn: Transaction, everywhere: bool) -> None:
    """Write Complete when all markers are acknowledged (prepareComplete)."""
    require(is_prepared(txn), "nothing is prepared")
    require(everywhere or not world.guards.all_markers, "a marker is not acknowledged")
    is_commit = txn.state == TxnState.PREPARE_COMMIT
    txn.state = where(is_commit, TxnState.COMPLETE_COMMIT, TxnState.COMPLETE_ABORT)


@action(COORDINATOR)
def init_producer(world: World, producer: Producer, epoch: Epoch) -> None:
    """Producer {producer} is initialised with epoch {epoch}."""
    initialise(world.coordinator[producer], epoch)


@action(COORDINATOR)
def add_partition(
    world: World, partition: Partition, producer: Producer, epoch: Epoch, question: Question
) -> None:
    """Partition {partition} joins the transaction of producer {producer}, epoch {epoch}."""
    answer(world, world.coordinator[producer], partition, producer, epoch, question)


@action(COORDINATOR)
def add_for_client(world: World, partition: Partition, producer: Producer, epoch: Epoch) -> None:
    """A client with producer {producer}, epoch {epoch} adds partition {partition} by itself."""
    join(world, world.coordinator[producer], partition, producer, epoch)


@action(COORDINATOR)
def commit_transaction(world: World, producer: Producer, epoch: Epoch, later: Epoch) -> None:
    """Producer {producer} commits with epoch {epoch}; from now on it has epoch {later}."""
    decide_commit(world, world.coordinator[producer], producer, epoch, later)


@action(COORDINATOR)
def abort_transaction(world: World, producer: Producer, later: Epoch) -> None:
    """The transaction of producer {producer} is aborted; from now on it has epoch {later}."""
    decide_abort(world, world.coordinator[producer], producer, later)


@action(COORDINATOR)
def send_commit_marker(world: World, producer: Producer, partition: Partition) -> None:
    """The COMMIT marker of producer {producer} is sent to partition {partition}."""
    txn = world.coordinator[producer]
    require(txn.state == TxnState.PREPARE_COMMIT, "no commit is prepared")
    require(world.added.has(producer, txn.ended_epoch, partition), "not in the transaction")
    world.commit_markers.add(producer, partition, txn.ended_epoch, txn.epoch)


@action(COORDINATOR)
def send_abort_marker(world: World, producer: Producer, partition: Partition) -> None:
    """The ABORT marker of producer {producer} is sent to partition {partition}."""
    txn = world.coordinator[producer]
    require(txn.state == TxnState.PREPARE_ABORT, "no abort is prepared")
    require(world.added.has(producer, txn.ended_epoch, partition), "not in the transaction")
    world.abort_markers.add(producer, partition, txn.ended_epoch, txn.epoch)


@action(COORDINATOR)
def complete(world: World, producer: Producer) -> None:
    """All markers of producer {producer} are acknowledged: its transaction is complete."""
    txn = world.coordinator[producer]
    everywhere = forall(
        Partition,
        lambda t: (
            not world.added.has(producer, txn.ended_epoch, t)
            or world.acknowledged.has(producer, t, txn.epoch)
        ),
    )
    finish(world, txn, everywhere)


# Partition leader.


@action(LEADER)
def ask(
    world: World, partition: Partition, producer: Producer, epoch: Epoch, question: Question
) -> None:
    """Partition {partition} asks about producer {producer} in epoch {epoch}."""
    state = world.leader[partition][producer]
    require(not state.known or state.epoch <= epoch, "INVALID_PRODUCER_EPOCH")
    require(not state.open or state.epoch != epoch, "the transaction is known to be open")
    if state.guarded:
        require(question == state.guard, "the guard is used again")
        state.guard_epoch = where(state.guard_epoch < epoch, epoch, state.guard_epoch)
    else:
        is_new = forall(Epoch, lambda e: not world.asked.has(partition, producer, e, question))
        require(is_new, "the question is not new")
        state.guard = question
        state.guard_epoch = epoch
    state.guarded = True
    world.asked.add(partition, producer, epoch, question)


@action(LEADER)
def append_first(
    world: World,
    partition: Partition,
    producer: Producer,
    epoch: Epoch,
    question: Question,
    offset: Offset,
) -> None:
    """Partition {partition} appends the first record of producer {producer}, epoch {epoch}."""
    check_first(world, partition, producer, epoch, question)
    append_data(world, partition, producer, epoch, offset)


def check_first(world: World, partition: int, producer: int, epoch: int, question: int) -> None:
    """Check a produce request that needs the coordinator's answer (checkProducerEpoch)."""
    state, guards = world.leader[partition][producer], world.guards
    require(not state.open or state.epoch != epoch, "the transaction is known to be open")
    answered = world.answered.has(partition, producer, epoch, question)
    require(answered or not guards.verification, "the coordinator did not answer")
    matches = state.guarded and state.guard == question
    require(matches or not guards.question_matches, "INVALID_TXN_STATE")
    is_old = state.known and epoch < state.epoch
    require(not is_old or not guards.produce_epoch, "INVALID_PRODUCER_EPOCH")


def append_data(world: World, partition: int, producer: int, epoch: int, offset: int) -> None:
    """Append a record, the first of its transaction here or a further one."""
    state = world.leader[partition][producer]
    append(world, partition, offset, Kind.DATA, producer, epoch, epoch)
    state.first_offset = where(state.open, state.first_offset, offset)
    state.open = True
    state.known = True
    state.epoch = epoch
    state.guarded = False


@action(LEADER)
def append_more(
    world: World, partition: Partition, producer: Producer, epoch: Epoch, offset: Offset
) -> None:
    """Partition {partition} appends a further record of producer {producer}, epoch {epoch}."""
    check_more(world, partition, producer, epoch)
    append_data(world, partition, producer, epoch, offset)


def check_more(world: World, partition: int, producer: int, epoch: int) -> None:
    """Check a produce request of a transaction that is known to be open."""
    state = world.leader[partition][producer]
    require(state.open and state.epoch == epoch, "no transaction of this epoch is open")


def append(
    world: World, partition: int, offset: int, kind: Kind, producer: int, epoch: int, ends: int
) -> None:
    """Write an entry at the end of a log."""
    require(is_log_end(world, partition, offset), "not the end of the log")
    entry = world.log[partition][offset]
    entry.kind = kind
    entry.producer = producer
    entry.epoch = epoch
    entry.ends = ends


@action(LEADER)
def write_commit_marker(
    world: World,
    partition: Partition,
    producer: Producer,
    ends: Epoch,
    epoch: Epoch,
    offset: Offset,
) -> None:
    """Partition {partition} writes COMMIT for producer {producer} with epoch {epoch}."""
    take_commit_marker(world, partition, producer, ends, epoch, offset)


@action(LEADER)
def write_abort_marker(
    world: World,
    partition: Partition,
    producer: Producer,
    ends: Epoch,
    epoch: Epoch,
    offset: Offset,
) -> None:
    """Partition {partition} writes ABORT for producer {producer} with epoch {epoch}."""
    take_abort_marker(world, partition, producer, ends, epoch, offset)


def take_commit_marker(
    world: World, partition: int, producer: int, ends: int, epoch: int, offset: int
) -> None:
    """Handle WriteTxnMarkers with COMMIT."""
    require(world.commit_markers.has(producer, partition, ends, epoch), "no such marker")
    write_marker(world, partition, producer, ends, epoch, offset, Kind.COMMIT)


def take_abort_marker(
    world: World, partition: int, producer: int, ends: int, epoch: int, offset: int
) -> None:
    """Handle WriteTxnMarkers with ABORT."""
    require(world.abort_markers.has(producer, partition, ends, epoch), "no such marker")
    list_aborted(world, partition, producer, offset)
    write_marker(world, partition, producer, ends, epoch, offset, Kind.ABORT)


def list_aborted(world: World, partition: int, producer: int, offset: int) -> None:
    """Put the open transaction into the aborted transaction index (ProducerAppendInfo)."""
    state = world.leader[partition][producer]
    if state.open and world.guards.abort_index:
        entry = world.aborted_index[partition][producer][state.epoch]
        entry.listed = True
        entry.first = state.first_offset
        entry.last = offset


def write_marker(
    world: World, partition: int, producer: int, ends: int, epoch: int, offset: int, kind: Kind
) -> None:
    """Write a marker and close what is open (appendEndTxnMarker).

    The epoch must be higher than the stored one; an equal one is a repeated marker as long as
    nothing is open (KAFKA-19999).
    """
    state, guards = world.leader[partition][producer], world.guards
    is_old = state.known and epoch < state.epoch
    require(not is_old or not guards.marker_epoch, "INVALID_PRODUCER_EPOCH")
    is_late = state.known and state.open and epoch == state.epoch
    require(not is_late or not guards.strict_marker, "INVALID_PRODUCER_EPOCH")
    append(world, partition, offset, kind, producer, epoch, ends)
    world.acknowledged.add(producer, partition, epoch)
    stays = state.guard_epoch == epoch or not guards.guard_cleared
    state.guarded = state.guarded and stays
    state.open = False
    state.known = True
    state.epoch = epoch


ACTIONS = (
    request_commit,
    init_producer,
    add_partition,
    add_for_client,
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

_TC = "TransactionCoordinator.scala"
_PAI = "ProducerAppendInfo.java"
SOURCES = {
    "end_epoch": (
        "EndTxn is refused unless it carries the current epoch",
        f"{_TC}#endTransaction, `isValidEpoch`",
    ),
    "add_epoch": (
        "partitions are added for the current epoch only",
        f"{_TC}#handleAddPartitionsToTransaction, PRODUCER_FENCED",
    ),
    "verification": (
        "the first record of a transaction waits for the coordinator's yes",
        "ReplicaManager.scala#maybeSendPartitionsToTransactionCoordinator",
    ),
    "question_matches": (
        "the answer belongs to the verification that is under way",
        "UnifiedLog.java#analyzeAndValidateProducerState, `batchMissingRequiredVerification`",
    ),
    "produce_epoch": (
        "a record with an epoch below the stored one is refused",
        f"{_PAI}#checkProducerEpoch, INVALID_PRODUCER_EPOCH",
    ),
    "marker_epoch": (
        "a marker with an epoch below the stored one is refused",
        f"{_PAI}#checkProducerEpoch, called by `appendEndTxnMarker`",
    ),
    "strict_marker": (
        "while a transaction is open, a marker needs an epoch above the stored one",
        f"{_PAI}#checkProducerEpoch, `transactionVersion >= 2` (KIP-1228)",
    ),
    "guard_cleared": (
        "a marker ends the verification under way",
        "UnifiedLog.java#updateProducers, `clearVerificationStateEntry`",
    ),
    "all_markers": (
        "a transaction is complete when every partition has acknowledged its marker",
        "TransactionMarkerChannelManager.scala#maybeWriteTxnCompletion",
    ),
    "abort_index": (
        "an ABORT marker lists the transaction in the aborted transaction index",
        "UnifiedLog.java#append, `LogSegment#updateTxnIndex`",
    ),
    "last_stable_offset": (
        "read_committed ends before the first open transaction",
        "UnifiedLog.java#lastStableOffset, FetchIsolation.TXN_COMMITTED",
    ),
}

"""Transactions with transaction version 1: the guarantee does not hold, and this is the run.

A producer keeps its epoch over transactions, so nothing in a record, a marker or an EndTxn says
which transaction it belongs to. `number` counts the transactions of a producer; it is known to the
one who looks at the run, and to nobody in it. Verification is on, as in Kafka 3.6 and later.

Kafka: TransactionCoordinator, UnifiedLog, ProducerAppendInfo (KIP-98, KIP-890 part 1).
Left out: what `transactions` leaves out; sequence numbers.
"""

from __future__ import annotations

from typing import Annotated

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
    where,
)
from specs.proofs.claims import REFUTED, ProofModel
from specs.proofs.transactions import CLIENT, COORDINATOR, LEADER, Kind, TxnState

Producer = Annotated[int, Identity("Producer", size="producers")]
Partition = Annotated[int, Identity("Partition", size="partitions")]
Number = Annotated[int, Numeric("Number", high="transactions")]
Offset = Annotated[int, Numeric("Offset", high="offsets")]


class Transaction(Record):
    """TransactionMetadata; all transactions have one producer epoch."""

    state: TxnState
    number: Number


class Entry(Record):
    """One offset of a log; `number` says which transaction the application meant."""

    kind: Kind
    producer: Producer
    number: Number


class Guards(Parameters):
    """Kafka's guards; each can be left out, to see what it is for."""

    verification: bool = True


class World(Record):
    """sent: records on their way, by the transaction that the application meant."""

    guards: Guards
    coordinator: Array[Producer, Transaction]
    added: Relation[Producer, Number, Partition]
    sent: Relation[Producer, Partition, Number]
    marked: Relation[Producer, Number, Partition]
    is_open: Relation[Partition, Producer]
    log: Array[Partition, Array[Offset, Entry]]
    committed: Relation[Producer, Number]


@function
def is_log_end(world: World, partition: int, offset: int) -> bool:
    """Return whether the log is full below an offset and empty from there on."""
    log = world.log[partition]
    return forall(Offset, lambda o: (o < offset) == (log[o].kind != Kind.NOTHING))


def is_prepared(txn: Transaction) -> bool:
    """Return whether a decision waits for its markers."""
    return txn.state in (TxnState.PREPARE_COMMIT, TxnState.PREPARE_ABORT)


@action(CLIENT)
def send(world: World, producer: Producer, partition: Partition) -> None:
    """Producer {producer} sends a record of its transaction to partition {partition}."""
    txn = world.coordinator[producer]
    require(txn.state == TxnState.ONGOING, "no transaction is open")
    require(world.added.has(producer, txn.number, partition), "the partition was not added")
    world.sent.add(producer, partition, txn.number)


@action(COORDINATOR)
def add_partition(world: World, producer: Producer, partition: Partition, number: Number) -> None:
    """Partition {partition} joins transaction {number} of producer {producer}."""
    txn = world.coordinator[producer]
    require(not is_prepared(txn), "CONCURRENT_TRANSACTIONS")
    is_ongoing = txn.state == TxnState.ONGOING
    require(where(is_ongoing, number == txn.number, number > txn.number), "not this transaction")
    txn.state = TxnState.ONGOING
    txn.number = number
    world.added.add(producer, number, partition)


@action(COORDINATOR)
def end_transaction(world: World, producer: Producer, commit: bool) -> None:
    """Producer {producer} ends its transaction (commit: {commit})."""
    txn = world.coordinator[producer]
    require(txn.state == TxnState.ONGOING, "INVALID_TXN_STATE")
    txn.state = where(commit, TxnState.PREPARE_COMMIT, TxnState.PREPARE_ABORT)
    if commit:
        world.committed.add(producer, txn.number)


@action(COORDINATOR)
def complete(world: World, producer: Producer) -> None:
    """All markers of producer {producer} are written."""
    txn = world.coordinator[producer]
    require(is_prepared(txn), "nothing is prepared")
    everywhere = forall(
        Partition,
        lambda t: (
            not world.added.has(producer, txn.number, t)
            or world.marked.has(producer, txn.number, t)
        ),
    )
    require(everywhere, "a marker is missing")
    is_commit = txn.state == TxnState.PREPARE_COMMIT
    txn.state = where(is_commit, TxnState.COMPLETE_COMMIT, TxnState.COMPLETE_ABORT)


@action(LEADER)
def append(
    world: World, partition: Partition, producer: Producer, number: Number, offset: Offset
) -> None:
    """Partition {partition} appends a record that producer {producer} sent in number {number}."""
    require(world.sent.has(producer, partition, number), "no such request")
    txn = world.coordinator[producer]
    ongoing = txn.state == TxnState.ONGOING and world.added.has(producer, txn.number, partition)
    verified = world.is_open.has(partition, producer) or ongoing
    require(verified or not world.guards.verification, "TRANSACTION_ABORTABLE")
    write(world, partition, producer, number, offset, Kind.DATA)
    world.is_open.add(partition, producer)


@action(LEADER)
def write_marker(world: World, partition: Partition, producer: Producer, offset: Offset) -> None:
    """Partition {partition} writes the marker of producer {producer}."""
    txn = world.coordinator[producer]
    require(is_prepared(txn), "nothing is prepared")
    require(world.added.has(producer, txn.number, partition), "not in the transaction")
    is_commit = txn.state == TxnState.PREPARE_COMMIT
    kind = where(is_commit, Kind.COMMIT, Kind.ABORT)
    write(world, partition, producer, txn.number, offset, kind)
    world.is_open.discard(partition, producer)
    world.marked.add(producer, txn.number, partition)


def write(
    world: World, partition: int, producer: int, number: int, offset: int, kind: Kind
) -> None:
    """Write an entry at the end of a log."""
    require(is_log_end(world, partition, offset), "not the end of the log")
    entry = world.log[partition][offset]
    entry.kind = kind
    entry.producer = producer
    entry.number = number


@function
def is_returned(world: World, t: int, o: int) -> bool:
    """Return whether the next marker behind a record is a COMMIT: then consumers get it."""
    record = world.log[t][o]

    def ends(q: int) -> bool:
        entry = world.log[t][q]
        first = forall(
            Offset,
            lambda r: (
                not (
                    o < r < q
                    and world.log[t][r].producer == record.producer
                    and world.log[t][r].kind != Kind.DATA
                )
            ),
        )
        commits = entry.kind == Kind.COMMIT and entry.producer == record.producer
        return o < q and commits and first

    return record.kind == Kind.DATA and exists(Offset, ends)


@always("A read_committed consumer gets only records of committed transactions", kafka="KIP-890")
def only_committed_records(world: World) -> bool:
    """A record belongs to the transaction in which the application sent it."""
    return forall(
        Partition,
        Offset,
        lambda t, o: (
            not is_returned(world, t, o)
            or world.committed.has(world.log[t][o].producer, world.log[t][o].number)
        ),
    )


@sometimes("A record of a committed transaction is returned")
def committed_record_returned(world: World) -> bool:
    """The read path works."""
    return exists(Partition, Offset, lambda t, o: is_returned(world, t, o))


SMALL = {"producers": 1, "partitions": 1, "transactions": 2, "offsets": 3}
MODEL = Model(
    name="transactions-v1",
    world=World,
    actions=(send, add_partition, end_transaction, complete, append, write_marker),
    properties=(only_committed_records, committed_record_returned),
    bounds=SMALL,
)
TRANSACTIONS_V1 = ProofModel(
    name="transactions-v1",
    title="transactions with transaction version 1 and verification",
    model=MODEL,
    guarantees=("only_committed_records",),
    lemmas=(only_committed_records,),
    covers=(committed_record_returned,),
    small=SMALL,
    explored=SMALL,
    sources={
        "verification": (
            "the first record of a transaction waits for the coordinator's yes",
            "ReplicaManager.scala#maybeSendPartitionsToTransactionCoordinator",
        ),
    },
    not_covered=(
        "anything but the run that is shown: sequence numbers, failover, other guarantees",
    ),
    expected=REFUTED,
)

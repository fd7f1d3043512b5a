"""The producing application and its client: begins, sends, commits, aborts, starts again.

Kafka: KafkaProducer (#initTransactions, #beginTransaction, #send, #sendOffsetsToTransaction,
#commitTransaction, #abortTransaction), Sender.
beginTransaction() is local and one step with the first send(). EndTxn is held back until nothing is
in flight, and so is every other request while an EndTxn waits.
Left out: transactions without a record; a refused one among outputs that are sent at once.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, action, bound, for_each, forall, function, procedure, require, where
from model.roles import APPLICATION, LEADER, PRODUCER
from model.transactions.batches import (
    SendState,
    first_in,
    is_any,
    oldest_pending,
)
from model.transactions.consumer import poll_input
from model.transactions.faults import Fault, suffer
from model.transactions.history import Intent, note_intent
from model.transactions.requests import Kind
from model.transactions.roles import COORDINATOR
from model.transactions.sorts import DataPartition, Partition, ProducerSlot, Version
from model.transactions.transaction_manager import (
    ManagerState,
    fail_abortably,
    fail_batch,
    finish_without_request,
    hand_over,
    is_started,
    mark_unresolved,
    transaction_of,
)

if TYPE_CHECKING:
    from model.transactions.world import World


def transactional_id_of(world: "World", producer: int) -> int:
    """Return the transactional id of a producer: one for all, or one for each."""
    if bound("transactional_ids") == 1:
        return 0
    return where(world.settings.shared_id, 0, producer)


@action(PRODUCER, to=COORDINATOR)
def start_producer(world: "World", producer: ProducerSlot) -> None:
    """Producer {producer} starts and calls initTransactions().

    Another process with the same transactional id may be alive: it becomes a zombie.
    """
    client = world.clients[producer]
    require(client.state == ManagerState.UNINITIALIZED, "it is running")
    client.become(ManagerState.INITIALIZING)
    client.request = Kind.INIT_PRODUCER_ID


@procedure
def begin(world: "World", producer: int) -> None:
    """Begin a transaction if none is open; a transforming application polls its input first."""
    client = world.clients[producer]
    if client.state == ManagerState.READY:
        require(client.begun < bound("transactions"), "the application has begun them all")
        client.become(ManagerState.IN_TRANSACTION)
        client.begun = client.begun + 1
        if bound("groups") > 0:
            poll_input(world, producer)
        note_intent(world, transaction_of(world, producer), Intent.OPEN)


@action(APPLICATION, to=PRODUCER)
def send_record(world: "World", producer: ProducerSlot, partition: DataPartition) -> None:
    """Producer {producer} sends a record of its transaction to partition {partition}."""
    place = next_record(world, producer, partition)
    if bound("batches") > 1:
        entry = world.clients[producer].partitions[partition]
        require(not is_any(entry, SendState.RETRYING), "an earlier batch is to be sent again first")
    put_on_its_way(world, producer, partition, place)


def next_record(world: "World", producer: int, partition: int) -> int:
    """Return the place of the record that send() is given next; its transaction begins with it."""
    client = world.clients[producer]
    require(
        client.state in (ManagerState.READY, ManagerState.IN_TRANSACTION),
        "the producer is not ready to send",
    )
    require(not sends_at_once(world), "all outputs of an input record are sent at once")
    begin(world, producer)
    entry = client.partitions[partition]
    place = first_in(entry, SendState.NOTHING)
    require(
        entry.batches[place].state == SendState.NOTHING,
        "the transaction has all its records for this partition",
    )
    if bound("groups") > 0:
        require(has_sent_below(world, producer, partition), "another record is sent first")
    return place


@action(APPLICATION, to=PRODUCER)
def refuse_record(world: "World", producer: ProducerSlot, partition: DataPartition) -> None:
    """Producer {producer}'s send() of a record to partition {partition} fails at once.

    As with RecordTooLargeException, before it is batched and its partition is added
    (KafkaProducer#doSend). The application does not look at the future; since 3.2 the transaction
    manager does not let it commit (#maybeTransitionToErrorState, KAFKA-9279).
    """
    suffer(world, Fault.REFUSED_RECORDS)
    place = next_record(world, producer, partition)
    world.clients[producer].partitions[partition].batches[place].state = SendState.FAILED
    if world.settings.refused_record_fails:
        fail_abortably(world, producer)


def sends_at_once(world: "World") -> bool:
    """Return whether an application sends all that it makes of an input record in one step.

    A transforming one does. Before version 2 each partition must be added first.
    """
    return bound("groups") > 0 and world.settings.client_version == Version.V2


@action(APPLICATION, to=PRODUCER)
def send_outputs(world: "World", producer: ProducerSlot) -> None:
    """Producer {producer}'s application polls a record and sends all that it makes of it.

    Its outputs, and its offset where that is in the transaction. Nothing orders the connections
    that they travel on; so it is one step, and what the application could see between two calls it
    sees after them.
    """
    client = world.clients[producer]
    require(sends_at_once(world), "outputs are sent one by one")
    require(client.state == ManagerState.READY, "the producer is not ready to send")
    begin(world, producer)
    for partition in for_each(Partition):
        if partition < bound("partitions") or world.settings.offsets_in_transaction:
            put_on_its_way(world, producer, partition, 0)


@function
def has_sent_below(world: "World", producer: int, end: int) -> bool:
    """Return whether a transforming application has sent its records for the partitions below.

    It makes the same records of an input record each time, and sends them in the same order.
    """
    client = world.clients[producer]
    return forall(
        Partition,
        lambda partition: (
            partition >= end or client.partitions[partition].batches[0].state != SendState.NOTHING
        ),
    )


@action(APPLICATION, to=PRODUCER)
def send_offsets(world: "World", producer: ProducerSlot) -> None:
    """Producer {producer} sends the consumed offset in its transaction."""
    client = world.clients[producer]
    require(bound("groups") > 0, "the application consumes nothing")
    require(not sends_at_once(world), "the offset is sent with the outputs")
    require(world.settings.offsets_in_transaction, "the consumer commits the offsets")
    require(client.state == ManagerState.IN_TRANSACTION, "no transaction is open")
    require(
        client.partitions[bound("partitions")].batches[0].state == SendState.NOTHING,
        "the transaction has its offset",
    )
    require(has_sent_below(world, producer, bound("partitions")), "its records are not sent yet")
    put_on_its_way(world, producer, bound("partitions"), 0)


@procedure
def put_on_its_way(world: "World", producer: int, partition: int, place: int) -> None:
    """Send a batch, before version 2 after its partition was added (#maybeAddPartition).

    An earlier record of the transaction may have added it.
    """
    client = world.clients[producer]
    entry = client.partitions[partition]
    if world.settings.client_version == Version.V2 or entry.added:
        entry.added = True
        hand_over(world, producer, partition, place)
    else:
        require(client.request == Kind.NOTHING, "a request to the coordinator is under way")
        client.request = Kind.ADD_PARTITION
        client.partition = partition
        entry.batches[place].state = SendState.WAITING


@action(PRODUCER, to=LEADER)
def resend_batch(world: "World", producer: ProducerSlot, partition: Partition) -> None:
    """Producer {producer} sends its batch for partition {partition} again, on a new connection."""
    entry = world.clients[producer].partitions[partition]
    batch = entry.batches[oldest_pending(entry)]
    require(batch.state == SendState.RETRYING, "no batch is to be sent again")
    if bound("batches") > 1:
        require(not is_any(entry, SendState.IN_FLIGHT), "a later batch is not answered yet")
    batch.state = SendState.IN_FLIGHT


@action(PRODUCER, to=APPLICATION)
def expire_batch(world: "World", producer: ProducerSlot, partition: DataPartition) -> None:
    """Producer {producer}'s batch for partition {partition} reaches delivery.timeout.ms.

    Sender#failExpiredBatches, the oldest first; nobody knows whether an earlier attempt was
    appended. A TxnOffsetCommit is no batch: it is sent again until it is answered
    (TxnOffsetCommitHandler), and EndTxn waits for it.
    """
    entry = world.clients[producer].partitions[partition]
    place = oldest_pending(entry)
    is_waiting = entry.batches[place].state == SendState.RETRYING
    require(is_waiting, "the batch is not waiting to be sent again")
    suffer(world, Fault.DELIVERY_TIMEOUTS)
    fail_batch(world, producer, partition, place, False)
    mark_unresolved(world, producer, partition)


@action(APPLICATION, to=PRODUCER)
def commit_transaction(world: "World", producer: ProducerSlot) -> None:
    """Producer {producer} asks to commit its transaction (KafkaProducer#commitTransaction)."""
    client = world.clients[producer]
    require(client.state == ManagerState.IN_TRANSACTION, "no transaction is open")
    require(client.request == Kind.NOTHING, "a request to the coordinator is under way")
    if bound("groups") > 0:
        require(is_complete(world, producer), "a record or the offset is not sent yet")
    client.become(ManagerState.COMMITTING_TRANSACTION)
    note_intent(world, transaction_of(world, producer), Intent.COMMIT_ASKED)
    if is_started(world, producer):
        client.request = Kind.COMMIT
    else:
        finish_without_request(world, producer)


def is_complete(world: "World", producer: int) -> bool:
    """Return whether a transforming application has sent all that its input record asks for."""
    client = world.clients[producer]
    offsets = client.partitions[bound("partitions")].batches[0].state == SendState.ACKNOWLEDGED
    sent = all(
        client.partitions[partition].batches[0].state != SendState.NOTHING
        for partition in range(bound("partitions"))
    )
    return sent and (offsets or not world.settings.offsets_in_transaction)


@action(APPLICATION, to=PRODUCER)
def abort_transaction(world: "World", producer: ProducerSlot) -> None:
    """Producer {producer} asks to abort its transaction (KafkaProducer#abortTransaction).

    By its own decision or after an error.
    """
    client = world.clients[producer]
    has_error = client.state == ManagerState.ABORTABLE_ERROR
    require(has_error or client.state == ManagerState.IN_TRANSACTION, "no transaction is open")
    require(has_error or world.settings.may_abort, "the application has no reason to abort")
    require(client.request == Kind.NOTHING, "a request to the coordinator is under way")
    client.become(ManagerState.ABORTING_TRANSACTION)
    client.bump_enqueued = client.bump_required
    note_intent(world, transaction_of(world, producer), Intent.ABORT_ASKED)
    if is_started(world, producer):
        client.request = Kind.ABORT
    else:
        finish_without_request(world, producer)


@procedure
def forget_finished(world: "World") -> None:
    """Canonical form: of a producer that will do nothing any more, nothing is remembered."""
    for producer in for_each(ProducerSlot):
        client = world.clients[producer]
        if client.state == ManagerState.FATAL_ERROR or (
            client.state == ManagerState.READY and client.begun == bound("transactions")
        ):
            client.producer_id = NONE
            client.epoch = 0
            client.bump_required = False
            for partition in for_each(Partition):
                client.partitions[partition].next_sequence = 0
                client.partitions[partition].last_acknowledged = NONE

"""Connections of producers and of the coordinator: requests are taken, or their connection ends.

Kafka: NetworkClient, Sender#maybeSendAndPollTransactionalRequest, InterBrokerSendThread,
SocketServer. A client has one request to a coordinator under way; the leader of a partition takes
its batches in the order in which they were sent. The broker that takes a request answers in the
same step. When a connection is given up, what is on it may be taken at any later time or never, and
the client sends it again.
Left out: a lost answer as a step of its own (it is a request that comes late, at once); late
questions of partition leaders to the coordinator.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, action, bound, procedure, require
from model.roles import GROUP_COORDINATOR, LEADER, PRODUCER
from model.sorts import Error
from model.transactions.add_partitions import add_partition
from model.transactions.batches import SendState, first_in, sequence_on_connection
from model.transactions.coordinator import end_transaction, init_producer_id
from model.transactions.faults import Fault, suffer
from model.transactions.group_coordinator import handle_txn_offset_commit
from model.transactions.partition import append_batch, must_ask, verify_batch
from model.transactions.producer import transactional_id_of
from model.transactions.producer_state import note_question
from model.transactions.requests import Asked, Batch, Kind
from model.transactions.roles import COORDINATOR
from model.transactions.sorts import (
    DataPartition,
    Partition,
    ProducerSlot,
    Version,
    record_of,
)
from model.transactions.transaction_manager import (
    handle_add_response,
    handle_end_response,
    handle_init_response,
    handle_offset_commit_response,
    handle_produce_response,
    has_left,
    transaction_of,
)

if TYPE_CHECKING:
    from model.transactions.world import World


@action(COORDINATOR, to=PRODUCER, kind="receive")
def take_init_producer_id(world: "World", producer: ProducerSlot) -> None:
    """The coordinator takes InitProducerId from producer {producer}."""
    client = world.clients[producer]
    bumps = client.request == Kind.BUMP_EPOCH
    require(bumps or client.request == Kind.INIT_PRODUCER_ID, "no InitProducerId is under way")
    known_id = client.producer_id if bumps else NONE
    known_epoch = client.epoch if bumps else NONE
    error, producer_id, epoch = init_producer_id(
        world, transactional_id_of(world, producer), known_id, known_epoch
    )
    handle_init_response(world, producer, error, producer_id, epoch)


@action(COORDINATOR, to=PRODUCER, kind="receive")
def take_add_partition(world: "World", producer: ProducerSlot) -> None:
    """The coordinator takes AddPartitionsToTxn from producer {producer}."""
    client = world.clients[producer]
    require(client.request == Kind.ADD_PARTITION, "no AddPartitionsToTxn is under way")
    error = add_partition(
        world,
        transactional_id_of(world, producer),
        client.producer_id,
        client.epoch,
        client.partition,
        Version.V0,
    )
    handle_add_response(world, producer, error)


@action(COORDINATOR, to=PRODUCER, kind="receive")
def take_end_txn(world: "World", producer: ProducerSlot) -> None:
    """The coordinator takes EndTxn from producer {producer}."""
    client = world.clients[producer]
    commit = client.request == Kind.COMMIT
    require(commit or client.request == Kind.ABORT, "no EndTxn is under way")
    require(has_left(world, producer), "EndTxn waits for a batch in flight")
    error, producer_id, epoch = end_transaction(
        world,
        transactional_id_of(world, producer),
        client.producer_id,
        client.epoch,
        commit,
        world.settings.client_version,
    )
    handle_end_response(world, producer, error, producer_id, epoch)


def batch_of(world: "World", producer: int, partition: int) -> Batch:
    """Return a client's oldest batch on the connection to the leader of a partition."""
    client = world.clients[producer]
    entry = client.partitions[partition]
    place = first_in(entry, SendState.IN_FLIGHT)
    return Batch(
        producer_id=client.producer_id,
        epoch=client.epoch,
        sequence=sequence_on_connection(entry.batches[place]),
        value=record_of(transaction_of(world, producer), place),
        version=world.settings.client_version,
    )


@action(LEADER, to=COORDINATOR)
def ask_coordinator(world: "World", producer: ProducerSlot, partition: Partition) -> None:
    """The leader of partition {partition} asks about the batch of producer {producer}.

    A step of its own where other steps may come before the batch is appended.
    """
    entry = world.clients[producer].partitions[partition]
    place = first_in(entry, SendState.IN_FLIGHT)
    require(world.settings.two_step_verification, "verification and append are one step")
    require(entry.batches[place].state == SendState.IN_FLIGHT, "no batch is in flight")
    require(entry.asked == Asked.NOT_YET, "the coordinator has answered")
    batch = batch_of(world, producer, partition)
    require(must_ask(world, partition, batch), "the transaction is open here")
    error = verify_batch(world, partition, transactional_id_of(world, producer), batch)
    if error == Error.NONE:
        entry.asked = Asked.VERIFIED
    else:
        handle_produce_response(world, producer, partition, place, error)


@procedure
def verify_and_append(
    world: "World", partition: int, transactional_id: int, batch: Batch, asked: int
) -> int:
    """Append a batch, and ask before that where it is one step; return the error."""
    error: int = Error.NONE
    if asked == Asked.NOT_YET:
        error = verify_batch(world, partition, transactional_id, batch)
    if error == Error.NONE:
        error = append_batch(world, partition, batch, asked)
    return error


@action(LEADER, to=PRODUCER, kind="receive")
def take_batch(world: "World", producer: ProducerSlot, partition: DataPartition) -> None:
    """The leader of partition {partition} takes the batch of producer {producer}."""
    entry = world.clients[producer].partitions[partition]
    place = first_in(entry, SendState.IN_FLIGHT)
    require(entry.batches[place].state == SendState.IN_FLIGHT, "no batch is in flight")
    batch = batch_of(world, producer, partition)
    if world.settings.two_step_verification and entry.asked == Asked.NOT_YET:
        require(not must_ask(world, partition, batch), "the coordinator must be asked first")
    error = verify_and_append(
        world, partition, transactional_id_of(world, producer), batch, entry.asked
    )
    handle_produce_response(world, producer, partition, place, error)


@action(LEADER, to=PRODUCER, kind="receive")
def refuse_batch(world: "World", producer: ProducerSlot, partition: DataPartition) -> None:
    """The leader of partition {partition} cannot take the batch of producer {producer} now.

    NOT_ENOUGH_REPLICAS: fewer replicas than min.insync.replicas are in sync, or the coordinator
    that should verify the batch is not available (AddPartitionsToTxnManager).
    """
    entry = world.clients[producer].partitions[partition]
    place = first_in(entry, SendState.IN_FLIGHT)
    require(entry.batches[place].state == SendState.IN_FLIGHT, "no batch is in flight")
    require(entry.asked == Asked.NOT_YET, "the coordinator has answered")
    suffer(world, Fault.REFUSED_BATCHES)
    batch = batch_of(world, producer, partition)
    if must_ask(world, partition, batch):
        note_question(world.partitions[partition].producers[batch.producer_id], batch)
    handle_produce_response(world, producer, partition, place, Error.NOT_ENOUGH_REPLICAS)


@action(GROUP_COORDINATOR, to=PRODUCER, kind="receive")
def take_offset_commit(world: "World", producer: ProducerSlot) -> None:
    """The group coordinator takes TxnOffsetCommit from producer {producer}."""
    offsets = bound("partitions")
    require(bound("groups") > 0, "the application consumes nothing")
    entry = world.clients[producer].partitions[offsets]
    require(entry.batches[0].state == SendState.IN_FLIGHT, "no TxnOffsetCommit is under way")
    error = handle_txn_offset_commit(
        world,
        transactional_id_of(world, producer),
        batch_of(world, producer, offsets),
        generation_of(world, producer),
    )
    handle_offset_commit_response(world, producer, offsets, error)


def generation_of(world: "World", producer: int) -> int:
    """Return the generation that a TxnOffsetCommit names, NONE without group metadata."""
    if world.settings.group_metadata:
        return world.clients[producer].generation
    return NONE

"""Abandoned connections: a request that was on one is taken later, or never.

Kafka: NetworkClient#handleTimedOutRequests, InterBrokerSendThread; a broker may still read a
request from a connection that the sender has closed (KIP-890, KIP-1228).
Left out: a connection that is abandoned by a process which ends; requests of other kinds behind a
batch; a batch that expires while its connection goes on.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, action, bound, for_each, function, procedure, require
from model.roles import GROUP_COORDINATOR, LEADER, PRODUCER
from model.sorts import Error
from model.transactions.add_partitions import add_partition
from model.transactions.batches import (
    SendState,
    first_in,
    is_any,
    leave_connection,
    oldest_pending,
)
from model.transactions.connections import batch_of as batch_on_connection
from model.transactions.connections import generation_of, verify_and_append
from model.transactions.coordinator import (
    TxnState,
    end_transaction,
    fail_over,
    init_producer_id,
)
from model.transactions.faults import Fault, most_in_all, suffer
from model.transactions.group_coordinator import handle_txn_offset_commit
from model.transactions.markers import must_send
from model.transactions.partition import handle_marker, must_ask, verify_batch
from model.transactions.producer import transactional_id_of
from model.transactions.requests import Asked, Batch, Kind, LateRequest
from model.transactions.roles import COORDINATOR
from model.transactions.sorts import (
    Abandoned,
    DataPartition,
    Partition,
    ProducerSlot,
    RecordPlace,
    TransactionalId,
    Version,
    record_of,
    transaction_with,
)
from model.transactions.transaction_manager import fail_batch, has_left

if TYPE_CHECKING:
    from model.transactions.world import World


def free_connection(world: "World") -> LateRequest:
    """Return an abandoned connection that holds nothing."""
    for connection in range(bound("abandoned") - 1):
        if world.late[connection].kind == Kind.NOTHING:
            return world.late[connection]
    return world.late[bound("abandoned") - 1]


@action(PRODUCER, to=COORDINATOR, kind="abandon")
def abandon_request(world: "World", producer: ProducerSlot) -> None:
    """Producer {producer} gives up its connection to the coordinator and sends its request again.

    After a disconnect or request.timeout.ms; what was on the connection comes late or never.
    """
    client = world.clients[producer]
    require(has_left(world, producer), "no request is under way")
    suffer(world, Fault.ABANDONED_CONNECTIONS)
    knows = client.request != Kind.INIT_PRODUCER_ID
    late = free_connection(world)
    late.kind = client.request
    late.transactional_id = transactional_id_of(world, producer)
    late.producer_id = client.producer_id if knows else NONE
    late.epoch = client.epoch if knows else NONE
    late.partition = client.partition
    late.version = world.settings.client_version


@action(PRODUCER, to=LEADER, kind="abandon")
def expire_batch_in_flight(
    world: "World", producer: ProducerSlot, partition: DataPartition
) -> None:
    """Producer {producer}'s batch for partition {partition} expires in flight and may come late.

    Sender#failExpiredBatches, at delivery.timeout.ms on the first attempt, the oldest first: its
    sequence does not count as unresolved. The connection is given up with all that is on it.
    """
    entry = world.clients[producer].partitions[partition]
    place = oldest_pending(entry)
    require(entry.batches[place].state == SendState.IN_FLIGHT, "no batch is in flight")
    require(not entry.batches[place].in_retry, "the batch may have been sent before")
    suffer(world, Fault.DELIVERY_TIMEOUTS)
    suffer(world, Fault.ABANDONED_CONNECTIONS)
    leave_batches(world, producer, partition)
    fail_batch(world, producer, partition, place, False)


@procedure
def forget_attempts(world: "World") -> None:
    """Canonical form: that a batch was sent before is remembered while one may expire in flight."""
    faults, budgets = world.faults, world.budgets
    is_spent = (
        faults.in_all + 1 >= most_in_all(world)
        or faults.delivery_timeouts >= budgets.delivery_timeouts
        or faults.abandoned_connections >= budgets.abandoned_connections
    )
    for producer in for_each(ProducerSlot):
        for partition in for_each(Partition):
            if is_spent or partition == bound("partitions"):
                for place in for_each(RecordPlace):
                    world.clients[producer].partitions[partition].batches[place].in_retry = False


@action(PRODUCER, to=LEADER, kind="abandon")
def abandon_batch(world: "World", producer: ProducerSlot, partition: Partition) -> None:
    """Producer {producer} gives up its connection to the leader of partition {partition}.

    What is on it comes late or never; the client sends it again or lets it expire.
    """
    entry = world.clients[producer].partitions[partition]
    require(is_any(entry, SendState.IN_FLIGHT), "no batch is in flight")
    suffer(world, Fault.ABANDONED_CONNECTIONS)
    leave_batches(world, producer, partition)


@procedure
def leave_batches(world: "World", producer: int, partition: int) -> None:
    """Leave the batches for a partition on a connection that nobody reads answers from any more.

    They were sent one after the other: each has the next sequence, and its own record.
    """
    client = world.clients[producer]
    entry = client.partitions[partition]
    is_offset = partition == bound("partitions")
    oldest = batch_on_connection(world, producer, partition)
    late = free_connection(world)
    late.kind = Kind.TXN_OFFSET_COMMIT if is_offset else Kind.PRODUCE
    late.transactional_id = transactional_id_of(world, producer)
    late.producer_id = client.producer_id
    late.epoch = client.epoch
    late.partition = partition
    late.sequence = oldest.sequence
    late.value = oldest.value
    late.version = world.settings.client_version
    late.generation = generation_of(world, producer) if is_offset else NONE
    late.asked = entry.asked
    if bound("batches") > 1:
        first = first_in(entry, SendState.IN_FLIGHT)
        for place in for_each(RecordPlace):
            is_in_flight = entry.batches[place].state == SendState.IN_FLIGHT
            late.behind.put(place, place > first and is_in_flight)
    leave_connection(entry)


@action(COORDINATOR, to=LEADER, kind="abandon")
def abandon_marker(world: "World", transactional_id: TransactionalId, partition: Partition) -> None:
    """The coordinator gives up its connection to the leader of partition {partition}.

    The marker on it comes late or never; the coordinator sends it again.
    """
    require(must_send(world, transactional_id, partition), "no marker is under way")
    suffer(world, Fault.ABANDONED_CONNECTIONS)
    leave_marker(world, transactional_id, partition)


def leave_marker(world: "World", transactional_id: int, partition: int) -> None:
    """Leave a marker on a connection that nobody reads an answer from."""
    transaction = world.coordinator.transactions[transactional_id]
    commit = transaction.state == TxnState.PREPARE_COMMIT
    late = free_connection(world)
    late.kind = Kind.COMMIT_MARKER if commit else Kind.ABORT_MARKER
    late.producer_id = transaction.producer_id
    late.epoch = transaction.epoch
    late.partition = partition
    late.version = transaction.version
    late.coordinator_epoch = world.coordinator.epoch


@action(COORDINATOR, to=LEADER, kind="abandon")
def fail_coordinator_with_marker(
    world: "World", transactional_id: TransactionalId, partition: Partition
) -> None:
    """The coordinator fails while its marker for partition {partition} is on its way.

    Another broker loads the transaction log; the marker comes late or never.
    """
    require(must_send(world, transactional_id, partition), "no marker is under way")
    suffer(world, Fault.COORDINATOR_FAILOVERS)
    leave_marker(world, transactional_id, partition)
    fail_over(world)


@action(COORDINATOR, to=PRODUCER, kind="late")
def take_late_init_producer_id(world: "World", connection: Abandoned) -> None:
    """The coordinator takes an old InitProducerId; nobody reads the answer."""
    late = world.late[connection]
    require(
        late.kind in (Kind.INIT_PRODUCER_ID, Kind.BUMP_EPOCH), "no InitProducerId is left there"
    )
    init_producer_id(world, late.transactional_id, late.producer_id, late.epoch)
    late.clear()


@action(COORDINATOR, to=PRODUCER, kind="late")
def take_late_add_partition(world: "World", connection: Abandoned) -> None:
    """The coordinator takes an old AddPartitionsToTxn; nobody reads the answer."""
    late = world.late[connection]
    require(late.kind == Kind.ADD_PARTITION, "no AddPartitionsToTxn is left there")
    add_partition(
        world, late.transactional_id, late.producer_id, late.epoch, late.partition, Version.V0
    )
    late.clear()


@action(COORDINATOR, to=PRODUCER, kind="late")
def take_late_end_txn(world: "World", connection: Abandoned) -> None:
    """The coordinator takes an old EndTxn; nobody reads the answer."""
    late = world.late[connection]
    require(late.kind in (Kind.COMMIT, Kind.ABORT), "no EndTxn is left there")
    end_transaction(
        world,
        late.transactional_id,
        late.producer_id,
        late.epoch,
        late.kind == Kind.COMMIT,
        late.version,
    )
    late.clear()


def batch_of(late: LateRequest) -> Batch:
    """Return the batch of an old request."""
    return Batch(
        producer_id=late.producer_id,
        epoch=late.epoch,
        sequence=late.sequence,
        value=late.value,
        version=late.version,
    )


@action(LEADER, to=COORDINATOR)
def ask_about_late_batch(world: "World", connection: Abandoned) -> None:
    """The leader takes an old batch and asks the coordinator about it."""
    late = world.late[connection]
    require(world.settings.two_step_verification, "verification and append are one step")
    require(late.kind == Kind.PRODUCE, "no batch is left there")
    require(late.asked == Asked.NOT_YET, "the coordinator has answered")
    require(must_ask(world, late.partition, batch_of(late)), "the transaction is open here")
    if verify_batch(world, late.partition, late.transactional_id, batch_of(late)) == Error.NONE:
        late.asked = Asked.VERIFIED
    else:
        take_off(late)


@function
def next_behind(late: LateRequest) -> int:
    """Return the first of the batches that come after the oldest one; else the last place."""
    for place in range(bound("batches") - 1):
        if late.behind.has(place):
            return place
    return bound("batches") - 1


@procedure
def take_off(late: LateRequest) -> None:
    """Take a batch off an abandoned connection; the one behind it is the next.

    Not always the next record: send() may have refused one between them.
    """
    if bound("batches") > 1 and not late.behind.is_empty:
        place = next_behind(late)
        late.behind.discard(place)
        late.sequence = late.sequence + 1
        late.value = record_of(transaction_with(late.value), place)
        late.asked = Asked.NOT_YET
    else:
        late.clear()


@action(LEADER, to=PRODUCER, kind="late")
def take_late_batch(world: "World", connection: Abandoned) -> None:
    """The leader takes an old batch; nobody reads the answer."""
    late = world.late[connection]
    require(late.kind == Kind.PRODUCE, "no batch is left there")
    if world.settings.two_step_verification and late.asked == Asked.NOT_YET:
        is_asked = must_ask(world, late.partition, batch_of(late))
        require(not is_asked, "the coordinator must be asked first")
    verify_and_append(world, late.partition, late.transactional_id, batch_of(late), late.asked)
    take_off(late)


@action(GROUP_COORDINATOR, to=PRODUCER, kind="late")
def take_late_offset_commit(world: "World", connection: Abandoned) -> None:
    """The group coordinator takes an old TxnOffsetCommit; nobody reads the answer."""
    late = world.late[connection]
    require(late.kind == Kind.TXN_OFFSET_COMMIT, "no TxnOffsetCommit is left there")
    handle_txn_offset_commit(world, late.transactional_id, batch_of(late), late.generation)
    late.clear()


@action(LEADER, to=COORDINATOR, kind="late")
def take_late_marker(world: "World", connection: Abandoned) -> None:
    """A partition leader takes an old control marker; nobody reads the answer."""
    late = world.late[connection]
    require(late.kind in (Kind.COMMIT_MARKER, Kind.ABORT_MARKER), "no control marker is left there")
    handle_marker(
        world,
        late.partition,
        late.producer_id,
        late.epoch,
        late.kind == Kind.COMMIT_MARKER,
        late.coordinator_epoch,
        late.version,
    )
    late.clear()

"""What is so in every state of the model without transactions, and which states roles get into.

None of it is a guarantee; but a wrong rule breaks some of it long before a guarantee breaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from structure_parts import are_counted, reached

from checker.lang import NONE, always, bound, count, exists, forall, function, sometimes
from model.consumer import ConsumerState
from model.faults import Fault, most_in_all
from model.partition import is_remembered
from model.producer import BatchState, is_pending
from model.replication import ReplicaState, has_enough_replicas
from model.settings import Acks
from model.sorts import Abandoned, Place, Position, RecordNumber, ReplicaId

if TYPE_CHECKING:
    from collections.abc import Callable

    from model.world import World

# The producer and its connection.


@always("A batch is in flight if and only if a request on the connection carries it")
def flights_have_requests(world: World) -> bool:
    return world.settings.acks == Acks.NONE or forall(
        RecordNumber,
        lambda record: (
            (world.producer.batches[record].state == BatchState.IN_FLIGHT)
            == exists(Place, lambda place: carries(world, place, record))
        ),
    )


@function
def carries(world: World, place: int, record: int) -> bool:
    requests = world.connection.requests
    if place >= requests.length:
        return False
    return requests[place].record == record and not requests[place].expired


@always("The accumulator has each batch that is to be sent, once")
def accumulator_fits(world: World) -> bool:
    return forall(
        RecordNumber,
        lambda record: (
            world.producer.accumulator.count(lambda other: other == record)
            == count(
                RecordNumber,
                lambda other: other == record and waits(world, other),
            )
        ),
    )


@function
def waits(world: World, record: int) -> bool:
    state = world.producer.batches[record].state
    return state in (BatchState.ACCUMULATED, BatchState.RETRYING)


@always("Batches that are not completed have different numbers, others none")
def numbers_fit(world: World) -> bool:
    return forall(RecordNumber, lambda record: has_its_number(world, record)) and forall(
        RecordNumber,
        RecordNumber,
        lambda one, other: (
            one == other
            or world.producer.batches[one].sequence == NONE
            or world.producer.batches[one].sequence != world.producer.batches[other].sequence
        ),
    )


@function
def has_its_number(world: World, record: int) -> bool:
    batch = world.producer.batches[record]
    is_sent = batch.state in (BatchState.IN_FLIGHT, BatchState.RETRYING)
    return (
        (not is_sent or (batch.sequence != NONE) == world.settings.idempotence)
        and (is_pending(world, record) or (batch.sequence == NONE and not batch.in_retry))
        and batch.sequence < world.producer.numbers.next_sequence
        and (world.settings.idempotence or not batch.in_retry)
    )


@always("No sequence is known that was not given")
def sequences_are_given(world: World) -> bool:
    numbers = world.producer.numbers
    return (
        numbers.last_acknowledged < numbers.next_sequence
        and numbers.unresolved <= numbers.next_sequence
        and (world.settings.idempotence or (numbers.next_sequence == 0 and numbers.epoch == 0))
    )


@always("The leader waits for followers with acks=all alone, and with a request")
def waiting_fits(world: World) -> bool:
    connection = world.connection
    return connection.waits_for == NONE or (
        world.settings.acks == Acks.ALL
        and connection.requests.length > 0
        and connection.waits_for <= world.partition.log.length
    )


@always("What is left on abandoned connections counts as sent once, and stands in order")
def late_requests_fit(world: World) -> bool:
    return forall(
        Abandoned,
        Place,
        lambda connection, place: not is_expired_late(world, connection, place),
    ) and forall(
        Abandoned,
        lambda connection: (
            connection == 0
            or world.late[connection].requests.length == 0
            or world.late[connection - 1].requests.length > 0
        ),
    )


@function
def is_expired_late(world: World, connection: int, place: int) -> bool:
    requests = world.late[connection].requests
    return place < requests.length and requests[place].expired


# The partition and its replicas.


@always("The sequences of a producer id's epoch follow each other along the log")
def log_is_in_order(world: World) -> bool:
    return forall(
        Position,
        Position,
        lambda one, other: one >= other or not is_out_of_order(world, one, other),
    )


@function
def is_out_of_order(world: World, first: int, second: int) -> bool:
    log = world.partition.log
    if second >= log.length:
        return False
    one, other = log[first], log[second]
    if one.producer_id != other.producer_id or one.sequence == NONE:
        return False
    return one.epoch > other.epoch or (one.epoch == other.epoch and one.sequence >= other.sequence)


@always("One replica leads; the high watermark is what all of the ISR has")
def replicas_fit(world: World) -> bool:
    leaders = count(
        ReplicaId, lambda replica: world.replicas[replica].state == ReplicaState.LEADING
    )
    return (
        leaders == 1
        and world.partition.high_watermark <= world.partition.log.length
        and forall(ReplicaId, lambda replica: has_its_log(world, replica))
    )


@function
def has_its_log(world: World, replica: int) -> bool:
    state, log_end = world.replicas[replica].state, world.replicas[replica].log_end
    if state in (ReplicaState.LEADING, ReplicaState.ABSENT):
        return log_end == 0
    if state == ReplicaState.IN_SYNC:
        return world.partition.high_watermark <= log_end <= world.partition.log.length
    if state == ReplicaState.ELIGIBLE:
        is_kept = world.settings.eligible_leader_replicas and not has_enough_replicas(world)
        return is_kept and log_end <= world.partition.log.length
    return log_end <= world.partition.log.length


@always("Replicas stand in order")
def replicas_are_sorted(world: World) -> bool:
    return forall(
        ReplicaId,
        ReplicaId,
        lambda one, other: (
            one >= other
            or world.replicas[one].state < world.replicas[other].state
            or (
                world.replicas[one].state == world.replicas[other].state
                and world.replicas[one].log_end <= world.replicas[other].log_end
            )
        ),
    )


# The consumer and faults.


@always("A consumer has a record while it has one to process, and a position while it runs")
def consumer_fits(world: World) -> bool:
    consumer = world.consumer
    is_down = consumer.state in (ConsumerState.CRASHED, ConsumerState.STOPPED)
    has_record = consumer.state in (ConsumerState.PROCESSING, ConsumerState.COMMITTING)
    return (
        consumer.position <= world.partition.log.length
        and (not is_down or consumer.position == 0)
        and (has_record or consumer.record == 0)
        and world.group.committed <= world.partition.log.length
    )


@always("No more faults happen than may")
def faults_are_counted(world: World) -> bool:
    return are_counted(world, Fault)


@always("Each fault counts as one of its kind, until no more may happen")
def kinds_add_up(world: World) -> bool:
    faults = world.faults
    kinds = sum(getattr(faults, kind) for kind in Fault)
    return faults.in_all == kinds or faults.in_all == most_in_all(world)


@always("A snapshot is of what is in the log")
def snapshot_fits(world: World) -> bool:
    partition = world.partition
    return partition.snapshot <= partition.log.length


@always("Since leader epochs nobody notes the high watermark of its last fetch")
def high_watermarks_fit(world: World) -> bool:
    return forall(
        ReplicaId,
        lambda replica: (
            world.replicas[replica].high_watermark == 0
            or not world.settings.leader_epoch_truncation
        ),
    )


# States that roles get into, somewhere in a scope.


def _a_batch_is(state: BatchState) -> Callable[[World], bool]:
    return lambda world: exists(
        RecordNumber, lambda record: world.producer.batches[record].state == state
    )


def _a_replica_is(state: ReplicaState) -> Callable[[World], bool]:
    return lambda world: exists(ReplicaId, lambda replica: world.replicas[replica].state == state)


def _the_consumer_is(state: ConsumerState) -> Callable[[World], bool]:
    return lambda world: world.consumer.state == state


@sometimes("A request waits on an abandoned connection")
def a_request_is_late(world: World) -> bool:
    return exists(Abandoned, lambda connection: world.late[connection].requests.length > 0)


@sometimes("The producer begins a new epoch")
def an_epoch_begins(world: World) -> bool:
    return world.producer.numbers.epoch > 0


@sometimes("The producer begins a new session")
def a_session_begins(world: World) -> bool:
    return world.producer.numbers.producer_id > 0


@sometimes("A sequence is unresolved")
def a_sequence_is_unresolved(world: World) -> bool:
    return world.producer.numbers.unresolved != NONE


@sometimes("As many requests are in flight as may be")
def the_connection_is_full(world: World) -> bool:
    return world.connection.requests.length == min(bound("in_flight"), world.settings.max_in_flight)


@sometimes("A record stands in the log twice")
def a_record_is_repeated(world: World) -> bool:
    log = world.partition.log
    return exists(
        Position,
        Position,
        lambda one, other: one < other < log.length and log[one].record == log[other].record,
    )


@sometimes("The leader forgets a producer id")
def a_producer_id_is_forgotten(world: World) -> bool:
    return world.settings.idempotence and world.partition.log.exists(
        lambda stored: stored.sequence == NONE
    )


@sometimes("The leader reads a snapshot")
def a_snapshot_is_read(world: World) -> bool:
    return world.partition.snapshot > 0


@sometimes("The leader does not remember a batch of which it remembers the next")
def a_batch_is_not_remembered(world: World) -> bool:
    return exists(Position, lambda position: not is_remembered(world, position))


INVARIANTS = (
    flights_have_requests,
    accumulator_fits,
    numbers_fit,
    sequences_are_given,
    waiting_fits,
    late_requests_fit,
    log_is_in_order,
    replicas_fit,
    replicas_are_sorted,
    consumer_fits,
    faults_are_counted,
    kinds_add_up,
    snapshot_fits,
    high_watermarks_fit,
)
REACHED = (
    *(reached(f"a_batch_is_{each.name.lower()}", _a_batch_is(each)) for each in BatchState),
    *(
        reached(f"a_replica_is_{each.name.lower()}", _a_replica_is(each))
        for each in (ReplicaState.IN_SYNC, ReplicaState.ELIGIBLE, ReplicaState.OUT_OF_SYNC)
    ),
    *(
        reached(f"the_consumer_is_{each.name.lower()}", _the_consumer_is(each))
        for each in ConsumerState
    ),
    a_request_is_late,
    an_epoch_begins,
    a_session_begins,
    a_sequence_is_unresolved,
    the_connection_is_full,
    a_record_is_repeated,
    a_producer_id_is_forgotten,
    a_snapshot_is_read,
    a_batch_is_not_remembered,
)
STRUCTURE = (*INVARIANTS, *REACHED)

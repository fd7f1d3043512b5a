"""Producer client: accumulates batches, keeps some in flight, sends again what may be lost.

Kafka: KafkaProducer, RecordAccumulator, Sender, ProducerBatch (KIP-91, KIP-98).
Left out: several records in a batch, lingering, splitting and compression; several partitions;
max.block.ms; back-off between attempts; finding the new leader (metadata is always fresh). Batches
expire in order of their records: one that the application sent again counts as its first send.
"""

from typing import TYPE_CHECKING, Annotated

from checker.lang import (
    NONE,
    Array,
    Capacity,
    Queue,
    Record,
    State,
    action,
    bound,
    for_each,
    forall,
    function,
    procedure,
    require,
)
from model.faults import Fault, suffer
from model.requests import ProduceRequest
from model.roles import APPLICATION, LEADER, PRODUCER
from model.sequences import (
    Numbers,
    acknowledge_sequence,
    begin_again,
    is_earlier,
    mark_unresolved,
    must_wait,
    number_batch,
    settle_numbers,
    shows_gap,
)
from model.settings import Acks, OnError
from model.sorts import Error, OptionalSequence, Place, RecordNumber

if TYPE_CHECKING:
    from model.world import World


class BatchState(State):
    """Where the batch of a record stands (ProducerBatch)."""

    UNSENT = 0
    ACCUMULATED = 1
    IN_FLIGHT = 2
    RETRYING = 3
    ACKNOWLEDGED = 4
    FAILED = 5
    FORGOTTEN = 6


MAY_FOLLOW = {
    BatchState.UNSENT: (BatchState.ACCUMULATED,),
    BatchState.ACCUMULATED: (
        BatchState.IN_FLIGHT,
        BatchState.ACKNOWLEDGED,  # acks=0: it is enough that it was written to the socket
        BatchState.FAILED,
        BatchState.UNSENT,  # the process crashes, the application will send the record again
        BatchState.FORGOTTEN,  # the process crashes, the application goes on with the next one
    ),
    BatchState.IN_FLIGHT: (
        BatchState.ACKNOWLEDGED,
        BatchState.RETRYING,
        BatchState.FAILED,
        BatchState.UNSENT,
        BatchState.FORGOTTEN,
    ),
    BatchState.RETRYING: (
        BatchState.IN_FLIGHT,
        BatchState.FAILED,
        BatchState.UNSENT,
        BatchState.FORGOTTEN,
    ),
    BatchState.ACKNOWLEDGED: (),
    BatchState.FAILED: (BatchState.ACCUMULATED,),  # the application sends the record again
    BatchState.FORGOTTEN: (),
}


class Batch(Record):
    """The batch that carries a record; in_retry: it was put back after an attempt."""

    state: BatchState
    sequence: OptionalSequence = NONE
    in_retry: bool


class Producer(Record):
    """The client's memory; accumulator: the batches to send, in order (the partition's deque)."""

    batches: Array[RecordNumber, Batch]
    accumulator: Annotated[Queue[RecordNumber], Capacity("records", "accumulator")]
    numbers: Numbers


@function
def is_pending(world: "World", record: int) -> bool:
    """Return whether the client still holds a record's batch."""
    return world.producer.batches[record].state in (
        BatchState.ACCUMULATED,
        BatchState.IN_FLIGHT,
        BatchState.RETRYING,
    )


@action(PRODUCER, to=LEADER)
def send_batch(world: "World", record: RecordNumber) -> None:
    """The client sends the batch of record {record} to the leader.

    Sender#sendProducerData takes the first batch of the queue.
    """
    accumulator = world.producer.accumulator
    require(accumulator.length > 0, "there is no batch to send")
    require(accumulator[0] == record, "another batch comes first")
    in_flight = world.connection.requests.length
    require(
        in_flight < world.settings.max_in_flight and in_flight < bound("in_flight"),
        "max.in.flight.requests.per.connection are in flight",
    )
    require(not must_wait(world, record), "what became of earlier batches must be known first")
    accumulator.take()
    number_batch(world, record)
    batch = world.producer.batches[record]
    world.connection.requests.put(
        ProduceRequest(
            record=record,
            producer_id=world.producer.numbers.producer_id,
            epoch=world.producer.numbers.epoch,
            sequence=batch.sequence,
        )
    )
    if world.settings.acks == Acks.NONE:
        batch.become(BatchState.ACKNOWLEDGED)
    else:
        batch.become(BatchState.IN_FLIGHT)


@procedure
def handle_response(world: "World", request: ProduceRequest, error: int) -> bool:
    """React to the answer to a request, or to the end of its connection (Sender#completeBatch).

    Returns whether a sequence is missing on the broker, so that a new epoch must begin.
    """
    record = request.record
    batch = world.producer.batches[record]
    gap = False
    if request.expired:
        # The application was told of a timeout; yet the sequence counts (#handleCompletedBatch).
        if error == Error.NONE:
            acknowledge_sequence(world, request.sequence)
    elif error == Error.NONE:
        acknowledge_sequence(world, batch.sequence)
        settle(world, record)
        batch.become(BatchState.ACKNOWLEDGED)
    elif error == Error.OUT_OF_ORDER_SEQUENCE_NUMBER:
        gap = shows_gap(world, request)
        enqueue_again(world, record)
    elif error == Error.UNKNOWN_PRODUCER_ID:
        gap = begin_again(world, request)
        enqueue_again(world, record)
    elif world.settings.retries and error != Error.INVALID_PRODUCER_EPOCH:
        enqueue_again(world, record)
    else:
        fail_batch(world, record)
    return gap


@procedure
def enqueue_again(world: "World", record: int) -> None:
    """Put a batch back to be sent again (RecordAccumulator#reenqueue).

    With idempotence the queue stays in order of sequence (#insertInSequenceOrder). Without it the
    batch goes in front: two batches that come back one after the other change places.
    """
    batch = world.producer.batches[record]
    place = world.producer.accumulator.count(lambda other: is_earlier(world, other, batch.sequence))
    world.producer.accumulator.put_at(place, record)
    batch.become(BatchState.RETRYING)
    batch.in_retry = world.settings.idempotence


@procedure
def fail_batch(world: "World", record: int) -> None:
    """Report an error to the application, which may send the record again in its callback."""
    batch = world.producer.batches[record]
    settle(world, record)
    batch.become(BatchState.FAILED)
    if world.settings.on_error == OnError.RETRY:
        batch.become(BatchState.ACCUMULATED)
        world.producer.accumulator.put(record)


def settle(world: "World", record: int) -> None:
    """Forget the numbers of a completed batch (TransactionManager#removeInFlightBatch)."""
    batch = world.producer.batches[record]
    batch.sequence = NONE
    batch.in_retry = False


@action(PRODUCER, to=APPLICATION)
def expire_batch(world: "World", record: RecordNumber) -> None:
    """The batch of record {record} reaches delivery.timeout.ms; the application gets a timeout.

    Sender#failExpiredBatches, for the first batch of the queue or of those in flight. The request
    of a batch in flight stays on its connection.
    """
    batch = world.producer.batches[record]
    sequence, in_retry = batch.sequence, batch.in_retry
    require(is_pending(world, record), "the client does not hold this record")
    require(
        forall(RecordNumber, lambda other: other >= record or not is_pending(world, other)),
        "an older batch expires first",
    )
    in_flight = batch.state == BatchState.IN_FLIGHT
    accumulator = world.producer.accumulator
    require(in_flight or accumulator[0] == record, "the first batch of the queue expires first")
    suffer(world, Fault.DELIVERY_TIMEOUTS)
    if in_flight:
        give_up_request(world, record)
    else:
        accumulator.take()
    fail_batch(world, record)
    if in_retry:
        mark_unresolved(world, sequence)
    settle_numbers(world, gap=False)


@procedure
def give_up_request(world: "World", record: int) -> None:
    """Mark the request that carries a record: its answer will be ignored."""
    requests = world.connection.requests
    for place in for_each(Place):
        if place < requests.length and requests[place].record == record:
            requests[place].expired = True

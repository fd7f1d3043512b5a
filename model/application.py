"""The producing application: sends the records of its source in order, and survives crashes.

Kafka: KafkaProducer#send and its callback, as an application uses them. What it does in a callback
with an error (`on-error`) stands in the producer's `fail_batch`.
Left out: several producing applications; an application that waits for each acknowledgement.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, action, exists, for_each, forall, function, procedure, require
from model.connections import abandon_requests
from model.faults import Fault, suffer
from model.producer import BatchState, is_pending, settle
from model.roles import APPLICATION, PRODUCER
from model.settings import OnError, Restart
from model.sorts import RecordNumber

if TYPE_CHECKING:
    from model.world import World


@function
def has_stopped(world: "World") -> bool:
    """Return whether the application gave up after an error (`on-error=stop`)."""
    return world.settings.on_error == OnError.STOP and exists(
        RecordNumber, lambda record: world.producer.batches[record].state == BatchState.FAILED
    )


@function
def is_unsent(world: "World", record: int) -> bool:
    """Return whether the application has yet to send a record, for the first time or again."""
    return world.producer.batches[record].state == BatchState.UNSENT


@action(APPLICATION, to=PRODUCER)
def send_record(world: "World", record: RecordNumber) -> None:
    """The application sends record {record}; send() returns."""
    require(is_unsent(world, record), "this record is sent already")
    require(
        forall(RecordNumber, lambda other: other >= record or not is_unsent(world, other)),
        "an earlier record comes first",
    )
    require(not has_stopped(world), "the application stopped after an error")
    world.producer.batches[record].become(BatchState.ACCUMULATED)
    world.producer.accumulator.put(record)


@action(PRODUCER, kind="fault")
def crash_producer(world: "World") -> None:
    """The producing process crashes and starts again.

    What was on its connection comes late or never. The application remembers across the crash which
    records were acknowledged: with `restart=resend` it sends the others again, with `restart=skip`
    it goes on with the record after them. The client gets a new producer id.
    """
    require(
        exists(RecordNumber, lambda record: is_pending(world, record)),
        "nothing would be lost: the client holds no record",
    )
    suffer(world, Fault.PRODUCER_CRASHES)
    abandon_requests(world, is_taken=world.connection.waits_for != NONE)
    for record in for_each(RecordNumber):
        lose_batch(world, record)
    world.producer.accumulator.clear()
    numbers = world.producer.numbers
    following = numbers.producer_id + 1
    numbers.clear()
    if world.settings.idempotence:
        numbers.producer_id = following


@procedure
def lose_batch(world: "World", record: int) -> None:
    """Lose a batch with the client's memory."""
    batch = world.producer.batches[record]
    if is_pending(world, record):
        settle(world, record)
        if world.settings.restart == Restart.RESEND:
            batch.become(BatchState.UNSENT)
        else:
            batch.become(BatchState.FORGOTTEN)

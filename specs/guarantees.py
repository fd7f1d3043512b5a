"""The delivery guarantees, at the level of the applications.

A record is *accepted* when the client library acknowledges it to the application; where the
application ignores errors (`on-error=ignore`), when send() returned. It is *processed* when the
consuming application has processed it.
"""

from checker.lang import always, exists, forall, function
from model.application import has_stopped, is_unsent
from model.consumer import ConsumerState
from model.producer import BatchState, is_pending
from model.settings import OnError
from model.sorts import RecordNumber
from model.world import World


@function
def is_accepted(world: World, record: int) -> bool:
    """Return whether the application may rely on a record."""
    if world.settings.on_error == OnError.IGNORE:
        return not is_unsent(world, record)
    return world.producer.batches[record].state == BatchState.ACKNOWLEDGED


@function
def producer_is_done(world: World) -> bool:
    """Return whether the producing side has nothing left to do, to send again or to wait for."""
    return world.connection.requests.length == 0 and forall(
        RecordNumber,
        lambda record: (
            not is_pending(world, record) and (not is_unsent(world, record) or has_stopped(world))
        ),
    )


@function
def consumer_is_done(world: World) -> bool:
    """Return whether the consumer is running and has worked off the whole log."""
    partition = world.partition
    return (
        world.consumer.state == ConsumerState.POLLING
        and partition.high_watermark == partition.log.length
        and world.consumer.position == partition.log.length
    )


@function
def is_lost(world: World, record: int) -> bool:
    """Return whether a record is not in the log, or was not processed."""
    in_log = world.partition.log.exists(lambda stored: stored.record == record)
    return not in_log or world.history.processed[record] == 0


@always("Every accepted record is in the log and is processed", kafka="acks, min.insync.replicas")
def no_loss(world: World) -> bool:
    """When producer and consumer have nothing left to do, no accepted record is missing.

    Requests on an abandoned connection do not count: they may never be taken. A consumer that
    stopped with an exception is not done.
    """
    return not (
        producer_is_done(world)
        and consumer_is_done(world)
        and exists(
            RecordNumber,
            lambda record: is_accepted(world, record) and is_lost(world, record),
        )
    )


@always("No record is processed twice", kafka="KIP-98")
def no_duplicates(world: World) -> bool:
    """Whatever the reason: a repeat in the log, or a repeat by the consumer."""
    return forall(RecordNumber, lambda record: world.history.processed[record] < 2)


@always(
    "No accepted record is processed for the first time after one that was sent later",
    kafka="KIP-98",
)
def order(world: World) -> bool:
    """Records that are processed again do not count: they have been in order.

    Nor does a record that the application went on without, unacknowledged: Kafka keeps the order of
    one producer session, and its late request is of an earlier one.
    """
    return forall(
        RecordNumber,
        lambda record: not (world.history.overtaken[record] and is_accepted(world, record)),
    )

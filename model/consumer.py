"""Consumer and its application: polls, processes, commits; crashes and begins again.

Kafka: KafkaConsumer, ConsumerCoordinator (#maybeAutoCommitOffsetsAsync), SubscriptionState
(#maybeCompleteValidation, KIP-320), OffsetMetadataManager.
Left out: other members of the group and rebalances; several records in one poll() (a crash among
them is a crash among single ones); commits that fail or come late, commits on close; a position
committed before the first record; clients without KIP-320 (before 2.3),
which skip records or see OFFSET_OUT_OF_RANGE after a truncation.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, Record, State, action, procedure, require, where
from model.faults import Fault, suffer
from model.history import note_processed
from model.roles import CONSUMER, GROUP_COORDINATOR, LEADER
from model.settings import Commit, OffsetReset, Processing
from model.sorts import Offset, OptionalOffset, RecordNumber

if TYPE_CHECKING:
    from model.world import World


class ConsumerState(State):
    """What the consuming application does next."""

    POLLING = 0
    PROCESSING = 1
    COMMITTING = 2
    CRASHED = 3
    STOPPED = 4


MAY_FOLLOW = {
    ConsumerState.POLLING: (
        ConsumerState.PROCESSING,
        ConsumerState.COMMITTING,
        ConsumerState.CRASHED,
        ConsumerState.STOPPED,  # LogTruncationException, with auto.offset.reset=none
    ),
    ConsumerState.PROCESSING: (
        ConsumerState.POLLING,
        ConsumerState.COMMITTING,
        ConsumerState.CRASHED,
        ConsumerState.STOPPED,
    ),
    ConsumerState.COMMITTING: (
        ConsumerState.POLLING,
        ConsumerState.PROCESSING,
        ConsumerState.CRASHED,
        ConsumerState.STOPPED,
    ),
    ConsumerState.CRASHED: (
        ConsumerState.POLLING,
        ConsumerState.STOPPED,  # NoOffsetForPartitionException, with auto.offset.reset=none
    ),
    ConsumerState.STOPPED: (),
}


class Consumer(Record):
    """The consumer's memory; record: what poll() returned and is not processed yet."""

    state: ConsumerState
    position: Offset
    record: RecordNumber


class Group(Record):
    """What the group coordinator knows; committed: NONE before the first commit."""

    committed: OptionalOffset = NONE


@action(CONSUMER, to=LEADER, kind="receive")
def poll(world: "World", record: RecordNumber) -> None:
    """The consumer's poll() returns record {record}."""
    consumer = world.consumer
    require(consumer.state == ConsumerState.POLLING, "the application is not calling poll()")
    require(
        consumer.position < world.partition.high_watermark, "nothing is below the high watermark"
    )
    require(world.partition.log[consumer.position].record == record, "another record comes next")
    consumer.record = record
    consumer.position = consumer.position + 1
    if not world.settings.auto_commit and world.settings.commit == Commit.BEFORE_PROCESSING:
        consumer.become(ConsumerState.COMMITTING)
    else:
        consumer.become(ConsumerState.PROCESSING)


@action(CONSUMER)
def process(world: "World", record: RecordNumber) -> None:
    """The application processes record {record}."""
    consumer = world.consumer
    require(consumer.state == ConsumerState.PROCESSING, "there is no record to process")
    require(consumer.record == record, "poll() returned another record")
    note_processed(world, record)
    consumer.record = 0
    if not world.settings.auto_commit and world.settings.commit == Commit.AFTER_PROCESSING:
        consumer.become(ConsumerState.COMMITTING)
    else:
        consumer.become(ConsumerState.POLLING)


@action(CONSUMER, to=GROUP_COORDINATOR)
def commit(world: "World") -> None:
    """The application commits its position."""
    consumer = world.consumer
    require(consumer.state == ConsumerState.COMMITTING, "the application is not committing")
    world.group.committed = consumer.position
    if world.settings.commit == Commit.BEFORE_PROCESSING:
        consumer.become(ConsumerState.PROCESSING)
    else:
        consumer.become(ConsumerState.POLLING)


@action(CONSUMER, to=GROUP_COORDINATOR)
def auto_commit(world: "World") -> None:
    """A later poll() commits the position that earlier ones reached.

    When auto.commit.interval.ms is over (ConsumerCoordinator#maybeAutoCommitOffsetsAsync). An
    application that processes in the polling thread is done with these records when it calls poll()
    again; one that hands them to another thread calls it all the time.
    """
    consumer = world.consumer
    require(world.settings.auto_commit, "enable.auto.commit is false")
    require(
        consumer.state == ConsumerState.POLLING
        or (
            consumer.state == ConsumerState.PROCESSING
            and world.settings.processing == Processing.OTHER_THREAD
        ),
        "the application is not calling poll()",
    )
    require(consumer.position > 0, "nothing was returned yet")
    require(consumer.position != world.group.committed, "the position is committed")
    world.group.committed = consumer.position


@action(CONSUMER, kind="crash")
def crash_consumer(world: "World") -> None:
    """The consuming process crashes."""
    consumer = world.consumer
    require(consumer.state != ConsumerState.CRASHED, "it has crashed")
    require(consumer.state != ConsumerState.STOPPED, "it has stopped")
    suffer(world, Fault.CONSUMER_CRASHES)
    consumer.become(ConsumerState.CRASHED)
    consumer.position = 0
    consumer.record = 0


@action(GROUP_COORDINATOR)
def expire_offsets(world: "World") -> None:
    """The group is empty for offsets.retention.minutes; its committed offset is deleted."""
    require(world.consumer.state == ConsumerState.CRASHED, "the group has a member")
    require(world.group.committed != NONE, "there is no committed offset")
    suffer(world, Fault.OFFSETS_EXPIRED)
    world.group.committed = NONE


@action(CONSUMER)
def restart_consumer(world: "World") -> None:
    """The consuming process starts again, at the committed offset or as auto.offset.reset says."""
    consumer = world.consumer
    require(consumer.state == ConsumerState.CRASHED, "it is running")
    if world.group.committed != NONE:
        consumer.position = world.group.committed
        consumer.become(ConsumerState.POLLING)
    elif world.settings.auto_offset_reset == OffsetReset.NONE:
        consumer.become(ConsumerState.STOPPED)
    else:
        latest = world.settings.auto_offset_reset == OffsetReset.LATEST
        partition = world.partition
        consumer.position = where(latest, partition.high_watermark, partition.log_start)
        consumer.become(ConsumerState.POLLING)


@procedure
def cut_positions(world: "World", length: int) -> None:
    """Send positions beyond a truncation back to it; without a reset policy the consumer stops.

    Positions and committed offsets carry the leader's epoch, so the client sees that the log was
    cut below them (KIP-320). It sees it of a committed offset when it uses it; here at once.
    """
    consumer = world.consumer
    stops = world.settings.auto_offset_reset == OffsetReset.NONE
    running = consumer.state not in (ConsumerState.CRASHED, ConsumerState.STOPPED)
    if world.group.committed > length:
        world.group.committed = where(stops, NONE, length)
    if running and consumer.position > length:
        if stops:
            consumer.become(ConsumerState.STOPPED)
            consumer.position = 0
            consumer.record = 0
        else:
            consumer.position = length

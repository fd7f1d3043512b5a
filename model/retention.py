"""What a partition forgets in time: idle producer ids, and records that are old.

Kafka: ProducerStateManager (#removeExpiredProducers; #truncateHead up to 2.3), UnifiedLog
(#deleteOldSegments, #maybeIncrementLogStartOffset), DeleteRecords (KIP-107, KIP-360, KIP-854).
Left out: that one producer id is forgotten and another is not; deletion of a part of the log, or of
what a group has yet to read; replicas that forget at different times.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, action, exists, for_each, function, procedure, require
from model.faults import Fault, suffer
from model.partition import StoredBatch
from model.producer import is_pending
from model.roles import LEADER
from model.sequences import note_deletion
from model.sorts import Position, RecordNumber

if TYPE_CHECKING:
    from model.world import World


@action(LEADER, kind="fault")
def expire_producer_ids(world: "World") -> None:
    """No batch comes for producer.id.expiration.ms; the leader forgets all producer ids.

    By then the client has given up what it sent before, unless delivery.timeout.ms is longer.
    """
    require(
        world.partition.log.exists(lambda stored: stored.sequence != NONE),
        "the leader remembers no producer id",
    )
    require(
        world.settings.delivery_outlasts_ids
        or not exists(RecordNumber, lambda record: is_written_and_pending(world, record)),
        "the client would have given up a batch that is in the log",
    )
    suffer(world, Fault.PRODUCER_ID_EXPIRATIONS)
    forget_producer_ids(world)


@function
def is_written_and_pending(world: "World", record: int) -> bool:
    """Return whether a record is in the log and the client does not know it yet."""
    return is_pending(world, record) and world.partition.log.exists(
        lambda stored: stored.record == record
    )


@action(LEADER, kind="fault")
def delete_records(world: "World") -> None:
    """The log is deleted up to its end; the group is done with all of it.

    Retention, or DeleteRecords. Before KAFKA-7190 a producer id goes with its last record.
    """
    partition = world.partition
    require(partition.log_start < partition.log.length, "there is nothing to delete")
    require(partition.high_watermark == partition.log.length, "a record is not committed yet")
    require(
        world.group.committed == partition.log.length, "the group has not committed all records"
    )
    suffer(world, Fault.DELETIONS)
    partition.log_start = partition.log.length
    note_deletion(world)
    if not world.settings.keeps_deleted_ids:
        forget_producer_ids(world)


@procedure
def forget_producer_ids(world: "World") -> None:
    """Forget all that the leader knows of producer ids."""
    log = world.partition.log
    for position in for_each(Position):
        if position < log.length:
            log[position] = StoredBatch(
                record=log[position].record, producer_id=0, epoch=0, sequence=NONE
            )

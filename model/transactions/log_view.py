"""The logs of partitions as diagrams show them: data, control markers, offsets that matter.

Kafka: DumpLogSegments; LogOffsetMetadata of the last stable offset and the high watermark.
Left out: offsets of single records of a batch; what is not replicated (the high watermark is the
log's end).
"""

from typing import TYPE_CHECKING

from checker.lang import NONE
from checker.lang.logs import LogEntry, LogView
from model.transactions.partition import Entry, EntryKind, Outcome, last_stable_offset

if TYPE_CHECKING:
    from model.transactions.world import World


def partition_logs(world: "World", sizes: dict[str, int]) -> tuple[LogView, ...]:
    """Return the logs of all partitions; sizes: the bounds of the run."""
    found = []
    for number in range(sizes["partitions"] + sizes["groups"]):
        log = world.partitions[number].log
        entries = tuple(_entry(world, log[at], number, sizes) for at in range(int(log.length)))
        marks = (
            ("last stable offset", int(last_stable_offset(world, number))),
            ("high watermark", int(log.length)),
        )
        found.append(LogView(_name(number, sizes), entries, marks))
    return tuple(found)


def _name(number: int, sizes: dict[str, int]) -> str:
    return f"partition {number}" if number < sizes["partitions"] else "__consumer_offsets"


def _entry(world: "World", entry: Entry, partition: int, sizes: dict[str, int]) -> LogEntry:
    """Return one entry in words."""
    kind = EntryKind(entry.kind)
    producer = f"producer id {int(entry.producer_id)}, epoch {int(entry.epoch)}"
    if kind in (EntryKind.COMMIT, EntryKind.ABORT):
        return LogEntry(kind.name, producer, marker=True)
    is_offset = partition >= sizes["partitions"]
    what = _content(world, int(entry.value), is_offset, sizes)
    if kind == EntryKind.DATA and is_offset:
        return LogEntry(what, "outside of transactions", "committed")
    if entry.sequence != NONE:
        producer += f", sequence {int(entry.sequence)}"
    fate = Outcome(entry.outcome).name.lower() if kind == EntryKind.TRANSACTIONAL else ""
    return LogEntry(what, producer, fate)


def _content(world: "World", value: int, is_offset: bool, sizes: dict[str, int]) -> str:
    """Return what an entry carries; a transaction is named by its producer and its number there."""
    record, place = divmod(value, sizes["batches"])
    producer, number = divmod(record, sizes["transactions"])
    transaction = f"transaction {number} of producer {producer}"
    if sizes["batches"] > 1:
        transaction = f"record {place} of {transaction}"
    if sizes["groups"] == 0:
        return transaction
    end = int(world.contents[record])
    return f"offset {end}, {transaction}" if is_offset else f"input {end - 1}, {transaction}"

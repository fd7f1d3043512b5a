"""What a consumer can see of a record in a partition; pure functions that properties use.

Kafka: CompletedFetch#nextFetchedRecord (read_committed: below the last stable offset, without
aborted transactions; read_uncommitted: all), LocalLog#addAbortedTransactions.
Left out: the offset that a fetch begins at; consumers read from the beginning.
"""

from typing import TYPE_CHECKING

from checker.lang import function
from model.transactions.partition import Entry, EntryKind, Outcome
from model.transactions.settings import Isolation

if TYPE_CHECKING:
    from model.transactions.world import World


@function
def is_returned(world: "World", entry: Entry) -> bool:
    """Return whether a downstream consumer returns an entry, as soon as it may."""
    return entry.kind == EntryKind.TRANSACTIONAL and (
        entry.outcome == Outcome.COMMITTED or world.settings.isolation == Isolation.READ_UNCOMMITTED
    )


@function
def is_returned_from(world: "World", record: int, partition: int) -> bool:
    """Return whether a downstream consumer returns a record from a partition."""
    return world.partitions[partition].log.exists(
        lambda entry: entry.value == record and is_returned(world, entry)
    )


def is_committed_in(world: "World", record: int, partition: int) -> bool:
    """Return whether a record is committed in a partition."""
    return has_outcome_in(world, record, partition, Outcome.COMMITTED)


def is_aborted_in(world: "World", record: int, partition: int) -> bool:
    """Return whether a record is aborted in a partition."""
    return has_outcome_in(world, record, partition, Outcome.ABORTED)


def is_open_in(world: "World", record: int, partition: int) -> bool:
    """Return whether a record is undecided in a partition."""
    return has_outcome_in(world, record, partition, Outcome.OPEN)


@function
def has_outcome_in(world: "World", record: int, partition: int, outcome: Outcome) -> bool:
    """Return whether an entry of a partition has a record with this outcome."""
    return world.partitions[partition].log.exists(
        lambda entry: (
            entry.kind == EntryKind.TRANSACTIONAL
            and entry.outcome == outcome
            and entry.value == record
        )
    )

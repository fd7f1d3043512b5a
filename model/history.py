"""History that only properties read: what the consuming application did with each record.

Kafka: none of this is Kafka's.
Left out: when things happened, beyond what the guarantees need.
"""

from typing import TYPE_CHECKING, Annotated

from checker.lang import Array, Record, exists, ghost, where
from model.sorts import RecordNumber, Times

if TYPE_CHECKING:
    from model.world import World


class History(Record):
    """The effects of the consuming application.

    processed: how often it processed a record; overtaken: it processed the record for the first
    time after one that was sent later.
    """

    processed: Annotated[Array[RecordNumber, Times], ghost]
    overtaken: Annotated[Array[RecordNumber, bool], ghost]


def note_processed(world: "World", record: RecordNumber) -> None:
    """Record that the application processes a record."""
    history = world.history
    later = exists(RecordNumber, lambda other: other > record and history.processed[other] > 0)
    first = history.processed[record] == 0
    history.overtaken[record] = where(first, later, history.overtaken[record])
    history.processed[record] = where(first, 1, 2)

"""History that only properties read: what applications asked for, and what they were told.

Kafka: none of this is Kafka's.
Left out: when things happened, beyond what the guarantees need.
"""

from enum import IntEnum
from typing import TYPE_CHECKING, Annotated

from checker.lang import Array, Record, Subset, bound, for_each, ghost, procedure
from model.transactions.partition_view import is_committed_in
from model.transactions.sorts import Partition, TransactionNumber

if TYPE_CHECKING:
    from model.transactions.world import World


class Intent(IntEnum):
    """What the application wants of a transaction, and what it was told."""

    NOT_BEGUN = 0
    OPEN = 1
    COMMIT_ASKED = 2
    ABORT_ASKED = 3
    COMMITTED = 4
    ABORTED = 5


class AppTransaction(Record):
    """A transaction as its application knows it.

    acknowledged: where its record was acknowledged when its commit returned;
    barred: where a newer incarnation was ready
    before anything of it was committed there.
    """

    intent: Annotated[Intent, ghost]
    acknowledged: Annotated[Subset[Partition], ghost]
    barred: Annotated[Subset[Partition], ghost]


class History(Record):
    """All transactions of all applications."""

    transactions: Array[TransactionNumber, AppTransaction]


def note_intent(world: "World", transaction: int, intent: Intent) -> None:
    """Record what the application asks for."""
    world.history.transactions[transaction].intent = intent


def note_acknowledged(world: "World", transaction: int, partition: int) -> None:
    """Record that a transaction's record was acknowledged."""
    world.history.transactions[transaction].acknowledged.add(partition)


def note_committed(world: "World", transaction: int) -> None:
    """Record that commitTransaction() returned."""
    world.history.transactions[transaction].intent = Intent.COMMITTED


def note_aborted(world: "World", transaction: int) -> None:
    """Record that abortTransaction() returned."""
    world.history.transactions[transaction].intent = Intent.ABORTED
    world.history.transactions[transaction].acknowledged.clear()


@procedure
def note_initialised(world: "World", producer: int) -> None:
    """Record that initTransactions() returned: nothing older may become committed from now on."""
    if bound("transactional_ids") == 1 or world.settings.shared_id:
        for transaction in for_each(TransactionNumber):
            record = world.history.transactions[transaction]
            for partition in for_each(Partition):
                older = transaction < producer * bound("transactions")
                if older and not is_committed_in(world, transaction, partition):
                    record.barred.add(partition)

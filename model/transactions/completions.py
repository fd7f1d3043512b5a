"""Transaction coordinator: a completion that two threads append to the log (before 2.7).

Kafka: TransactionMarkerChannelManager (#addTxnMarkersToSend, #maybeWriteTxnCompletion,
#writeTxnCompletion) and TransactionStateManager#appendTransactionToLog before KAFKA-10080.
The thread that queued the markers and the one that had the last answer may both find that none is
missing. The later append fails in memory (TransactionMetadata#completeTransitionTo), but it is in
the log, and is what the next coordinator reads.
Only where the bound "repeats" is above 0.
Left out: a second append while the next transaction is completing with the same outcome (it would
complete too early); several threads that are late at once; the thread that dies of the exception.
"""

from enum import IntEnum
from typing import TYPE_CHECKING

from checker.lang import NONE, Record, bound, procedure
from model.transactions.sorts import OptionalEpoch, OptionalProducerId

if TYPE_CHECKING:
    from model.transactions.coordinator import Transaction
    from model.transactions.world import World


class Stage(IntEnum):
    """How far the second append is; APPENDED: the log ends with it, and memory says otherwise."""

    NONE = 0
    WAITING = 1
    APPENDED = 2


class Repeat(Record):
    """A completion that is appended a second time, as it was the first time."""

    stage: Stage = Stage.NONE
    commit: bool
    producer_id: OptionalProducerId = NONE
    epoch: OptionalEpoch = NONE


@procedure
def note_completion(world: "World", transaction: "Transaction", commit: bool) -> None:
    """Let a second thread be about to append a completion that was appended just now."""
    if bound("repeats") > 0 and not world.settings.single_completion:
        repeat = transaction.repeat
        if repeat.stage != Stage.WAITING:
            repeat.stage = Stage.WAITING
            repeat.commit = commit
            repeat.producer_id = transaction.producer_id
            repeat.epoch = transaction.epoch


@procedure
def note_write(transaction: "Transaction") -> None:
    """Let the log say what memory says again: a record was appended after the second completion."""
    if bound("repeats") > 0 and transaction.repeat.stage == Stage.APPENDED:
        transaction.repeat.clear()

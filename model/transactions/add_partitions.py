"""Transaction coordinator: which partitions take part in a transaction.

Kafka: TransactionCoordinator (#handleAddPartitionsToTransaction,
#handleVerifyPartitionsInTransaction), AddPartitionsToTxnRequest (KIP-98, KIP-890).
Left out: several partitions in one request, of which some are refused.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, function, procedure
from model.sorts import Error
from model.transactions.completions import note_write
from model.transactions.coordinator import TxnState, is_preparing
from model.transactions.sorts import Version

if TYPE_CHECKING:
    from model.transactions.world import World


@function
def check_producer(world: "World", transactional_id: int, producer_id: int, epoch: int) -> int:
    """Return what is wrong with a producer's identity."""
    transaction = world.coordinator.transactions[transactional_id]
    if transaction.producer_id == NONE or transaction.producer_id != producer_id:
        return Error.INVALID_PRODUCER_ID_MAPPING
    if transaction.epoch != epoch:
        return Error.PRODUCER_FENCED
    return Error.CONCURRENT_TRANSACTIONS if is_preparing(transaction) else Error.NONE


@procedure
def add_partition(
    world: "World",
    transactional_id: int,
    producer_id: int,
    epoch: int,
    partition: int,
    version: Version,
) -> int:
    """Add a partition to the transaction, which begins with the first one; return the error.

    What is pending is tested before who asks, since KAFKA-18660. In a Complete state the next
    transaction begins.
    """
    transaction = world.coordinator.transactions[transactional_id]
    error = check_producer(world, transactional_id, producer_id, epoch)
    if is_preparing(transaction) and world.settings.add_checks_pending_first:
        error = Error.CONCURRENT_TRANSACTIONS
    if error == Error.NONE:
        if transaction.state != TxnState.ONGOING or not transaction.partitions.has(partition):
            note_write(transaction)
        transaction.become(TxnState.ONGOING)
        transaction.partitions.add(partition)
        transaction.version = version
    return error


@function
def verify_partition(
    world: "World", transactional_id: int, producer_id: int, epoch: int, partition: int
) -> int:
    """Return whether a partition is not in the transaction (verifyOnly)."""
    transaction = world.coordinator.transactions[transactional_id]
    error = check_producer(world, transactional_id, producer_id, epoch)
    if error == Error.NONE and not transaction.partitions.has(partition):
        error = Error.TRANSACTION_ABORTABLE
    return error

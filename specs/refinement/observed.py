"""What is looked at in a detailed world to tell which steps of the proof model a transition is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.transactions.coordinator import TxnState

if TYPE_CHECKING:
    from model.transactions.coordinator import Transaction
    from model.transactions.world import World


def is_complete(transaction: Transaction) -> bool:
    """Return whether the newest decision is complete."""
    return transaction.state in (TxnState.COMPLETE_COMMIT, TxnState.COMPLETE_ABORT)


def is_appended(before: World, after: World, partition: int) -> bool:
    """Return whether an entry was appended to a partition's log."""
    return after.partitions[partition].log.length > before.partitions[partition].log.length


def is_member(world: World, partition: int, producer: int, epoch: int) -> bool:
    """Return whether the coordinator has a partition in the open transaction of an epoch.

    Behind a question this is the coordinator's yes.
    """
    return any(
        txn.state == TxnState.ONGOING
        and txn.producer_id == producer
        and txn.epoch == epoch
        and txn.partitions.has(partition)
        for txn in world.coordinator.transactions
    )

"""Witnesses of transactions: what some run must show, lest a guarantee holds for want of events.

Where the scope of a run rules something out, its witness asks for nothing.
"""

from checker.lang import bound, exists, sometimes
from model.transactions.history import Intent
from model.transactions.partition import Outcome
from model.transactions.partition_view import is_aborted_in, is_committed_in
from model.transactions.requests import Kind
from model.transactions.sorts import (
    Abandoned,
    Partition,
    ProducerSlot,
    RecordNumber,
    transaction_with,
)
from model.transactions.transaction_manager import ManagerState
from model.transactions.world import World


@sometimes("A transaction is committed, and its record is visible")
def transaction_committed(world: World) -> bool:
    """A run without faults shows it."""
    return exists(
        RecordNumber,
        Partition,
        lambda record, partition: (
            world.history.transactions[transaction_with(record)].intent == Intent.COMMITTED
            and is_committed_in(world, record, partition)
        ),
    )


@sometimes("A transaction is aborted, and its record stays invisible")
def transaction_aborted(world: World) -> bool:
    """A run without faults shows it, if the application may abort."""
    return not world.settings.may_abort or exists(
        RecordNumber,
        Partition,
        lambda record, partition: (
            world.history.transactions[transaction_with(record)].intent == Intent.ABORTED
            and is_aborted_in(world, record, partition)
        ),
    )


@sometimes("A producer is fenced by a newer one with its transactional id")
def zombie_fenced(world: World) -> bool:
    """Asked for where several producers share a transactional id."""
    if bound("producers") == 1 or bound("transactional_ids") > 1:
        return True
    return exists(
        ProducerSlot,
        lambda producer: (
            producer > 0
            and world.clients[producer].state == ManagerState.READY
            and world.clients[0].state == ManagerState.FATAL_ERROR
        ),
    )


@sometimes("A transaction is open while a request of an abandoned connection may still come")
def late_request_waits(world: World) -> bool:
    """Asked for where a connection can be abandoned."""
    if bound("abandoned") == 0:
        return True
    budgets = world.budgets
    return (
        budgets.abandoned_connections == 0
        or budgets.in_all == 0
        or exists(
            Abandoned,
            Partition,
            lambda connection, partition: (
                world.late[connection].kind != Kind.NOTHING
                and world.partitions[partition].log.exists(
                    lambda entry: entry.outcome == Outcome.OPEN
                )
            ),
        )
    )


WITNESSES = (transaction_committed, transaction_aborted, zombie_fenced, late_request_waits)

"""Transaction coordinator: writes control markers, aborts slow transactions, fails over.

Kafka: TransactionMarkerChannelManager, TransactionMarkerRequestCompletionHandler,
TransactionCoordinator#abortTimedOutTransactions, TransactionStateManager.
Left out: markers for deleted partitions; errors that send a marker to a new leader.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, action, exists, for_each, function, procedure, require
from model.roles import LEADER
from model.sorts import Error
from model.transactions.completions import Stage
from model.transactions.coordinator import (
    TxnState,
    abort_from_within,
    complete,
    fail_over,
    has_next_epoch,
    is_preparing,
)
from model.transactions.faults import Fault, most_in_all, suffer
from model.transactions.partition import handle_marker
from model.transactions.roles import COORDINATOR
from model.transactions.sorts import Partition, TransactionalId, Version

if TYPE_CHECKING:
    from model.transactions.world import World


@action(COORDINATOR, to=LEADER)
def write_marker(world: "World", transactional_id: TransactionalId, partition: Partition) -> None:
    """The coordinator writes its marker to partition {partition}.

    A marker that is refused is not sent again, nor are the others of its transaction.
    """
    transaction = world.coordinator.transactions[transactional_id]
    require(must_send(world, transactional_id, partition), "no marker is to be sent there")
    error = handle_marker(
        world,
        partition,
        transaction.producer_id,
        transaction.epoch,
        transaction.state == TxnState.PREPARE_COMMIT,
        world.coordinator.epoch,
        transaction.version,
    )
    if error == Error.NONE:
        transaction.unacknowledged.discard(partition)
        complete_at_once(world, transactional_id)
    else:
        transaction.gave_up = True


def must_send(world: "World", transactional_id: int, partition: int) -> bool:
    """Return whether a marker is to be sent to a partition.

    One is missing only while a transaction is being completed (TransactionMarkerChannelManager
    #addTxnMarkersToSend).
    """
    transaction = world.coordinator.transactions[transactional_id]
    return transaction.unacknowledged.has(partition) and not transaction.gave_up


@procedure
def complete_at_once(world: "World", transactional_id: int) -> None:
    """Complete a transaction with its last acknowledgement, where no failover can come between."""
    transaction = world.coordinator.transactions[transactional_id]
    can_fail_over = (
        world.faults.coordinator_failovers < world.budgets.coordinator_failovers
        and world.faults.in_all < most_in_all(world)
    )
    if transaction.unacknowledged.is_empty and not can_fail_over:
        complete(world, transactional_id)


@action(COORDINATOR)
def complete_transaction(world: "World", transactional_id: TransactionalId) -> None:
    """The coordinator completes a transaction whose markers are all acknowledged.

    One that was refused is not (TransactionMarkerChannelManager#maybeWriteTxnCompletion asks for
    nothing else).
    """
    transaction = world.coordinator.transactions[transactional_id]
    require(is_preparing(transaction), "no transaction is being completed")
    require(transaction.unacknowledged.is_empty, "a marker is not acknowledged")
    complete(world, transactional_id)


@action(COORDINATOR)
def complete_again(world: "World", transactional_id: TransactionalId) -> None:
    """A second thread of the coordinator appends the completion of an earlier transaction.

    The coordinator goes on as before; its successor reads that the transaction is complete.
    """
    transaction = world.coordinator.transactions[transactional_id]
    repeat = transaction.repeat
    require(repeat.stage == Stage.WAITING, "no thread is about to complete it again")
    is_same = (transaction.state == TxnState.PREPARE_COMMIT) == repeat.commit
    require(not (is_preparing(transaction) and is_same), "it would complete the next one")
    repeat.stage = Stage.APPENDED


@action(COORDINATOR)
def abort_timed_out_transaction(world: "World", transactional_id: TransactionalId) -> None:
    """The coordinator aborts a transaction that reached transaction.timeout.ms.

    TransactionCoordinator#abortTimedOutTransactions; its epoch is bumped, its producer fenced.
    """
    transaction = world.coordinator.transactions[transactional_id]
    require(transaction.state == TxnState.ONGOING, "no transaction is open")
    require(has_next_epoch(world, transaction.epoch, True), "its epoch cannot be raised")
    suffer(world, Fault.TRANSACTION_TIMEOUTS)
    abort_from_within(world, transactional_id, world.settings.bump_on_timeout)


@action(COORDINATOR, kind="failover")
def fail_coordinator(world: "World") -> None:
    """The coordinator's broker fails; another one loads the transaction log."""
    require(exists(TransactionalId, lambda each: has_memory(world, each)), "nothing would be lost")
    suffer(world, Fault.COORDINATOR_FAILOVERS)
    fail_over(world)


@function
def has_memory(world: "World", transactional_id: int) -> bool:
    """Return whether a coordinator knows more than its log says, or writes markers."""
    transaction = world.coordinator.transactions[transactional_id]
    return (
        is_preparing(transaction)
        or transaction.repeat.stage == Stage.APPENDED
        or transaction.last_epoch != NONE
        or transaction.is_raised
        or transaction.previous_id != NONE
        or transaction.next_id != NONE
    )


@procedure
def forget_last_epoch(world: "World") -> None:
    """Canonical form: only an InitProducerId with an epoch asks for the epoch before the last bump.

    Clients of version 2 send none.
    """
    if world.settings.client_version == Version.V2:
        for transactional_id in for_each(TransactionalId):
            world.coordinator.transactions[transactional_id].last_epoch = NONE

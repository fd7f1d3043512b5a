"""Transaction coordinator: owns transactional ids, fences producers, decides commit or abort.

Kafka: TransactionCoordinator, TransactionMetadata, TransactionStateManager (KIP-98, KIP-360,
KIP-890). A decision is one step with its append to __transaction_state: pendingState is set just
while a Prepare state is.
Left out: expiry of idle transactional ids (Dead); appends that fail or time out; compaction of
__transaction_state; two-phase commit (KIP-939); producer ids spent on a request that fails.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, Array, Record, State, Subset, bound, function, procedure
from model.sorts import Error
from model.transactions.completions import Repeat, Stage, note_completion, note_write
from model.transactions.sorts import (
    CoordinatorEpoch,
    OptionalEpoch,
    OptionalProducerId,
    Partition,
    TransactionalId,
    Version,
)

if TYPE_CHECKING:
    from model.transactions.world import World


class TxnState(State):
    """Kafka's own names, in Kafka's own order (TransactionState)."""

    EMPTY = 0
    ONGOING = 1
    PREPARE_COMMIT = 2
    PREPARE_ABORT = 3
    COMPLETE_COMMIT = 4
    COMPLETE_ABORT = 5


MAY_FOLLOW = {
    TxnState.EMPTY: (
        TxnState.EMPTY,
        TxnState.ONGOING,
        TxnState.PREPARE_ABORT,  # version 2: an abort without a partition bumps the epoch
    ),
    TxnState.ONGOING: (TxnState.ONGOING, TxnState.PREPARE_COMMIT, TxnState.PREPARE_ABORT),
    TxnState.PREPARE_COMMIT: (TxnState.COMPLETE_COMMIT,),
    TxnState.PREPARE_ABORT: (TxnState.COMPLETE_ABORT,),
    TxnState.COMPLETE_COMMIT: (TxnState.EMPTY, TxnState.ONGOING, TxnState.PREPARE_ABORT),
    TxnState.COMPLETE_ABORT: (TxnState.EMPTY, TxnState.ONGOING, TxnState.PREPARE_ABORT),
}


class Transaction(Record):
    """What the coordinator knows of a transactional id (TransactionMetadata).

    producer_id NONE: the id is unknown. last_epoch: before the last bump, in memory only.
    is_raised: so is the last bump itself, as the abort that it was for failed (KAFKA-19367).
    unacknowledged: partitions whose marker is not acknowledged; gave_up: no marker is sent any
    more, as one was refused (TransactionMarkerRequestCompletionHandler) or EndTxn had a higher
    epoch (KAFKA-9600). version: of the client.
    repeat: a completion that the log has twice, or may have.
    """

    state: TxnState
    producer_id: OptionalProducerId = NONE
    previous_id: OptionalProducerId = NONE
    next_id: OptionalProducerId = NONE
    epoch: OptionalEpoch = NONE
    last_epoch: OptionalEpoch = NONE
    is_raised: bool
    partitions: Subset[Partition]
    unacknowledged: Subset[Partition]
    gave_up: bool
    version: Version
    repeat: Repeat


class Coordinator(Record):
    """The coordinator's log and memory; epoch: the leader epoch of its __transaction_state.

    last_producer_id: the newest id that was handed out.
    """

    epoch: CoordinatorEpoch
    last_producer_id: OptionalProducerId = NONE
    transactions: Array[TransactionalId, Transaction]


@function
def is_preparing(transaction: Transaction) -> bool:
    """Return whether the outcome is decided and markers are being written."""
    return transaction.state in (TxnState.PREPARE_COMMIT, TxnState.PREPARE_ABORT)


@function
def is_completed(transaction: Transaction) -> bool:
    """Return whether all markers of the last transaction are written, and no other one is open."""
    return transaction.state in (TxnState.COMPLETE_COMMIT, TxnState.COMPLETE_ABORT)


@function
def is_exhausted(world: "World", epoch: int) -> bool:
    """Return whether there is no room for another bump (#isEpochExhausted)."""
    return epoch >= world.settings.maximum_epoch - 1


@procedure
def fresh_producer_id(world: "World") -> int:
    """Hand out a producer id that nobody has had (ProducerIdManager#generateProducerId)."""
    coordinator = world.coordinator
    fresh = coordinator.last_producer_id + 1
    coordinator.last_producer_id = fresh
    return fresh


@procedure
def init_producer_id(
    world: "World", transactional_id: int, producer_id: int, epoch: int
) -> tuple[int, int, int]:
    """Handle InitProducerId; return error, producer id and epoch.

    producer_id, epoch: what the client has, NONE where it asks for the first time.
    TransactionCoordinator#handleInitProducerId, #prepareInitProducerIdTransit.
    """
    transaction = world.coordinator.transactions[transactional_id]
    if transaction.producer_id == NONE:
        transaction.producer_id = fresh_producer_id(world)
    error = check_init(world, transactional_id, producer_id, epoch)
    if error == Error.NONE:
        if transaction.state == TxnState.ONGOING:
            error = abort_from_within(world, transactional_id, world.settings.bump_on_fence)
            if error == Error.NONE:
                error = Error.CONCURRENT_TRANSACTIONS
        else:
            raise_epoch(world, transactional_id, epoch)
            note_write(transaction)
    if error != Error.NONE:
        return error, NONE, NONE
    return error, transaction.producer_id, transaction.epoch


@function
def check_init(world: "World", transactional_id: int, producer_id: int, epoch: int) -> int:
    """Return why InitProducerId is refused; in Ongoing the epoch is not compared."""
    transaction = world.coordinator.transactions[transactional_id]
    if is_preparing(transaction):
        return Error.CONCURRENT_TRANSACTIONS
    is_previous = producer_id == transaction.previous_id and is_exhausted(world, epoch)
    is_known = transaction.epoch == NONE or producer_id == transaction.producer_id
    if producer_id != NONE and not is_known and not is_previous:
        return Error.PRODUCER_FENCED
    if transaction.state == TxnState.ONGOING or producer_id == NONE:
        return Error.NONE
    if epoch in (transaction.epoch, transaction.last_epoch) or transaction.epoch == NONE:
        return Error.NONE
    return Error.PRODUCER_FENCED


@procedure
def raise_epoch(world: "World", transactional_id: int, epoch: int) -> None:
    """Bump the epoch, rotate the producer id, or repeat the last answer.

    TransactionMetadata#prepareIncrementProducerEpoch, #prepareProducerIdRotation.
    """
    transaction = world.coordinator.transactions[transactional_id]
    is_current = epoch in (NONE, transaction.epoch)
    if is_current and is_exhausted(world, transaction.epoch):
        transaction.previous_id = transaction.producer_id
        transaction.producer_id = fresh_producer_id(world)
        transaction.last_epoch = epoch
        transaction.epoch = 0
        transaction.become(TxnState.EMPTY)
    elif is_current or transaction.epoch == NONE:
        transaction.last_epoch = transaction.epoch if epoch != NONE else NONE
        transaction.epoch = transaction.epoch + 1
        transaction.become(TxnState.EMPTY)


@procedure
def end_transaction(
    world: "World",
    transactional_id: int,
    producer_id: int,
    epoch: int,
    commit: bool,
    version: Version,
) -> tuple[int, int, int]:
    """Handle EndTxn; return error, producer id and epoch (NONE below version 2).

    The client is answered as soon as the decision is in the log, before markers are written. Before
    KAFKA-9600 a decision of a higher epoch is logged, but its markers are sent by a successor only.
    TransactionCoordinator#endTransaction, #endTransactionWithTV1.
    """
    transaction = world.coordinator.transactions[transactional_id]
    if version == Version.V2:
        error = check_end(world, transactional_id, producer_id, epoch, commit)
        if error == Error.NONE and is_end_repeated(transaction, epoch):
            return error, transaction.producer_id, transaction.epoch
        if error == Error.NONE and not has_next_epoch(world, transaction.epoch, not commit):
            error = Error.UNKNOWN_SERVER_ERROR
        if error == Error.NONE:
            is_last = is_exhausted(world, transaction.epoch)
            prepare(world, transactional_id, commit, True, version, is_last)
            is_rotated = transaction.next_id != NONE
            future_id = transaction.next_id if is_rotated else transaction.producer_id
            return error, future_id, 0 if is_rotated else transaction.epoch
    else:
        error = check_end_before_version_2(world, transactional_id, producer_id, epoch, commit)
        if error == Error.NONE and transaction.state == TxnState.ONGOING:
            prepare(world, transactional_id, commit, False, version, False)
            if epoch != transaction.epoch:
                transaction.gave_up = True
                error = Error.PRODUCER_FENCED
    return error, NONE, NONE


@function
def is_end_repeated(transaction: Transaction, epoch: int) -> bool:
    """Return whether an EndTxn of version 2 repeats the one that completed (its epoch was bumped).

    After a rotation of the producer id the new epoch is 0.
    """
    return is_completed(transaction) and transaction.epoch != epoch


@function
def check_end(
    world: "World", transactional_id: int, producer_id: int, epoch: int, commit: bool
) -> int:
    """Return why an EndTxn of version 2 is refused."""
    transaction = world.coordinator.transactions[transactional_id]
    settings = world.settings
    is_retry = transaction.epoch == epoch + 1
    is_overflow = (
        producer_id == transaction.previous_id
        and epoch == settings.maximum_epoch - 1
        and transaction.epoch == 0
    )
    if transaction.producer_id == NONE:
        return Error.INVALID_PRODUCER_ID_MAPPING
    if is_preparing(transaction) and settings.end_checks_pending_first:
        return Error.CONCURRENT_TRANSACTIONS
    if producer_id != transaction.producer_id and not is_overflow:
        return Error.INVALID_PRODUCER_ID_MAPPING
    is_valid = transaction.epoch == epoch
    if is_preparing(transaction):
        is_valid = is_retry
    elif is_completed(transaction):
        is_valid = is_retry or is_overflow or transaction.epoch == epoch
    if not is_valid:
        return Error.PRODUCER_FENCED
    if is_preparing(transaction):
        return Error.CONCURRENT_TRANSACTIONS
    return check_outcome(world, transaction, commit, is_retry or is_overflow)


@function
def check_outcome(world: "World", transaction: Transaction, commit: bool, is_retry: bool) -> int:
    """Return why the outcome asked for is not possible; an abort of nothing is (version 2)."""
    if transaction.state == TxnState.COMPLETE_COMMIT:
        return Error.NONE if is_retry == commit else Error.INVALID_TXN_STATE
    if transaction.state == TxnState.COMPLETE_ABORT and commit:
        is_fenced = world.settings.late_end_is_fenced and is_retry
        return Error.PRODUCER_FENCED if is_fenced else Error.INVALID_TXN_STATE
    if transaction.state == TxnState.EMPTY and commit:
        return Error.INVALID_TXN_STATE
    return Error.NONE


@function
def check_end_before_version_2(
    world: "World", transactional_id: int, producer_id: int, epoch: int, commit: bool
) -> int:
    """Return why an EndTxn before version 2 is refused."""
    transaction = world.coordinator.transactions[transactional_id]
    settings = world.settings
    if transaction.producer_id == NONE or producer_id != transaction.producer_id:
        return Error.INVALID_PRODUCER_ID_MAPPING
    if epoch < transaction.epoch or (settings.strict_end and epoch != transaction.epoch):
        return Error.PRODUCER_FENCED
    if is_preparing(transaction):
        return Error.CONCURRENT_TRANSACTIONS
    completed = TxnState.COMPLETE_COMMIT if commit else TxnState.COMPLETE_ABORT
    is_possible = transaction.state in (TxnState.ONGOING, completed)
    return Error.NONE if is_possible else Error.INVALID_TXN_STATE


@function
def has_next_epoch(world: "World", epoch: int, aborts: bool) -> bool:
    """Return whether the epoch can be raised; beyond the last one it would be negative.

    An abort goes on at the last epoch (KAFKA-20090); else the request fails with an exception.
    """
    return epoch < world.settings.maximum_epoch or (aborts and world.settings.rotate_on_fence)


@procedure
def abort_from_within(world: "World", transactional_id: int, bumps: bool) -> int:
    """Abort a transaction whose producer is fenced or too slow; return the error.

    TransactionMetadata#prepareFenceProducerEpoch. Markers carry the next epoch, whatever version
    the producer speaks; the cluster's version decides whether the old epoch is remembered for a
    retry. Before KAFKA-19367 the epoch is raised in memory first, and then once more; where there
    is no room for the second time, the first one stays.
    """
    transaction = world.coordinator.transactions[transactional_id]
    settings = world.settings
    version = settings.cluster_version
    error: int = Error.NONE
    if not has_next_epoch(world, transaction.epoch, True):
        error = Error.UNKNOWN_SERVER_ERROR
    elif version == Version.V2:
        rotates = settings.rotate_on_fence and is_exhausted(world, transaction.epoch)
        if not settings.fence_bumps_once:
            bump(world, transaction)
        if has_next_epoch(world, transaction.epoch, True):
            prepare(world, transactional_id, False, True, version, rotates)
        else:
            transaction.is_raised = True
            transaction.last_epoch = NONE
            error = Error.UNKNOWN_SERVER_ERROR
    else:
        prepare(world, transactional_id, False, bumps, version, False)
        transaction.last_epoch = NONE
    return error


@procedure
def bump(world: "World", transaction: Transaction) -> None:
    """Raise the epoch and remember the one before; the last one stays."""
    transaction.last_epoch = transaction.epoch
    if transaction.epoch < world.settings.maximum_epoch:
        transaction.epoch = transaction.epoch + 1


@procedure
def prepare(
    world: "World",
    transactional_id: int,
    commit: bool,
    bumps: bool,
    version: Version,
    rotates: bool,
) -> None:
    """Decide a transaction (TransactionMetadata#prepareAbortOrCommit).

    rotates: when it is complete the producer gets a new id.
    """
    transaction = world.coordinator.transactions[transactional_id]
    transaction.become(TxnState.PREPARE_COMMIT if commit else TxnState.PREPARE_ABORT)
    note_write(transaction)
    if rotates:
        transaction.next_id = fresh_producer_id(world)
    if bumps:
        bump(world, transaction)
    transaction.version = version
    transaction.unacknowledged = transaction.partitions
    if transaction.partitions.is_empty:
        complete(world, transactional_id)


@procedure
def complete(world: "World", transactional_id: int) -> None:
    """Complete a transaction whose markers are acknowledged (#prepareComplete)."""
    transaction = world.coordinator.transactions[transactional_id]
    if transaction.state == TxnState.PREPARE_COMMIT:
        transaction.become(TxnState.COMPLETE_COMMIT)
    else:
        transaction.become(TxnState.COMPLETE_ABORT)
    note_write(transaction)
    if not transaction.partitions.is_empty:
        note_completion(world, transaction, transaction.state == TxnState.COMPLETE_COMMIT)
    transaction.partitions.clear()
    transaction.unacknowledged.clear()
    if transaction.next_id != NONE:
        transaction.previous_id = transaction.producer_id
        transaction.producer_id = transaction.next_id
        transaction.next_id = NONE
        transaction.epoch = 0


@procedure
def fail_over(world: "World") -> None:
    """Let another broker load the log: it has what was persisted, and decides anew what to send.

    TransactionStateManager#loadTransactionsForTxnTopicPartition; markers go to all partitions. An
    epoch that was raised in memory alone is the one before again.
    """
    settings = world.settings
    world.coordinator.epoch = world.coordinator.epoch + 1
    for transaction in world.coordinator.transactions:
        if not settings.persist_last_epoch:
            transaction.last_epoch = NONE
        if not settings.persist_previous_id:
            transaction.previous_id = NONE
            transaction.next_id = NONE
        transaction.gave_up = False
        if transaction.is_raised:
            transaction.epoch = transaction.epoch - 1
            transaction.is_raised = False
        load_repeat(transaction)
        if is_preparing(transaction):
            transaction.unacknowledged = transaction.partitions


@procedure
def load_repeat(transaction: Transaction) -> None:
    """Take a transaction for complete if that is what the log says last."""
    if bound("repeats") > 0:
        repeat = transaction.repeat
        if repeat.stage == Stage.APPENDED:
            completed = TxnState.COMPLETE_COMMIT if repeat.commit else TxnState.COMPLETE_ABORT
            transaction.state = completed
            transaction.producer_id = repeat.producer_id
            transaction.epoch = repeat.epoch
            transaction.partitions.clear()
            transaction.unacknowledged.clear()
        repeat.clear()

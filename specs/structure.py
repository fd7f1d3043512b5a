"""Structural invariants of the transaction protocol: what its roles know of each other agrees.

No application sees them broken; where one is, a guarantee is about to be. Scenarios check them when
they are named (`--property`), and the tests check them in every small scenario.
"""

from checker.lang import NONE, always, exists, forall, function
from model.transactions.coordinator import Transaction, TxnState, is_preparing
from model.transactions.partition import EntryKind, Outcome, is_undecided
from model.transactions.producer_state import last_sequence
from model.transactions.requests import Kind
from model.transactions.sorts import (
    Partition,
    Position,
    ProducerId,
    ProducerSlot,
    TransactionalId,
    Version,
)
from model.transactions.transaction_manager import ManagerState
from model.transactions.world import World


@always(
    "No client and no partition has an epoch that its coordinator did not hand out",
    kafka="TransactionMetadata#prepareIncrementProducerEpoch",
)
def epochs_are_handed_out(world: World) -> bool:
    """Of a producer id that a transactional id has now, nobody has a higher epoch."""
    return forall(
        TransactionalId,
        lambda each: (
            forall(ProducerSlot, lambda client: is_handed_out_to(world, each, client))
            and forall(Partition, lambda partition: is_handed_out_in(world, each, partition))
        ),
    )


@function
def is_handed_out_to(world: World, transactional_id: int, producer: int) -> bool:
    """Return whether a client's epoch is not above the coordinator's for its producer id."""
    transaction = world.coordinator.transactions[transactional_id]
    client = world.clients[producer]
    is_same = client.producer_id != NONE and client.producer_id == transaction.producer_id
    return not is_same or client.epoch <= transaction.epoch


@function
def is_handed_out_in(world: World, transactional_id: int, partition: int) -> bool:
    """Return whether a partition's epoch is not above the coordinator's for its producer id."""
    transaction = world.coordinator.transactions[transactional_id]
    if transaction.producer_id == NONE:
        return True
    state = world.partitions[partition].producers[transaction.producer_id]
    return state.epoch <= transaction.epoch


@always(
    "A partition has a transaction open exactly if its log has an undecided record of it",
    kafka="ProducerStateEntry#currentTxnFirstOffset",
)
def open_is_in_log(world: World) -> bool:
    """What a leader remembers of a producer id is what its log says."""
    return forall(
        Partition,
        ProducerId,
        lambda partition, producer_id: (
            world.partitions[partition].producers[producer_id].in_transaction
            == world.partitions[partition].log.exists(
                lambda entry: entry.producer_id == producer_id and is_undecided(entry)
            )
        ),
    )


@always(
    "The last batch that a partition remembers of a producer id is the last one in its log",
    kafka="ProducerStateEntry#lastSeq",
)
def last_batch_is_in_log(world: World) -> bool:
    """Where it remembers any; an offset commit has no sequence."""
    return forall(
        Partition,
        ProducerId,
        lambda partition, producer_id: (
            world.partitions[partition].producers[producer_id].window.length == 0
            or exists(
                Position, lambda position: is_last_batch(world, partition, producer_id, position)
            )
        ),
    )


@function
def is_last_batch(world: World, partition: int, producer_id: int, position: int) -> bool:
    """Return whether an entry is the newest remembered batch, and none of its id stands behind."""
    log = world.partitions[partition].log
    state = world.partitions[partition].producers[producer_id]
    if not is_batch_of(world, partition, producer_id, position):
        return False
    entry = log[position]
    is_newest = entry.sequence + entry.records - 1 == last_sequence(state)
    return (
        is_newest
        and entry.epoch == state.epoch
        and not exists(
            Position,
            lambda later: later > position and is_batch_of(world, partition, producer_id, later),
        )
    )


@function
def is_batch_of(world: World, partition: int, producer_id: int, position: int) -> bool:
    """Return whether an entry is a batch with a sequence, of a producer id."""
    log = world.partitions[partition].log
    if position >= log.length:
        return False
    entry = log[position]
    is_data = entry.kind in (EntryKind.DATA, EntryKind.TRANSACTIONAL)
    return is_data and entry.producer_id == producer_id and entry.sequence != NONE


@always(
    "Epochs of a producer id never fall in a log", kafka="ProducerAppendInfo#checkProducerEpoch"
)
def epochs_never_fall(world: World) -> bool:
    """Of batches; markers are forgotten when they have done their work."""
    return forall(
        Partition,
        lambda partition: (
            not exists(Position, Position, lambda a, b: a < b and is_fall(world, partition, a, b))
        ),
    )


@function
def is_fall(world: World, partition: int, first: int, second: int) -> bool:
    """Return whether a later entry of the same producer id has a lower epoch."""
    log = world.partitions[partition].log
    if second >= log.length:
        return False
    one, other = log[first], log[second]
    are_batches = one.kind == EntryKind.TRANSACTIONAL and other.kind == EntryKind.TRANSACTIONAL
    return are_batches and one.producer_id == other.producer_id and one.epoch > other.epoch


@always(
    "In version 2 the sequences of a transaction in a log have no gap and begin at 0",
    kafka="ProducerAppendInfo#checkSequence",
)
def sequences_have_no_gap(world: World) -> bool:
    """An epoch is one transaction, and its first batch for a partition has sequence 0."""
    return world.settings.client_version != Version.V2 or forall(
        Partition,
        Position,
        lambda partition, position: (
            not is_later_batch(world, partition, position)
            or exists(Position, lambda before: is_next(world, partition, before, position))
        ),
    )


@function
def is_later_batch(world: World, partition: int, position: int) -> bool:
    """Return whether an entry is a batch of a transaction that is not numbered 0."""
    log = world.partitions[partition].log
    if position >= log.length:
        return False
    return log[position].kind == EntryKind.TRANSACTIONAL and log[position].sequence > 0


@function
def is_next(world: World, partition: int, first: int, second: int) -> bool:
    """Return whether a batch stands behind that with the numbers before its own."""
    log = world.partitions[partition].log
    if first >= second:
        return False
    one, other = log[first], log[second]
    return (
        one.kind == EntryKind.TRANSACTIONAL
        and one.producer_id == other.producer_id
        and one.epoch == other.epoch
        and one.sequence + one.records == other.sequence
    )


@always(
    "In version 2 the records of one producer id and epoch all have the same outcome",
    kafka="KIP-890",
)
def epoch_has_one_outcome(world: World) -> bool:
    """An epoch is one transaction."""
    return world.settings.client_version != Version.V2 or not exists(
        Partition,
        Position,
        lambda partition, position: is_contradicted(world, partition, position),
    )


@function
def is_contradicted(world: World, partition: int, position: int) -> bool:
    """Return whether a committed entry's transaction has an aborted entry anywhere."""
    log = world.partitions[partition].log
    if position >= log.length:
        return False
    committed = log[position]
    if committed.kind != EntryKind.TRANSACTIONAL or committed.outcome != Outcome.COMMITTED:
        return False
    return exists(
        Partition,
        lambda other: world.partitions[other].log.exists(
            lambda entry: (
                entry.kind == EntryKind.TRANSACTIONAL
                and entry.outcome == Outcome.ABORTED
                and entry.producer_id == committed.producer_id
                and entry.epoch == committed.epoch
            )
        ),
    )


@always(
    "The coordinator has partitions in a transaction exactly while it is open or being completed",
    kafka="TransactionMetadata",
)
def partitions_fit_state(world: World) -> bool:
    """And it waits for markers of these alone."""
    return forall(TransactionalId, lambda each: fits(world.coordinator.transactions[each]))


@function
def fits(transaction: Transaction) -> bool:
    """Return whether partitions, missing markers and the next producer id fit the state."""
    is_ongoing = transaction.state == TxnState.ONGOING
    is_decided = is_preparing(transaction)
    partitions = transaction.partitions
    known = forall(
        Partition,
        lambda partition: (
            not transaction.unacknowledged.has(partition) or partitions.has(partition)
        ),
    )
    return (
        partitions.is_empty == (not is_ongoing and not is_decided)
        and known
        and (is_decided or transaction.unacknowledged.is_empty)
        and (is_decided or transaction.next_id == NONE)
    )


@always(
    "What a client asks its coordinator for fits its state",
    kafka="TransactionManager.State#isTransitionValid",
)
def request_fits_state(world: World) -> bool:
    """EndTxn while it commits or aborts, InitProducerId while it initialises."""
    return forall(
        ProducerSlot,
        lambda producer: request_fits(
            world.clients[producer].request, world.clients[producer].state
        ),
    )


@function
def request_fits(request: Kind, state: ManagerState) -> bool:
    """Return whether a client in a state may wait for the answer to a request."""
    if request == Kind.COMMIT:
        return state == ManagerState.COMMITTING_TRANSACTION
    if request == Kind.ABORT:
        return state == ManagerState.ABORTING_TRANSACTION
    if request in (Kind.INIT_PRODUCER_ID, Kind.BUMP_EPOCH):
        return state == ManagerState.INITIALIZING
    if request == Kind.ADD_PARTITION:
        return state in (ManagerState.IN_TRANSACTION, ManagerState.ABORTABLE_ERROR)
    return True


STRUCTURE = (
    epochs_are_handed_out,
    open_is_in_log,
    last_batch_is_in_log,
    epochs_never_fall,
    sequences_have_no_gap,
    epoch_has_one_outcome,
    partitions_fit_state,
    request_fits_state,
)

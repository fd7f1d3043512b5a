"""What is so in every state of the model of transactions, and which states roles get into.

More than the structural invariants of the product; none of it is a guarantee, but a wrong rule
breaks some of it long before a guarantee breaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from structure_parts import are_counted, reached

import specs.structure
from checker.lang import NONE, always, bound, exists, forall, function, sometimes
from model.transactions.batches import SendState, is_any, is_pending
from model.transactions.coordinator import Transaction, TxnState, is_preparing
from model.transactions.faults import Fault
from model.transactions.group_coordinator import committed_offset
from model.transactions.history import Intent
from model.transactions.partition import EntryKind, Outcome
from model.transactions.requests import Asked, Kind, LateRequest
from model.transactions.sorts import (
    Abandoned,
    Partition,
    Position,
    ProducerId,
    ProducerSlot,
    RecordPlace,
    TransactionalId,
    TransactionNumber,
)
from model.transactions.transaction_manager import (
    Client,
    ManagerState,
    transaction_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from model.transactions.batches import ClientPartition
    from model.transactions.producer_state import ProducerState
    from model.transactions.world import World

# The coordinator.


@always("Markers are refused while a transaction is being completed alone, and are missing then")
def refusals_fit(world: World) -> bool:
    return forall(TransactionalId, lambda each: may_give_up(world.coordinator.transactions[each]))


@function
def may_give_up(transaction: Transaction) -> bool:
    is_waiting = is_preparing(transaction) and not transaction.unacknowledged.is_empty
    return is_waiting or not transaction.gave_up


@always("The epoch before the last bump is one lower, or of another producer id")
def last_epochs_are_older(world: World) -> bool:
    return forall(TransactionalId, lambda each: is_last_older(world.coordinator.transactions[each]))


@function
def is_last_older(transaction: Transaction) -> bool:
    return (
        transaction.last_epoch == NONE
        or transaction.last_epoch == transaction.epoch - 1
        or transaction.epoch == 0
    )


@always("No producer id is used that was not handed out, or twice by one transactional id")
def producer_ids_are_handed_out(world: World) -> bool:
    return forall(TransactionalId, lambda each: has_own_ids(world, each))


@function
def has_own_ids(world: World, transactional_id: int) -> bool:
    transaction = world.coordinator.transactions[transactional_id]
    newest = world.coordinator.last_producer_id
    is_new = transaction.producer_id == NONE
    return (
        transaction.producer_id <= newest
        and transaction.next_id <= newest
        and (is_new or transaction.next_id != transaction.producer_id)
        and (is_new or transaction.previous_id != transaction.producer_id)
        and is_new == (transaction.epoch == NONE)
    )


# Partitions.


@always("What a partition remembers of a producer id fits together")
def producer_states_fit(world: World) -> bool:
    return forall(
        Partition,
        ProducerId,
        lambda partition, producer_id: (
            fits(world.partitions[partition].producers[producer_id])
            and world.partitions[partition].producers[producer_id].coordinator_epoch
            <= world.coordinator.epoch
        ),
    )


@function
def fits(state: ProducerState) -> bool:
    guard = state.guard
    is_known = state.epoch != NONE
    is_guarded = guard.epoch != NONE
    window = state.window
    follows = True
    if bound("window") > 1 and window.length > 1:
        follows = window[1].sequence == window[0].sequence + window[0].records
    return (
        follows
        and (is_known or (window.length == 0 and not state.in_transaction))
        and (not is_guarded or guard.epoch >= state.epoch)
        and (is_guarded or (guard.lowest_sequence == 0 and not guard.bumps))
    )


@always("The sequences of a producer id and epoch rise along a log")
def sequences_rise(world: World) -> bool:
    return forall(
        Partition,
        Position,
        Position,
        lambda partition, one, other: (
            one >= other or not is_out_of_order(world, partition, one, other)
        ),
    )


@function
def is_out_of_order(world: World, partition: int, first: int, second: int) -> bool:
    log = world.partitions[partition].log
    if second >= log.length:
        return False
    one, other = log[first], log[second]
    if one.kind != EntryKind.TRANSACTIONAL or other.kind != EntryKind.TRANSACTIONAL:
        return False
    is_same = one.producer_id == other.producer_id and one.epoch == other.epoch
    return is_same and one.sequence != NONE and one.sequence >= other.sequence


@always("Only entries of transactions have an outcome")
def outcomes_are_of_transactions(world: World) -> bool:
    return forall(
        Partition,
        lambda partition: (
            not world.partitions[partition].log.exists(
                lambda entry: (
                    entry.kind != EntryKind.TRANSACTIONAL and entry.outcome != Outcome.OPEN
                )
            )
        ),
    )


# Clients.


@always("A client that ends a transaction asks for it; it bumps its epoch if it must")
def ends_are_asked_for(world: World) -> bool:
    return forall(ProducerSlot, lambda each: asks_what_it_may(world.clients[each]))


@function
def asks_what_it_may(client: Client) -> bool:
    adds = client.request == Kind.ADD_PARTITION
    commits = client.request == Kind.COMMIT
    aborts = client.state == ManagerState.ABORTING_TRANSACTION
    has_failed = client.state == ManagerState.FATAL_ERROR
    return (
        (commits or client.state != ManagerState.COMMITTING_TRANSACTION)
        and (client.request == Kind.ABORT or not aborts)
        and (adds or client.partition == 0)
        and (not client.bump_enqueued or aborts or has_failed)
        and (not aborts or client.bump_required or not client.bump_enqueued)
        and (not client.bump_required or client.state != ManagerState.READY)
    )


@always("A client has batches in a transaction alone, and their numbers fit their states")
def batches_fit(world: World) -> bool:
    return forall(
        ProducerSlot,
        Partition,
        lambda producer, partition: has_fitting_batches(world, world.clients[producer], partition),
    ) and forall(
        ProducerSlot,
        Partition,
        RecordPlace,
        lambda producer, partition, place: has_its_number(
            world.clients[producer].partitions[partition], place, partition
        ),
    )


@function
def has_fitting_batches(world: World, client: Client, partition: int) -> bool:
    entry = client.partitions[partition]
    is_idle = client.state in (
        ManagerState.UNINITIALIZED,
        ManagerState.INITIALIZING,
        ManagerState.READY,
        ManagerState.FATAL_ERROR,
    )
    is_fine = client.state in (ManagerState.IN_TRANSACTION, ManagerState.COMMITTING_TRANSACTION)
    is_asked = entry.asked != Asked.NOT_YET
    is_empty = forall(RecordPlace, lambda each: entry.batches[each].state == SendState.NOTHING)
    adds = client.request == Kind.ADD_PARTITION and client.partition == partition
    return (
        not (is_idle and (entry.added or not is_empty))
        and not (is_fine and is_any(entry, SendState.FAILED))
        and (entry.added or is_empty or is_any(entry, SendState.WAITING))
        and is_any(entry, SendState.WAITING) == adds
        and not (is_asked and not is_any(entry, SendState.IN_FLIGHT))
        and not (is_asked and not world.settings.two_step_verification)
    )


@function
def has_its_number(entry: ClientPartition, place: int, partition: int) -> bool:
    batch = entry.batches[place]
    if not is_pending(batch) or partition >= bound("partitions"):
        return batch.sequence == NONE
    if bound("batches") == 1:
        return batch.sequence == entry.next_sequence - 1
    return batch.sequence != NONE and batch.sequence < entry.next_sequence


@always("What an application asked for and was told is what its client does")
def history_fits(world: World) -> bool:
    return bound("raw_requests") > 0 or forall(ProducerSlot, lambda each: was_asked(world, each))


@function
def was_asked(world: World, producer: int) -> bool:
    client = world.clients[producer]
    if client.begun == 0:
        return client.state in (
            ManagerState.UNINITIALIZED,
            ManagerState.INITIALIZING,
            ManagerState.READY,
            ManagerState.FATAL_ERROR,
        )
    intent = world.history.transactions[transaction_of(world, producer)].intent
    if client.state == ManagerState.IN_TRANSACTION:
        return intent == Intent.OPEN
    if client.state == ManagerState.COMMITTING_TRANSACTION:
        return intent == Intent.COMMIT_ASKED
    if client.state == ManagerState.ABORTING_TRANSACTION:
        return intent == Intent.ABORT_ASKED
    if client.state == ManagerState.READY:
        return intent in (Intent.COMMITTED, Intent.ABORTED)
    return intent != Intent.NOT_BEGUN


# Requests of abandoned connections, faults.


@always("What is left on an abandoned connection has all that its kind of request has")
def late_requests_are_whole(world: World) -> bool:
    return forall(Abandoned, lambda each: is_whole(world.late[each]))


@function
def is_whole(late: LateRequest) -> bool:
    has_batch = late.kind in (Kind.PRODUCE, Kind.TXN_OFFSET_COMMIT)
    is_marker = late.kind in (Kind.COMMIT_MARKER, Kind.ABORT_MARKER)
    return (
        (late.sequence != NONE) == (late.kind == Kind.PRODUCE)
        and (late.epoch == NONE) == (late.kind in (Kind.NOTHING, Kind.INIT_PRODUCER_ID))
        and (late.kind == Kind.PRODUCE or late.asked == Asked.NOT_YET)
        and (late.kind == Kind.TXN_OFFSET_COMMIT or late.generation == NONE)
        and (has_batch or late.value == 0)
        and (late.kind == Kind.PRODUCE or late.behind.is_empty)
        and (is_marker or late.coordinator_epoch == 0)
    )


@always("No more faults happen than may")
def faults_are_counted(world: World) -> bool:
    return are_counted(world, Fault)


# The consumer's side.


@always("A consumer is where its application's transaction says, and in no later generation")
def positions_fit(world: World) -> bool:
    return bound("groups") == 0 or forall(ProducerSlot, lambda each: has_its_place(world, each))


@function
def has_its_place(world: World, producer: int) -> bool:
    client = world.clients[producer]
    is_open = client.state in (
        ManagerState.IN_TRANSACTION,
        ManagerState.COMMITTING_TRANSACTION,
        ManagerState.ABORTING_TRANSACTION,
        ManagerState.ABORTABLE_ERROR,
    )
    return (
        client.generation <= world.group.generation
        and not (is_open and (client.seek_due or client.offset_due))
        and (not is_open or client.position == world.contents[transaction_of(world, producer)])
    )


@always("The committed offset is one that was consumed, and does not go back")
def committed_offsets_rise(world: World) -> bool:
    return bound("groups") == 0 or committed_offset(world) != 0


# States that roles get into, somewhere in a scope.


def _a_client_is(*states: ManagerState) -> Callable[[World], bool]:
    return lambda world: exists(ProducerSlot, lambda each: world.clients[each].state in states)


def _a_transaction_is(state: TxnState) -> Callable[[World], bool]:
    return lambda world: exists(
        TransactionalId, lambda each: world.coordinator.transactions[each].state == state
    )


def _a_batch_is(state: SendState) -> Callable[[World], bool]:
    return lambda world: exists(
        ProducerSlot,
        Partition,
        lambda producer, partition: is_any(world.clients[producer].partitions[partition], state),
    )


@sometimes("Every transaction of every application is committed")
def all_is_committed(world: World) -> bool:
    return forall(
        TransactionNumber,
        lambda each: world.history.transactions[each].intent == Intent.COMMITTED,
    )


@sometimes("The newest producer commits its last transaction")
def the_last_commits(world: World) -> bool:
    last = bound("producers") * bound("transactions") - 1
    return world.history.transactions[last].intent == Intent.COMMITTED


@sometimes("A coordinator gives up a marker")
def a_marker_is_given_up(world: World) -> bool:
    return exists(TransactionalId, lambda each: world.coordinator.transactions[each].gave_up)


@sometimes("A partition remembers that a batch was verified")
def a_guard_stands(world: World) -> bool:
    return exists(
        Partition,
        ProducerId,
        lambda partition, producer_id: (
            world.partitions[partition].producers[producer_id].guard.epoch != NONE
        ),
    )


@sometimes("A verification is out of date")
def a_verification_is_stale(world: World) -> bool:
    return exists(
        ProducerSlot,
        Partition,
        lambda producer, partition: (
            world.clients[producer].partitions[partition].asked == Asked.STALE
        ),
    ) or exists(Abandoned, lambda each: world.late[each].asked == Asked.STALE)


@sometimes("A transaction is aborted in one partition while another still waits for its marker")
def one_is_told_first(world: World) -> bool:
    return exists(
        TransactionalId,
        lambda each: (
            world.coordinator.transactions[each].partitions.size
            > world.coordinator.transactions[each].unacknowledged.size
            and is_preparing(world.coordinator.transactions[each])
        ),
    )


@sometimes("A consumer goes on after a rebalance")
def a_consumer_goes_on(world: World) -> bool:
    return bound("groups") == 0 or exists(
        ProducerSlot,
        lambda each: world.clients[each].generation > 0 and world.clients[each].begun > 0,
    )


@sometimes("All input is consumed and committed")
def the_input_is_consumed(world: World) -> bool:
    return bound("groups") == 0 or committed_offset(world) == bound("inputs")


INVARIANTS = (
    refusals_fit,
    last_epochs_are_older,
    producer_ids_are_handed_out,
    producer_states_fit,
    sequences_rise,
    outcomes_are_of_transactions,
    ends_are_asked_for,
    batches_fit,
    history_fits,
    late_requests_are_whole,
    faults_are_counted,
    positions_fit,
    committed_offsets_rise,
)
REACHED = (
    *(
        reached(f"a_client_is_{state.name.lower()}", _a_client_is(state))
        for state in ManagerState
        if state != ManagerState.UNINITIALIZED
    ),
    *(
        reached(f"a_transaction_is_{state.name.lower()}", _a_transaction_is(state))
        for state in TxnState
    ),
    *(
        reached(f"a_batch_is_{state.name.lower()}", _a_batch_is(state))
        for state in (SendState.RETRYING, SendState.FAILED)
    ),
    all_is_committed,
    the_last_commits,
    a_marker_is_given_up,
    a_guard_stands,
    a_verification_is_stale,
    one_is_told_first,
    a_consumer_goes_on,
    the_input_is_consumed,
)
STRUCTURE = (*specs.structure.STRUCTURE, *INVARIANTS, *REACHED)

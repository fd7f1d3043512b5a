"""Transaction manager of the producer client: its state, and how it reacts to answers.

Kafka: TransactionManager (State, InitProducerIdHandler, AddPartitionsToTxnHandler,
TxnOffsetCommitHandler, EndTxnHandler, #handleFailedBatch, #maybeResolveSequences).
Left out: FindCoordinator; max.block.ms; a client that learns of version 2 in mid-life
(KAFKA-18227); close(); that INVALID_PRODUCER_ID_MAPPING can be aborted in clients of 2.5 to 3.9
(KIP-360; fatal again since KAFKA-18019): here only those are told it who were replaced, as
transactional ids do not expire, and the InitProducerId behind the abort would be refused.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, Array, Record, State, bound, exists, for_each, function, procedure
from model.sorts import Error
from model.transactions.batches import (
    ClientPartition,
    SendState,
    acknowledge,
    first_in,
    forget_sequences,
    give_back_sequence,
    is_pending,
    number_batch,
    put_back,
    waits_for_another,
)
from model.transactions.history import (
    note_aborted,
    note_committed,
    note_initialised,
    note_promised,
)
from model.transactions.requests import Asked, Kind
from model.transactions.settings import OnAbort
from model.transactions.sorts import (
    Begun,
    Epoch,
    InputOffset,
    OptionalGeneration,
    OptionalProducerId,
    Partition,
    RecordPlace,
    Version,
    record_of,
)

if TYPE_CHECKING:
    from model.transactions.world import World


class ManagerState(State):
    """Kafka's own names (TransactionManager.State); two-phase commit (KIP-939) is left out."""

    UNINITIALIZED = 0
    INITIALIZING = 1
    READY = 2
    IN_TRANSACTION = 3
    COMMITTING_TRANSACTION = 4
    ABORTING_TRANSACTION = 5
    ABORTABLE_ERROR = 6
    FATAL_ERROR = 7


MAY_FOLLOW = {
    ManagerState.UNINITIALIZED: (ManagerState.INITIALIZING,),
    ManagerState.INITIALIZING: (ManagerState.READY, ManagerState.FATAL_ERROR),
    ManagerState.READY: (ManagerState.IN_TRANSACTION,),
    ManagerState.IN_TRANSACTION: (
        ManagerState.COMMITTING_TRANSACTION,
        ManagerState.ABORTING_TRANSACTION,
        ManagerState.ABORTABLE_ERROR,
        ManagerState.FATAL_ERROR,
    ),
    ManagerState.COMMITTING_TRANSACTION: (
        ManagerState.READY,
        ManagerState.ABORTABLE_ERROR,
        ManagerState.INITIALIZING,
        ManagerState.FATAL_ERROR,
    ),
    ManagerState.ABORTING_TRANSACTION: (
        ManagerState.READY,
        ManagerState.INITIALIZING,  # a client-side epoch bump (KIP-360)
        ManagerState.FATAL_ERROR,
    ),
    ManagerState.ABORTABLE_ERROR: (
        ManagerState.ABORTING_TRANSACTION,
        ManagerState.ABORTABLE_ERROR,
        ManagerState.FATAL_ERROR,
    ),
    ManagerState.FATAL_ERROR: (),
}


class Client(Record):
    """A producer client and the application's place in its work.

    request: the one request to a coordinator that is under way, the oldest of its connection;
    partition: what ADD_PARTITION adds; bump_required: clientSideEpochBumpRequired; bump_enqueued:
    InitProducerId waits behind EndTxn (#beginCompletingTransaction); begun: how many transactions
    the application began; position, generation: of its input consumer; offset_due: the application
    must still commit its position (where that is not in the transaction); seek_due: after an abort
    it must still seek back to the committed offset.
    """

    state: ManagerState
    producer_id: OptionalProducerId = NONE
    epoch: Epoch
    request: Kind
    partition: Partition
    bump_required: bool
    bump_enqueued: bool
    begun: Begun
    partitions: Array[Partition, ClientPartition]
    position: InputOffset
    generation: OptionalGeneration = NONE
    offset_due: bool
    seek_due: bool


def transaction_of(world: "World", producer: int) -> int:
    """Return the number of the application's newest transaction."""
    return producer * bound("transactions") + world.clients[producer].begun - 1


@function
def is_sending(world: "World", producer: int) -> bool:
    """Return whether a batch of the transaction is not completed."""
    client = world.clients[producer]
    return exists(
        Partition,
        RecordPlace,
        lambda partition, place: is_pending(client.partitions[partition].batches[place]),
    )


@function
def has_left(world: "World", producer: int) -> bool:
    """Return whether the client's request to the coordinator is on its connection.

    EndTxn is held back while a batch is not completed (#nextRequest).
    """
    client = world.clients[producer]
    is_end = client.request in (Kind.COMMIT, Kind.ABORT)
    return client.request != Kind.NOTHING and not (is_end and is_sending(world, producer))


@function
def is_started(world: "World", producer: int) -> bool:
    """Return whether the coordinator may know of the transaction (transactionStarted).

    Version 2 counts from send() on, else a successful AddPartitionsToTxn.
    """
    client = world.clients[producer]
    return exists(Partition, lambda partition: client.partitions[partition].added)


@procedure
def hand_over(world: "World", producer: int, partition: int, place: int) -> None:
    """Number a batch and put it on its way (RecordAccumulator#drainBatchesForOneNode)."""
    entry = world.clients[producer].partitions[partition]
    if partition < bound("partitions"):
        number_batch(entry, place)
    entry.batches[place].state = SendState.IN_FLIGHT


@procedure
def fail_fatally(world: "World", producer: int) -> None:
    """Give up: the application must close the producer (#transitionToFatalError)."""
    client = world.clients[producer]
    client.become(ManagerState.FATAL_ERROR)
    client.request = Kind.NOTHING
    for partition in for_each(Partition):
        client.partitions[partition].clear()


@procedure
def fail_abortably(world: "World", producer: int) -> None:
    """Let the application abort because of a record or a batch (#maybeTransitionToErrorState).

    Before version 2 the epoch will be bumped after the abort, where coordinators can do it
    (KIP-360); but not for an error while the transaction is being committed or aborted
    (#isCompleting).
    """
    client = world.clients[producer]
    is_open = client.state in (ManagerState.IN_TRANSACTION, ManagerState.ABORTABLE_ERROR)
    if is_open and world.settings.client_bump and world.settings.client_version != Version.V2:
        client.bump_required = True
    let_abort(world, producer)


@procedure
def let_abort(world: "World", producer: int) -> None:
    """Let the application abort (#transitionToAbortableError)."""
    client = world.clients[producer]
    if client.state in (ManagerState.IN_TRANSACTION, ManagerState.ABORTABLE_ERROR):
        client.become(ManagerState.ABORTABLE_ERROR)
    elif client.state == ManagerState.COMMITTING_TRANSACTION:
        client.become(ManagerState.ABORTABLE_ERROR)
        client.request = Kind.NOTHING


@procedure
def fail_batch(world: "World", producer: int, partition: int, place: int, is_refused: bool) -> None:
    """Report an error for a batch; a refused one gives its sequence back (#handleFailedBatch)."""
    entry = world.clients[producer].partitions[partition]
    entry.batches[place].clear()
    entry.batches[place].state = SendState.FAILED
    entry.asked = Asked.NOT_YET
    if is_refused:
        give_back_sequence(entry, place)
    fail_abortably(world, producer)


@procedure
def mark_unresolved(world: "World", producer: int, partition: int) -> None:
    """Note that an expired batch, which was sent before, may be in the log.

    TransactionManager#markSequenceUnresolved.
    """
    if bound("batches") == 1:
        fail_unresolved(world, producer)
    else:
        world.clients[producer].partitions[partition].unresolved = True
        resolve_sequences(world, producer, partition)


@procedure
def resolve_sequences(world: "World", producer: int, partition: int) -> None:
    """See what became of an expired batch, when no other one of its partition is in flight.

    If all later ones were acknowledged, it left no gap (TransactionManager#maybeResolveSequences).
    """
    entry = world.clients[producer].partitions[partition]
    is_waiting = exists(RecordPlace, lambda place: is_pending(entry.batches[place]))
    if entry.unresolved and not is_waiting:
        entry.unresolved = False
        if entry.next_sequence != entry.last_acknowledged + 1:
            fail_unresolved(world, producer)


@procedure
def fail_unresolved(world: "World", producer: int) -> None:
    """React to an expired batch of which nobody knows whether it is in the log.

    TransactionManager#maybeResolveSequences. The epoch must be bumped, also if the transaction is
    being completed; but then nobody enqueues the InitProducerId, and the client waits for it in
    INITIALIZING for ever. A client that cannot bump gives up.
    """
    client = world.clients[producer]
    if world.settings.client_version != Version.V2 and not world.settings.client_bump:
        fail_fatally(world, producer)
    elif world.settings.client_version != Version.V2:
        client.bump_required = True


@procedure
def handle_produce_response(
    world: "World", producer: int, partition: int, place: int, error: int
) -> None:
    """React to the answer to a batch (Sender#completeBatch, TransactionManager#canRetry)."""
    entry = world.clients[producer].partitions[partition]
    entry.asked = Asked.NOT_YET
    if error == Error.NONE:
        acknowledge(entry, place)
    elif error in (Error.PRODUCER_FENCED, Error.INVALID_PRODUCER_ID_MAPPING):
        fail_fatally(world, producer)
    elif error in (Error.NOT_ENOUGH_REPLICAS, Error.CONCURRENT_TRANSACTIONS) or (
        error == Error.OUT_OF_ORDER_SEQUENCE_NUMBER and waits_for_another(entry, place)
    ):
        put_back(entry, place)
    else:
        fail_batch(world, producer, partition, place, True)
    if bound("batches") > 1:
        resolve_sequences(world, producer, partition)


@procedure
def handle_offset_commit_response(
    world: "World", producer: int, partition: int, error: int
) -> None:
    """React to the answer to TxnOffsetCommit (TxnOffsetCommitHandler).

    An error after which the application may abort asks for no new epoch (#abortableError).
    """
    entry = world.clients[producer].partitions[partition]
    entry.asked = Asked.NOT_YET
    if error == Error.NONE:
        acknowledge(entry, 0)
    elif error in (Error.ILLEGAL_GENERATION, Error.TRANSACTION_ABORTABLE):
        entry.batches[0].state = SendState.FAILED
        let_abort(world, producer)
    elif error not in (Error.NOT_ENOUGH_REPLICAS, Error.CONCURRENT_TRANSACTIONS):
        fail_fatally(world, producer)


@procedure
def handle_add_response(world: "World", producer: int, error: int) -> None:
    """React to the answer to AddPartitionsToTxn or AddOffsetsToTxn; then the batch may leave."""
    client = world.clients[producer]
    if error == Error.NONE:
        client.request = Kind.NOTHING
        entry = client.partitions[client.partition]
        entry.added = True
        hand_over(world, producer, client.partition, first_in(entry, SendState.WAITING))
        client.partition = 0
    elif error != Error.CONCURRENT_TRANSACTIONS:
        fail_fatally(world, producer)


@procedure
def handle_end_response(
    world: "World", producer: int, error: int, producer_id: int, epoch: int
) -> None:
    """React to the answer to EndTxn; version 2 brings the next transaction's epoch."""
    client = world.clients[producer]
    if error == Error.NONE:
        if producer_id != NONE:
            client.producer_id = producer_id
            client.epoch = epoch
            forget_sequences(world, producer)
        finish(world, producer)
    elif error != Error.CONCURRENT_TRANSACTIONS:
        fail_fatally(world, producer)


@procedure
def finish(world: "World", producer: int) -> None:
    """End the transaction on the client's side (#completeTransaction)."""
    client = world.clients[producer]
    if client.state == ManagerState.COMMITTING_TRANSACTION:
        note_committed(world, transaction_of(world, producer))
        for partition in for_each(Partition):
            for place in for_each(RecordPlace):
                if client.partitions[partition].batches[place].state != SendState.NOTHING:
                    record = record_of(transaction_of(world, producer), place)
                    note_promised(world, record, partition)
        client.offset_due = bound("groups") > 0 and not world.settings.offsets_in_transaction
    else:
        note_aborted(world, transaction_of(world, producer))
        client.seek_due = bound("groups") > 0 and world.settings.on_abort == OnAbort.SEEK
    for partition in for_each(Partition):
        entry = client.partitions[partition]
        entry.added = False
        for place in for_each(RecordPlace):
            entry.batches[place].clear()
    if client.bump_required:
        client.become(ManagerState.INITIALIZING)
        client.request = Kind.BUMP_EPOCH if client.bump_enqueued else Kind.NOTHING
        client.bump_enqueued = False
    else:
        client.become(ManagerState.READY)
        client.request = Kind.NOTHING


@procedure
def finish_without_request(world: "World", producer: int) -> None:
    """End a transaction of which nothing reached the coordinator (#nextRequest)."""
    finish(world, producer)


@procedure
def handle_init_response(
    world: "World", producer: int, error: int, producer_id: int, epoch: int
) -> None:
    """React to the answer to InitProducerId; CONCURRENT_TRANSACTIONS is asked again."""
    client = world.clients[producer]
    if error == Error.NONE:
        if client.request == Kind.INIT_PRODUCER_ID:
            note_initialised(world, producer)
        client.producer_id = producer_id
        client.epoch = epoch
        client.bump_required = False
        client.request = Kind.NOTHING
        client.become(ManagerState.READY)
        forget_sequences(world, producer)
    elif error != Error.CONCURRENT_TRANSACTIONS:
        fail_fatally(world, producer)

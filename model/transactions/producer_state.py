"""What a partition remembers about a producer id: epoch, last batches, open transaction, guard.

Kafka: ProducerStateEntry, BatchMetadata, VerificationStateEntry, ProducerAppendInfo
(#checkProducerEpoch, #checkSequence).
Left out: timestamps; the wrap of sequences after 2147483647.
"""

from typing import TYPE_CHECKING, Annotated

from checker.lang import NONE, Capacity, Queue, Record, bound, function, procedure
from model.sorts import Error
from model.transactions.requests import Batch
from model.transactions.sorts import (
    OptionalCoordinatorEpoch,
    OptionalEpoch,
    RecordCount,
    Sequence,
    Version,
)

if TYPE_CHECKING:
    from model.transactions.world import World


class BatchMetadata(Record):
    """One of the last batches of a producer id: its first sequence and how many records it has."""

    sequence: Sequence
    records: RecordCount = 1


class Guard(Record):
    """A batch was or is being verified (VerificationStateEntry); epoch NONE: there is no entry.

    lowest_sequence: of the batches that asked; bumps: they spoke transaction version 2.
    """

    epoch: OptionalEpoch = NONE
    lowest_sequence: Sequence
    bumps: bool


class ProducerState(Record):
    """What is known of a producer id; epoch NONE: nothing. in_transaction: one is open here."""

    epoch: OptionalEpoch = NONE
    window: Annotated[Queue[BatchMetadata], Capacity("window", "duplicate window")]
    coordinator_epoch: OptionalCoordinatorEpoch = NONE
    in_transaction: bool
    guard: Guard


@function
def last_sequence(state: ProducerState) -> int:
    """Return the last sequence in the window; an empty one counts as -1 (#lastSeq)."""
    if state.window.length == 0:
        return NONE
    newest = state.window[state.window.length - 1]
    return newest.sequence + newest.records - 1


@function
def is_repeated(state: ProducerState, batch: Batch) -> bool:
    """Return whether a batch is in the window: the same epoch and sequences (#findDuplicateBatch).

    The content is not compared.
    """
    return state.epoch == batch.epoch and state.window.exists(
        lambda known: known.sequence == batch.sequence and known.records == batch.records
    )


@function
def is_open(world: "World", state: ProducerState, epoch: int) -> bool:
    """Return whether a batch of this epoch belongs to the open transaction (KAFKA-18575)."""
    return state.in_transaction and (state.epoch == epoch or not world.settings.epoch_aware_open)


@function
def check_sequence(world: "World", state: ProducerState, batch: Batch) -> int:
    """Return what is wrong with a batch's sequence (ProducerAppendInfo#checkSequence)."""
    settings = world.settings
    starts_late = batch.version == Version.V2 and batch.transactional and batch.sequence != 0
    if settings.first_sequence and starts_late and state.window.length == 0:
        return Error.OUT_OF_ORDER_SEQUENCE_NUMBER
    is_verified = settings.lowest_sequence and batch.transactional and state.guard.epoch != NONE
    if is_verified and batch.sequence > state.guard.lowest_sequence:
        return Error.OUT_OF_ORDER_SEQUENCE_NUMBER
    if state.epoch == NONE:
        return Error.NONE
    if state.epoch != batch.epoch:
        return Error.NONE if batch.sequence == 0 else Error.OUT_OF_ORDER_SEQUENCE_NUMBER
    if batch.sequence != last_sequence(state) + 1:
        return Error.OUT_OF_ORDER_SEQUENCE_NUMBER
    return Error.NONE


@procedure
def note_question(state: ProducerState, batch: Batch) -> None:
    """Remember that a batch asks the coordinator (#maybeCreateVerificationStateEntry)."""
    guard = state.guard
    sequence = batch.sequence if batch.sequence != NONE else 0
    if guard.epoch == NONE or guard.epoch < batch.epoch:
        guard.epoch = batch.epoch
        guard.lowest_sequence = sequence
        guard.bumps = batch.version == Version.V2
    elif guard.epoch == batch.epoch and sequence < guard.lowest_sequence:
        guard.lowest_sequence = sequence


@procedure
def note_batch(state: ProducerState, batch: Batch) -> None:
    """Take a batch of a producer id into account when it is in the log (#update)."""
    if state.epoch != batch.epoch:
        state.window.clear()
        state.epoch = batch.epoch
    if batch.sequence != NONE:
        if state.window.length == bound("window"):
            state.window.take()
        state.window.put(BatchMetadata(sequence=batch.sequence, records=batch.records))
    if batch.transactional:
        state.in_transaction = True
        state.guard.clear()


@procedure
def note_marker(state: ProducerState, epoch: int, coordinator_epoch: int) -> None:
    """Take a control marker into account (ProducerAppendInfo#appendEndTxnMarker)."""
    if state.epoch != epoch:
        state.window.clear()
        state.epoch = epoch
    state.coordinator_epoch = coordinator_epoch
    state.in_transaction = False
    if not (state.guard.bumps and state.guard.epoch == epoch):
        state.guard.clear()

"""What an administrator sees of a world of the model: logs, producers, transactions.

Offsets count records; the model's log counts batches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.lang import NONE
from model.transactions.coordinator import TxnState, is_preparing
from model.transactions.partition import EntryKind, Outcome, last_stable_offset
from model.transactions.producer_state import last_sequence

if TYPE_CHECKING:
    from model.transactions.partition import Entry
    from model.transactions.requests import Batch
    from model.transactions.world import World

OFFSETS = 2  # the partition of __consumer_offsets
STATES = {
    TxnState.EMPTY: "Empty",
    TxnState.ONGOING: "Ongoing",
    TxnState.PREPARE_COMMIT: "PrepareCommit",
    TxnState.PREPARE_ABORT: "PrepareAbort",
    TxnState.COMPLETE_COMMIT: "CompleteCommit",
    TxnState.COMPLETE_ABORT: "CompleteAbort",
}
MARKERS = (EntryKind.COMMIT, EntryKind.ABORT)


def is_marker(entry: Entry) -> bool:
    return entry.kind in MARKERS


def offset_of(world: World, partition: int, position: int) -> int:
    """Return the offset of the first record at a position."""
    log = world.partitions[partition].log
    return sum(int(log[k].records) for k in range(position))


def position_of(world: World, partition: int, offset: int) -> int:
    """Return the position of the batch that begins at an offset."""
    end = world.partitions[partition].log.length
    return next(k for k in range(end + 1) if offset_of(world, partition, k) == offset)


def end(world: World, partition: int) -> int:
    """Return the log end offset, which is the high watermark."""
    return offset_of(world, partition, world.partitions[partition].log.length)


def log_start(world: World, partition: int) -> int:
    return offset_of(world, partition, world.partitions[partition].log_start)


def stable_end(world: World, partition: int) -> int:
    return offset_of(world, partition, last_stable_offset(world, partition))


def base_offset(world: World, partition: int, batch: Batch, end_before: int) -> int:
    """Return the offset that a batch is acknowledged with: of its first copy if it is a repeat."""
    if end(world, partition) > end_before:
        return end_before
    log = world.partitions[partition].log
    copies = [
        position
        for position in range(log.length)
        if not is_marker(log[position])
        and (log[position].producer_id, log[position].epoch) == (batch.producer_id, batch.epoch)
        and (log[position].sequence, log[position].records) == (batch.sequence, batch.records)
    ]
    return offset_of(world, partition, copies[-1])


def rows(world: World, partition: int) -> list[dict[str, Any]]:
    """Return what is in the log from its start on; values are the model's numbers."""
    state = world.partitions[partition]
    found = []
    for position in range(state.log_start, state.log.length):
        entry = state.log[position]
        base = offset_of(world, partition, position)
        anonymous = entry.kind == EntryKind.DATA and entry.sequence == NONE
        found.append(
            {
                "off": base,
                "last": base + entry.records - 1,
                "kind": EntryKind(entry.kind).name if is_marker(entry) else "DATA",
                "txn": entry.kind != EntryKind.DATA,
                "pid": NONE if anonymous else entry.producer_id,
                "epoch": NONE if anonymous else entry.epoch,
                "seq": entry.sequence,
                "values": None if is_marker(entry) else int(entry.value),
            }
        )
    return found


def read_committed(world: World, partition: int) -> list[int]:
    """Return the values that a read_committed consumer gets."""
    state = world.partitions[partition]
    entries = [state.log[k] for k in range(state.log_start, last_stable_offset(world, partition))]
    return [
        int(entry.value)
        for entry in entries
        if entry.kind == EntryKind.DATA
        or (entry.kind == EntryKind.TRANSACTIONAL and entry.outcome == Outcome.COMMITTED)
    ]


def aborted(world: World, partition: int) -> list[tuple[int, int]]:
    """Return producer id and first offset of the aborted transactions, in order of their markers.

    What the markers say and what is noted beside the entries must be the same.
    """
    log = world.partitions[partition].log
    first: dict[int, int] = {}
    found = []
    for position in range(log.length):
        entry = log[position]
        if entry.kind == EntryKind.TRANSACTIONAL:
            first.setdefault(int(entry.producer_id), position)
        elif is_marker(entry) and entry.producer_id in first:
            begin = first.pop(int(entry.producer_id))
            is_abort = entry.kind == EntryKind.ABORT
            assert (log[begin].outcome == Outcome.ABORTED) == is_abort
            if is_abort:
                found.append((int(entry.producer_id), offset_of(world, partition, begin)))
    return found


def producers(world: World, partition: int) -> list[dict[str, Any]]:
    """Return what the partition's leader knows about producer ids (DescribeProducers)."""
    state = world.partitions[partition]
    found = []
    for producer_id, known in enumerate(state.producers):
        if known.epoch == NONE and known.window.length == 0 and known.coordinator_epoch == NONE:
            continue
        start = NONE
        if known.in_transaction:
            position = next(
                k
                for k in range(state.log.length)
                if state.log[k].kind == EntryKind.TRANSACTIONAL
                and state.log[k].outcome == Outcome.OPEN
                and state.log[k].producer_id == producer_id
            )
            start = offset_of(world, partition, position)
        found.append(
            {
                "pid": producer_id,
                "epoch": int(known.epoch),
                "last_seq": last_sequence(known),
                "cep": int(known.coordinator_epoch),
                "txn_start": start,
            }
        )
    return found


def transaction(world: World, transactional_id: int) -> dict[str, Any]:
    """Return what the coordinator says about a transactional id (DescribeTransactions)."""
    known = world.coordinator.transactions[transactional_id]
    if known.producer_id == NONE:
        return {"state": "", "pid": 0, "epoch": 0, "parts": []}
    parts = known.unacknowledged if is_preparing(known) else known.partitions
    return {
        "state": STATES[TxnState(known.state)],
        "pid": int(known.producer_id),
        "epoch": int(known.epoch),
        "parts": [p if p != OFFSETS else "offsets" for p in parts],
    }

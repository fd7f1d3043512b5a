"""What a detailed world and a proof world of transactions must agree on, in one vocabulary.

The coordinator's state, epoch and members of the transaction in progress; per partition the log,
what became of each record, the last stable offset; per producer id what the leader remembers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang import NONE, bound
from model.transactions.partition import EntryKind, Outcome, last_stable_offset
from model.transactions.sorts import Version
from specs.proofs.transactions import Kind, TxnState, in_progress, running_epoch
from specs.proofs.transactions_lemmas import is_filtered, is_stable

if TYPE_CHECKING:
    from model.transactions.coordinator import Transaction
    from model.transactions.world import World
    from specs.proofs import transactions

Facts = dict[str, object]
_KINDS = {EntryKind.TRANSACTIONAL: "DATA", EntryKind.COMMIT: "COMMIT", EntryKind.ABORT: "ABORT"}


def all_partitions() -> range:
    """Return all partitions, with the one of __consumer_offsets."""
    return range(bound("partitions") + bound("groups"))


def detailed_facts(world: World) -> Facts:
    """Return what a detailed world says."""
    facts: Facts = {}
    for producer in range(bound("producer_ids")):
        _coordinator_facts(world, producer, facts)
    for partition in all_partitions():
        log = world.partitions[partition].log
        entries = [log[position] for position in range(log.length)]
        facts[f"the log of partition {partition}"] = tuple(
            (_KINDS.get(e.kind, "PLAIN"), int(e.producer_id), int(e.epoch)) for e in entries
        )
        facts[f"what became of the records of partition {partition}"] = tuple(
            Outcome(e.outcome).name for e in entries if e.kind == EntryKind.TRANSACTIONAL
        )
        stable = int(last_stable_offset(world, partition))
        facts[f"the last stable offset of partition {partition}"] = stable
        for producer in range(bound("producer_ids")):
            state = world.partitions[partition].producers[producer]
            facts[f"what partition {partition} knows of producer id {producer}"] = (
                f"epoch {int(state.epoch)}, open: {bool(state.in_transaction)}, "
                f"verification of epoch {int(state.guard.epoch)}"
            )
    return facts


def _holder(world: World, producer: int) -> Transaction | None:
    """Return the transactional id's metadata that has a producer id."""
    found = (txn for txn in world.coordinator.transactions if txn.producer_id == producer)
    return next(found, None)


def _coordinator_facts(world: World, producer: int, facts: Facts) -> None:
    """Say what the coordinator knows; a producer id that nobody has yet is in its initial state."""
    txn = _holder(world, producer)
    state, epoch = ("EMPTY", 0) if txn is None else (txn.state.name, max(int(txn.epoch), 0))
    facts[f"the state of producer id {producer}"] = f"{state}, epoch {epoch}"
    members = () if txn is None else tuple(int(p) for p in txn.partitions)
    facts[f"the partitions in the transaction of producer id {producer}"] = members


def proof_facts(world: transactions.World) -> Facts:
    """Return what a proof world says; its logs, read as a read_committed consumer reads them."""
    facts: Facts = {}
    for producer in range(bound("producers")):
        txn = world.coordinator[producer]
        name = TxnState(txn.state).name
        facts[f"the state of producer id {producer}"] = f"{name}, epoch {int(txn.epoch)}"
        facts[f"the partitions in the transaction of producer id {producer}"] = _members(
            world, producer
        )
    for partition in range(bound("partitions")):
        _log_facts(world, partition, facts)
        for producer in range(bound("producers")):
            state = world.leader[partition][producer]
            facts[f"what partition {partition} knows of producer id {producer}"] = (
                f"epoch {int(state.epoch) if state.known else NONE}, open: {bool(state.open)}, "
                f"verification of epoch {int(state.guard_epoch) if state.guarded else NONE}"
            )
    return facts


def _members(world: transactions.World, producer: int) -> tuple[int, ...]:
    txn = world.coordinator[producer]
    if not in_progress(txn):
        return ()
    epoch = running_epoch(txn)
    partitions = range(bound("partitions"))
    return tuple(p for p in partitions if world.added.has(producer, epoch, p))


def _log_facts(world: transactions.World, partition: int, facts: Facts) -> None:
    log = world.log[partition]
    written = [o for o in range(bound("offsets") + 1) if log[o].kind != Kind.NOTHING]
    stable = sum(1 for o in written if is_stable(world, partition, o))
    facts[f"the log of partition {partition}"] = tuple(
        (Kind(log[o].kind).name, int(log[o].producer), int(log[o].epoch)) for o in written
    )
    facts[f"what became of the records of partition {partition}"] = tuple(
        _outcome(world, partition, o) for o in written if log[o].kind == Kind.DATA
    )
    facts[f"the last stable offset of partition {partition}"] = stable


def _outcome(world: transactions.World, partition: int, offset: int) -> str:
    """Return whether a record is of the open transaction, skipped as aborted, or returned."""
    state = world.leader[partition][world.log[partition][offset].producer]
    if state.open and state.first_offset <= offset:
        return "OPEN"
    return "ABORTED" if is_filtered(world, partition, offset) else "COMMITTED"


def is_version_2(world: World) -> bool:
    """Return whether all brokers and clients speak transaction version 2."""
    settings = world.settings
    versions = settings.cluster_version, settings.client_version
    return versions == (Version.V2, Version.V2) and not settings.raw_versions

"""Consumed offsets in the transaction: they commit together with the records, or not at all.

A partition of __consumer_offsets is one more partition of the transaction. One here stands for one
of its keys (a group and an input partition), as keys do not touch each other. A commit of
offsets is a record; until its transaction ends it is pending, and a COMMIT marker installs it.

Kafka: OffsetMetadataManager#replay and #replayEndTransactionMarker, TxnOffsetCommit, the group's
generation (KIP-98, KIP-447).
Left out: what `transactions` leaves out; which offset a consumer reads and when (it asks with
requireStable and waits for pending commits); commits outside of transactions; expiry of offsets.
"""

from __future__ import annotations

from typing import Annotated

from checker.lang import (
    Array,
    Model,
    Numeric,
    Record,
    action,
    always,
    exists,
    forall,
    require,
    sometimes,
    where,
)
from specs.proofs import transactions, transactions_lemmas
from specs.proofs.claims import REFUTED, Mutant, ProofModel, inherited
from specs.proofs.transactions import (
    SOURCES,
    Epoch,
    Offset,
    Partition,
    Producer,
    Question,
    append_data,
    check_first,
    check_more,
    take_abort_marker,
    take_commit_marker,
)
from specs.proofs.transactions_lemmas import (
    COVERS,
    LEMMAS,
    MUTANTS,
    NOT_COVERED,
    READ_SIDE,
    STEPS,
    is_committed,
    is_data,
    is_returned,
    is_stable,
)

Generation = Annotated[int, Numeric("Generation", high="generations")]

GROUP = "group coordinator"


class Guards(transactions.Guards):
    """The guards of `transactions`, and those of offsets."""

    generation: bool = True
    install_at_marker: bool = True
    newest_wins: bool = True
    drop_at_abort: bool = True


class OffsetCommit(Record):
    """A commit of offsets: its record, and the transaction that it belongs to."""

    held: bool
    producer: Producer
    epoch: Epoch
    record: Offset


class World(transactions.World):
    """pending: by producer; installed: what a consumer starts from.

    generation: of the group now; has_offsets, in_generation: whether a record is a commit of
    offsets, and of which generation its sender was.
    """

    guards: Guards
    generation: Array[Partition, Generation]
    pending: Array[Partition, Array[Producer, OffsetCommit]]
    installed: Array[Partition, OffsetCommit]
    has_offsets: Array[Partition, Array[Offset, bool]]
    in_generation: Array[Partition, Array[Offset, Generation]]


@action(GROUP)
def rebalance(world: World, partition: Partition, generation: Generation) -> None:
    """The group of partition {partition} goes on with generation {generation}."""
    require(generation > world.generation[partition], "the generation is not new")
    world.generation[partition] = generation


@action(GROUP)
def commit_offsets_first(
    world: World,
    partition: Partition,
    producer: Producer,
    epoch: Epoch,
    question: Question,
    generation: Generation,
    offset: Offset,
) -> None:
    """Offsets of generation {generation} join the transaction of producer {producer}."""
    check_first(world, partition, producer, epoch, question)
    commit_offsets(world, partition, producer, epoch, generation, offset)


@action(GROUP)
def commit_offsets_more(
    world: World,
    partition: Partition,
    producer: Producer,
    epoch: Epoch,
    generation: Generation,
    offset: Offset,
) -> None:
    """Further offsets of generation {generation} join the transaction of producer {producer}."""
    check_more(world, partition, producer, epoch)
    commit_offsets(world, partition, producer, epoch, generation, offset)


def commit_offsets(
    world: World, partition: int, producer: int, epoch: int, generation: int, offset: int
) -> None:
    """Handle TxnOffsetCommit: check the generation, append, keep it pending."""
    is_current = generation == world.generation[partition]
    require(is_current or not world.guards.generation, "ILLEGAL_GENERATION")
    append_data(world, partition, producer, epoch, offset)
    world.has_offsets[partition][offset] = True
    world.in_generation[partition][offset] = generation
    pending = world.pending[partition][producer]
    pending.held = True
    pending.producer = producer
    pending.epoch = epoch
    pending.record = offset


@action(GROUP)
def write_commit_marker(
    world: World,
    partition: Partition,
    producer: Producer,
    ends: Epoch,
    epoch: Epoch,
    offset: Offset,
) -> None:
    """Partition {partition} writes COMMIT for producer {producer} and installs its offsets."""
    take_commit_marker(world, partition, producer, ends, epoch, offset)
    if world.guards.install_at_marker:
        install(world, partition, producer)
    world.pending[partition][producer].held = False


def install(world: World, partition: int, producer: int) -> None:
    """Install what is pending, unless a later record is installed (replayEndTransactionMarker)."""
    pending, installed = world.pending[partition][producer], world.installed[partition]
    is_older = installed.held and pending.record < installed.record
    wins = pending.held and not (is_older and world.guards.newest_wins)
    installed.producer = where(wins, pending.producer, installed.producer)
    installed.epoch = where(wins, pending.epoch, installed.epoch)
    installed.record = where(wins, pending.record, installed.record)
    installed.held = installed.held or wins


@action(GROUP)
def write_abort_marker(
    world: World,
    partition: Partition,
    producer: Producer,
    ends: Epoch,
    epoch: Epoch,
    offset: Offset,
) -> None:
    """Partition {partition} writes ABORT for producer {producer} and drops its offsets."""
    take_abort_marker(world, partition, producer, ends, epoch, offset)
    stays = not world.guards.drop_at_abort
    pending = world.pending[partition][producer]
    pending.held = pending.held and stays


# What is proved in addition.


def is_same(world: World, t: int, o: int, producer: int, epoch: int) -> bool:
    """Return whether a record belongs to a transaction."""
    entry = world.log[t][o]
    return is_data(world, t, o) and entry.producer == producer and entry.epoch == epoch


@always("Where offsets are installed, every record of their transaction is returned", "KIP-98")
def installed_means_returned(world: World) -> bool:
    """As soon as the last stable offset has passed the record."""

    def returned(u: int, t: int, o: int) -> bool:
        offsets = world.installed[u]
        same = is_same(world, t, o, offsets.producer, offsets.epoch)
        return not (offsets.held and same and is_stable(world, t, o)) or is_returned(world, t, o)

    return forall(Partition, Partition, Offset, returned)


@always("Where a record is returned, the offsets of its transaction are installed", "KIP-98")
def returned_means_installed(world: World) -> bool:
    """Or later ones are, as soon as the last stable offset has passed the commit of offsets."""

    def installed(t: int, o: int, u: int, q: int) -> bool:
        entry, offsets = world.log[t][o], world.installed[u]
        same = is_same(world, u, q, entry.producer, entry.epoch) and world.has_offsets[u][q]
        both = is_returned(world, t, o) and same and is_stable(world, u, q)
        return not both or (offsets.held and q <= offsets.record)

    return forall(Partition, Offset, Partition, Offset, installed)


@always("Behind a commit of offsets none of an older generation is written", kafka="KIP-447")
def generations_are_fenced(world: World) -> bool:
    """A member that was left behind by a rebalance commits no offsets any more."""

    def ordered(t: int, o: int, q: int) -> bool:
        both = world.has_offsets[t][o] and world.has_offsets[t][q] and o < q
        return not both or world.in_generation[t][o] <= world.in_generation[t][q]

    return forall(Partition, Offset, Offset, ordered)


@always("Commits of offsets are records, of a generation that there was")
def offsets_are_records(world: World) -> bool:
    """O1."""

    def known(t: int, o: int) -> bool:
        is_known = world.in_generation[t][o] <= world.generation[t]
        return not world.has_offsets[t][o] or (is_data(world, t, o) and is_known)

    return forall(Partition, Offset, known)


@always("A record of the epoch that a leader knows is of the open transaction")
def newest_records_are_open(world: World) -> bool:
    """O0: a marker closes a transaction and raises the epoch at once."""

    def is_open(t: int, o: int) -> bool:
        entry = world.log[t][o]
        state = world.leader[t][entry.producer]
        newest = is_data(world, t, o) and entry.epoch == state.epoch
        return not newest or (state.open and state.first_offset <= o)

    return forall(Partition, Offset, is_open)


@always("Pending offsets are of the open transaction")
def pending_is_open(world: World) -> bool:
    """O2."""

    def is_open(t: int, p: int) -> bool:
        offsets, state = world.pending[t][p], world.leader[t][p]
        current = state.open and offsets.epoch == state.epoch and offsets.producer == p
        stands = world.has_offsets[t][offsets.record]
        same = is_same(world, t, offsets.record, p, offsets.epoch)
        return not offsets.held or (current and stands and same)

    return forall(Partition, Producer, is_open)


@always("The newest commit of offsets in an open transaction is pending")
def open_is_pending(world: World) -> bool:
    """O3."""

    def waits(t: int, q: int) -> bool:
        entry = world.log[t][q]
        state, offsets = world.leader[t][entry.producer], world.pending[t][entry.producer]
        current = state.open and entry.epoch == state.epoch
        return not (world.has_offsets[t][q] and current) or (offsets.held and q <= offsets.record)

    return forall(Partition, Offset, waits)


@always("Installed offsets are of a committed transaction")
def installed_is_committed(world: World) -> bool:
    """O4: no offsets of an open or aborted transaction count."""

    def committed(t: int) -> bool:
        offsets = world.installed[t]
        return not offsets.held or world.committed.has(offsets.producer, offsets.epoch)

    return forall(Partition, committed)


@always("Offsets of a committed transaction are installed, or later ones are, or they are pending")
def committed_is_installed(world: World) -> bool:
    """O5."""

    def done(t: int, q: int) -> bool:
        entry, offsets = world.log[t][q], world.installed[t]
        state = world.leader[t][entry.producer]
        waits = state.open and entry.epoch == state.epoch
        counts = world.has_offsets[t][q] and is_committed(world, t, q)
        return not counts or waits or (offsets.held and q <= offsets.record)

    return forall(Partition, Offset, done)


class Pair(Record):
    """The state before a step and the state behind it."""

    before: World
    after: World


@always("Installed offsets are never replaced by those of an earlier record")
def offsets_never_go_back(pair: Pair) -> bool:
    """The order of the log decides, and not the order of the markers."""

    def forward(t: int) -> bool:
        old, new = pair.before.installed[t], pair.after.installed[t]
        return not old.held or (new.held and old.record <= new.record)

    return forall(Partition, forward)


@sometimes("Offsets are installed and a record of their transaction is returned")
def offsets_installed(world: World) -> bool:
    """Both sides of the transaction."""
    return exists(
        Partition,
        Offset,
        lambda t, o: (
            world.installed[t].held and not world.has_offsets[t][o] and is_returned(world, t, o)
        ),
    )


OWN = (
    generations_are_fenced,
    offsets_are_records,
    newest_records_are_open,
    pending_is_open,
    open_is_pending,
    installed_is_committed,
    committed_is_installed,
)
TOGETHER = (installed_means_returned, returned_means_installed)
REPLACED = {item.name: item for item in (write_commit_marker, write_abort_marker)}
ACTIONS = (
    *(REPLACED.get(item.name, item) for item in transactions.ACTIONS),
    rebalance,
    commit_offsets_first,
    commit_offsets_more,
)
ALL_LEMMAS = (*LEMMAS, *OWN)
ALL_IMPLIED = (*TOGETHER, *READ_SIDE)
ALL_STEPS = (*STEPS, offsets_never_go_back)
SMALL = transactions_lemmas.SMALL | {"generations": 1}
EXPLORED = SMALL | {"offsets": 3}
MODEL = Model(
    name="offsets",
    world=World,
    actions=ACTIONS,
    properties=(*ALL_LEMMAS, *ALL_IMPLIED, *COVERS, offsets_installed),
    bounds=SMALL,
)
_OMM = "OffsetMetadataManager.java"
OFFSETS = ProofModel(
    name="offsets",
    title="consumed offsets in the transaction",
    model=MODEL,
    guarantees=(
        "installed_means_returned",
        "returned_means_installed",
        "installed_is_committed",
        "generations_are_fenced",
        "offsets_never_go_back",
        *(item.name for item in READ_SIDE),
        "zombies_are_fenced",
        "commits_were_asked_for",
        *(item.name for item in STEPS),
    ),
    lemmas=ALL_LEMMAS,
    implied=ALL_IMPLIED,
    steps=ALL_STEPS,
    pair=Pair,
    covers=(*COVERS, offsets_installed),
    small=SMALL,
    explored=EXPLORED,
    sources=SOURCES
    | {
        "generation": (
            "offsets are committed by members of the current generation only",
            "ClassicGroup.java#validateOffsetCommit, ILLEGAL_GENERATION",
        ),
        "install_at_marker": (
            "a COMMIT marker installs what is pending",
            f"{_OMM}#replayEndTransactionMarker",
        ),
        "newest_wins": (
            "offsets of an earlier record do not replace those of a later one",
            f"{_OMM}#replayEndTransactionMarker, `recordOffset`",
        ),
        "drop_at_abort": (
            "an ABORT marker drops what is pending",
            f"{_OMM}#replayEndTransactionMarker, `pendingTransactionalOffsets.remove`",
        ),
    },
    mutants=(
        Mutant("old_generations_commit", ("generation",), REFUTED, steps=4),
        Mutant("offsets_not_installed", ("install_at_marker",), REFUTED, steps=7),
        Mutant(
            "last_marker_wins",
            ("newest_wins",),
            REFUTED,
            steps=14,
            bounds={"producers": 2, "epochs": 1, "offsets": 4, "generations": 0},
        ),
        Mutant("aborted_offsets_stay", ("drop_at_abort",), REFUTED, steps=12),
    ),
    inherited=inherited(MUTANTS, {"epochs": 3, "generations": 0}),
    not_covered=(
        *NOT_COVERED,
        "which offset a consumer starts from: it must ask with requireStable, as Kafka's do",
        "offsets committed outside of transactions, or without a generation (Kafka lets both pass)",
    ),
)

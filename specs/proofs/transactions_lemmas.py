"""What is proved about transactions with transaction version 2, and the lemmas that carry it.

A lemma is kept by every step, given all lemmas. What consumers read follows from the lemmas alone.
"""

from __future__ import annotations

from checker.lang import Model, Record, always, exists, forall, function, sometimes
from specs.proofs.claims import PROVED, REFUTED, Mutant, ProofModel
from specs.proofs.transactions import (
    ACTIONS,
    SOURCES,
    Epoch,
    Kind,
    Offset,
    Partition,
    Producer,
    Question,
    Transaction,
    TxnState,
    World,
    in_progress,
    is_prepared,
    running_epoch,
)

# What a consumer with isolation.level=read_committed gets.


def is_data(world: World, partition: int, offset: int) -> bool:
    """Return whether a record stands there."""
    return world.log[partition][offset].kind == Kind.DATA


def is_marker(world: World, partition: int, offset: int) -> bool:
    """Return whether a marker stands there."""
    kind = world.log[partition][offset].kind
    return kind in (Kind.COMMIT, Kind.ABORT)


def is_written(world: World, partition: int, offset: int) -> bool:
    """Return whether anything stands there."""
    return world.log[partition][offset].kind != Kind.NOTHING


@function
def is_stable(world: World, partition: int, offset: int) -> bool:
    """Return whether an entry lies below the last stable offset (UnifiedLog#lastStableOffset)."""
    leader = world.leader[partition]
    below = forall(Producer, lambda p: not leader[p].open or offset < leader[p].first_offset)
    return is_written(world, partition, offset) and (below or not world.guards.last_stable_offset)


def is_listed(world: World, partition: int, producer: int, epoch: int, offset: int) -> bool:
    """Return whether an offset lies within an aborted transaction of the index."""
    entry = world.aborted_index[partition][producer][epoch]
    return entry.listed and entry.first <= offset and offset < entry.last


@function
def is_filtered(world: World, partition: int, offset: int) -> bool:
    """Return whether a consumer skips a record (CompletedFetch#nextFetchedRecord)."""
    producer = world.log[partition][offset].producer
    return exists(Epoch, lambda e: is_listed(world, partition, producer, e, offset))


@function
def is_returned(world: World, partition: int, offset: int) -> bool:
    """Return whether a read_committed consumer gets the record."""
    stable = is_stable(world, partition, offset)
    return (
        is_data(world, partition, offset) and stable and not is_filtered(world, partition, offset)
    )


def is_committed(world: World, partition: int, offset: int) -> bool:
    """Return whether the entry's transaction was decided to commit."""
    entry = world.log[partition][offset]
    return world.committed.has(entry.producer, entry.epoch)


# What lemmas share.


def says_what_was_decided(
    world: World, producer: int, epoch: int, commits: bool, aborts: bool
) -> bool:
    """Return whether what commits or aborts a transaction does what was decided about it."""
    is_right = not commits or world.committed.has(producer, epoch)
    return is_right and (not aborts or world.aborted.has(producer, epoch))


def is_not_ahead(txn: Transaction, ends: int, epoch: int) -> bool:
    """Return whether a marker is of the transaction in progress, or too old to close it."""
    is_current = epoch == txn.epoch and ends == running_epoch(txn)
    is_late = epoch <= running_epoch(txn)
    fits = not in_progress(txn) or is_late or is_current
    return ends < epoch and epoch <= txn.epoch and fits


# Guarantees that follow from the lemmas.


@always("A read_committed consumer gets only records of committed transactions", kafka="KIP-98")
def only_committed_records(world: World) -> bool:
    """None aborted, none open."""
    return forall(
        Partition,
        Offset,
        lambda t, o: not is_returned(world, t, o) or is_committed(world, t, o),
    )


@always("No record of a committed transaction is withheld below the last stable offset")
def no_committed_record_lost(world: World) -> bool:
    """The filter for aborted transactions never hits a committed one."""
    return forall(
        Partition,
        Offset,
        lambda t, o: (
            not (is_data(world, t, o) and is_committed(world, t, o)) or not is_filtered(world, t, o)
        ),
    )


@always("Of two records of one transaction a consumer gets both or none", kafka="KIP-98")
def all_or_nothing(world: World) -> bool:
    """As soon as the last stable offset has passed both, in whatever partitions they are."""

    def together(t: int, o: int, u: int, q: int) -> bool:
        one, other = world.log[t][o], world.log[u][q]
        same = one.producer == other.producer and one.epoch == other.epoch
        records = is_data(world, t, o) and is_data(world, u, q) and same
        stable = is_stable(world, t, o) and is_stable(world, u, q)
        return not (records and stable) or is_returned(world, t, o) == is_returned(world, u, q)

    return forall(Partition, Offset, Partition, Offset, together)


@always("No partition sees another outcome of a transaction than any other partition")
def one_outcome(world: World) -> bool:
    """No transaction has a COMMIT marker in one place and an ABORT marker in another."""

    def differ(t: int, o: int, u: int, q: int) -> bool:
        one, other = world.log[t][o], world.log[u][q]
        same = one.producer == other.producer and one.ends == other.ends
        return one.kind == Kind.COMMIT and other.kind == Kind.ABORT and same

    return forall(Partition, Offset, Partition, Offset, lambda t, o, u, q: not differ(t, o, u, q))


# Guarantees that are lemmas themselves.


@always("Behind a marker no record with an older epoch is written", kafka="KIP-890")
def zombies_are_fenced(world: World) -> bool:
    """A producer that was fenced, or whose transaction is over, writes nothing any more."""

    def fenced(t: int, o: int, q: int) -> bool:
        marker, record = world.log[t][o], world.log[t][q]
        behind = is_marker(world, t, o) and is_data(world, t, q) and o < q
        return not (behind and marker.producer == record.producer) or marker.epoch <= record.epoch

    return forall(Partition, Offset, Offset, fenced)


@always("Only what its own client asked to commit is committed", kafka="KAFKA-17754")
def commits_were_asked_for(world: World) -> bool:
    """A late EndTxn of an earlier transaction, or of a zombie, decides nothing."""
    return forall(
        Producer,
        Epoch,
        lambda p, e: not world.committed.has(p, e) or world.commit_requests.has(p, e),
    )


# Lemmas about the coordinator.


@always("A transaction is not both committed and aborted")
def one_decision(world: World) -> bool:
    """S1."""
    return forall(
        Producer, Epoch, lambda p, e: not (world.committed.has(p, e) and world.aborted.has(p, e))
    )


@always("A decided transaction has an older epoch than its producer")
def decided_is_older(world: World) -> bool:
    """S4: every end raises the epoch."""
    return forall(
        Producer,
        Epoch,
        lambda p, e: (
            not (world.committed.has(p, e) or world.aborted.has(p, e))
            or e < world.coordinator[p].epoch
        ),
    )


@always("A prepared end was decided, for the epoch before the current one")
def prepared_is_decided(world: World) -> bool:
    """S5."""

    def decided(p: int) -> bool:
        txn = world.coordinator[p]
        older = not is_prepared(txn) or txn.ended_epoch < txn.epoch
        commits = txn.state == TxnState.PREPARE_COMMIT
        aborts = txn.state == TxnState.PREPARE_ABORT
        return older and says_what_was_decided(world, p, txn.ended_epoch, commits, aborts)

    return forall(Producer, decided)


@always("A leader that got a yes is in the transaction")
def answered_is_added(world: World) -> bool:
    """S16: what a yes to a verification means."""
    return forall(
        Partition,
        Producer,
        lambda t, p: forall(
            Epoch,
            Question,
            lambda e, g: not world.answered.has(t, p, e, g) or world.added.has(p, e, t),
        ),
    )


@always("A partition of a transaction that is over has its marker")
def added_is_running_or_fenced(world: World) -> bool:
    """S16: so a late record of that transaction meets a higher epoch there."""

    def settled(p: int, e: int, t: int) -> bool:
        txn, state = world.coordinator[p], world.leader[t][p]
        running = in_progress(txn) and running_epoch(txn) == e
        return not world.added.has(p, e, t) or running or (state.known and e < state.epoch)

    return forall(Producer, Epoch, Partition, settled)


# Lemmas about markers on their way.


@always("A marker that was sent says what was decided")
def sent_marker_is_decided(world: World) -> bool:
    """S2."""

    def decided(p: int, t: int, e: int, m: int) -> bool:
        commits, aborts = world.commit_markers.has(p, t, e, m), world.abort_markers.has(p, t, e, m)
        return says_what_was_decided(world, p, e, commits, aborts)

    return forall(Producer, Partition, Epoch, Epoch, decided)


@always("A marker that was sent is of the transaction in progress, or too old to close it")
def sent_marker_is_not_ahead(world: World) -> bool:
    """S9: a late marker cannot end a later transaction."""

    def behind(p: int, t: int, e: int, m: int) -> bool:
        sent = world.commit_markers.has(p, t, e, m) or world.abort_markers.has(p, t, e, m)
        return not sent or is_not_ahead(world.coordinator[p], e, m)

    return forall(Producer, Partition, Epoch, Epoch, behind)


@always("A partition that acknowledged a marker knows its epoch")
def acknowledged_is_known(world: World) -> bool:
    """S14."""

    def known(p: int, t: int, m: int) -> bool:
        state = world.leader[t][p]
        return not world.acknowledged.has(p, t, m) or (state.known and m <= state.epoch)

    return forall(Producer, Partition, Epoch, known)


# Lemmas about partitions.


@always("A marker in a log says what was decided")
def written_marker_is_decided(world: World) -> bool:
    """S3."""

    def decided(t: int, o: int) -> bool:
        entry = world.log[t][o]
        commits, aborts = entry.kind == Kind.COMMIT, entry.kind == Kind.ABORT
        return says_what_was_decided(world, entry.producer, entry.ends, commits, aborts)

    return forall(Partition, Offset, decided)


@always("A leader knows an epoch at least as high as any record's and marker's in its log")
def leader_knows_log(world: World) -> bool:
    """S7 and S15."""

    def known(t: int, o: int) -> bool:
        entry = world.log[t][o]
        state = world.leader[t][entry.producer]
        return not is_written(world, t, o) or (state.known and entry.epoch <= state.epoch)

    return forall(Partition, Offset, known)


@always("What is open at a partition is the transaction in progress, and it is a member of it")
def open_is_in_progress(world: World) -> bool:
    """S8: no hanging transactions."""

    def running(t: int, p: int) -> bool:
        state, txn = world.leader[t][p], world.coordinator[p]
        at_log = state.known and is_written(world, t, state.first_offset)
        member = world.added.has(p, state.epoch, t)
        current = in_progress(txn) and state.epoch == running_epoch(txn)
        return not state.open or (at_log and member and current)

    return forall(Partition, Producer, running)


@always("A record is of the open transaction, or committed, or listed as aborted")
def record_is_accounted_for(world: World) -> bool:
    """S10."""

    def accounted(t: int, o: int) -> bool:
        entry = world.log[t][o]
        producer, epoch = entry.producer, entry.epoch
        state = world.leader[t][producer]
        is_open = state.open and epoch == state.epoch and state.first_offset <= o
        listed = is_listed(world, t, producer, epoch, o)
        is_aborted = world.aborted.has(producer, epoch) and listed
        return not is_data(world, t, o) or is_open or is_committed(world, t, o) or is_aborted

    return forall(Partition, Offset, accounted)


@always("Within an aborted transaction of the index its producer has records of that epoch only")
def listed_range_has_one_epoch(world: World) -> bool:
    """S11."""

    def alone(t: int, o: int, e: int) -> bool:
        entry = world.log[t][o]
        listed = is_listed(world, t, entry.producer, e, o)
        return not (is_data(world, t, o) and listed) or entry.epoch == e

    return forall(Partition, Offset, Epoch, alone)


@always("Since an open transaction's first record its producer has written in that epoch only")
def open_range_has_one_epoch(world: World) -> bool:
    """S12."""

    def alone(t: int, o: int) -> bool:
        entry = world.log[t][o]
        state = world.leader[t][entry.producer]
        inside = is_data(world, t, o) and state.open and state.first_offset <= o
        return not inside or entry.epoch == state.epoch

    return forall(Partition, Offset, alone)


@always("What the index lists was aborted, and is closed")
def listed_is_aborted(world: World) -> bool:
    """S13."""

    def closed(t: int, p: int, e: int) -> bool:
        entry, state = world.aborted_index[t][p][e], world.leader[t][p]
        older = state.known and e < state.epoch
        at_log = is_written(world, t, entry.last)
        return not entry.listed or (world.aborted.has(p, e) and at_log and older)

    return forall(Partition, Producer, Epoch, closed)


# What a step never does: properties of the states before and behind it.


class Pair(Record):
    """The state before a step and the state behind it."""

    before: World
    after: World


@always("The last stable offset never moves back")
def stable_stays_stable(pair: Pair) -> bool:
    """What is below it once stays below it."""
    return forall(
        Partition,
        Offset,
        lambda t, o: not is_stable(pair.before, t, o) or is_stable(pair.after, t, o),
    )


@always("A record that was returned once is returned by every later read")
def reads_are_repeatable(pair: Pair) -> bool:
    """What a read_committed consumer got stays there."""
    return forall(
        Partition,
        Offset,
        lambda t, o: not is_returned(pair.before, t, o) or is_returned(pair.after, t, o),
    )


@always("Nothing appears later below the last stable offset")
def nothing_appears_below(pair: Pair) -> bool:
    """A consumer that has passed an offset has missed nothing there."""
    return forall(
        Partition,
        Offset,
        lambda t, o: (
            not is_stable(pair.before, t, o)
            or is_returned(pair.before, t, o)
            or not is_returned(pair.after, t, o)
        ),
    )


@always("What is written in a log never changes")
def logs_only_grow(pair: Pair) -> bool:
    """Entries are appended."""
    return forall(
        Partition,
        Offset,
        lambda t, o: (
            not is_written(pair.before, t, o) or pair.before.log[t][o] == pair.after.log[t][o]
        ),
    )


@always("A decision never changes")
def decisions_stay(pair: Pair) -> bool:
    """Committed stays committed, aborted stays aborted."""

    def stays(p: int, e: int) -> bool:
        commit = not pair.before.committed.has(p, e) or pair.after.committed.has(p, e)
        abort = not pair.before.aborted.has(p, e) or pair.after.aborted.has(p, e)
        return commit and abort

    return forall(Producer, Epoch, stays)


@always("Whether an older epoch is committed was settled when the newer one was given out")
def older_epochs_are_settled(pair: Pair) -> bool:
    """An incarnation that was replaced commits nothing any more."""
    return forall(
        Producer,
        Epoch,
        lambda p, e: (
            not e < pair.before.coordinator[p].epoch
            or pair.before.committed.has(p, e) == pair.after.committed.has(p, e)
        ),
    )


# What must be possible, lest the proof is about nothing.


@sometimes("A record of a committed transaction is returned")
def committed_record_returned(world: World) -> bool:
    """The read path works."""
    return exists(Partition, Offset, lambda t, o: is_returned(world, t, o))


@sometimes("A record of an aborted transaction is filtered")
def aborted_record_filtered(world: World) -> bool:
    """The filter works."""
    return exists(Partition, Offset, lambda t, o: is_data(world, t, o) and is_filtered(world, t, o))


READ_SIDE = (only_committed_records, no_committed_record_lost, all_or_nothing, one_outcome)
LEMMAS = (
    zombies_are_fenced,
    commits_were_asked_for,
    one_decision,
    decided_is_older,
    prepared_is_decided,
    answered_is_added,
    added_is_running_or_fenced,
    sent_marker_is_decided,
    sent_marker_is_not_ahead,
    acknowledged_is_known,
    written_marker_is_decided,
    leader_knows_log,
    open_is_in_progress,
    record_is_accounted_for,
    listed_range_has_one_epoch,
    open_range_has_one_epoch,
    listed_is_aborted,
)
STEPS = (
    stable_stays_stable,
    reads_are_repeatable,
    nothing_appears_below,
    logs_only_grow,
    decisions_stay,
    older_epochs_are_settled,
)
COVERS = (committed_record_returned, aborted_record_filtered)
SMALL = {"producers": 1, "partitions": 1, "questions": 1, "epochs": 2, "offsets": 2}
EXPLORED = {"producers": 1, "partitions": 1, "questions": 1, "epochs": 3, "offsets": 3}

MUTANTS = (
    Mutant("no_verification", ("verification",), REFUTED, steps=7),
    Mutant("add_in_any_epoch", ("add_epoch",), REFUTED, steps=8),
    Mutant("end_in_any_epoch", ("end_epoch",), REFUTED, steps=4),
    Mutant("late_marker_closes", ("strict_marker",), REFUTED, steps=10),
    Mutant("old_marker_closes", ("marker_epoch",), REFUTED, steps=11),
    Mutant("complete_without_markers", ("all_markers",), REFUTED, steps=10),
    Mutant("no_abort_index", ("abort_index",), REFUTED, steps=6),
    Mutant("no_last_stable_offset", ("last_stable_offset",), REFUTED, steps=3),
    Mutant("no_epoch_check_no_clearing", ("produce_epoch", "guard_cleared"), REFUTED, steps=6),
    Mutant("no_epoch_check", ("produce_epoch",), REFUTED, steps=7),
    Mutant(
        "answer_of_any_question",
        ("question_matches",),
        PROVED,
        "with an epoch per transaction, a yes that arrives late is for an epoch that the marker "
        "has made old; the guard's identity is a second line of defence",
    ),
    Mutant(
        "guard_not_cleared",
        ("guard_cleared",),
        PROVED,
        "the marker raises the stored epoch, so a record that the old guard would let in is "
        "refused by its epoch; clearing the guard is a second line of defence",
    ),
)
NOT_COVERED = (
    "sequence numbers and duplicates: see the model idempotence",
    "the last epoch (32767) and new producer ids",
    "failover, truncation, retention and producer id expiry at partitions",
    "failover of coordinators: see the model failover",
    "records above the high watermark: a record counts as written when it is replicated",
    "clients that end transactions with EndTxn below version 5: see transactions-v1",
    "that a transaction ever ends (liveness)",
)

MODEL = Model(
    name="transactions",
    world=World,
    actions=ACTIONS,
    properties=(*LEMMAS, *READ_SIDE, *COVERS),
    bounds=SMALL,
)
TRANSACTIONS = ProofModel(
    name="transactions",
    title="transactions with transaction version 2, verification and strict markers",
    model=MODEL,
    guarantees=(
        *(item.name for item in READ_SIDE),
        "zombies_are_fenced",
        "commits_were_asked_for",
        *(item.name for item in STEPS),
    ),
    lemmas=LEMMAS,
    implied=READ_SIDE,
    steps=STEPS,
    pair=Pair,
    covers=COVERS,
    small=SMALL,
    explored=EXPLORED,
    sources=SOURCES,
    mutants=MUTANTS,
    not_covered=NOT_COVERED,
)

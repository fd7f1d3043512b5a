"""Partition leaders fail, lose their memory or their log's end, and forget producer ids.

Kafka: PartitionChangeBuilder, ProducerStateManager (#removeExpiredProducers, #readSnapshot,
UnifiedLog#rebuildProducerState).
A batch is answered when it is replicated, in one step with its append. So after a clean election
everything that was answered is there, and what was not answered came late or never. All of this
befalls the partition of __consumer_offsets as well, alone or with others.
Left out: a failover between append and replication as a step of its own (model.replication has it);
a new leader that remembers more of a producer's last batches than the newest one.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, action, bound, exists, for_each, function, procedure, require
from model.roles import FOLLOWERS, LEADER
from model.transactions.batches import follow_leader
from model.transactions.faults import Fault, suffer
from model.transactions.group_coordinator import load_offsets
from model.transactions.partition import Entry, EntryKind, Outcome, decide_entries, reload
from model.transactions.producer_state import note_batch, note_marker
from model.transactions.requests import Batch, Kind, LateRequest
from model.transactions.sorts import (
    Abandoned,
    LogEnd,
    Partition,
    Position,
    ProducerId,
    Version,
)

if TYPE_CHECKING:
    from model.transactions.world import World


@action(LEADER, to=FOLLOWERS, kind="failover")
def fail_leader(world: "World", partition: Partition) -> None:
    """The leader of partition {partition} fails; another in-sync replica leads on.

    It has the whole log and its producer states, but no guards; of a producer's last batches it
    knows the newest one, as after reading a snapshot. Requests to the old leader are answered with
    NOT_LEADER_OR_FOLLOWER.
    """
    require(has_memory(world, partition), "nothing would be lost")
    suffer(world, Fault.LEADER_FAILOVERS)
    reload(world, partition)
    follow_leader(world, partition)
    lose_late_requests(world, partition)
    load_offsets_of(world, partition)


@function
def has_memory(world: "World", partition: int) -> bool:
    """Return whether a leader knows more than its log and snapshot say, or is yet to be asked."""
    producers = world.partitions[partition].producers
    return exists(
        ProducerId,
        lambda producer_id: (
            producers[producer_id].guard.epoch != NONE or producers[producer_id].window.length > 1
        ),
    ) or exists(
        Abandoned,
        lambda connection: (
            is_at_leader(world.late[connection]) and world.late[connection].partition == partition
        ),
    )


def is_at_leader(late: LateRequest) -> bool:
    """Return whether an old request is on its way to a partition's leader."""
    return late.kind in (Kind.PRODUCE, Kind.COMMIT_MARKER, Kind.ABORT_MARKER)


@procedure
def lose_late_requests(world: "World", partition: int) -> None:
    """Lose what was on its way to a broker that does not lead any more."""
    for connection in for_each(Abandoned):
        late = world.late[connection]
        if is_at_leader(late) and late.partition == partition:
            late.clear()


@action(LEADER, to=FOLLOWERS, kind="failover")
def elect_unclean(world: "World", partition: Partition, kept: LogEnd) -> None:
    """All in-sync replicas of partition {partition} are lost; one leads on that has {kept} entries.

    Or the only in-sync replica loses its last writes. Its producer states are what a replay of its
    log gives.
    """
    log = world.partitions[partition].log
    require(kept < log.length, "that is the whole log")
    suffer(world, Fault.UNCLEAN_ELECTIONS)
    log.truncate(kept)
    reload(world, partition)
    follow_leader(world, partition)
    lose_late_requests(world, partition)
    rebuild(world, partition)
    load_offsets_of(world, partition)


@procedure
def load_offsets_of(world: "World", partition: int) -> None:
    """Let the new leader of a group's offsets load them: it is the group's new coordinator."""
    if bound("groups") > 0 and partition == bound("partitions"):
        load_offsets(world)


@procedure
def rebuild(world: "World", partition: int) -> None:
    """Replay a log: producer states and outcomes follow from it (#rebuildProducerState)."""
    state = world.partitions[partition]
    for producer_id in for_each(ProducerId):
        state.producers[producer_id].clear()
    for position in for_each(Position):
        if position < state.log.length:
            state.log[position].outcome = Outcome.OPEN
    for position in for_each(Position):
        if position < state.log.length:
            replay(world, partition, state.log[position].copy(), position)


@procedure
def replay(world: "World", partition: int, entry: Entry, position: int) -> None:
    """Take one entry into account, as when it was appended."""
    state = world.partitions[partition].producers[entry.producer_id]
    if entry.kind in (EntryKind.DATA, EntryKind.TRANSACTIONAL):
        note_batch(
            state,
            Batch(
                producer_id=entry.producer_id,
                epoch=entry.epoch,
                sequence=entry.sequence,
                records=entry.records,
                value=entry.value,
                transactional=entry.kind == EntryKind.TRANSACTIONAL,
                version=Version.V2,
            ),
        )
    else:
        commit = entry.kind == EntryKind.COMMIT
        decide_entries(world, partition, entry.producer_id, commit, position)
        note_marker(state, entry.epoch, entry.coordinator_epoch)


@action(LEADER)
def expire_producer(world: "World", partition: Partition, producer_id: ProducerId) -> None:
    """Partition {partition} forgets producer id {producer_id} (producer.id.expiration.ms)."""
    state = world.partitions[partition].producers[producer_id]
    require(state.epoch != NONE, "it is not known")
    require(not state.in_transaction, "its transaction is open")
    suffer(world, Fault.PRODUCER_EXPIRIES)
    state.clear()

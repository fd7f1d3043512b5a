"""Elections: the leader's broker crashes, and a replica leads on with what its log holds.

Kafka: PartitionChangeBuilder, UnifiedLog#truncateTo (KIP-101, KIP-320, KIP-966) and #close (the
snapshot of a shutdown). A broker that crashes loses what its disk had not written yet: Kafka relies
on replicas for durability, not on flushing. Where another replica may lead this does not matter.
Left out: a leader that is moved, other than away and back while its broker restarts, or that still
believes to lead; a crashed leader that is elected again before it has cut its log; a follower that
restarts before it leads; the time without a leader, in which clients wait.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, action, exists, for_each, function, procedure, require
from model.connections import drop_requests
from model.consumer import cut_positions
from model.faults import Fault, suffer
from model.partition import is_remembered
from model.replication import ReplicaState, advance_high_watermark, settle_eligible
from model.roles import FOLLOWERS, LEADER
from model.sorts import Offset, Position, ReplicaId

if TYPE_CHECKING:
    from model.world import World


@function
def may_lead(world: "World", replica: int) -> bool:
    """Return whether a replica may be elected (#isValidNewLeader): of the ISR, else of the ELR."""
    state = world.replicas[replica].state
    isr_is_empty = not exists(
        ReplicaId, lambda other: world.replicas[other].state == ReplicaState.IN_SYNC
    )
    return state == ReplicaState.IN_SYNC or (state == ReplicaState.ELIGIBLE and isr_is_empty)


@action(LEADER, to=FOLLOWERS, kind="failover")
def fail_leader(world: "World", replica: ReplicaId) -> None:
    """The leader's broker crashes; replica {replica} leads on."""
    require(may_lead(world, replica), "this replica may not be elected")
    suffer(world, Fault.LEADER_FAILURES)
    take_over(world, replica)


@action(LEADER, kind="failover")
def restart_last_replica(world: "World", kept: Offset) -> None:
    """The leader's broker crashes and no other replica may lead; its disk kept {kept} records.

    The last replica standing (KIP-966).
    """
    require(kept < world.partition.log.length, "that would be the whole log")
    require(
        not exists(ReplicaId, lambda replica: may_lead(world, replica)), "another replica leads on"
    )
    suffer(world, Fault.LEADER_FAILURES)
    drop_requests(world)
    truncate(world, kept)
    if kept < world.partition.snapshot:
        world.partition.snapshot = 0
    advance_high_watermark(world)


@action(LEADER, kind="failover")
def restart_leader(world: "World") -> None:
    """The leader's broker shuts down in order, starts again and leads again, with its whole log.

    In between another replica may lead. A broker that starts reads what it knows of producer ids
    from a snapshot, which has the last batch of each (ProducerStateManager#readSnapshot).
    """
    partition = world.partition
    require(
        exists(Position, lambda place: is_forgotten_later(world, place)), "nothing is forgotten"
    )
    require(partition.high_watermark == partition.log.length, "a record is not committed yet")
    suffer(world, Fault.BROKER_RESTARTS)
    drop_requests(world)
    partition.snapshot = partition.log.length


@function
def is_forgotten_later(world: "World", position: int) -> bool:
    """Return whether a leader remembers a batch that a snapshot would leave out."""
    log = world.partition.log
    return is_remembered(world, position) and exists(
        Position,
        lambda later: (
            position < later < log.length
            and log[later].producer_id == log[position].producer_id
            and log[position].sequence != NONE
        ),
    )


@action(LEADER, to=FOLLOWERS, kind="failover")
def elect_unclean(world: "World", replica: ReplicaId) -> None:
    """All replicas that may lead are lost; replica {replica} leads on, though it is out of sync."""
    require(world.settings.unclean_leader_election, "unclean.leader.election.enable is false")
    require(
        world.replicas[replica].state == ReplicaState.OUT_OF_SYNC, "this replica is not out of sync"
    )
    suffer(world, Fault.UNCLEAN_ELECTIONS)
    for other in for_each(ReplicaId):
        if world.replicas[other].state in (ReplicaState.IN_SYNC, ReplicaState.ELIGIBLE):
            world.replicas[other].become(ReplicaState.OUT_OF_SYNC)
    take_over(world, replica)


@procedure
def take_over(world: "World", replica: int) -> None:
    """Let a replica lead with its log; the old leader will come back as a follower out of sync."""
    drop_requests(world)
    for other in for_each(ReplicaId):
        if world.replicas[other].state == ReplicaState.LEADING:
            world.replicas[other].become(ReplicaState.OUT_OF_SYNC)
            world.replicas[other].log_end = world.partition.log.length
    truncate(world, world.replicas[replica].log_end)
    world.partition.snapshot = 0
    world.replicas[replica].become(ReplicaState.LEADING)
    world.replicas[replica].log_end = 0
    world.replicas[replica].high_watermark = 0
    if not world.settings.leader_epoch_truncation:
        cut_at_high_watermark(world)
    settle_eligible(world)
    advance_high_watermark(world)


@procedure
def cut_at_high_watermark(world: "World") -> None:
    """Let followers cut their logs at the high watermark that they know, as before KIP-101.

    ReplicaManager#makeFollowers up to 0.10. They stay in the ISR, and fetch what they have cut off
    from the new leader; if it fails before, the records are gone.
    """
    for other in for_each(ReplicaId):
        known = world.replicas[other].high_watermark
        if world.replicas[other].state in (ReplicaState.IN_SYNC, ReplicaState.ELIGIBLE):
            world.replicas[other].log_end = min(world.replicas[other].log_end, known)


@procedure
def truncate(world: "World", length: int) -> None:
    """Cut the log; whoever was beyond the cut goes back to it."""
    partition = world.partition
    partition.log.truncate(length)
    partition.high_watermark = min(partition.high_watermark, length)
    partition.log_start = min(partition.log_start, length)
    for replica in for_each(ReplicaId):
        log_end, known = world.replicas[replica].log_end, world.replicas[replica].high_watermark
        world.replicas[replica].log_end = min(log_end, length)
        world.replicas[replica].high_watermark = min(known, length)
    cut_positions(world, length)

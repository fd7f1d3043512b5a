"""Replication: followers fetch, leave the ISR and join it again; the high watermark follows.

Kafka: Partition (#maybeIncrementLeaderHW, #maybeShrinkIsr, #maybeExpandIsr), ReplicaFetcherThread,
PartitionChangeBuilder (KIP-101, KIP-966, KAFKA-15583).
A replica's log is always the beginning of the leader's: one that had more cuts it off before it
does anything else. So the end of its log is all that is stored of it.
Left out: fetches of a part of what is there; what a replica fetches before it joins the ISR again;
logs that differ in the middle (before KIP-101 and KIP-279); reassignment. How long a follower takes
to learn the high watermark matters before KIP-101 alone, and is left out otherwise.
"""

from typing import TYPE_CHECKING

from checker.lang import (
    Record,
    State,
    action,
    bound,
    count,
    exists,
    for_each,
    function,
    procedure,
    require,
)
from model.faults import Fault, suffer
from model.roles import CONTROLLER, FOLLOWERS, LEADER
from model.sorts import Offset, ReplicaId

if TYPE_CHECKING:
    from model.world import World


class ReplicaState(State):
    """What a replica is to the controller.

    ELIGIBLE: it left an ISR that was or became smaller than min.insync.replicas, and may still lead
    (the ELR of KIP-966). ABSENT: beyond replication.factor.
    """

    LEADING = 0
    IN_SYNC = 1
    ELIGIBLE = 2
    OUT_OF_SYNC = 3
    ABSENT = 4


MAY_FOLLOW = {
    ReplicaState.LEADING: (ReplicaState.OUT_OF_SYNC,),
    ReplicaState.IN_SYNC: (
        ReplicaState.LEADING,
        ReplicaState.ELIGIBLE,
        ReplicaState.OUT_OF_SYNC,
    ),
    ReplicaState.ELIGIBLE: (
        ReplicaState.LEADING,
        ReplicaState.IN_SYNC,
        ReplicaState.OUT_OF_SYNC,
    ),
    ReplicaState.OUT_OF_SYNC: (
        ReplicaState.LEADING,  # an unclean election
        ReplicaState.IN_SYNC,
    ),
    ReplicaState.ABSENT: (),
}


class Replica(Record):
    """A replica of the partition.

    log_end: how much of the leader's log it has, if it follows; high_watermark: as its last fetch
    told it, noted where it cuts its log there (before KIP-101).
    """

    state: ReplicaState = ReplicaState.ABSENT
    log_end: Offset
    high_watermark: Offset


def is_in_sync(world: "World", replica: int) -> bool:
    """Return whether a replica follows and is in the ISR."""
    return world.replicas[replica].state == ReplicaState.IN_SYNC


@function
def has_enough_replicas(world: "World") -> bool:
    """Return whether the ISR has min.insync.replicas members.

    Since KAFKA-15583 more than there are replicas are not asked for (Partition#effectiveMinIsr).
    """
    members = 1 + count(ReplicaId, lambda replica: is_in_sync(world, replica))
    missing = exists(
        ReplicaId,
        lambda replica: (
            world.replicas[replica].state in (ReplicaState.ELIGIBLE, ReplicaState.OUT_OF_SYNC)
        ),
    )
    return members >= world.settings.min_insync_replicas or (
        world.settings.strict_min_isr and not missing
    )


@procedure
def advance_high_watermark(world: "World") -> None:
    """Raise the high watermark to the least log end in the ISR (#maybeIncrementLeaderHW).

    It is never lowered: not if a follower has cut its log below it (before KIP-101).
    """
    partition = world.partition
    before = partition.high_watermark
    if has_enough_replicas(world) or not world.settings.strict_min_isr:
        partition.high_watermark = partition.log.length
        for replica in for_each(ReplicaId):
            log_end = world.replicas[replica].log_end
            if is_in_sync(world, replica) and log_end < partition.high_watermark:
                partition.high_watermark = log_end
        partition.high_watermark = max(partition.high_watermark, before)


@function
def is_behind(world: "World", replica: int) -> bool:
    """Return whether a replica would learn the high watermark by a fetch of nothing."""
    known = world.replicas[replica].high_watermark
    return not world.settings.leader_epoch_truncation and known < world.partition.high_watermark


@procedure
def catch_up(world: "World", replica: int) -> None:
    """Give a replica the leader's whole log.

    The high watermark that comes with it is the one before the leader learns of this fetch
    (ReplicaFetcherThread#processPartitionData).
    """
    if not world.settings.leader_epoch_truncation:
        world.replicas[replica].high_watermark = world.partition.high_watermark
    world.replicas[replica].log_end = world.partition.log.length


@action(FOLLOWERS, to=LEADER)
def fetch(world: "World", replica: ReplicaId) -> None:
    """Replica {replica} fetches up to the leader's log end."""
    require(is_in_sync(world, replica), "it does not follow in the ISR")
    require(
        world.replicas[replica].log_end < world.partition.log.length or is_behind(world, replica),
        "it has the leader's whole log",
    )
    catch_up(world, replica)
    advance_high_watermark(world)


@action(FOLLOWERS, to=LEADER)
def fetch_all(world: "World") -> None:
    """All followers in the ISR fetch up to the leader's log end."""
    require(count(ReplicaId, lambda replica: is_lagging(world, replica)) > 1, "fewer than two lag")
    for replica in for_each(ReplicaId):
        if is_in_sync(world, replica):
            catch_up(world, replica)
    advance_high_watermark(world)


@action(FOLLOWERS, to=LEADER)
def rejoin_isr(world: "World", replica: ReplicaId) -> None:
    """Replica {replica} catches up with the leader and joins the ISR again.

    Partition#maybeExpandIsr. A broker that crashed has started again and has cut off what the
    leader does not have.
    """
    require(
        world.replicas[replica].state in (ReplicaState.OUT_OF_SYNC, ReplicaState.ELIGIBLE),
        "it did not leave the ISR",
    )
    catch_up(world, replica)
    world.replicas[replica].become(ReplicaState.IN_SYNC)
    settle_eligible(world)
    advance_high_watermark(world)


@action(LEADER, to=CONTROLLER)
def drop_lagging_replica(world: "World", replica: ReplicaId) -> None:
    """Replica {replica} lags for replica.lag.time.max.ms; the leader drops it from the ISR."""
    require(is_lagging(world, replica), "it does not lag in the ISR")
    suffer(world, Fault.ISR_SHRINKS)
    leave_isr(world, replica)


@action(LEADER, to=CONTROLLER)
def drop_lagging_replicas(world: "World") -> None:
    """Several replicas lag for replica.lag.time.max.ms; the leader drops them from the ISR."""
    require(
        count(ReplicaId, lambda replica: is_lagging(world, replica)) > 1,
        "fewer than two lag",
    )
    suffer(world, Fault.ISR_SHRINKS)
    for replica in for_each(ReplicaId):
        if is_lagging(world, replica):
            world.replicas[replica].become(ReplicaState.ELIGIBLE)
    settle_eligible(world)
    advance_high_watermark(world)


@action(FOLLOWERS, kind="fault")
def fail_follower(world: "World", replica: ReplicaId) -> None:
    """The broker of replica {replica} crashes; the controller drops it from the ISR."""
    require(is_in_sync(world, replica), "it does not follow in the ISR")
    suffer(world, Fault.FOLLOWER_FAILURES)
    leave_isr(world, replica)


@function
def is_lagging(world: "World", replica: int) -> bool:
    """Return whether a replica in the ISR does not have the leader's whole log."""
    return is_in_sync(world, replica) and (
        world.replicas[replica].log_end < world.partition.log.length
    )


@procedure
def leave_isr(world: "World", replica: int) -> None:
    """Take a follower out of the ISR."""
    world.replicas[replica].become(ReplicaState.ELIGIBLE)
    settle_eligible(world)
    advance_high_watermark(world)


@procedure
def settle_eligible(world: "World") -> None:
    """Empty the ELR unless the ISR is too small (PartitionChangeBuilder#maybePopulateTargetElr)."""
    is_kept = world.settings.eligible_leader_replicas and not has_enough_replicas(world)
    for replica in for_each(ReplicaId):
        if world.replicas[replica].state == ReplicaState.ELIGIBLE and not is_kept:
            world.replicas[replica].become(ReplicaState.OUT_OF_SYNC)


@procedure
def sort_replicas(world: "World") -> None:
    """Canonical form: replicas are interchangeable; they stand by what is known of them."""
    for _ in for_each(ReplicaId):
        for first in for_each(ReplicaId):
            if first + 1 < bound("replicas"):
                put_in_order(world, first, first + 1)


@procedure
def put_in_order(world: "World", first: int, second: int) -> None:
    """Exchange two replicas if they stand in the wrong order."""
    one, other = world.replicas[first].copy(), world.replicas[second].copy()
    same_log = one.state == other.state and one.log_end == other.log_end
    if (
        one.state > other.state
        or (one.state == other.state and one.log_end > other.log_end)
        or (same_log and one.high_watermark > other.high_watermark)
    ):
        world.replicas[first] = other
        world.replicas[second] = one

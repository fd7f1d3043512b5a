"""State charts of roles whose state is not one field: what it is, as a function of the world.

Kafka: OffsetFetch as the group coordinator answers it (OffsetMetadataManager, KIP-447); a member's
view of its assignment (ConsumerCoordinator).
Left out: states of ClassicGroup that only JoinGroup and SyncGroup as requests would show.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, State, function
from model.transactions.group_coordinator import committed_offset, has_open_offsets
from model.transactions.transaction_manager import ManagerState

if TYPE_CHECKING:
    from model.transactions.world import World


class OffsetState(State):
    """What a consumer that asks for the group's offset is told."""

    NO_OFFSET = 0
    STABLE = 1
    UNSTABLE_OFFSET_COMMIT = 2


class MemberState(State):
    """Where the input consumer of a transactional application stands."""

    NOT_JOINED = 0
    POLLING = 1
    IN_TRANSACTION = 2
    OFFSET_DUE = 3
    SEEK_DUE = 4
    REPLACED = 5


MAY_FOLLOW = {
    OffsetState: {
        OffsetState.NO_OFFSET: (OffsetState.STABLE, OffsetState.UNSTABLE_OFFSET_COMMIT),
        OffsetState.STABLE: (OffsetState.UNSTABLE_OFFSET_COMMIT,),
        OffsetState.UNSTABLE_OFFSET_COMMIT: (OffsetState.NO_OFFSET, OffsetState.STABLE),
    },
    MemberState: {
        MemberState.NOT_JOINED: (MemberState.POLLING,),
        MemberState.POLLING: (MemberState.IN_TRANSACTION, MemberState.REPLACED),
        MemberState.IN_TRANSACTION: (
            MemberState.POLLING,
            MemberState.OFFSET_DUE,
            MemberState.SEEK_DUE,
            MemberState.REPLACED,
        ),
        MemberState.OFFSET_DUE: (MemberState.POLLING, MemberState.REPLACED),
        MemberState.SEEK_DUE: (MemberState.POLLING, MemberState.REPLACED),
        MemberState.REPLACED: (MemberState.POLLING,),
    },
}


@function
def offset_state(world: "World", group: int) -> int:
    """Return what OffsetFetch with requireStable says about a group's input partition."""
    del group
    if has_open_offsets(world):
        return OffsetState.UNSTABLE_OFFSET_COMMIT
    return OffsetState.NO_OFFSET if committed_offset(world) == NONE else OffsetState.STABLE


@function
def member_state(world: "World", producer: int) -> int:
    """Return where the input consumer of a producer stands."""
    client = world.clients[producer]
    is_owner = world.group.owner == producer
    if client.generation == NONE:
        return MemberState.NOT_JOINED
    if not is_owner or client.generation != world.group.generation:
        return MemberState.REPLACED
    if client.offset_due:
        return MemberState.OFFSET_DUE
    if client.seek_due:
        return MemberState.SEEK_DUE
    if client.state == ManagerState.READY:
        return MemberState.POLLING
    return MemberState.IN_TRANSACTION

"""The input consumer of a consume-transform-produce application.

Kafka: KafkaConsumer (position, committed), ConsumerCoordinator (generation), KIP-447.
Left out: several input partitions and several records in one poll(); a consumer that leaves its
group without a rebalance.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, bound, procedure, require
from model.transactions.group_coordinator import committed_offset, has_open_offsets

if TYPE_CHECKING:
    from model.transactions.world import World


@procedure
def poll_input(world: "World", producer: int) -> None:
    """Take the next input record; only the owner of the input partition gets one."""
    client = world.clients[producer]
    require(world.group.owner == producer, "the input partition is assigned to another member")
    require(client.generation == world.group.generation, "it has not joined the group again")
    require(client.position < bound("inputs"), "the input is consumed")
    client.position = client.position + 1
    world.contents[producer * bound("transactions") + client.begun - 1] = client.position


@procedure
def return_to_committed(world: "World", producer: int) -> None:
    """Fetch the committed offset and seek to it; while it is unstable the consumer waits."""
    require(can_fetch(world), "the committed offset is not stable (UNSTABLE_OFFSET_COMMIT)")
    offset = committed_offset(world)
    world.clients[producer].position = 0 if offset == NONE else offset


def can_fetch(world: "World") -> bool:
    """Return whether OffsetFetch answers with an offset (requireStable, KAFKA-9346)."""
    return not world.settings.require_stable or not has_open_offsets(world)

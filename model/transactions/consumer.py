"""The input consumer of a consume-transform-produce application.

Kafka: KafkaConsumer (position, committed), ConsumerCoordinator (generation), KIP-447.
At the start the first consumer stands before all inputs: it was up before they were written.
Left out: several input partitions and several records in one poll(); a consumer that leaves its
group without a rebalance.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, action, bound, function, procedure, require, where
from model.roles import CONSUMER, GROUP_COORDINATOR
from model.settings import OffsetReset
from model.transactions.group_coordinator import (
    append_plain_commit,
    committed_offset,
    has_open_offsets,
)
from model.transactions.sorts import ProducerSlot
from model.transactions.transaction_manager import ManagerState, transaction_of

if TYPE_CHECKING:
    from model.transactions.world import World


@procedure
def poll_input(world: "World", producer: int) -> None:
    """Take the next input record; only the owner of the input partition gets one."""
    client = world.clients[producer]
    require(world.group.owner == producer, "the input partition is assigned to another member")
    require(client.generation == world.group.generation, "it has not joined the group again")
    require(not client.offset_due, "the position is to be committed first")
    require(not client.seek_due, "the application must seek back first")
    require(client.position < bound("inputs"), "the input is consumed")
    client.position = client.position + 1
    world.contents[transaction_of(world, producer)] = client.position


@action(CONSUMER, to=GROUP_COORDINATOR)
def join_group(world: "World", producer: ProducerSlot) -> None:
    """The consumer of producer {producer} joins its group; it goes on where the group left off.

    At the committed offset or as auto.offset.reset says. In poll() (ConsumerCoordinator
    #onJoinPrepare), which the application calls when it is done with the record before: a position
    that it commits itself is committed or refused by then.
    """
    client = world.clients[producer]
    require(world.group.owner == producer, "the input partition is assigned to another member")
    require(client.generation != world.group.generation, "it has joined this generation")
    require(client.state == ManagerState.READY, "the application waits for initTransactions()")
    require(not client.offset_due, "the position is to be committed first")
    client.generation = world.group.generation
    return_to_committed(world, producer)


@action(CONSUMER, to=GROUP_COORDINATOR)
def seek_to_committed(world: "World", producer: ProducerSlot) -> None:
    """The application of producer {producer} seeks back to the committed offset after an abort.

    Where there is none it lets auto.offset.reset decide, as when it starts anew.
    """
    client = world.clients[producer]
    require(client.seek_due, "nothing was aborted")
    require(client.state == ManagerState.READY, "the abort is not finished")
    return_to_committed(world, producer)


@action(CONSUMER, to=GROUP_COORDINATOR)
def commit_offset(world: "World", producer: ProducerSlot) -> None:
    """The consumer of producer {producer} commits its position, outside of any transaction."""
    client = world.clients[producer]
    require(client.offset_due, "there is nothing to commit")
    client.offset_due = False
    is_current = client.generation == world.group.generation
    if is_current and world.group.owner == producer:
        append_plain_commit(world, transaction_of(world, producer))


@action(CONSUMER, to=GROUP_COORDINATOR)
def close_consumer(world: "World", producer: ProducerSlot) -> None:
    """The application of producer {producer} gives up; its consumer commits its position on close.

    ConsumerCoordinator#close, with enable.auto.commit. While it runs it polls only when it is done
    with a record, so the positions that are committed then do no harm; here they do.
    """
    client = world.clients[producer]
    require(world.settings.auto_commit, "enable.auto.commit is false")
    require(client.state == ManagerState.FATAL_ERROR, "the application is running")
    require(client.begun > 0, "nothing was returned yet")
    transaction = transaction_of(world, producer)
    require(
        client.position == world.contents[transaction], "the position is committed or was reset"
    )
    require(world.group.owner == producer, "the input partition is assigned to another member")
    require(client.generation == world.group.generation, "it has not joined the group again")
    append_plain_commit(world, transaction)
    client.position = 0


@procedure
def return_to_committed(world: "World", producer: int) -> None:
    """Fetch the committed offset and seek to it; while it is unstable the consumer waits.

    Where there is none, auto.offset.reset says where it goes on (SubscriptionState
    #resetInitializingPositions).
    """
    require(can_fetch(world), "the committed offset is not stable (UNSTABLE_OFFSET_COMMIT)")
    offset = committed_offset(world)
    reset = world.settings.auto_offset_reset
    require(
        offset != NONE or reset != OffsetReset.NONE,
        "there is no committed offset: NoOffsetForPartitionException stops the consumer",
    )
    beginning = where(reset == OffsetReset.LATEST, input_end(world), 0)
    world.clients[producer].position = where(offset == NONE, beginning, offset)
    world.clients[producer].seek_due = False


@function
def input_end(world: "World") -> int:
    """Return where latest goes on: behind all input records that a poll() has returned.

    The others are written later. If more were there, more would be left out.
    """
    end: int = 0
    for transaction in range(bound("producers") * bound("transactions")):
        end = max(end, world.contents[transaction])
    return end


def can_fetch(world: "World") -> bool:
    """Return whether OffsetFetch answers with an offset (requireStable, KAFKA-9346)."""
    return not world.settings.require_stable or not has_open_offsets(world)

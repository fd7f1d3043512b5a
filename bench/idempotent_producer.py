"""The idempotent producer over an unordered, lossy, duplicating network (a yardstick model).

Twins in other languages stand in bench/peers. Sequence numbers 0 to records-1, at most `window` of
them in flight; requests and acknowledgements on the wire are sets.
"""

from typing import Annotated

from checker.lang import (
    Array,
    Identity,
    Model,
    Numeric,
    Record,
    Subset,
    action,
    always,
    bound,
    for_each,
    forall,
    require,
)

Sequence = Annotated[int, Identity("Sequence", size="records")]
Count = Annotated[int, Numeric("Count", high="records")]

PRODUCER = "producer"
BROKER = "broker"
NETWORK = "network"


class World(Record):
    """What is on the wire, the producer's window [base, next) and the broker's log."""

    requests: Subset[Sequence]
    replies: Subset[Sequence]
    acknowledged: Subset[Sequence]
    base: Count
    next: Count
    expected: Count
    log: Array[Sequence, Sequence]


@action(PRODUCER)
def send(world: World) -> None:
    """Send the next record."""
    require(world.next < bound("records"), "all records are sent")
    require(world.next - world.base < bound("window"), "the window is full")
    world.requests.add(world.next)
    world.next = world.next + 1


@action(PRODUCER)
def resend(world: World, sequence: Sequence) -> None:
    """Send record {sequence} again."""
    require(world.base <= sequence, "it left the window")
    require(sequence < world.next, "it was not sent yet")
    require(sequence not in world.acknowledged, "it is acknowledged")
    require(sequence not in world.requests, "it is on its way")
    world.requests.add(sequence)


@action(BROKER)
def receive(world: World, sequence: Sequence, keep: bool) -> None:
    """Receive record {sequence}; append it if it is the expected one."""
    require(sequence in world.requests, "it is not on its way")
    if sequence == world.expected:
        world.log[world.expected] = sequence
        world.expected = world.expected + 1
        world.replies.add(sequence)
    elif sequence < world.expected:
        world.replies.add(sequence)
    if not keep:
        world.requests.discard(sequence)


@action(NETWORK)
def lose_request(world: World, sequence: Sequence) -> None:
    """Lose the request for record {sequence}."""
    require(sequence in world.requests, "it is not on its way")
    world.requests.discard(sequence)


@action(PRODUCER)
def acknowledge(world: World, sequence: Sequence, keep: bool) -> None:
    """Learn that record {sequence} is in the log."""
    require(sequence in world.replies, "no reply is on its way")
    world.acknowledged.add(sequence)
    for other in for_each(Sequence):
        if world.base == other and other < world.next and other in world.acknowledged:
            world.base = other + 1
    if not keep:
        world.replies.discard(sequence)


@action(NETWORK)
def lose_reply(world: World, sequence: Sequence) -> None:
    """Lose the reply for record {sequence}."""
    require(sequence in world.replies, "no reply is on its way")
    world.replies.discard(sequence)


@always("The log holds every record once and in order")
def once_and_in_order(world: World) -> bool:
    """Position i of the log holds record i."""
    return forall(Sequence, lambda i: i >= world.expected or world.log[i] == i)


MODEL = Model(
    name="idempotent_producer",
    world=World,
    actions=[send, resend, receive, lose_request, acknowledge, lose_reply],
    properties=[once_and_in_order],
    bounds={"records": 4, "window": 3},
)

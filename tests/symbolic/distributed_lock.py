"""A lock that moves from node to node by messages, with an epoch against old ones (a toy).

Any number of nodes and epochs: as many as the bounds say for exploring, unbounded for the proof.
"""

from __future__ import annotations

from typing import Annotated

from checker.lang import (
    Array,
    Identity,
    Model,
    Numeric,
    Record,
    Relation,
    Subset,
    action,
    always,
    exists,
    forall,
    function,
    require,
    sometimes,
)

Node = Annotated[int, Identity("Node", size="nodes")]
Epoch = Annotated[int, Numeric("Epoch", high="epochs")]


class World(Record):
    """Who holds the lock, the newest epoch each node saw, messages, and who ever held it when."""

    held: Subset[Node]
    epoch: Array[Node, Epoch]
    transfer: Relation[Node, Epoch]
    locked: Relation[Node, Epoch]


def start(world: World, first: Node) -> None:
    """Some node holds the lock."""
    world.held.add(first)


@action("node")
def grant(world: World, giver: Node, taker: Node, epoch: Epoch) -> None:
    """Node {giver} sends the lock to node {taker} in epoch {epoch}."""
    require(world.held.has(giver), "it does not hold the lock")
    require(epoch > world.epoch[giver], "the epoch is not new")
    world.held.discard(giver)
    world.transfer.add(taker, epoch)


@action("node")
def accept(world: World, taker: Node, epoch: Epoch) -> None:
    """Node {taker} receives the lock in epoch {epoch}."""
    require(world.transfer.has(taker, epoch), "there is no such message")
    require(epoch > world.epoch[taker], "the message is old")
    world.held.add(taker)
    world.epoch[taker] = epoch
    world.locked.add(taker, epoch)


@action("node")
def accept_old(world: World, taker: Node, epoch: Epoch) -> None:
    """Node {taker} receives the lock in epoch {epoch}, however old the message is."""
    require(world.transfer.has(taker, epoch), "there is no such message")
    world.held.add(taker)
    world.epoch[taker] = epoch
    world.locked.add(taker, epoch)


@always("At most one node locks in an epoch")
def one_lock_per_epoch(world: World) -> bool:
    """No two nodes were ever locked in one epoch."""
    return forall(
        Node,
        Node,
        Epoch,
        lambda a, b, e: not (world.locked.has(a, e) and world.locked.has(b, e)) or a == b,
    )


@always("At most one node holds the lock")
def one_holder(world: World) -> bool:
    """No two nodes hold the lock."""
    return forall(Node, Node, lambda a, b: not (world.held.has(a) and world.held.has(b)) or a == b)


@function
def alive(world: World, node: int, epoch: int) -> bool:
    """Return whether a message can still be accepted."""
    return world.transfer.has(node, epoch) and epoch > world.epoch[node]


@always("While a node holds the lock, no message can be accepted")
def held_or_sent(world: World) -> bool:
    """The lock is at a node or on its way."""
    return forall(Node, Node, Epoch, lambda a, b, e: not (world.held.has(a) and alive(world, b, e)))


@always("At most one message can be accepted")
def one_message(world: World) -> bool:
    """No two messages are alive."""
    return forall(
        Node,
        Node,
        Epoch,
        lambda a, b, e: forall(
            Epoch, lambda f: not (alive(world, a, e) and alive(world, b, f)) or (a == b and e == f)
        ),
    )


@always("The holder knows the newest epoch")
def holder_is_newest(world: World) -> bool:
    """Neither a message nor a node is in a later epoch than the holder."""
    return forall(
        Node,
        Node,
        Epoch,
        lambda a, b, e: (
            not world.held.has(a)
            or (
                world.epoch[b] <= world.epoch[a]
                and (not world.transfer.has(b, e) or e <= world.epoch[a])
            )
        ),
    )


@always("The message that can be accepted is the newest")
def message_is_newest(world: World) -> bool:
    """Neither another message nor a node is in a later epoch."""
    return forall(
        Node,
        Node,
        Epoch,
        lambda a, b, e: forall(
            Epoch,
            lambda f: (
                not alive(world, a, e)
                or (
                    world.epoch[b] < e
                    and (not world.transfer.has(b, f) or (f < e or (f == e and a == b)))
                )
            ),
        ),
    )


@always("Nobody was locked in an epoch later than its own")
def locked_is_known(world: World) -> bool:
    """A node knows the epochs in which it was locked."""
    return forall(Node, Epoch, lambda a, e: not world.locked.has(a, e) or e <= world.epoch[a])


@sometimes("The lock comes back")
def lock_comes_back(world: World) -> bool:
    """A node was locked in two epochs."""
    return exists(
        Node,
        Epoch,
        Epoch,
        lambda a, e, f: e < f and world.locked.has(a, e) and world.locked.has(a, f),
    )


LEMMAS = [
    one_lock_per_epoch,
    one_holder,
    held_or_sent,
    one_message,
    holder_is_newest,
    message_is_newest,
    locked_is_known,
]
BOUNDS = {"nodes": 3, "epochs": 3}
MODEL = Model(
    name="distributed_lock",
    world=World,
    actions=[grant, accept],
    properties=[*LEMMAS, lock_comes_back],
    start=start,
    bounds=BOUNDS,
)
CARELESS = Model(
    name="careless_lock",
    world=World,
    actions=[grant, accept_old],
    properties=LEMMAS,
    start=start,
    bounds=BOUNDS,
)

"""Small models that together use everything the language has."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from checker.lang import (
    NONE,
    Array,
    Capacity,
    Function,
    Identity,
    Log,
    Model,
    Multiset,
    Numeric,
    Parameters,
    Queue,
    Record,
    Relation,
    State,
    Subset,
    action,
    always,
    count,
    exists,
    for_each,
    forall,
    function,
    ghost,
    procedure,
    require,
    sometimes,
    where,
)

Node = Annotated[int, Identity("Node", size="nodes")]
MaybeNode = Annotated[int, Identity("Node", size="nodes", optional=True)]
Number = Annotated[int, Numeric("Number", low=-1, high=2)]
Slot = Annotated[int, Identity("Slot", size="room")]


class Kind(IntEnum):
    PING = 0
    PONG = 1
    STOP = 2


class Phase(State):
    IDLE = 0
    BUSY = 1
    DONE = 2


MAY_FOLLOW = {
    Phase.IDLE: (Phase.BUSY,),
    Phase.BUSY: (Phase.IDLE, Phase.DONE),
    Phase.DONE: (Phase.IDLE,),
}


class Message(Record):
    kind: Kind
    sender: MaybeNode = NONE
    number: Number = 0


class Options(Parameters):
    polite: bool = True
    most: Number = 2


class PostOffice(Record):
    options: Options
    phase: Array[Node, Phase]
    wire: Annotated[Multiset[Message], Capacity("room", "wire")]
    queue: Annotated[Queue[Message], Capacity(2)]
    history: Annotated[Log[Number], Capacity(50), ghost]
    owner: MaybeNode = NONE


@action("node")
def ask(world: PostOffice, node: Node, kind: Kind) -> None:
    """Node {node} sends {kind}."""
    require(world.phase[node] == Phase.IDLE, "it is busy")
    require(kind != Kind.STOP or world.options.polite, "it is rude")
    world.phase[node] = Phase.BUSY
    world.wire.add(Message(kind=kind, sender=node, number=node - 1))


@action("post")
def deliver(world: PostOffice, slot: Slot) -> None:
    """The post delivers message {slot}."""
    require(slot < world.wire.length, "no such message")
    require(world.wire.is_first(slot), "an equal message is first")
    message = world.wire.remove_at(slot)
    if message.kind != Kind.STOP:
        world.queue.put(message)
    else:
        world.phase[message.sender] = Phase.DONE
    world.history.append(message.number)


@action("node")
def answer(world: PostOffice) -> None:
    """The oldest message is answered."""
    require(world.queue.length > 0, "nothing to answer")
    message = world.queue.take()
    owner = world.owner
    if owner == NONE:
        world.owner = message.sender
    elif owner == message.sender and message.number < world.options.most:
        world.owner = NONE
    if world.phase[message.sender] == Phase.BUSY:
        node = message.sender
        world.phase[node] = Phase.IDLE


@sometimes("Somebody owns it")
def owned(world: PostOffice) -> bool:
    return world.owner != NONE


@sometimes("A stop is on its way")
def stopping(world: PostOffice) -> bool:
    return world.wire.exists(lambda m: m.kind == Kind.STOP)


@always("All is never done")
def not_all_done(world: PostOffice) -> bool:
    return not forall(Node, lambda n: world.phase[n] == Phase.DONE)


@always("At most room messages of one sender")
def few(world: PostOffice) -> bool:
    return forall(Node, lambda n: world.wire.count(lambda m: m.sender == n) <= 1)


POST_OFFICE = Model(
    "post_office",
    PostOffice,
    actions=[ask, deliver, answer],
    properties=[owned, stopping, not_all_done, few],
    bounds={"nodes": 2, "room": 3},
    deadlock=True,
)


class Entry(Record):
    value: Number = 0
    by: MaybeNode = NONE


class Replica(Record):
    log: Annotated[Log[Entry], Capacity("room", "log")]
    seen: Subset[Node]
    up: bool = True


class Cluster(Record):
    replicas: Array[Node, Replica]
    knows: Relation[Node, Node]
    score: Function[Node, Node, Number]
    term: Number = 0
    turn: Node = 0


@function
def longest(world: Cluster) -> int:
    if world.replicas[0].log.length >= world.replicas[1].log.length:
        return 0
    return 1


@procedure
def meet(world: Cluster, a: int, b: int) -> None:
    if world.replicas[a].up and not world.knows.has(b, a):
        world.knows.add(a, b)
    elif world.replicas[b].up:
        world.score[a, b] = where(world.score[a, b] < 2, world.score[a, b] + 1, 0)


@action("cluster")
def append(world: Cluster, node: Node) -> None:
    """Node {node} appends."""
    replica = world.replicas[node]
    require(replica.up, "it is down")
    replica.log.append(Entry(value=world.term, by=node))
    replica.seen.add(world.turn)
    world.turn = where(world.turn == 1, 0, 1)


@action("cluster")
def copy(world: Cluster, node: Node) -> None:
    """Node {node} copies the longest log."""
    source = longest(world)
    require(source != node, "it has the longest log")
    world.replicas[node].log = world.replicas[source].log
    for other in for_each(Node):
        if other != node and world.replicas[other].up:
            world.replicas[other].seen.discard(node)
    meet(world, node, source)


@action("cluster")
def crash(world: Cluster, node: Node, clean: bool) -> None:
    """Node {node} crashes."""
    replica = world.replicas[node]
    replica.up = not replica.up
    if not clean:
        replica.log.truncate(replica.log.length - 1 if replica.log.length > 0 else 0)
    if replica.log.length > 1 and replica.log[1].by == node:
        world.term = world.term - 1


def tidy(world: Cluster) -> None:
    """Forget scores of nodes that are down."""
    for node in for_each(Node):
        if not world.replicas[node].up:
            world.score[node, 0] = 0
            world.score[node, 1] = 0


@always("Nobody sees too much")
def modest(world: Cluster) -> bool:
    return count(Node, lambda n: world.replicas[n].seen.size == 2) < 2


@sometimes("Two logs agree and are not empty")
def agree(world: Cluster) -> bool:
    return exists(
        Node,
        Node,
        lambda a, b: (
            a < b
            and world.replicas[a].log == world.replicas[b].log
            and world.replicas[a].log.length > 0
        ),
    )


CLUSTER = Model(
    "cluster",
    Cluster,
    actions=[append, copy, crash],
    properties=[modest, agree],
    canonical=[tidy],
    bounds={"nodes": 2, "room": 2},
)

ZOO = (POST_OFFICE, CLUSTER)

"""Connections from the producer to the leader: first in, first out, until one is given up.

Kafka: NetworkClient, InFlightRequests, SocketServer. The broker handles one request of a connection
at a time and answers it before it reads the next one; different connections have no order.
Left out: connections of consumers and followers (fetching is pull: a lost fetch is fetched again);
throttling. A lost reply and the end of its connection are one step: until the client notices, it
could do nothing that depends on it.
"""

from typing import TYPE_CHECKING, Annotated

from checker.lang import (
    NONE,
    Capacity,
    Queue,
    Record,
    action,
    bound,
    count,
    for_each,
    procedure,
    require,
)
from model.faults import Fault, suffer
from model.partition import append_batch
from model.producer import handle_response
from model.replication import has_enough_replicas
from model.requests import ProduceRequest
from model.roles import LEADER, PRODUCER
from model.sequences import settle_numbers
from model.settings import Acks
from model.sorts import Abandoned, Error, OptionalOffset, Place, RecordNumber

if TYPE_CHECKING:
    from model.world import World

Requests = Annotated[Queue[ProduceRequest], Capacity("in_flight", "connection")]


class Connection(Record):
    """The client's connection to the leader.

    requests: what is not answered yet, the oldest first; waits_for: the oldest is in the log, and
    is answered when the high watermark reaches this offset (DelayedProduce, acks=all), else NONE.
    """

    requests: Requests
    waits_for: OptionalOffset = NONE


class LateRequests(Record):
    """What is left on an abandoned connection; it may be taken later, in its order, or never."""

    requests: Requests


@action(LEADER, to=PRODUCER, kind="receive")
def take_request(world: "World", record: RecordNumber) -> None:
    """The leader takes the batch of record {record} from the connection.

    ReplicaManager#appendRecords. It answers at once, but with acks=all waits for its followers when
    the batch is in its log, and with acks=0 does not answer.
    """
    requests = world.connection.requests
    require(requests.length > 0, "no request is on the connection")
    require(requests[0].record == record, "another request is older")
    require(world.connection.waits_for == NONE, "the leader waits for its followers")
    error, end = append_batch(world, requests[0])
    if world.settings.acks == Acks.ALL and error == Error.NONE:
        world.connection.waits_for = end
    else:
        answer(world, error)


@action(LEADER, to=PRODUCER)
def answer_request(world: "World", record: RecordNumber) -> None:
    """The leader answers the request with record {record}, for which it waited for its followers.

    Partition#checkEnoughReplicasReachOffset. The request times out where the ISR is too small for
    the high watermark to move.
    """
    require(world.connection.waits_for != NONE, "the leader does not wait for its followers")
    require(world.connection.requests[0].record == record, "it waits with another record")
    is_reached = world.partition.high_watermark >= world.connection.waits_for
    is_enough = has_enough_replicas(world)
    require(is_reached or not is_enough, "the high watermark has not reached the record")
    if not is_reached:
        answer(world, Error.REQUEST_TIMED_OUT)
    elif is_enough:
        answer(world, Error.NONE)
    else:
        answer(world, Error.NOT_ENOUGH_REPLICAS_AFTER_APPEND)


@procedure
def answer(world: "World", error: int) -> None:
    """Deliver the answer to the oldest request."""
    request = world.connection.requests.take()
    world.connection.waits_for = NONE
    if world.settings.acks != Acks.NONE:
        settle_numbers(world, gap=handle_response(world, request, error))


@action(LEADER, to=PRODUCER, kind="lost")
def lose_reply(world: "World", record: RecordNumber) -> None:
    """The leader takes the batch of record {record}, but its answer is lost with the connection."""
    requests = world.connection.requests
    require(world.settings.acks != Acks.NONE, "with acks=0 there is no answer")
    require(requests.length > 0, "no request is on the connection")
    require(requests[0].record == record, "another request is older")
    suffer(world, Fault.LOST_REPLIES)
    if world.connection.waits_for == NONE:
        append_batch(world, requests[0])
    tell_client(world)
    abandon_requests(world, is_taken=True)


@action(PRODUCER)
def abandon_connection(world: "World") -> None:
    """The client gives its connection up; what the leader has not taken comes late or never.

    After a disconnect or request.timeout.ms (NetworkClient#cancelInFlightRequests).
    """
    require(world.connection.requests.length > 0, "no request is on the connection")
    require(world.connection.waits_for == NONE, "the leader has taken the oldest request")
    suffer(world, Fault.ABANDONED_CONNECTIONS)
    tell_client(world)
    abandon_requests(world, is_taken=False)


@action(LEADER, to=PRODUCER, kind="late")
def take_late_request(world: "World", connection: Abandoned, record: RecordNumber) -> None:
    """The leader takes an old request with record {record}; nobody reads the answer."""
    requests = world.late[connection].requests
    require(requests.length > 0, "nothing is left on this connection")
    require(requests[0].record == record, "another request is older")
    append_batch(world, requests.take())


@procedure
def tell_client(world: "World") -> None:
    """Let the client see the end of the connection: each request fails, the oldest first."""
    requests = world.connection.requests
    for place in for_each(Place):
        if world.settings.acks != Acks.NONE and place < requests.length:
            handle_response(world, requests[place], Error.NETWORK_EXCEPTION)


@procedure
def abandon_requests(world: "World", is_taken: bool) -> None:
    """Leave the requests on an abandoned connection, without the oldest if it is taken."""
    requests = world.connection.requests
    if is_taken:
        requests.take()
    for place in for_each(Place):
        if place < requests.length:
            requests[place].expired = False
    used = count(Abandoned, lambda connection: world.late[connection].requests.length > 0)
    if requests.length > 0:
        world.late[used].requests = requests
    world.connection.clear()


@procedure
def drop_requests(world: "World") -> None:
    """Lose all that is on its way to a broker that crashed."""
    tell_client(world)
    world.connection.clear()
    for connection in for_each(Abandoned):
        world.late[connection].clear()


@procedure
def close_up(world: "World") -> None:
    """Canonical form: abandoned connections have no names; those that hold requests come first."""
    for connection in for_each(Abandoned):
        following = connection + 1
        if following < bound("faults") and world.late[connection].requests.length == 0:
            world.late[connection] = world.late[following]
            world.late[following].clear()

"""The world: all roles together, what it is at the start, and the model made of them.

Kafka: one producer, one partition with its replicas, one consumer and its group.
Left out: everything that the roles leave out.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from checker.lang import Action, Array, Model, Property, Record, bookkeeping, for_each
from model import application, connections, consumer, elections, producer, replication, retention
from model.connections import Connection, LateRequests
from model.consumer import Consumer, Group
from model.faults import Fault, Faults, forget_kinds
from model.history import History
from model.partition import Partition
from model.producer import Producer
from model.replication import Replica, ReplicaState
from model.settings import Budgets, Settings
from model.sorts import Abandoned, ReplicaId
from model.told import TOLD

BOUNDS: Mapping[str, int] = {"records": 2, "in_flight": 2, "replicas": 3, "faults": 2}


class World(Record):
    """The state of all roles, and what is fixed for a run."""

    settings: Settings
    budgets: Budgets
    faults: Annotated[Faults, bookkeeping]
    producer: Producer
    connection: Connection
    late: Array[Abandoned, LateRequests]
    partition: Partition
    replicas: Array[ReplicaId, Replica]
    consumer: Consumer
    group: Group
    history: History


def start(world: World) -> None:
    """All replicas are in sync, nothing is sent; the consumer waits at offset 0 of an empty log."""
    for replica in for_each(ReplicaId):
        if replica < world.settings.replication_factor:
            world.replicas[replica].state = ReplicaState.IN_SYNC
    world.replicas[0].state = ReplicaState.LEADING


ACTIONS = (
    application.send_record,
    application.crash_producer,
    producer.send_batch,
    producer.expire_batch,
    connections.take_request,
    connections.answer_request,
    connections.take_late_request,
    connections.lose_reply,
    connections.abandon_connection,
    replication.fetch,
    replication.fetch_all,
    replication.rejoin_isr,
    replication.drop_lagging_replica,
    replication.drop_lagging_replicas,
    replication.fail_follower,
    elections.fail_leader,
    elections.restart_last_replica,
    elections.restart_leader,
    elections.elect_unclean,
    retention.expire_producer_ids,
    retention.delete_records,
    consumer.poll,
    consumer.process,
    consumer.commit,
    consumer.auto_commit,
    consumer.crash_consumer,
    consumer.expire_offsets,
    consumer.restart_consumer,
)

_LEAVES_REQUESTS = (Fault.LOST_REPLIES, Fault.ABANDONED_CONNECTIONS, Fault.PRODUCER_CRASHES)
_LEAVES_ISR = (
    Fault.ISR_SHRINKS,
    Fault.FOLLOWER_FAILURES,
    Fault.LEADER_FAILURES,
    Fault.UNCLEAN_ELECTIONS,
)
NEEDS: Mapping[Action[Any], tuple[Fault, ...]] = {
    application.crash_producer: (Fault.PRODUCER_CRASHES,),
    producer.expire_batch: (Fault.DELIVERY_TIMEOUTS,),
    connections.take_late_request: _LEAVES_REQUESTS,
    connections.lose_reply: (Fault.LOST_REPLIES,),
    connections.abandon_connection: (Fault.ABANDONED_CONNECTIONS,),
    replication.rejoin_isr: _LEAVES_ISR,
    replication.drop_lagging_replica: (Fault.ISR_SHRINKS,),
    replication.drop_lagging_replicas: (Fault.ISR_SHRINKS,),
    replication.fail_follower: (Fault.FOLLOWER_FAILURES,),
    elections.fail_leader: (Fault.LEADER_FAILURES,),
    elections.restart_last_replica: (Fault.LEADER_FAILURES,),
    elections.restart_leader: (Fault.BROKER_RESTARTS,),
    elections.elect_unclean: (Fault.UNCLEAN_ELECTIONS,),
    retention.expire_producer_ids: (Fault.PRODUCER_ID_EXPIRATIONS,),
    retention.delete_records: (Fault.DELETIONS,),
    consumer.crash_consumer: (Fault.CONSUMER_CRASHES,),
    consumer.expire_offsets: (Fault.OFFSETS_EXPIRED,),
    consumer.restart_consumer: (Fault.CONSUMER_CRASHES,),
}
"""The steps that happen only with faults: of which kinds one is enough."""

CANONICAL = (forget_kinds, connections.close_up, replication.sort_replicas)


def kafka_model(
    properties: Sequence[Property[Any]] = (), faults: Collection[str] = tuple(Fault)
) -> Model:
    """Return the model with these properties, and the steps that faults of these kinds allow.

    Its bounds say how large it is.
    records: how many the application sends; in_flight: how many requests are on a connection at
    most; replicas: how many there may be; faults: how many may happen in one run.
    """
    return Model(
        name="kafka",
        world=World,
        actions=tuple(action for action in ACTIONS if _may_happen(action, faults)),
        properties=properties,
        start=start,
        canonical=CANONICAL,
        bounds=BOUNDS,
        sources=_sources(),
        told=TOLD,
    )


def _may_happen(action: Action[Any], faults: Collection[str]) -> bool:
    return action not in NEEDS or any(kind in faults for kind in NEEDS[action])


def _sources() -> tuple[str, ...]:
    """Return the files that the rules and guarantees stand in."""
    here = Path(__file__).parent
    return tuple(str(f) for d in (here, here.parent / "specs") for f in sorted(d.glob("*.py")))

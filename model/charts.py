"""The state charts of the roles: what `eoscheck diagram` draws.

Kafka: ProducerBatch (producer), the replicas of a partition (partition), the consuming application
(consumer).
Left out: roles without a chart of their own.
"""

from collections.abc import Mapping
from typing import Any

from checker.lang import State
from model import consumer, producer, replication

Chart = Mapping[Any, tuple[State, ...]]

CHARTS: Mapping[str, tuple[type[State], Chart]] = {
    "producer": (producer.BatchState, producer.MAY_FOLLOW),
    "partition": (replication.ReplicaState, replication.MAY_FOLLOW),
    "consumer": (consumer.ConsumerState, consumer.MAY_FOLLOW),
}

"""The state charts of the roles: what `eoscheck diagram` draws.

Kafka: ProducerBatch (producer), the replicas of a partition (partition), the consuming application
(consumer).
Left out: roles without a chart of their own.
"""

from collections.abc import Mapping

from checker.lang import State
from model.consumer import ConsumerState
from model.producer import BatchState
from model.replication import ReplicaState

CHARTS: Mapping[str, type[State]] = {
    "producer": BatchState,
    "partition": ReplicaState,
    "consumer": ConsumerState,
}

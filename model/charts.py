"""The state charts of the roles: what `eoscheck diagram` draws.

Kafka: ProducerBatch (producer), the replicas of a partition (partition), the consuming application
(consumer); with transactions TransactionManager.State, TransactionState, what OffsetFetch answers
(group coordinator), and the input consumer of an application.
Left out: roles without a chart of their own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from checker.lang import State
from model.consumer import ConsumerState
from model.producer import BatchState
from model.replication import ReplicaState
from model.transactions.charts import MemberState, OffsetState, member_state, offset_state
from model.transactions.coordinator import TxnState
from model.transactions.faults import Fault
from model.transactions.settings import OnAbort
from model.transactions.sorts import Version
from model.transactions.transaction_manager import ManagerState

CHARTS: Mapping[str, type[State]] = {
    "producer": BatchState,
    "partition": ReplicaState,
    "consumer": ConsumerState,
}


@dataclass(frozen=True, eq=False)
class TransactionChart:
    """The chart of a role of transactions.

    what: the states are about; view: the state of the one of this number, where it is not the one
    field of that type; of: the bound that says how many there are; events: what actions are called
    in this chart, where EVENTS is not precise enough.
    """

    enum: type[State]
    what: str
    view: Callable[[Any, int], int] | None = None
    of: str = ""
    events: Mapping[str, str] = field(default_factory=dict)

    def event(self, action: str) -> str:
        """Return Kafka's word for what an action of this name is in the chart."""
        return self.events.get(action) or EVENTS.get(action) or action.replace("_", " ")


EVENTS: Mapping[str, str] = {
    "start_producer": "initTransactions()",
    "send_record": "send()",
    "send_outputs": "send()",
    "send_offsets": "sendOffsetsToTransaction()",
    "commit_transaction": "commitTransaction()",
    "abort_transaction": "abortTransaction()",
    "expire_batch": "delivery.timeout.ms",
    "expire_batch_in_flight": "delivery.timeout.ms",
    "take_init_producer_id": "InitProducerId",
    "take_late_init_producer_id": "late InitProducerId",
    "take_add_partition": "AddPartitionsToTxn",
    "take_late_add_partition": "late AddPartitionsToTxn",
    "take_end_txn": "EndTxn",
    "take_late_end_txn": "late EndTxn",
    "take_batch": "Produce",
    "take_late_batch": "late Produce",
    "take_offset_commit": "TxnOffsetCommit",
    "take_late_offset_commit": "late TxnOffsetCommit",
    "write_marker": "WriteTxnMarkers",
    "take_late_marker": "late WriteTxnMarkers",
    "complete_transaction": "all markers acknowledged",
    "abort_timed_out_transaction": "transaction.timeout.ms",
    "fail_coordinator": "coordinator failover",
    "rebalance": "rebalance",
    "join_group": "JoinGroup",
    "seek_to_committed": "seek()",
    "commit_offset": "commitSync()",
    "close_consumer": "close()",
}
"""What actions are called in charts: requests, calls of the clients, settings that run out."""


TRANSACTION_CHARTS: Mapping[str, TransactionChart] = {
    "transaction manager": TransactionChart(ManagerState, "where a producer client stands"),
    "transaction coordinator": TransactionChart(
        TxnState,
        "what becomes of a transaction",
        events={  # Only from these versions on do they reach the coordinator (KIP-890).
            "take_batch": "Produce v12",
            "take_late_batch": "late Produce v12",
            "take_offset_commit": "TxnOffsetCommit v5",
            "take_late_offset_commit": "late TxnOffsetCommit v5",
        },
    ),
    "group coordinator": TransactionChart(
        OffsetState, "what a consumer that asks for the offset is told", offset_state, "groups"
    ),
    "transactional consumer": TransactionChart(
        MemberState, "where the input consumer stands", member_state, "producers"
    ),
}


@dataclass(frozen=True)
class Scene:
    """What is explored to see who makes which move: values of Settings, faults that may happen.

    most: how many faults a run may have; of_each: how many of each of these kinds; groups: 1 if the
    application consumes what it transforms.
    """

    settings: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    most: int = 1
    of_each: int = 1
    groups: int = 1

    def parameters(self) -> dict[str, int]:
        """Return the model's parameters."""
        budgets = {f"budgets.{kind}": self.of_each * (kind in self.faults) for kind in Fault}
        values = {f"settings.{name}": int(value) for name, value in self.settings.items()}
        return {**values, **budgets, "budgets.in_all": self.most}


SCENE_BOUNDS: Mapping[str, int] = {
    "producers": 2,
    "transactions": 2,
    "partitions": 1,
    "inputs": 2,
    "generations": 2,
    "coordinator_epochs": 1,
    "faults": 2,
    "log": 8,
}
_LATE = (Fault.ABANDONED_CONNECTIONS, Fault.DELIVERY_TIMEOUTS)
_BEFORE_VERSION_2 = {"cluster_version": Version.V0, "client_version": Version.V0}
SCENES: tuple[Scene, ...] = (
    Scene({}, _LATE, 2),
    Scene({}, _LATE, 2, groups=0),
    Scene(_BEFORE_VERSION_2, _LATE, 2),
    Scene(_BEFORE_VERSION_2, (Fault.COORDINATOR_FAILOVERS,)),
    Scene({"auto_commit": 1}, (Fault.TRANSACTION_TIMEOUTS, Fault.COORDINATOR_FAILOVERS)),
    Scene({"offsets_in_transaction": 0}, (Fault.REBALANCES,), 2, 2),
    Scene({"offsets_in_transaction": 0, "on_abort": OnAbort.CONTINUE}, (Fault.REBALANCES,)),
    Scene({"may_abort": 0, "auto_commit": 1}, (Fault.REBALANCES,)),
)
SCENE_FAULTS: Mapping[str, int] = {kind: 1 for scene in SCENES for kind in scene.faults}
"""Small scopes that together show every move of every chart, each by all actions that make it."""

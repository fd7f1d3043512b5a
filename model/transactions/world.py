"""The world of transactions: all roles together, what it is at the start, the model made of them.

Kafka: producers that share a transactional id, a transaction coordinator, partition leaders, a
group coordinator and the input consumers.
Left out: everything that the roles leave out; plain producers (model.world has them).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from checker.lang import Action, Array, Model, Property, Record, bookkeeping, bound
from model.transactions import (
    connections,
    consumer,
    failover,
    group_coordinator,
    late,
    markers,
    producer,
)
from model.transactions.coordinator import Coordinator
from model.transactions.faults import Fault, Faults, forget_kinds
from model.transactions.group_coordinator import Group
from model.transactions.history import History
from model.transactions.log_view import partition_logs
from model.transactions.partition import PartitionState, forget_markers
from model.transactions.raw import RAW_ACTIONS
from model.transactions.requests import LateRequest
from model.transactions.roles import IN_ORDER, OF_A_PROCESS
from model.transactions.settings import Budgets, Settings
from model.transactions.sorts import (
    Abandoned,
    InputOffset,
    Partition,
    ProducerSlot,
    TransactionNumber,
)
from model.transactions.told import TOLD
from model.transactions.transaction_manager import Client, ManagerState

BOUNDS: Mapping[str, int] = {
    "producers": 2,
    "transactions": 2,
    "batches": 1,
    "partitions": 2,
    "transactional_ids": 1,
    "groups": 0,
    "inputs": 0,
    "generations": 0,
    "abandoned": 1,
    "faults": 2,
    "producer_ids": 1,
    "epochs": 7,
    "coordinator_epochs": 0,
    "sequences": 4,
    "batch_records": 1,
    "window": 2,
    "log": 10,
    "raw_requests": 0,
    "completions": 0,
    "repeats": 0,
}


class World(Record):
    """The state of all roles, and what is fixed for a run.

    contents: the offset that the records of a transaction were made from (the one after it).
    """

    settings: Settings
    budgets: Budgets
    faults: Annotated[Faults, bookkeeping]
    clients: Array[ProducerSlot, Client]
    contents: Array[TransactionNumber, InputOffset]
    late: Array[Abandoned, LateRequest]
    coordinator: Coordinator
    partitions: Array[Partition, PartitionState]
    group: Group
    history: History


def start(world: World) -> None:
    """The first producer has called initTransactions(); the others have not started.

    A raw client in its place has no transaction manager that would do anything by itself.
    """
    first = world.clients[0]
    first.state = ManagerState.READY
    if bound("raw_requests") > 0:
        first.state = ManagerState.INITIALIZING
    first.producer_id = 0
    first.generation = 0
    world.coordinator.last_producer_id = 0
    world.coordinator.transactions[0].producer_id = 0
    world.coordinator.transactions[0].epoch = 0


ACTIONS: Sequence[Action[Any]] = (
    producer.start_producer,
    producer.send_record,
    producer.commit_transaction,
    producer.abort_transaction,
    connections.take_init_producer_id,
    connections.take_end_txn,
    connections.take_batch,
    markers.write_marker,
)
# Actions that only some scopes have: what they need.
FAULTS: Mapping[Action[Any], Fault] = {
    late.abandon_request: Fault.ABANDONED_CONNECTIONS,
    late.abandon_batch: Fault.ABANDONED_CONNECTIONS,
    late.abandon_marker: Fault.ABANDONED_CONNECTIONS,
    producer.resend_batch: Fault.ABANDONED_CONNECTIONS,
    late.take_late_init_producer_id: Fault.ABANDONED_CONNECTIONS,
    late.take_late_end_txn: Fault.ABANDONED_CONNECTIONS,
    late.take_late_batch: Fault.ABANDONED_CONNECTIONS,
    late.take_late_marker: Fault.ABANDONED_CONNECTIONS,
    producer.expire_batch: Fault.DELIVERY_TIMEOUTS,
    markers.abort_timed_out_transaction: Fault.TRANSACTION_TIMEOUTS,
    markers.fail_coordinator: Fault.COORDINATOR_FAILOVERS,
    markers.complete_transaction: Fault.COORDINATOR_FAILOVERS,
    group_coordinator.rebalance: Fault.REBALANCES,
    failover.fail_leader: Fault.LEADER_FAILOVERS,
    failover.elect_unclean: Fault.UNCLEAN_ELECTIONS,
    failover.expire_producer: Fault.PRODUCER_EXPIRIES,
    connections.refuse_batch: Fault.REFUSED_BATCHES,
    producer.refuse_record: Fault.REFUSED_RECORDS,
}
CANONICAL = (
    late.forget_attempts,
    forget_kinds,
    producer.forget_finished,
    forget_markers,
    markers.forget_last_epoch,
)


def transactions_model(
    faults: Mapping[str, int],
    properties: Sequence[Property[Any]] = (),
    bounds: Mapping[str, int] | None = None,
    before_version_2: bool = True,
    two_steps: bool = False,
) -> Model:
    """Return the model; it has only the steps that its scope may take.

    faults: the budgets of a run by name; bounds: sizes that are not the default; before_version_2:
    with AddPartitionsToTxn as a client's request; two_steps: with verification as a step of its
    own (`settings.two_step_verification`).
    """
    sizes = {**BOUNDS, **(bounds or {})}
    actions = [*ACTIONS, *(a for a, kind in FAULTS.items() if faults.get(kind, 0) > 0)]
    is_late = faults.get(Fault.ABANDONED_CONNECTIONS, 0) > 0
    if is_late and faults.get(Fault.DELIVERY_TIMEOUTS, 0) > 0:
        actions.append(late.expire_batch_in_flight)
    if before_version_2:
        actions.append(connections.take_add_partition)
    if before_version_2 and is_late:
        actions.append(late.take_late_add_partition)
    if sizes["raw_requests"] > 0:
        actions += RAW_ACTIONS
    if sizes["batches"] > 1 and not is_late:
        actions.append(producer.resend_batch)
    if two_steps:
        actions.append(connections.ask_coordinator)
    if two_steps and is_late:
        actions.append(late.ask_about_late_batch)
    if sizes["groups"] > 0:
        actions += [producer.send_outputs, producer.send_offsets, connections.take_offset_commit]
        actions += [consumer.join_group, consumer.seek_to_committed]
        actions += [consumer.commit_offset, consumer.close_consumer]
    if sizes["repeats"] > 0:
        actions.append(markers.complete_again)
    if sizes["groups"] > 0 and sizes["completions"] > 0:
        actions.append(group_coordinator.complete_offsets)
    if sizes["groups"] > 0 and is_late:
        actions.append(late.take_late_offset_commit)
    return Model(
        name="kafka-transactions",
        world=World,
        actions=tuple(actions),
        properties=properties,
        start=start,
        canonical=CANONICAL,
        bounds=sizes,
        sources=_sources(),
        logs=partition_logs,
        roles=IN_ORDER,
        told=TOLD,
        processes=OF_A_PROCESS,
    )


def _sources() -> tuple[str, ...]:
    """Return the files that the rules and guarantees stand in."""
    here = Path(__file__).parent
    folders = (here, here.parent, here.parent.parent / "specs")
    return tuple(str(file) for folder in folders for file in sorted(folder.glob("*.py")))

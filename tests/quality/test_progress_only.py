"""Known bugs that break no guarantee: the state that they leave is reached, and not with their fix.

What each property denies is that state alone; that nothing leads out of it is shown for the one
that ends a transactional id.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from checker.explicit.explorer import BROKEN, HOLDS, check
from checker.lang import NONE, always, exists
from checker.settings.bug_catalogue import catalogue
from checker.settings.scenario_file import find_scenario, parameters_at, switches_named
from model.sorts import Error
from model.transactions.batches import SendState
from model.transactions.coordinator import TxnState, check_end, check_init, is_preparing
from model.transactions.requests import Kind
from model.transactions.sorts import TransactionalId
from model.transactions.transaction_manager import ManagerState
from model.transactions.versions import SWITCHES
from model.transactions.world import World, start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.lang import Model, Property
    from specs.scenario import Scenario

LAST = 3


@always("What is open at the coordinator was begun by its application")
def begun_by_the_application(world: World) -> bool:
    return (
        world.coordinator.transactions[0].state != TxnState.ONGOING
        or world.clients[0].state != ManagerState.READY
        or world.late[0].kind != Kind.NOTHING
    )


@always("No marker is given up")
def no_marker_is_given_up(world: World) -> bool:
    return not exists(
        TransactionalId,
        lambda transactional_id: (
            is_preparing(world.coordinator.transactions[transactional_id])
            and world.coordinator.transactions[transactional_id].gave_up
        ),
    )


@always("A producer that nobody replaced and whose transactions are fast goes on")
def healthy_producer_goes_on(world: World) -> bool:
    return world.clients[0].state != ManagerState.FATAL_ERROR


@always("A producer whose transaction was aborted is told that it is fenced")
def late_commit_is_fenced(world: World) -> bool:
    client, transaction = world.clients[0], world.coordinator.transactions[0]
    if client.request != Kind.COMMIT or transaction.state != TxnState.COMPLETE_ABORT:
        return True
    if transaction.epoch == client.epoch:
        return True
    error = check_end(world, 0, client.producer_id, client.epoch, True)
    return error != Error.INVALID_TXN_STATE


@always("A producer that nobody replaced may raise its epoch")
def own_bump_is_not_fenced(world: World) -> bool:
    client = world.clients[0]
    if client.request != Kind.BUMP_EPOCH:
        return True
    return check_init(world, 0, client.producer_id, client.epoch) != Error.PRODUCER_FENCED


@always("A transaction is open at an epoch that can be raised")
def open_below_the_last_epoch(world: World) -> bool:
    transaction = world.coordinator.transactions[0]
    is_open = transaction.state == TxnState.ONGOING
    return not is_open or transaction.epoch < world.settings.maximum_epoch


@dataclass(frozen=True)
class Entry:
    """A bug of the catalogue: versions that have it, and its fix; changes of the scenario."""

    bug: str
    scenario: str
    denied: Property[Any]
    kafka: str
    steps: int
    fix: tuple[str, ...]
    without: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)


LOST_ANSWER = {
    "late": ("InitProducerId",),
    "bounds": {"producers": 1, "transactions": 2, "partitions": 1, "abandoned": 2},
    "faults": {"delivery_timeouts": 1, "abandoned_connections": 2, "coordinator_failovers": 1},
}
ROTATION = {
    "late": (),
    "bounds": {"producers": 1, "transactions": 3, "partitions": 1, "producer_ids": 2},
    "faults": {},
    "constants": {"maximum_epoch": 2},
}
V2 = ("KAFKA-14562", "KAFKA-18575")
FENCE = ("KAFKA-19367", "KAFKA-20090")
H14 = open_below_the_last_epoch

ENTRIES = (
    Entry("H2", "late-add-partitions", begun_by_the_application, "3.9", 8, V2),
    Entry(
        "H6",
        "late-marker",
        no_marker_is_given_up,
        "4.2",
        7,
        ("KAFKA-19999",),
        without=("KAFKA-19999",),
    ),
    Entry(
        "H10",
        "late-produce",
        healthy_producer_goes_on,
        "4.2",
        8,
        ("KAFKA-18464",),
        without=("KAFKA-18464",),
    ),
    Entry(
        "H10",
        "last-epochs",
        healthy_producer_goes_on,
        "4.2",
        11,
        ("KAFKA-18660",),
        without=("KAFKA-18660",),
        changes=ROTATION,
    ),
    Entry("H11", "transaction-timeout", late_commit_is_fenced, "4.2", 5, ("KAFKA-20785",)),
    Entry(
        "H12",
        "late-produce",
        own_bump_is_not_fenced,
        "3.9",
        11,
        ("PR-22096",),
        changes=LOST_ANSWER,
    ),
    Entry("H14", "last-epochs", H14, "4.0", 7, FENCE),
    Entry("H14", "last-epochs", H14, "4.2", 12, ("KAFKA-20090",)),
)


def scenario_of(entry: Entry) -> Scenario:
    return replace(find_scenario(entry.scenario), **entry.changes)


def model_of(entry: Entry) -> Model:
    """The scenario's model with what the entry denies; its source is this file."""
    model = scenario_of(entry).model()
    return replace(model, properties=(entry.denied,), sources=(*model.sources, __file__))


def shown(entry: Entry, *, fixed: bool) -> tuple[str, int]:
    """The verdict, and the length of the shortest run to what is denied."""
    on, off = (entry.fix, ()) if fixed else ((), entry.without)
    switched = (switches_named(names, SWITCHES) for names in (on, off))
    parameters = parameters_at(scenario_of(entry), entry.kafka, entry.kafka, *switched)
    checked = check(model_of(entry).instance().with_parameters(parameters))
    assert checked.error is None and checked.complete
    name = entry.denied.name
    return checked.verdicts[name], len(checked.runs.get(name, [None])) - 1


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.bug}-{entry.kafka}")
def test_the_state_is_reached_with_the_bug_alone(entry: Entry) -> None:
    assert shown(entry, fixed=False) == (BROKEN, entry.steps)
    assert shown(entry, fixed=True) == (HOLDS, 0)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.bug}-{entry.kafka}")
def test_the_catalogue_lists_it_as_progress_only(entry: Entry) -> None:
    bug = catalogue()[entry.bug]
    assert not bug.scenario
    assert "LIVE" in bug.violates
    assert bug.reason.startswith("Progress only")


def beyond_its_end(world: World) -> None:
    """A transaction is open at the last epoch; another process starts."""
    start(world)
    client, transaction = world.clients[0], world.coordinator.transactions[0]
    client.state = ManagerState.IN_TRANSACTION
    client.begun = 1
    client.epoch = LAST
    client.partitions[0].added = True
    client.partitions[0].batches[0].state = SendState.ACKNOWLEDGED
    transaction.state = TxnState.ONGOING
    transaction.epoch = LAST
    transaction.partitions.add(0)


@always("It stays open")
def stays_open(world: World) -> bool:
    transaction = world.coordinator.transactions[0]
    return transaction.state == TxnState.ONGOING and transaction.next_id == NONE


@pytest.mark.parametrize(("fix", "verdict"), [((), HOLDS), (("KAFKA-20090",), BROKEN)])
def test_beyond_the_last_epoch_a_transaction_stays_open_whatever_happens(
    fix: tuple[str, ...], verdict: str
) -> None:
    entry = replace(
        ENTRIES[-1],
        denied=stays_open,
        changes={"faults": {"transaction_timeouts": 1, "coordinator_failovers": 1}, "late": ()},
    )
    model = replace(model_of(entry), start=beyond_its_end)
    parameters = scenario_of(entry).parameters((4, 2), (4, 2), switches_named(fix, SWITCHES))
    checked = check(model.instance().with_parameters(parameters))
    assert checked.error is None and checked.complete
    assert checked.exploration.states > 10
    assert checked.verdicts[stays_open.name] == verdict

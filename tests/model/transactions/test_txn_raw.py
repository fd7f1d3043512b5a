"""A raw client: what it may send, with which epoch and version."""

from __future__ import annotations

from typing import Any

import pytest
from transaction_world import World

from checker.lang import NONE
from model.transactions import raw
from model.transactions.coordinator import TxnState
from model.transactions.history import Intent
from model.transactions.sorts import Version
from model.transactions.transaction_manager import ManagerState

RAW = {"raw_requests": 3}
V1, V2 = Version.V1, Version.V2
SENT = [
    (raw.send_raw_init, ()),
    (raw.send_raw_add_partition, (0,)),
    (raw.send_raw_batch, (0, 0, V2)),
    (raw.send_raw_end_txn, (True, V2)),
]


def test_it_stands_in_the_place_of_the_first_producer() -> None:
    world = World(RAW)
    assert world.get("clients[0].state") == ManagerState.INITIALIZING
    assert world.get("clients[0].producer_id") == 0


@pytest.mark.parametrize(("step", "rest"), SENT)
def test_an_epoch_that_it_held(step: Any, rest: tuple[Any, ...]) -> None:
    world = World(RAW)
    assert world.blocked(step, 1, *rest) == "it never held this epoch"
    world.put(clients_0__epoch=3)
    assert world.blocked(step, 2, *rest) == "this epoch is beyond the scope of the run"
    world.put(clients_0__begun=2).do(step, 0, *rest)
    assert world.blocked(step, 0, *rest) == "it has sent all its requests"


def test_init_producer_id() -> None:
    world = World(RAW).do(raw.send_raw_init, NONE)
    assert world.get("clients[0].epoch") == 1
    world = World(RAW).do(raw.send_raw_init, 0)
    assert world.get("coordinator.transactions[0].last_epoch") == 0
    assert world.get("clients[0].epoch") == 1


def test_an_addition_and_a_batch() -> None:
    world = World(RAW).do(raw.send_raw_add_partition, 0, 1)
    assert world.get("coordinator.transactions[0].partitions") == {1}
    world.do(raw.send_raw_batch, 0, 0, 0, V2)
    assert world.log() == [("TRANSACTIONAL", "OPEN", 0, 0)]
    assert world.get("history.transactions[0].intent") == Intent.OPEN
    assert world.get("history.records[0].promised") == {0}


def test_a_refused_batch_is_not_acknowledged() -> None:
    world = World(RAW).do(raw.send_raw_batch, 0, 0, 1, V2)
    assert (world.log(), world.get("history.records[0].promised")) == ([], set())


@pytest.mark.parametrize(
    ("commit", "intent"), [(True, Intent.COMMITTED), (False, Intent.NOT_BEGUN)]
)
def test_an_end_txn(commit: bool, intent: Intent) -> None:
    world = World(RAW).put(
        coordinator__transactions_0__state=TxnState.ONGOING,
        coordinator__transactions_0__partitions={0},
    )
    world.do(raw.send_raw_end_txn, 0, commit, V2)
    assert world.get("history.transactions[0].intent") == intent
    assert world.get("clients[0].epoch") == 1


def test_a_refused_commit_was_asked_for() -> None:
    world = World(RAW).do(raw.send_raw_end_txn, 0, True, V2)
    assert world.get("history.transactions[0].intent") == Intent.COMMIT_ASKED
    assert world.get("clients[0].epoch") == 0


@pytest.mark.parametrize(
    ("settings", "spoken"),
    [
        ({}, {V2}),
        ({"client_version": V1}, {V1}),
        ({"raw_versions": 1}, set(Version)),
        ({"raw_versions": 1, "cluster_version": V1}, {Version.V0, V1}),
    ],
)
def test_the_versions_that_it_speaks(settings: dict[str, int], spoken: set[Version]) -> None:
    world = World(RAW, **settings)
    for version in set(Version) - spoken:
        for step, rest in ((raw.send_raw_batch, (0, 0)), (raw.send_raw_end_txn, (True,))):
            assert world.blocked(step, 0, *rest, version) == "it does not speak this version"
    for version in spoken:
        World(RAW, **settings).do(raw.send_raw_batch, 0, 0, 0, version)


class TestAheadOfAllEpochs:
    def test_it_sends_nothing_else(self) -> None:
        world = World(RAW, raw_ahead=1)
        for step, rest in SENT:
            reason = "it sends EndTxn with an epoch ahead of all alone"
            assert world.blocked(step, 0, *rest) == reason
        reason = "it has no epoch but those that it was given"
        assert World(RAW).blocked(raw.send_raw_end_txn_ahead, 1, True) == reason

    @pytest.mark.parametrize(("commit", "state"), [(True, 2), (False, 3)])
    def test_it_ends_a_transaction_before_kafka_9600(self, commit: bool, state: TxnState) -> None:
        old = {"client_version": Version.V0, "cluster_version": Version.V0, "strict_end": 0}
        world = World(RAW, raw_ahead=1, **old).put(
            coordinator__transactions_0__state=TxnState.ONGOING,
            coordinator__transactions_0__partitions={0},
        )
        reason = "that epoch was given to somebody"
        assert world.blocked(raw.send_raw_end_txn_ahead, 0, commit) == reason
        world.do(raw.send_raw_end_txn_ahead, 1, commit)
        assert world.get("coordinator.transactions[0].state") == state
        assert world.get("clients[0].begun") == 1
        world.put(clients_0__begun=3)
        reason = "it has sent all its requests"
        assert world.blocked(raw.send_raw_end_txn_ahead, 1, commit) == reason

"""The coordinator's own steps: markers, completion, timeouts, failover."""

from __future__ import annotations

from typing import Any

import pytest
from transaction_world import World, entry

from checker.lang import NONE
from model.transactions import late, markers
from model.transactions.coordinator import TxnState
from model.transactions.partition import EntryKind
from model.transactions.requests import Kind
from model.transactions.sorts import Version

COMMITTING, ABORTING = TxnState.PREPARE_COMMIT, TxnState.PREPARE_ABORT
COMPLETE = {COMMITTING: TxnState.COMPLETE_COMMIT, ABORTING: TxnState.COMPLETE_ABORT}


def preparing(state: TxnState = COMMITTING, owed: Any = frozenset({0, 1}), **given: int) -> World:
    """A transaction of two partitions whose markers are owed to some of them."""
    world = World(**given)
    for partition in (0, 1):
        place = f"partitions_{partition}__producers_0__"
        world.put(**{f"{place}epoch": 0, f"{place}in_transaction": True})
        world.put(**{f"partitions_{partition}__log": [entry(value=1)]})
    return world.put(
        coordinator__transactions_0__state=state,
        coordinator__transactions_0__epoch=1,
        coordinator__transactions_0__version=Version.V2,
        coordinator__transactions_0__partitions={0, 1},
        coordinator__transactions_0__unacknowledged=set(owed),
    )


def see(world: World, name: str) -> Any:
    return world.get(f"coordinator.transactions[0].{name}")


class TestWriteMarker:
    @pytest.mark.parametrize("state", [COMMITTING, ABORTING])
    def test_it_is_appended_and_acknowledged(self, state: TxnState) -> None:
        world = preparing(state).do(markers.write_marker, 0, 0)
        outcome = "COMMITTED" if state == COMMITTING else "ABORTED"
        word = "COMMIT" if state == COMMITTING else "ABORT"
        assert world.log() == [("TRANSACTIONAL", outcome, 0, 1), (word, "", 1, 0)]
        assert see(world, "unacknowledged") == {1}
        assert see(world, "state") == state

    def test_not_twice_and_not_before_the_decision(self) -> None:
        reason = "no marker is to be sent there"
        world = preparing(owed={1})
        assert world.blocked(markers.write_marker, 0, 0) == reason
        assert World().blocked(markers.write_marker, 0, 0) == reason
        world.put(coordinator__transactions_0__gave_up=True)
        assert world.blocked(markers.write_marker, 0, 1) == reason

    @pytest.mark.parametrize("state", [COMMITTING, ABORTING])
    def test_the_last_one_completes_where_no_failover_can_come_between(
        self, state: TxnState
    ) -> None:
        world = preparing(state, {1}, coordinator_failovers=0).do(markers.write_marker, 0, 1)
        assert (see(world, "state"), see(world, "partitions")) == (COMPLETE[state], set())
        world = preparing(state, {1}).do(markers.write_marker, 0, 1)
        assert (see(world, "state"), see(world, "partitions")) == (state, {0, 1})

    def test_a_refused_one_is_given_up(self) -> None:
        world = preparing().put(partitions_0__producers_0__epoch=3)
        world.do(markers.write_marker, 0, 0)
        assert see(world, "gave_up") is True
        assert see(world, "unacknowledged") == {0, 1}
        assert len(world.log()) == 1


class TestCompleteTransaction:
    @pytest.mark.parametrize("state", [COMMITTING, ABORTING])
    def test_when_all_are_acknowledged(self, state: TxnState) -> None:
        world = preparing(state, set()).do(markers.complete_transaction, 0)
        assert (see(world, "state"), see(world, "epoch")) == (COMPLETE[state], 1)

    def test_with_the_next_producer_id(self) -> None:
        world = preparing(owed=set()).put(coordinator__transactions_0__next_id=1)
        world.do(markers.complete_transaction, 0)
        found = [see(world, name) for name in ("producer_id", "previous_id", "next_id", "epoch")]
        assert found == [1, 0, NONE, 0]

    @pytest.mark.parametrize(
        ("world", "reason"),
        [
            (World, "no transaction is being completed"),
            (preparing, "a marker is not acknowledged"),
        ],
    )
    def test_not_now(self, world: Any, reason: str) -> None:
        assert world().blocked(markers.complete_transaction, 0) == reason


@pytest.mark.parametrize(
    ("settings", "epoch", "last"),
    [
        ({}, 1, 0),
        ({"bump_on_timeout": 0}, 1, 0),
        ({"cluster_version": Version.V0}, 1, NONE),
        ({"cluster_version": Version.V0, "bump_on_timeout": 0}, 0, NONE),
    ],
)
def test_a_transaction_times_out(settings: dict[str, int], epoch: int, last: int) -> None:
    world = World(**settings)
    assert world.blocked(markers.abort_timed_out_transaction, 0) == "no transaction is open"
    world.put(coordinator__transactions_0__state=TxnState.ONGOING)
    world.put(coordinator__transactions_0__partitions={1})
    world.do(markers.abort_timed_out_transaction, 0)
    assert (see(world, "state"), see(world, "unacknowledged")) == (ABORTING, {1})
    assert (see(world, "epoch"), see(world, "last_epoch")) == (epoch, last)
    assert world.get("faults.transaction_timeouts") == 1
    world.put(coordinator__transactions_0__state=TxnState.ONGOING)
    assert world.blocked(markers.abort_timed_out_transaction, 0) == (
        "no more transaction timeouts may happen"
    )


@pytest.mark.parametrize("rotates", [0, 1])
def test_at_the_last_epoch_a_slow_transaction_stays_open_before_kafka_20090(rotates: int) -> None:
    world = World(maximum_epoch=2, rotate_on_fence=rotates).put(
        coordinator__transactions_0__state=TxnState.ONGOING,
        coordinator__transactions_0__epoch=2,
        coordinator__transactions_0__partitions={1},
    )
    if rotates:
        world.do(markers.abort_timed_out_transaction, 0)
        assert (see(world, "state"), see(world, "next_id")) == (ABORTING, 1)
    else:
        reason = "its epoch cannot be raised"
        assert world.blocked(markers.abort_timed_out_transaction, 0) == reason


class TestFailover:
    def test_only_where_something_would_be_lost(self) -> None:
        assert World().blocked(markers.fail_coordinator) == "nothing would be lost"
        for name in ("last_epoch", "previous_id", "next_id"):
            world = World().put(**{f"coordinator__transactions_0__{name}": 0})
            assert world.do(markers.fail_coordinator).get("coordinator.epoch") == 1

    def test_markers_go_to_all_partitions_again(self) -> None:
        world = preparing(owed={1}).put(coordinator__transactions_0__gave_up=True)
        world.do(markers.fail_coordinator)
        assert (see(world, "unacknowledged"), see(world, "gave_up")) == ({0, 1}, False)

    @pytest.mark.parametrize("kept", [0, 1])
    def test_what_is_persisted(self, kept: int) -> None:
        world = World(persist_last_epoch=kept, persist_previous_id=kept).put(
            coordinator__transactions_0__last_epoch=0,
            coordinator__transactions_0__previous_id=1,
            coordinator__transactions_0__next_id=2,
        )
        world.do(markers.fail_coordinator)
        found = [see(world, name) for name in ("last_epoch", "previous_id", "next_id")]
        assert found == ([0, 1, 2] if kept else [NONE] * 3)

    def test_its_marker_may_be_on_its_way(self) -> None:
        world = preparing(owed={1})
        assert world.blocked(late.fail_coordinator_with_marker, 0, 0) == "no marker is under way"
        world.do(late.fail_coordinator_with_marker, 0, 1)
        assert world.get("coordinator.epoch") == 1
        found = [world.get(f"late[0].{name}") for name in ("kind", "epoch", "coordinator_epoch")]
        assert found == [Kind.COMMIT_MARKER, 1, 0]
        world.do(markers.write_marker, 0, 1).do(late.take_late_marker, 0)
        assert len(world.log(1)) == 2
        assert world.log(1)[1][0] == EntryKind.COMMIT.name

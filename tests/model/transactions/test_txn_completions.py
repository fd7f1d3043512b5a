"""A completion that a second thread of the coordinator appends again (before KAFKA-10080)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from transaction_world import World

from checker.lang import NONE
from model.transactions import markers
from model.transactions.add_partitions import add_partition
from model.transactions.completions import Stage
from model.transactions.coordinator import TxnState, end_transaction, init_producer_id
from model.transactions.sorts import Version

if TYPE_CHECKING:
    from collections.abc import Callable

OLD = {"cluster_version": Version.V0, "client_version": Version.V0, "single_completion": 0}
PLACE = "coordinator__transactions_0__"
COMMITTED, ABORTED = TxnState.COMPLETE_COMMIT, TxnState.COMPLETE_ABORT


def see(world: World, *names: str) -> tuple[Any, ...]:
    return tuple(world.get(f"coordinator.transactions[0].{name}") for name in names)


def completed(
    state: TxnState = TxnState.PREPARE_COMMIT, repeats: int = 1, **settings: int
) -> World:
    """A transaction at epoch 2 that was completed by a coordinator before 2.7."""
    world = World({"repeats": repeats}, **{**OLD, **settings})
    places = {"state": state, "epoch": 2, "partitions": {0}}
    world.put(**{PLACE + name: value for name, value in places.items()})
    return world.do(markers.complete_transaction, 0)


def begin(world: World, partition: int = 1) -> None:
    assert world.change(lambda w: add_partition(w, 0, 0, 2, partition, Version.V0)) == 0


def end(world: World, commit: bool) -> None:
    assert world.change(lambda w: end_transaction(w, 0, 0, 2, commit, Version.V0)[0]) == 0


def initialise(world: World) -> None:
    assert world.change(lambda w: init_producer_id(w, 0, NONE, NONE)[0]) == 0


@pytest.mark.parametrize("commit", [True, False])
def test_a_second_thread_may_be_about_to_do_the_same(commit: bool) -> None:
    world = completed(TxnState.PREPARE_COMMIT if commit else TxnState.PREPARE_ABORT)
    found = see(world, "repeat.stage", "repeat.commit", "repeat.producer_id", "repeat.epoch")
    assert found == (Stage.WAITING, commit, 0, 2)


@pytest.mark.parametrize("given", [{"single_completion": 1}, {"repeats": 0}])
def test_not_since_kafka_10080_and_not_without_room(given: dict[str, int]) -> None:
    world = completed(**given)
    assert see(world, "repeat.stage") == (Stage.NONE,)
    reason = "no thread is about to complete it again"
    if "repeats" not in given:
        assert world.blocked(markers.complete_again, 0) == reason


def test_a_transaction_without_partitions_has_one_thread() -> None:
    world = World({"repeats": 1}, **OLD).put(**{PLACE + "state": TxnState.PREPARE_ABORT})
    assert see(world.do(markers.complete_transaction, 0), "repeat.stage") == (Stage.NONE,)


def test_one_thread_is_late_at_a_time() -> None:
    world = completed()
    begin(world)
    end(world, commit=False)
    world.put(**{PLACE + "unacknowledged": set()}).do(markers.complete_transaction, 0)
    assert see(world, "state", "repeat.commit") == (ABORTED, True)


def test_the_successor_reads_the_old_completion() -> None:
    world = completed()
    begin(world)
    world.do(markers.complete_again, 0)
    assert see(world, "state", "partitions") == (TxnState.ONGOING, {1})
    world.do(markers.fail_coordinator)
    assert see(world, "state", "epoch", "producer_id") == (COMMITTED, 2, 0)
    assert see(world, "partitions", "unacknowledged") == (set(), set())
    assert see(world, "repeat.stage") == (Stage.NONE,)


def test_it_gives_back_the_epoch_of_a_fenced_producer() -> None:
    world = completed(TxnState.PREPARE_ABORT)
    initialise(world)
    assert see(world, "state", "epoch") == (TxnState.EMPTY, 3)
    world.do(markers.complete_again, 0).do(markers.fail_coordinator)
    assert see(world, "state", "epoch") == (ABORTED, 2)


def test_a_thread_that_has_not_appended_yet_is_forgotten() -> None:
    world = completed()
    begin(world)
    world.put(**{PLACE + "last_epoch": 1}).do(markers.fail_coordinator)
    assert see(world, "state", "repeat.stage") == (TxnState.ONGOING, Stage.NONE)


def end_open(world: World) -> None:
    end(world, commit=False)


def complete_next(world: World) -> None:
    world.put(**{PLACE + "state": TxnState.PREPARE_ABORT, PLACE + "unacknowledged": set()})
    world.do(markers.complete_transaction, 0)


@pytest.mark.parametrize("write", [begin, end_open, initialise, complete_next])
def test_whatever_is_appended_next_counts(write: Callable[[World], None]) -> None:
    world = completed()
    if write in (end_open, complete_next):
        begin(world)
    world.do(markers.complete_again, 0)
    write(world)
    assert see(world, "repeat.stage")[0] != Stage.APPENDED


def test_a_partition_that_is_there_already_is_not_appended() -> None:
    world = completed()
    begin(world)
    world.do(markers.complete_again, 0)
    begin(world)
    assert see(world, "repeat.stage") == (Stage.APPENDED,)
    begin(world, partition=0)
    assert see(world, "repeat.stage") == (Stage.NONE,)


@pytest.mark.parametrize("commit", [True, False])
def test_the_next_one_is_not_completed_by_it(commit: bool) -> None:
    world = completed()
    begin(world)
    end(world, commit)
    if commit:
        reason = "it would complete the next one"
        assert world.blocked(markers.complete_again, 0) == reason
    else:
        assert see(world.do(markers.complete_again, 0), "repeat.stage") == (Stage.APPENDED,)

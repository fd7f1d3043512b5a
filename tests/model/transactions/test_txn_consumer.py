"""The group coordinator and the input consumer: generations, offsets, seeking, closing."""

from __future__ import annotations

from typing import Any

import pytest
from transaction_world import COMMITTED, GROUP, World, batch, entry

from checker.lang import NONE
from model.settings import OffsetReset
from model.sorts import Error
from model.transactions import consumer, group_coordinator
from model.transactions.group_coordinator import (
    committed_offset,
    handle_offset_commit,
    handle_txn_offset_commit,
)
from model.transactions.partition import EntryKind
from model.transactions.transaction_manager import ManagerState

PLAIN = EntryKind.DATA
OTHER = "the input partition is assigned to another member"


def group(**places: Any) -> World:
    """A group with two members; the input partition is producer 0's; settings by name too."""
    own = {k: v for k, v in places.items() if "__" not in k}
    world = World(GROUP, **own).put(contents_0=1, contents_1=2)
    return world.put(**{k: v for k, v in places.items() if "__" in k})


LOGS = [
    ([], NONE),
    ([entry(value=0)], NONE),
    ([entry(value=0, **COMMITTED)], 1),
    ([entry(value=0, outcome=2)], NONE),
    ([entry(PLAIN, value=0)], 1),
    ([entry(PLAIN, value=0), entry(value=1)], 1),
    ([entry(PLAIN, value=0), entry(value=1, **COMMITTED)], 2),
    ([entry(value=1, **COMMITTED), entry(PLAIN, value=0)], 1),
]


@pytest.mark.parametrize(("log", "offset"), LOGS)
def test_the_last_offset_in_the_log_counts(log: list[Any], offset: int) -> None:
    assert group(partitions_2__log=log).change(committed_offset) == offset


@pytest.mark.parametrize(
    ("generation", "is_member", "settings", "error"),
    [
        (1, True, {}, Error.NONE),
        (0, True, {}, Error.ILLEGAL_GENERATION),
        (1, False, {}, Error.UNKNOWN_MEMBER_ID),
        (NONE, False, {}, Error.NONE),
        (0, True, {"group_fencing": 0}, Error.NONE),
    ],
)
def test_a_txn_offset_commit(
    generation: int, is_member: bool, settings: dict[str, int], error: Error
) -> None:
    world = group(group__generation=1, **settings)
    make = batch(sequence=NONE, value=1)
    told = world.change(lambda w: handle_txn_offset_commit(w, 0, make(), generation, is_member))
    assert told == error
    appended = [("TRANSACTIONAL", "OPEN", 0, 1)] if error == Error.NONE else []
    assert world.log(2) == appended
    assert world.get("coordinator.transactions[0].partitions") == {2}


def test_it_is_verified_before_the_member_is_looked_at() -> None:
    world = group(group__generation=1, coordinator__transactions_0__epoch=3)
    make = batch(sequence=NONE)
    told = world.change(lambda w: handle_txn_offset_commit(w, 0, make(), 0))
    assert told == Error.INVALID_PRODUCER_EPOCH


@pytest.mark.parametrize(
    ("generation", "is_member", "is_empty", "error"),
    [
        (1, True, False, Error.NONE),
        (0, True, False, Error.ILLEGAL_GENERATION),
        (1, False, False, Error.UNKNOWN_MEMBER_ID),
        (NONE, False, False, Error.UNKNOWN_MEMBER_ID),
        (NONE, False, True, Error.NONE),
    ],
)
def test_a_plain_offset_commit(
    generation: int, is_member: bool, is_empty: bool, error: Error
) -> None:
    world = group(group__generation=1)
    told = world.change(lambda w: handle_offset_commit(w, 1, generation, is_member, is_empty))
    assert told == error
    assert world.log(2) == ([("DATA", "", 0, 1)] if error == Error.NONE else [])


def test_rebalance() -> None:
    world = group()
    assert world.blocked(group_coordinator.rebalance, 0) == "it is assigned to this member"
    world.do(group_coordinator.rebalance, 1)
    assert (world.get("group.owner"), world.get("group.generation")) == (1, 1)
    assert world.get("clients[0].generation") == 0


class TestJoinGroup:
    def test_it_goes_on_at_the_committed_offset(self) -> None:
        world = group(
            group__owner=1,
            group__generation=1,
            clients_1__state=ManagerState.READY,
            clients_1__position=2,
            clients_1__seek_due=True,
            partitions_2__log=[entry(PLAIN, value=0)],
        )
        world.do(consumer.join_group, 1)
        found = [world.get(f"clients[1].{n}") for n in ("generation", "position", "seek_due")]
        assert found == [1, 1, False]

    def test_without_an_offset_at_the_beginning(self) -> None:
        world = group(clients_0__generation=NONE, clients_0__position=2)
        assert world.do(consumer.join_group, 0).get("clients[0].position") == 0

    @pytest.mark.parametrize(("returned", "position"), [((0, 0), 0), ((1, 0), 1), ((1, 2), 2)])
    def test_without_an_offset_behind_what_is_there(
        self, returned: tuple[int, int], position: int
    ) -> None:
        world = group(clients_0__generation=NONE, auto_offset_reset=OffsetReset.LATEST)
        world.put(contents_0=returned[0], contents_1=returned[1])
        assert world.do(consumer.join_group, 0).get("clients[0].position") == position

    @pytest.mark.parametrize("reset", [OffsetReset.LATEST, OffsetReset.NONE])
    def test_no_reset_with_a_committed_offset(self, reset: OffsetReset) -> None:
        world = group(
            clients_0__generation=NONE,
            auto_offset_reset=reset,
            partitions_2__log=[entry(PLAIN, value=0)],
        )
        assert world.do(consumer.join_group, 0).get("clients[0].position") == 1

    def test_without_an_offset_it_stops(self) -> None:
        world = group(clients_0__generation=NONE, auto_offset_reset=OffsetReset.NONE)
        told = world.blocked(consumer.join_group, 0)
        assert (
            told == "there is no committed offset: NoOffsetForPartitionException stops the consumer"
        )

    @pytest.mark.parametrize(
        ("places", "reason"),
        [
            ({"group__owner": 1}, OTHER),
            ({"clients_0__generation": 0}, "it has joined this generation"),
            (
                {"clients_0__state": ManagerState.INITIALIZING},
                "the application waits for initTransactions()",
            ),
            ({"clients_0__offset_due": True}, "the position is to be committed first"),
            (
                {"partitions_2__log": [entry()]},
                "the committed offset is not stable (UNSTABLE_OFFSET_COMMIT)",
            ),
        ],
    )
    def test_not_now(self, places: dict[str, Any], reason: str) -> None:
        world = group(clients_0__generation=NONE).put(**places)
        assert world.blocked(consumer.join_group, 0) == reason

    def test_without_require_stable_an_open_offset_is_not_waited_for(self) -> None:
        world = group(
            require_stable=0, clients_0__generation=NONE, partitions_2__log=[entry(value=1)]
        )
        assert world.do(consumer.join_group, 0).get("clients[0].position") == 0


def test_seek_to_committed() -> None:
    world = group()
    assert world.blocked(consumer.seek_to_committed, 0) == "nothing was aborted"
    world.put(clients_0__seek_due=True, clients_0__position=2)
    world.put(clients_0__state=ManagerState.INITIALIZING)
    assert world.blocked(consumer.seek_to_committed, 0) == "the abort is not finished"
    world.put(clients_0__state=ManagerState.READY, partitions_2__log=[entry(PLAIN, value=0)])
    world.do(consumer.seek_to_committed, 0)
    assert (world.get("clients[0].position"), world.get("clients[0].seek_due")) == (1, False)


@pytest.mark.parametrize(
    ("places", "committed"),
    [({}, True), ({"group__owner": 1}, False), ({"group__generation": 1}, False)],
)
def test_commit_offset(places: dict[str, Any], committed: bool) -> None:
    world = group()
    assert world.blocked(consumer.commit_offset, 0) == "there is nothing to commit"
    world.put(clients_0__offset_due=True, clients_0__begun=1, **places)
    world.do(consumer.commit_offset, 0)
    assert world.get("clients[0].offset_due") is False
    assert (world.change(committed_offset) == 1) is committed


DONE = {
    "clients_0__state": ManagerState.FATAL_ERROR,
    "clients_0__begun": 1,
    "clients_0__position": 1,
}


class TestCloseConsumer:
    def test_it_commits_what_was_returned(self) -> None:
        world = group(auto_commit=1, **DONE).do(consumer.close_consumer, 0)
        assert world.change(committed_offset) == 1
        assert world.blocked(consumer.close_consumer, 0) == (
            "the position is committed or was reset"
        )

    @pytest.mark.parametrize(
        ("places", "reason"),
        [
            ({"clients_0__state": ManagerState.READY}, "the application is running"),
            ({"clients_0__begun": 0}, "nothing was returned yet"),
            ({"group__owner": 1}, OTHER),
            ({"group__generation": 1}, "it has not joined the group again"),
        ],
    )
    def test_not_now(self, places: dict[str, Any], reason: str) -> None:
        world = group(auto_commit=1, **DONE).put(**places)
        assert world.blocked(consumer.close_consumer, 0) == reason

    def test_not_without_auto_commit(self) -> None:
        world = group(**DONE)
        assert world.blocked(consumer.close_consumer, 0) == "enable.auto.commit is false"

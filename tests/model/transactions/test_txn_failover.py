"""Partition leaders fail, lose their log's end, and forget producer ids."""

from __future__ import annotations

import pytest
from transaction_world import COMMITTED, GROUP, World, entry

from checker.lang import NONE
from model.transactions import failover
from model.transactions.group_coordinator import committed_offset
from model.transactions.partition import EntryKind
from model.transactions.requests import Kind

PRODUCER = "partitions_0__producers_0__"


def leader(**known: object) -> World:
    return World().put(**{PRODUCER + name: value for name, value in known.items()})


class TestFailLeader:
    def test_only_where_something_would_be_lost(self) -> None:
        reason = "nothing would be lost"
        assert World().blocked(failover.fail_leader, 0) == reason
        assert leader(epoch=1, window=[0]).blocked(failover.fail_leader, 0) == reason
        world = World().put(late_0__kind=Kind.PRODUCE, late_0__partition=1)
        assert world.blocked(failover.fail_leader, 0) == reason
        world.put(late_0__kind=Kind.COMMIT, late_0__partition=0)
        assert world.blocked(failover.fail_leader, 0) == reason

    def test_it_loses_guards_and_all_but_one_batch_of_the_window(self) -> None:
        world = leader(epoch=1, window=[0, 1], in_transaction=True, guard__epoch=1)
        world.do(failover.fail_leader, 0)
        found = world.state()
        assert (found["window"], found["guard.epoch"]) == ([1], NONE)
        assert (found["epoch"], found["in_transaction"]) == (1, True)
        assert world.get("faults.leader_failovers") == 1

    @pytest.mark.parametrize("kind", [Kind.PRODUCE, Kind.COMMIT_MARKER, Kind.ABORT_MARKER])
    def test_what_was_on_its_way_to_it_is_lost(self, kind: Kind) -> None:
        world = World().put(late_0__kind=kind, late_0__partition=0)
        world.do(failover.fail_leader, 0)
        assert world.get("late[0].kind") == Kind.NOTHING


LOG = [
    entry(epoch=0, sequence=0, value=0, outcome=1),
    entry(EntryKind.COMMIT, epoch=1),
    entry(epoch=1, sequence=0, value=1, outcome=2),
    entry(EntryKind.ABORT, epoch=2, coordinator_epoch=1),
]
SHORTER = [
    # kept entries, outcome of the last data, epoch, open, window
    (0, None, NONE, False, []),
    (1, "OPEN", 0, True, [0]),
    (2, "COMMITTED", 1, False, []),
    (3, "OPEN", 1, True, [0]),
]


@pytest.mark.parametrize(("kept", "outcome", "epoch", "is_open", "window"), SHORTER)
def test_an_unclean_election_keeps_the_beginning(
    kept: int, outcome: str | None, epoch: int, is_open: bool, window: list[int]
) -> None:
    world = leader(epoch=2, window=[0, 1]).put(partitions_0__log=LOG)
    assert world.blocked(failover.elect_unclean, 0, 4) == "that is the whole log"
    world.do(failover.elect_unclean, 0, kept)
    log = world.log()
    data = [each for each in log if each[0] == "TRANSACTIONAL"]
    assert len(log) == kept
    assert (data[-1][1] if data else None) == outcome
    found = world.state()
    assert (found["epoch"], found["in_transaction"], found["window"]) == (epoch, is_open, window)


def test_a_replay_repeats_an_abort_and_its_coordinator() -> None:
    world = World().put(partitions_0__log=[*LOG, entry(EntryKind.DATA, epoch=2, sequence=0)])
    world.do(failover.elect_unclean, 0, 4)
    assert [each[1] for each in world.log()] == ["COMMITTED", "", "ABORTED", ""]
    assert world.state()["coordinator_epoch"] == 1


def test_the_offsets_alone_can_be_lost_by_an_unclean_election() -> None:
    world = World(GROUP).put(contents_0=1, partitions_0__log=[entry(**COMMITTED)])
    world.put(partitions_2__log=[entry(sequence=NONE, **COMMITTED)])
    assert world.change(committed_offset) == 1
    world.do(failover.elect_unclean, 2, 0)
    assert world.change(committed_offset) == NONE
    assert (len(world.log(2)), len(world.log(0))) == (0, 1)


def test_a_producer_id_expires() -> None:
    assert World().blocked(failover.expire_producer, 0, 0) == "it is not known"
    world = leader(epoch=1, in_transaction=True)
    assert world.blocked(failover.expire_producer, 0, 0) == "its transaction is open"
    world.put(**{PRODUCER + "in_transaction": False}).do(failover.expire_producer, 0, 0)
    assert world.state()["epoch"] == NONE

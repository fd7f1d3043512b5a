"""Offsets in the group coordinator's memory: they may be behind the log before KAFKA-17507."""

from __future__ import annotations

from typing import Any

import pytest
from transaction_world import GROUP, World, batch, entry

from checker.lang import NONE
from model.transactions import failover, group_coordinator
from model.transactions.group_coordinator import (
    append_plain_commit,
    committed_offset,
    handle_txn_offset_commit,
    has_open_offsets,
)
from model.transactions.partition import EntryKind, handle_marker
from model.transactions.sorts import Version

OFFSETS = 2
V1 = {"cluster_version": Version.V1, "client_version": Version.V1}
OLD = {**V1, "offsets_with_marker": 0, "verification": 0, "offset_verification": 0}


def group(**settings: int) -> World:
    """A group coordinator up to 3.9; two transactions are made from two inputs."""
    world = World({**GROUP, "completions": 2}, **{**OLD, **settings})
    return world.put(contents_0=1, contents_1=2)


def commit(world: World, transaction: int, producer_id: int = 0) -> None:
    """Append the offset of a transaction."""
    make = batch(producer_id=producer_id, sequence=NONE, value=transaction, version=Version.V1)
    assert world.change(lambda w: handle_txn_offset_commit(w, 0, make(), NONE)) == 0


def marker(world: World, outcome: bool, partition: int = OFFSETS, producer_id: int = 0) -> None:
    """Write a marker."""
    world.change(lambda w: handle_marker(w, partition, producer_id, 0, outcome, 0, Version.V1))


def seen(world: World) -> tuple[int, bool]:
    """The committed offset as OffsetFetch gives it, and whether it is not stable."""
    return world.change(committed_offset), world.change(has_open_offsets)


def test_an_offset_counts_when_its_marker_is_taken_into_account() -> None:
    world = group()
    commit(world, 0)
    marker(world, True)
    assert seen(world) == (NONE, True)
    world.do(group_coordinator.complete_offsets)
    assert seen(world) == (1, False)
    assert world.blocked(group_coordinator.complete_offsets) == "no marker is waiting"


def test_an_aborted_one_is_dropped() -> None:
    world = group()
    commit(world, 0)
    marker(world, False)
    world.do(group_coordinator.complete_offsets)
    assert seen(world) == (NONE, False)


@pytest.mark.parametrize("first", [True, False])
def test_the_marker_decides_the_next_transactions_offset(first: bool) -> None:
    world = group()
    commit(world, 0)
    marker(world, first)
    commit(world, 1)
    world.do(group_coordinator.complete_offsets)
    assert seen(world) == (2 if first else NONE, False)
    marker(world, not first)
    world.do(group_coordinator.complete_offsets)
    assert seen(world) == (2 if first else NONE, False)


def test_the_newest_entry_of_the_log_counts() -> None:
    world = group()
    commit(world, 1)
    marker(world, True)
    world.change(lambda w: append_plain_commit(w, 0))
    assert seen(world) == (1, True)
    world.do(group_coordinator.complete_offsets)
    assert seen(world) == (1, False)


def test_completions_are_taken_in_their_order_and_by_producer_id() -> None:
    world = group()
    commit(world, 0)
    commit(world, 1, producer_id=1)
    marker(world, False)
    marker(world, True, producer_id=1)
    world.do(group_coordinator.complete_offsets)
    assert seen(world) == (NONE, True)
    world.do(group_coordinator.complete_offsets)
    assert seen(world) == (2, False)


def test_a_marker_of_another_partition_is_none_for_offsets() -> None:
    world = group()
    marker(world, True, partition=0)
    assert world.blocked(group_coordinator.complete_offsets) == "no marker is waiting"


def test_a_new_coordinator_reads_the_log() -> None:
    world = group()
    commit(world, 0)
    marker(world, True)
    commit(world, 1, producer_id=1)
    world.put(partitions_2__producers_0__guard__epoch=0)
    world.do(failover.fail_leader, OFFSETS)
    assert seen(world) == (1, True)
    assert world.blocked(group_coordinator.complete_offsets) == "no marker is waiting"
    marker(world, True, producer_id=1)
    world.do(group_coordinator.complete_offsets)
    assert seen(world) == (2, False)


def test_another_leader_loads_no_offsets() -> None:
    world = group()
    commit(world, 0)
    marker(world, True)
    world.put(partitions_0__producers_0__guard__epoch=0)
    world.do(failover.fail_leader, 0)
    assert seen(world) == (NONE, True)


def test_what_an_unclean_election_leaves_is_read() -> None:
    world = group()
    commit(world, 0)
    marker(world, True)
    world.do(group_coordinator.complete_offsets).do(failover.elect_unclean, OFFSETS, 1)
    assert seen(world) == (NONE, True)


@pytest.mark.parametrize(
    "sizes",
    [pytest.param({"completions": 2}, id="since 4.0"), pytest.param({}, id="not asked for")],
)
def test_else_offsets_count_with_their_marker(sizes: dict[str, int]) -> None:
    settings: dict[str, Any] = {**OLD, "offsets_with_marker": 1 if sizes else 0}
    world = World({**GROUP, **sizes}, **settings).put(contents_0=1)
    world.put(partitions_2__log=[entry(EntryKind.TRANSACTIONAL, value=0)])
    assert seen(world) == (NONE, True)
    marker(world, True)
    assert seen(world) == (1, False)
    if sizes:
        assert (
            world.blocked(group_coordinator.complete_offsets) == "offsets count with their marker"
        )

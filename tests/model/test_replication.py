"""Followers, the ISR and the high watermark."""

from __future__ import annotations

from typing import Any

import pytest
from kafka_world import Kafka

from model.partition import StoredBatch
from model.replication import (
    ReplicaState,
    advance_high_watermark,
    drop_lagging_replica,
    drop_lagging_replicas,
    fail_follower,
    fetch,
    fetch_all,
    has_enough_replicas,
    rejoin_isr,
    sort_replicas,
)


def filled(length: int, *log_ends: int, **parameters: Any) -> Kafka:
    """A leader with a log; the followers 1, 2 ... have these parts of it."""
    kafka = Kafka(**parameters)

    def fill(world: Any) -> None:
        for _ in range(length):
            world.partition.log.append(StoredBatch(record=0, producer_id=0, epoch=0))
        for replica, log_end in enumerate(log_ends, 1):
            world.replicas[replica].log_end = log_end

    kafka.change(fill)
    return kafka


def replicas(kafka: Kafka) -> list[tuple[str, int]]:
    result: list[tuple[str, int]] = kafka.see(
        lambda w: [(w.replicas[r].state.name, w.replicas[r].log_end) for r in range(3)]
    )
    return result


def high_watermark(kafka: Kafka) -> int:
    result: int = kafka.see(lambda w: w.partition.high_watermark)
    return result


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (3, ["LEADING", "IN_SYNC", "IN_SYNC"]),
        (2, ["LEADING", "IN_SYNC", "ABSENT"]),
        (1, ["LEADING", "ABSENT", "ABSENT"]),
    ],
)
def test_the_start(factor: int, expected: list[str]) -> None:
    kafka = Kafka(replication_factor=factor)
    assert [state for state, _ in replicas(kafka)] == expected


@pytest.mark.parametrize(
    ("factor", "least", "strict", "enough"),
    [
        (3, 3, True, True),
        (2, 2, True, True),
        (1, 2, True, True),  # the effective minimum is the number of replicas
        (1, 2, False, False),
        (2, 3, False, False),
        (2, 1, False, True),
    ],
)
def test_enough_replicas(factor: int, least: int, strict: bool, enough: bool) -> None:
    kafka = Kafka(replication_factor=factor, min_insync_replicas=least, strict_min_isr=strict)
    assert kafka.see(has_enough_replicas) is enough


class TestHighWatermark:
    @pytest.mark.parametrize(
        ("ends", "expected"), [((0, 0), 0), ((1, 2), 1), ((2, 1), 1), ((2, 2), 2)]
    )
    def test_is_the_least_log_end_in_the_isr(self, ends: tuple[int, int], expected: int) -> None:
        kafka = filled(2, *ends)
        kafka.change(advance_high_watermark)
        assert high_watermark(kafka) == expected

    def test_only_the_isr_counts(self) -> None:
        kafka = filled(2, 0, 1)
        kafka.do(drop_lagging_replica, 1)
        assert high_watermark(kafka) == 1

    @pytest.mark.parametrize(("strict", "expected"), [(True, 0), (False, 2)])
    def test_waits_for_enough_replicas_since_3_7(self, strict: bool, expected: int) -> None:
        kafka = filled(2, 0, 0, strict_min_isr=strict).do(drop_lagging_replicas)
        assert high_watermark(kafka) == expected


class TestFetch:
    def test_up_to_the_log_end(self) -> None:
        kafka = filled(2, 0, 1).do(fetch, 1)
        assert replicas(kafka)[1:] == [("IN_SYNC", 2), ("IN_SYNC", 1)]
        assert high_watermark(kafka) == 1
        assert high_watermark(kafka.do(fetch, 2)) == 2

    def test_what_blocks_it(self) -> None:
        kafka = filled(1, 1, 0)
        assert kafka.blocked(fetch, 1) == "it has the leader's whole log"
        assert kafka.blocked(fetch, 0) == "it does not follow in the ISR"
        assert kafka.blocked(fetch_all) == "fewer than two lag"
        kafka.do(drop_lagging_replica, 2)
        assert kafka.blocked(fetch, 2) == "it does not follow in the ISR"

    def test_all_at_once(self) -> None:
        kafka = filled(2, 0, 1).do(fetch_all)
        assert replicas(kafka)[1:] == [("IN_SYNC", 2), ("IN_SYNC", 2)]
        assert high_watermark(kafka) == 2

    def test_all_at_once_means_those_in_the_isr(self) -> None:
        kafka = filled(2, 0, 0, bounds={"replicas": 4}, replication_factor=4)
        kafka.do(drop_lagging_replica, 3).do(fetch_all)
        assert kafka.see(lambda w: w.replicas[3].log_end) == 0


class TestBeforeLeaderEpochs:
    """KIP-101 is off: a follower knows the high watermark that its last fetch told it."""

    def known(self, kafka: Kafka) -> list[int]:
        return kafka.see(lambda w: [w.replicas[r].high_watermark for r in range(3)])

    def test_a_fetch_tells_the_high_watermark_before_it(self) -> None:
        kafka = filled(2, 0, 2, leader_epoch_truncation=0).do(fetch, 1)
        assert (high_watermark(kafka), self.known(kafka)) == (2, [0, 0, 0])
        assert self.known(kafka.do(fetch, 1)) == [0, 2, 0]
        assert kafka.blocked(fetch, 1) == "it has the leader's whole log"

    def test_so_does_a_fetch_of_all_and_the_way_back_into_the_isr(self) -> None:
        kafka = filled(2, 1, 1, leader_epoch_truncation=0)
        kafka.change(advance_high_watermark)
        assert self.known(kafka.do(fetch_all)) == [0, 1, 1]
        kafka.do(fail_follower, 1).do(rejoin_isr, 1)
        assert self.known(kafka) == [0, 2, 1]

    def test_since_then_nobody_asks(self) -> None:
        kafka = filled(2, 0, 2).do(fetch, 1)
        assert kafka.blocked(fetch, 1) == "it has the leader's whole log"
        assert self.known(kafka) == [0, 0, 0]

    def test_the_high_watermark_is_never_lowered(self) -> None:
        kafka = filled(2, 0, 2, leader_epoch_truncation=0)
        kafka.change(lambda w: setattr(w.partition, "high_watermark", 2))
        kafka.change(advance_high_watermark)
        assert high_watermark(kafka) == 2

    def test_replicas_are_ordered_by_what_they_know_too(self) -> None:
        kafka = filled(2, 2, 2, leader_epoch_truncation=0)
        kafka.change(lambda w: setattr(w.replicas[1], "high_watermark", 2))
        kafka.change(sort_replicas)
        assert self.known(kafka) == [0, 0, 2]


class TestLeavingTheIsr:
    def test_a_lagging_replica_is_out_of_sync(self) -> None:
        kafka = filled(1, 0, 1).do(drop_lagging_replica, 1)
        assert replicas(kafka)[1:] == [("OUT_OF_SYNC", 0), ("IN_SYNC", 1)]

    @pytest.mark.parametrize(
        ("elr", "least", "expected"),
        [(True, 2, "ELIGIBLE"), (False, 2, "OUT_OF_SYNC"), (True, 1, "OUT_OF_SYNC")],
    )
    def test_below_the_minimum_it_stays_eligible(
        self, elr: bool, least: int, expected: str
    ) -> None:
        kafka = filled(1, 0, 0, eligible_leader_replicas=elr, min_insync_replicas=least)
        kafka.do(drop_lagging_replicas)
        assert replicas(kafka)[1:] == [(expected, 0), (expected, 0)]

    def test_all_that_lag_leave_together(self) -> None:
        kafka = filled(2, 0, 1, bounds={"replicas": 4}, replication_factor=4)
        kafka.change(lambda w: setattr(w.replicas[3], "log_end", 2))
        kafka.do(drop_lagging_replicas)
        states = kafka.see(lambda w: [w.replicas[r].state.name for r in range(4)])
        assert states == ["LEADING", "OUT_OF_SYNC", "OUT_OF_SYNC", "IN_SYNC"]

    def test_a_follower_that_crashes_leaves(self) -> None:
        kafka = filled(1, 1, 1).do(fail_follower, 1)
        assert replicas(kafka)[1:] == [("OUT_OF_SYNC", 1), ("IN_SYNC", 1)]
        assert high_watermark(kafka) == 1

    def test_what_blocks_it(self) -> None:
        kafka = filled(1, 1, 0)
        assert kafka.blocked(drop_lagging_replica, 1) == "it does not lag in the ISR"
        assert kafka.blocked(drop_lagging_replica, 0) == "it does not lag in the ISR"
        assert kafka.blocked(drop_lagging_replicas) == "fewer than two lag"
        assert kafka.blocked(fail_follower, 0) == "it does not follow in the ISR"
        kafka = filled(1, 0, 0, isr_shrinks=0, follower_failures=0)
        assert kafka.blocked(drop_lagging_replica, 1) == "no more isr shrinks may happen"
        assert kafka.blocked(drop_lagging_replicas) == "no more isr shrinks may happen"
        assert kafka.blocked(fail_follower, 1) == "no more follower failures may happen"


class TestRejoinIsr:
    def test_with_the_whole_log(self) -> None:
        kafka = filled(2, 0, 2).do(drop_lagging_replica, 1).do(rejoin_isr, 1)
        assert replicas(kafka)[1:] == [("IN_SYNC", 2), ("IN_SYNC", 2)]

    def test_enough_replicas_empty_the_elr(self) -> None:
        kafka = filled(1, 0, 0).do(drop_lagging_replicas).do(rejoin_isr, 1)
        assert replicas(kafka)[1:] == [("IN_SYNC", 1), ("OUT_OF_SYNC", 0)]
        assert high_watermark(kafka) == 1

    def test_too_few_do_not(self) -> None:
        kafka = filled(1, 0, 0, min_insync_replicas=3).do(drop_lagging_replicas)
        kafka.do(rejoin_isr, 1)
        assert replicas(kafka)[1:] == [("IN_SYNC", 1), ("ELIGIBLE", 0)]

    @pytest.mark.parametrize("replica", [0, 1, 2])
    def test_what_blocks_it(self, replica: int) -> None:
        kafka = Kafka(replication_factor=2)
        assert kafka.blocked(rejoin_isr, replica) == "it did not leave the ISR"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([(2, 1), (1, 2), (0, 0)], [(0, 0), (1, 2), (2, 1)]),
        ([(1, 2), (0, 0), (1, 1)], [(0, 0), (1, 1), (1, 2)]),
        ([(3, 0), (1, 5), (0, 0)], [(0, 0), (1, 5), (3, 0)]),
        ([(0, 0), (1, 1), (1, 1)], [(0, 0), (1, 1), (1, 1)]),
    ],
)
def test_replicas_have_an_order(
    before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    kafka = Kafka()

    def place(world: Any) -> None:
        for replica, (state, log_end) in enumerate(before):
            world.replicas[replica].state = ReplicaState(state)
            world.replicas[replica].log_end = log_end

    kafka.change(place)
    kafka.change(sort_replicas)
    found = kafka.see(
        lambda w: [(int(w.replicas[r].state), w.replicas[r].log_end) for r in range(3)]
    )
    assert found == after

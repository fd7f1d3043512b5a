"""Who leads after a crash, and what is left of the log."""

from __future__ import annotations

from typing import Any

import pytest
from kafka_world import Kafka, request

from model.application import send_record
from model.consumer import ConsumerState
from model.elections import elect_unclean, fail_leader, restart_last_replica, restart_leader
from model.partition import StoredBatch, append_batch
from model.producer import send_batch
from model.replication import drop_lagging_replica, drop_lagging_replicas, rejoin_isr
from model.settings import OffsetReset
from model.sorts import Error


def filled(length: int, *log_ends: int, high_watermark: int = 0, **parameters: Any) -> Kafka:
    kafka = Kafka(**parameters)

    def fill(world: Any) -> None:
        for number in range(length):
            world.partition.log.append(StoredBatch(record=number % 2, producer_id=0, epoch=0))
        for replica, log_end in enumerate(log_ends, 1):
            world.replicas[replica].log_end = log_end
        world.partition.high_watermark = high_watermark

    kafka.change(fill)
    return kafka


def partition(kafka: Kafka) -> tuple[list[int], int]:
    result: tuple[list[int], int] = (
        kafka.log(),
        kafka.see(lambda w: w.partition.high_watermark),
    )
    return result


def replicas(kafka: Kafka) -> list[tuple[str, int]]:
    result: list[tuple[str, int]] = kafka.see(
        lambda w: [(w.replicas[r].state.name, w.replicas[r].log_end) for r in range(3)]
    )
    return result


class TestFailLeader:
    def test_a_follower_of_the_isr_leads_with_its_log(self) -> None:
        kafka = filled(3, 1, 2, high_watermark=1).do(fail_leader, 2)
        assert partition(kafka) == ([0, 1], 1)
        assert replicas(kafka) == [("OUT_OF_SYNC", 2), ("IN_SYNC", 1), ("LEADING", 0)]

    def test_a_follower_with_more_cuts_its_log(self) -> None:
        kafka = filled(3, 1, 2, high_watermark=1).do(fail_leader, 1)
        assert partition(kafka) == ([0], 1)
        assert replicas(kafka) == [("OUT_OF_SYNC", 1), ("LEADING", 0), ("IN_SYNC", 1)]

    def test_the_old_leader_keeps_what_the_new_one_has(self) -> None:
        kafka = filled(1, 1, 1, high_watermark=1).do(fail_leader, 1)
        assert replicas(kafka)[0] == ("OUT_OF_SYNC", 1)

    def test_where_the_isr_has_others_the_elr_does_not_lead(self) -> None:
        kafka = filled(2, 0, 2, min_insync_replicas=3).do(drop_lagging_replica, 1)
        assert replicas(kafka)[1] == ("ELIGIBLE", 0)
        assert kafka.blocked(fail_leader, 1) == "this replica may not be elected"
        assert kafka.do(fail_leader, 2).log() == [0, 1]

    def test_where_it_has_none_one_of_the_elr_leads(self) -> None:
        kafka = filled(2, 0, 1).do(drop_lagging_replicas).do(fail_leader, 2)
        assert partition(kafka) == ([0], 0)
        assert replicas(kafka) == [("OUT_OF_SYNC", 1), ("ELIGIBLE", 0), ("LEADING", 0)]

    def test_a_leader_alone_commits_what_it_has(self) -> None:
        kafka = filled(2, 2, min_insync_replicas=1, replication_factor=2).do(fail_leader, 1)
        assert partition(kafka) == ([0, 1], 2)

    @pytest.mark.parametrize("replica", [0, 1, 2])
    def test_who_may_not_lead(self, replica: int) -> None:
        kafka = filled(1, 0, replication_factor=2, min_insync_replicas=1)
        kafka.do(drop_lagging_replica, 1)
        assert kafka.blocked(fail_leader, replica) == "this replica may not be elected"

    def test_its_budget(self) -> None:
        kafka = Kafka(leader_failures=0)
        assert kafka.blocked(fail_leader, 1) == "no more leader failures may happen"


class TestBeforeLeaderEpochs:
    def failed(self, **parameters: Any) -> Kafka:
        kafka = filled(2, 2, 2, high_watermark=2, **parameters)
        kafka.change(lambda w: setattr(w.replicas[1], "high_watermark", 2))
        kafka.change(lambda w: setattr(w.replicas[2], "high_watermark", 1))
        return kafka.do(fail_leader, 1)

    def test_followers_of_the_new_leader_cut_at_the_high_watermark_they_know(self) -> None:
        kafka = self.failed(leader_epoch_truncation=0)
        assert partition(kafka) == ([0, 1], 2)
        assert replicas(kafka)[1:] == [("LEADING", 0), ("IN_SYNC", 1)]
        assert kafka.see(lambda w: w.replicas[1].high_watermark) == 0

    def test_the_next_leader_has_lost_what_was_committed(self) -> None:
        kafka = self.failed(leader_epoch_truncation=0, leader_failures=2).do(fail_leader, 2)
        assert partition(kafka) == ([0], 1)

    def test_since_then_they_keep_it(self) -> None:
        assert replicas(self.failed())[2] == ("IN_SYNC", 2)

    def test_nobody_knows_more_than_the_log_has(self) -> None:
        kafka = filled(2, 0, 2, unclean_leader_election=1, leader_epoch_truncation=0)
        kafka.change(lambda w: setattr(w.replicas[2], "high_watermark", 2))
        kafka.do(drop_lagging_replica, 1).do(elect_unclean, 1)
        assert kafka.see(lambda w: w.replicas[2].high_watermark) == 0


class TestRestartLastReplica:
    def test_it_leads_on_with_what_its_disk_kept(self) -> None:
        kafka = filled(3, 1, 0, high_watermark=3, min_insync_replicas=1)
        kafka.do(drop_lagging_replicas).do(restart_last_replica, 2)
        assert partition(kafka) == ([0, 1], 2)
        assert replicas(kafka)[0] == ("LEADING", 0)
        assert kafka.see(lambda w: w.faults.leader_failures) == 1

    def test_followers_cut_their_logs(self) -> None:
        kafka = filled(3, 2, 0, high_watermark=0, min_insync_replicas=1)
        kafka.do(drop_lagging_replicas).do(restart_last_replica, 1)
        assert replicas(kafka)[1:] == [("OUT_OF_SYNC", 1), ("OUT_OF_SYNC", 0)]

    def test_what_blocks_it(self) -> None:
        kafka = filled(2, 0, 0, min_insync_replicas=1)
        assert kafka.blocked(restart_last_replica, 0) == "another replica leads on"
        kafka.do(drop_lagging_replicas)
        assert kafka.blocked(restart_last_replica, 2) == "that would be the whole log"
        kafka = filled(2, 0, 0).do(drop_lagging_replicas)
        assert kafka.blocked(restart_last_replica, 0) == "another replica leads on"
        kafka = filled(1, replication_factor=1, leader_failures=0)
        assert kafka.blocked(restart_last_replica, 0) == "no more leader failures may happen"


class TestRestartLeader:
    def restarted(self, *batches: tuple[int, int], **parameters: Any) -> Kafka:
        """Batches with these producer ids and sequences are in all logs; the leader restarts."""
        return self.written(*batches, **parameters).do(restart_leader)

    def written(self, *batches: tuple[int, int], **parameters: Any) -> Kafka:
        kafka = Kafka(**{"broker_restarts": 1, **parameters})
        for producer_id, sequence in batches:
            kafka.change(
                lambda w, p=producer_id, s=sequence: w.partition.log.append(
                    StoredBatch(record=0, producer_id=p, epoch=0, sequence=s)
                )
            )
        kafka.change(lambda w: setattr(w.partition, "high_watermark", len(batches)))
        for replica in (1, 2):
            kafka.change(
                lambda w, replica=replica: setattr(w.replicas[replica], "log_end", len(batches))
            )
        return kafka

    def append(self, kafka: Kafka, sequence: int, producer_id: int = 0) -> tuple[int, int]:
        sent = request(1, sequence, producer_id=producer_id)
        result: tuple[int, int] = kafka.change(lambda world: append_batch(world, sent()))
        return result

    @pytest.mark.parametrize(
        ("sequence", "producer_id", "answer"),
        [
            (0, 0, (Error.OUT_OF_ORDER_SEQUENCE_NUMBER, 4)),
            (1, 0, (Error.NONE, 2)),
            (0, 1, (Error.NONE, 3)),
            (2, 0, (Error.NONE, 4)),
        ],
    )
    def test_it_remembers_the_last_batch_of_each_producer_id(
        self, sequence: int, producer_id: int, answer: tuple[int, int]
    ) -> None:
        kafka = self.restarted((0, 0), (0, 1), (1, 0))
        assert self.append(kafka, sequence, producer_id) == answer
        assert len(kafka.log()) == (4 if sequence == 2 else 3)

    def test_what_comes_after_the_restart_is_remembered(self) -> None:
        kafka = self.restarted((0, 0), (0, 1))
        self.append(kafka, 2)
        assert self.append(kafka, 1) == (Error.NONE, 2)
        assert self.append(kafka, 2) == (Error.NONE, 3)

    def test_another_leader_remembers_all(self) -> None:
        kafka = self.restarted((0, 0), (0, 1)).do(fail_leader, 1)
        assert self.append(kafka, 0) == (Error.NONE, 1)

    def test_a_log_that_is_cut_is_read_from_before_the_snapshot(self) -> None:
        alone = {"replication_factor": 1, "min_insync_replicas": 1}
        batches = ((0, 0), (0, 1), (0, 2))
        kafka = self.restarted(*batches, **alone).do(restart_last_replica, 2)
        assert self.append(kafka, 0) == (Error.NONE, 1)
        kafka = self.restarted(*batches[:2], **alone)
        self.append(kafka, 2)
        kafka.do(restart_last_replica, 2)
        assert self.append(kafka, 0)[0] == Error.OUT_OF_ORDER_SEQUENCE_NUMBER

    def test_what_is_on_its_way_is_lost(self) -> None:
        kafka = self.written((0, 0), (0, 1))
        kafka.do(send_record, 0).do(send_batch, 0).do(restart_leader)
        assert (kafka.wire(), kafka.states()[0]) == ([], "RETRYING")
        assert kafka.see(lambda w: w.faults.broker_restarts) == 1

    @pytest.mark.parametrize("batches", [(), ((0, 0),), ((0, 0), (1, 0)), ((0, -1), (0, -1))])
    def test_nothing_is_forgotten(self, batches: tuple[tuple[int, int], ...]) -> None:
        assert self.written(*batches).blocked(restart_leader) == "nothing is forgotten"

    def test_what_else_blocks_it(self) -> None:
        kafka = self.restarted((0, 0), (0, 1), broker_restarts=2)
        assert kafka.blocked(restart_leader) == "nothing is forgotten"
        kafka = self.written((0, 0), (0, 1))
        kafka.change(lambda w: setattr(w.partition, "high_watermark", 1))
        assert kafka.blocked(restart_leader) == "a record is not committed yet"
        kafka = self.written((0, 0), (0, 1), broker_restarts=0)
        assert kafka.blocked(restart_leader) == "no more broker restarts may happen"


class TestElectUnclean:
    def test_a_replica_out_of_sync_leads_and_all_others_follow_it(self) -> None:
        kafka = filled(2, 0, 2, high_watermark=2, unclean_leader_election=1)
        kafka.do(drop_lagging_replica, 1).do(elect_unclean, 1)
        assert partition(kafka) == ([], 0)
        assert replicas(kafka) == [("OUT_OF_SYNC", 0), ("LEADING", 0), ("OUT_OF_SYNC", 0)]

    def test_the_elr_is_lost_as_well(self) -> None:
        kafka = filled(2, 0, 0, high_watermark=0, unclean_leader_election=1, min_insync_replicas=3)
        kafka.do(fail_leader, 1).do(elect_unclean, 0)
        assert [state for state, _ in replicas(kafka)] == ["LEADING", "OUT_OF_SYNC", "OUT_OF_SYNC"]
        kafka = filled(2, 0, 0, unclean_leader_election=1, min_insync_replicas=2)
        kafka.do(fail_leader, 1)
        kafka.change(lambda w: setattr(w.replicas[2], "state", 2))
        kafka.do(elect_unclean, 0)
        assert replicas(kafka)[2] == ("OUT_OF_SYNC", 0)

    def test_what_blocks_it(self) -> None:
        kafka = filled(1, 0, 1).do(drop_lagging_replica, 1)
        assert kafka.blocked(elect_unclean, 1) == "unclean.leader.election.enable is false"
        kafka = filled(1, 0, 1, unclean_leader_election=1, unclean_elections=0)
        assert kafka.blocked(elect_unclean, 1) == "this replica is not out of sync"
        kafka.do(drop_lagging_replica, 1)
        assert kafka.blocked(elect_unclean, 1) == "no more unclean elections may happen"


class TestPositions:
    def consuming(self, reset: OffsetReset, state: ConsumerState, **parameters: Any) -> Kafka:
        kafka = filled(2, 0, 0, high_watermark=2, min_insync_replicas=1, auto_offset_reset=reset)

        def consume(world: Any) -> None:
            world.consumer.state = state
            world.consumer.position = 2
            world.consumer.record = 1
            world.group.committed = 1

        kafka.change(consume)
        return kafka.do(drop_lagging_replicas)

    def test_a_consumer_beyond_the_cut_goes_back_to_it(self) -> None:
        kafka = self.consuming(OffsetReset.LATEST, ConsumerState.POLLING)
        kafka.do(restart_last_replica, 1)
        assert kafka.see(lambda w: (w.consumer.position, w.group.committed)) == (1, 1)

    def test_so_does_a_committed_offset(self) -> None:
        kafka = self.consuming(OffsetReset.EARLIEST, ConsumerState.PROCESSING)
        kafka.do(restart_last_replica, 0)
        assert kafka.see(lambda w: (w.consumer.position, w.group.committed)) == (0, 0)
        assert kafka.see(lambda w: w.consumer.record) == 1

    def test_without_a_reset_policy_the_consumer_stops(self) -> None:
        kafka = self.consuming(OffsetReset.NONE, ConsumerState.PROCESSING)
        kafka.do(restart_last_replica, 0)
        assert kafka.see(lambda w: w.consumer.state) == ConsumerState.STOPPED
        assert kafka.see(lambda w: (w.consumer.position, w.consumer.record)) == (0, 0)
        assert kafka.see(lambda w: w.group.committed) == -1

    def test_one_that_is_not_beyond_the_cut_goes_on(self) -> None:
        kafka = self.consuming(OffsetReset.NONE, ConsumerState.POLLING)
        kafka.change(lambda w: setattr(w.consumer, "position", 1))
        kafka.do(restart_last_replica, 1)
        assert kafka.see(lambda w: w.consumer.state) == ConsumerState.POLLING
        assert kafka.see(lambda w: w.group.committed) == 1

    @pytest.mark.parametrize("state", [ConsumerState.CRASHED, ConsumerState.STOPPED])
    def test_one_that_is_down_has_no_position(self, state: ConsumerState) -> None:
        kafka = self.consuming(OffsetReset.NONE, state)
        kafka.do(restart_last_replica, 0)
        assert kafka.see(lambda w: w.consumer.state) == state


def test_a_crashed_leader_rejoins_as_a_follower() -> None:
    kafka = filled(2, 1, 2, high_watermark=1).do(fail_leader, 1).do(rejoin_isr, 0)
    assert replicas(kafka)[0] == ("IN_SYNC", 1)

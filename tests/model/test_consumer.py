"""The consumer: poll, process, commit; crashes and where it begins again."""

from __future__ import annotations

from typing import Any

import pytest
from kafka_world import Kafka

from model.consumer import (
    ConsumerState,
    auto_commit,
    commit,
    crash_consumer,
    expire_offsets,
    poll,
    process,
    restart_consumer,
)
from model.partition import StoredBatch
from model.settings import Commit, OffsetReset, Processing

BEFORE = {"commit": Commit.BEFORE_PROCESSING}
AUTO = {"auto_commit": 1}
HAND_OFF = {**AUTO, "processing": Processing.OTHER_THREAD}


def consuming(**parameters: Any) -> Kafka:
    """A log with the records 0 and 1, of which the first is committed by the replicas."""
    kafka = Kafka(**parameters)

    def fill(world: Any) -> None:
        for record in (0, 1):
            world.partition.log.append(StoredBatch(record=record, producer_id=0, epoch=0))
        world.partition.high_watermark = 1

    kafka.change(fill)
    return kafka


def whole(kafka: Kafka) -> Kafka:
    """Let the high watermark reach the log end."""
    kafka.change(lambda w: setattr(w.partition, "high_watermark", 2))
    return kafka


def consumer(kafka: Kafka) -> tuple[str, int, int]:
    result: tuple[str, int, int] = kafka.see(
        lambda w: (w.consumer.state.name, w.consumer.position, w.consumer.record)
    )
    return result


def committed(kafka: Kafka) -> int:
    result: int = kafka.see(lambda w: w.group.committed)
    return result


class TestLoop:
    def test_commit_after_processing(self) -> None:
        kafka = whole(consuming()).do(poll, 0)
        assert consumer(kafka) == ("PROCESSING", 1, 0)
        assert consumer(kafka.do(process, 0)) == ("COMMITTING", 1, 0)
        assert committed(kafka) == -1
        assert consumer(kafka.do(commit)) == ("POLLING", 1, 0)
        assert committed(kafka) == 1
        assert consumer(kafka.do(poll, 1)) == ("PROCESSING", 2, 1)
        assert consumer(kafka.do(process, 1)) == ("COMMITTING", 2, 0)

    def test_commit_before_processing(self) -> None:
        kafka = consuming(**BEFORE).do(poll, 0)
        assert consumer(kafka) == ("COMMITTING", 1, 0)
        assert consumer(kafka.do(commit)) == ("PROCESSING", 1, 0)
        assert committed(kafka) == 1
        assert consumer(kafka.do(process, 0)) == ("POLLING", 1, 0)

    @pytest.mark.parametrize("when", list(Commit))
    def test_auto_commit_leaves_it_to_poll(self, when: Commit) -> None:
        kafka = consuming(commit=when, **AUTO).do(poll, 0)
        assert consumer(kafka) == ("PROCESSING", 1, 0)
        assert consumer(kafka.do(process, 0)) == ("POLLING", 1, 0)

    def test_processing_is_counted(self) -> None:
        kafka = consuming().do(poll, 0).do(process, 0)
        assert kafka.see(lambda w: w.history.processed[0]) == 1

    def test_what_blocks_it(self) -> None:
        kafka = consuming()
        assert kafka.blocked(poll, 1) == "another record comes next"
        assert kafka.blocked(process, 0) == "there is no record to process"
        assert kafka.blocked(commit) == "the application is not committing"
        kafka.do(poll, 0)
        assert kafka.blocked(poll, 0) == "the application is not calling poll()"
        assert kafka.blocked(process, 1) == "poll() returned another record"
        kafka.do(process, 0).do(commit)
        assert kafka.blocked(poll, 1) == "nothing is below the high watermark"


class TestAutoCommit:
    def test_a_later_poll_commits_the_position(self) -> None:
        kafka = consuming(**AUTO).do(poll, 0).do(process, 0).do(auto_commit)
        assert committed(kafka) == 1
        assert consumer(kafka) == ("POLLING", 1, 0)

    def test_with_hand_off_it_need_not_be_processed(self) -> None:
        assert committed(consuming(**HAND_OFF).do(poll, 0).do(auto_commit)) == 1

    def test_what_blocks_it(self) -> None:
        assert consuming().blocked(auto_commit) == "enable.auto.commit is false"
        kafka = consuming(**AUTO)
        assert kafka.blocked(auto_commit) == "nothing was returned yet"
        kafka.do(poll, 0)
        assert kafka.blocked(auto_commit) == "the application is not calling poll()"
        kafka.do(process, 0).do(auto_commit)
        assert kafka.blocked(auto_commit) == "the position is committed"
        kafka.do(crash_consumer)
        assert kafka.blocked(auto_commit) == "the application is not calling poll()"


class TestCrash:
    def test_the_process_forgets_its_position_and_record(self) -> None:
        kafka = whole(consuming()).do(poll, 0).do(process, 0).do(commit).do(poll, 1)
        assert consumer(kafka.do(crash_consumer)) == ("CRASHED", 0, 0)
        assert committed(kafka) == 1

    def test_it_begins_again_at_the_committed_offset(self) -> None:
        kafka = consuming(auto_offset_reset=OffsetReset.NONE).do(poll, 0).do(process, 0)
        kafka.do(commit).do(crash_consumer).do(restart_consumer)
        assert consumer(kafka) == ("POLLING", 1, 0)

    @pytest.mark.parametrize(
        ("reset", "expected"),
        [
            (OffsetReset.EARLIEST, ("POLLING", 0, 0)),
            (OffsetReset.LATEST, ("POLLING", 1, 0)),
            (OffsetReset.NONE, ("STOPPED", 0, 0)),
        ],
    )
    def test_without_one_auto_offset_reset_decides(
        self, reset: OffsetReset, expected: tuple[str, int, int]
    ) -> None:
        kafka = consuming(auto_offset_reset=reset).do(crash_consumer).do(restart_consumer)
        assert consumer(kafka) == expected

    def test_offsets_expire_while_it_is_down(self) -> None:
        kafka = consuming(offsets_expired=1).do(poll, 0).do(process, 0).do(commit)
        assert committed(kafka.do(crash_consumer).do(expire_offsets)) == -1

    def test_what_blocks_it(self) -> None:
        kafka = consuming(consumer_crashes=2, auto_offset_reset=OffsetReset.NONE)
        assert kafka.blocked(restart_consumer) == "it is running"
        assert kafka.blocked(expire_offsets) == "the group has a member"
        kafka.do(crash_consumer)
        assert kafka.blocked(crash_consumer) == "it has crashed"
        assert kafka.blocked(expire_offsets) == "there is no committed offset"
        kafka.do(restart_consumer)
        assert kafka.blocked(crash_consumer) == "it has stopped"
        kafka = consuming(consumer_crashes=0)
        assert kafka.blocked(crash_consumer) == "no more consumer crashes may happen"
        kafka = consuming(offsets_expired=0).do(poll, 0).do(process, 0).do(commit)
        kafka.do(crash_consumer)
        assert kafka.blocked(expire_offsets) == "no more offsets expired may happen"


def test_states_are_those_of_a_running_or_a_stopped_process() -> None:
    assert [state.name for state in ConsumerState] == [
        "POLLING",
        "PROCESSING",
        "COMMITTING",
        "CRASHED",
        "STOPPED",
    ]

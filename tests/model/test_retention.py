"""What a partition forgets in time, and what its client makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from kafka_world import Kafka, request

from model.application import crash_producer, send_record
from model.connections import answer_request, lose_reply, take_late_request, take_request
from model.consumer import commit, poll, process
from model.partition import StoredBatch, append_batch
from model.producer import handle_response, send_batch
from model.replication import fetch_all
from model.retention import delete_records, expire_producer_ids
from model.sorts import Error

FAULTS = {"producer_id_expirations": 1, "deletions": 1}
BEFORE_2_4 = {"keeps_deleted_ids": 0, "accepts_unknown_ids": 0, **FAULTS}
BEFORE_2_5 = {"accepts_unknown_ids": 0, **FAULTS}


def sent(*records: int, **parameters: Any) -> Kafka:
    kafka = Kafka(**parameters)
    for record in records:
        kafka.do(send_record, record)
    for record in records:
        kafka.do(send_batch, record)
    return kafka


def written(kafka: Kafka, record: int) -> Kafka:
    return kafka.do(take_request, record).do(fetch_all)


def consumed(kafka: Kafka, record: int) -> Kafka:
    return kafka.do(poll, record).do(process, record).do(commit)


def acknowledged(**parameters: Any) -> Kafka:
    """Record 0 is written, acknowledged and consumed; record 1 is on its way."""
    kafka = written(sent(0, 1, **parameters), 0).do(answer_request, 0)
    return consumed(kafka, 0)


class TestExpireProducerIds:
    def test_nothing_of_them_is_left(self) -> None:
        kafka = acknowledged(**FAULTS).do(expire_producer_ids)
        assert kafka.stored() == [(0, 0, 0, -1)]
        assert kafka.see(lambda w: w.faults.producer_id_expirations) == 1
        assert kafka.do(take_request, 1).stored()[1] == (1, 0, 0, 1)

    def test_a_batch_that_is_sent_again_is_appended_again(self) -> None:
        kafka = sent(0, delivery_outlasts_ids=1, **FAULTS).do(lose_reply, 0)
        kafka.do(expire_producer_ids).do(send_batch, 0).do(take_request, 0)
        assert kafka.stored() == [(0, 0, 0, -1), (0, 0, 0, 0)]

    def test_a_late_one_too(self) -> None:
        kafka = sent(0, 1, **FAULTS).do(crash_producer).do(take_late_request, 0, 0)
        kafka.do(expire_producer_ids)
        kafka.change(lambda world: append_batch(world, request(0, 0)()))
        assert kafka.log() == [0, 0]

    def test_what_blocks_it(self) -> None:
        assert sent(0, **FAULTS).blocked(expire_producer_ids) == (
            "the leader remembers no producer id"
        )
        given_up = "the client would have given up a batch that is in the log"
        assert written(sent(0, **FAULTS), 0).blocked(expire_producer_ids) == given_up
        assert sent(0, **FAULTS).do(lose_reply, 0).blocked(expire_producer_ids) == given_up
        assert acknowledged().blocked(expire_producer_ids) == (
            "no more producer id expirations may happen"
        )
        forgotten = acknowledged(**FAULTS).do(expire_producer_ids)
        assert forgotten.blocked(expire_producer_ids) == "the leader remembers no producer id"


class TestDeleteRecords:
    def test_producer_ids_are_kept(self) -> None:
        kafka = acknowledged(**FAULTS).do(delete_records)
        assert kafka.stored() == [(0, 0, 0, 0)]
        assert kafka.see(lambda w: (w.partition.log_start, w.faults.deletions)) == (1, 1)

    def test_before_2_4_they_go_with_their_last_record(self) -> None:
        kafka = acknowledged(**BEFORE_2_4).do(delete_records)
        assert kafka.stored() == [(0, 0, 0, -1)]

    def test_what_blocks_it(self) -> None:
        assert sent(0, **FAULTS).blocked(delete_records) == "there is nothing to delete"
        kafka = sent(0, **FAULTS).do(take_request, 0)
        assert kafka.blocked(delete_records) == "a record is not committed yet"
        kafka.do(fetch_all)
        assert kafka.blocked(delete_records) == "the group has not committed all records"
        assert acknowledged().blocked(delete_records) == "no more deletions may happen"
        deleted = acknowledged(**FAULTS).do(delete_records)
        assert deleted.blocked(delete_records) == "there is nothing to delete"


class TestUnknownProducerId:
    def append(self, sequence: int, **parameters: Any) -> int:
        kafka = Kafka(**parameters)
        kafka.change(
            lambda w: w.partition.log.append(
                StoredBatch(record=0, producer_id=0, epoch=0, sequence=-1)
            )
        )
        result: tuple[int, int] = kafka.change(
            lambda world: append_batch(world, request(1, sequence)())
        )
        return result[0]

    @pytest.mark.parametrize(
        ("sequence", "parameters", "error"),
        [
            (1, {}, Error.NONE),
            (0, BEFORE_2_5, Error.NONE),
            (1, BEFORE_2_5, Error.UNKNOWN_PRODUCER_ID),
        ],
    )
    def test_who_may_begin_where(
        self, sequence: int, parameters: dict[str, int], error: Error
    ) -> None:
        assert self.append(sequence, **parameters) == error

    def answered(self, **parameters: Any) -> Kafka:
        kafka = acknowledged(**parameters).do(delete_records).do(take_request, 1)
        assert kafka.log() == [0]
        return kafka

    def test_a_client_before_2_5_uses_its_numbers_again(self) -> None:
        kafka = self.answered(**BEFORE_2_4, new_epoch_for_unknown_id=0)
        assert kafka.states() == ["ACKNOWLEDGED", "RETRYING"]
        assert kafka.sequences() == [-1, 0]
        assert kafka.numbers() == (0, 0, 1, -1, -1)

    def test_a_newer_one_begins_a_new_epoch(self) -> None:
        kafka = self.answered(**BEFORE_2_4)
        assert kafka.sequences() == [-1, 0]
        assert kafka.numbers() == (0, 1, 1, -1, -1)

    def test_so_do_both_where_what_was_acknowledged_is_not_deleted(self) -> None:
        kafka = acknowledged(**BEFORE_2_4, new_epoch_for_unknown_id=0)
        kafka.do(expire_producer_ids).do(take_request, 1)
        assert kafka.numbers() == (0, 1, 1, -1, -1)

    def test_a_batch_that_was_renumbered_since_is_sent_again_as_it_is(self) -> None:
        kafka = sent(0, 1, **BEFORE_2_4, new_epoch_for_unknown_id=0)
        kafka.change(lambda w: setattr(w.producer.batches[1], "sequence", 0))
        gap = kafka.change(
            lambda w: handle_response(w, w.connection.requests[1], Error.UNKNOWN_PRODUCER_ID)
        )
        assert not gap
        assert kafka.sequences() == [0, 0]
        assert kafka.numbers()[:3] == (0, 0, 2)

    def test_only_those_brokers_make_it_remember_what_is_deleted(self) -> None:
        assert acknowledged().see(lambda w: w.producer.numbers.is_kept) is False
        kafka = acknowledged(**BEFORE_2_5)
        assert kafka.see(lambda w: w.producer.numbers.is_kept) is True
        assert kafka.do(delete_records).see(lambda w: w.producer.numbers.is_kept) is False

"""The producer client: what each step does, and why it is not possible."""

from __future__ import annotations

from typing import Any

import pytest
from kafka_world import Kafka

from model.application import crash_producer, send_record
from model.connections import abandon_connection, answer_request, lose_reply, take_request
from model.producer import expire_batch, handle_response, send_batch
from model.replication import fetch_all
from model.requests import ProduceRequest
from model.sequences import settle_numbers
from model.settings import Acks, OnError
from model.sorts import Error

PLAIN = {"idempotence": 0}
THREE: Any = {"bounds": {"records": 3, "in_flight": 3}, "max_in_flight": 3}


def sent(*records: int, **parameters: Any) -> Kafka:
    kafka = Kafka(**parameters)
    for record in records:
        kafka.do(send_record, record).do(send_batch, record)
    return kafka


def answered(kafka: Kafka, record: int, error: int, epoch: int = 0, sequence: int = 0) -> Kafka:
    """Let an answer arrive, without a leader."""

    def arrive(world: Any) -> None:
        request = world.connection.requests.take_at(
            [r.record for r in world.connection.requests].index(record)
        )
        request.epoch = epoch
        settle_numbers(world, gap=handle_response(world, request, error))

    kafka.change(arrive)
    return kafka


class TestSendBatch:
    def test_a_new_batch_gets_the_next_sequence(self) -> None:
        kafka = sent(0, 1)
        assert kafka.wire() == [0, 1]
        assert kafka.queue() == []
        assert kafka.states() == ["IN_FLIGHT", "IN_FLIGHT"]
        assert kafka.sequences() == [0, 1]
        assert kafka.numbers() == (0, 0, 2, -1, -1)
        numbers = kafka.see(lambda w: [(r.epoch, r.sequence) for r in w.connection.requests])
        assert numbers == [(0, 0), (0, 1)]

    def test_without_idempotence_there_are_no_numbers(self) -> None:
        kafka = sent(0, **PLAIN)
        assert kafka.sequences() == [-1, -1]
        assert kafka.see(lambda w: w.connection.requests[0].sequence) == -1
        assert kafka.numbers() == (0, 0, 0, -1, -1)

    def test_with_acks_0_it_is_acknowledged_when_it_is_written(self) -> None:
        kafka = sent(0, acks=Acks.NONE, **PLAIN)
        assert kafka.states()[0] == "ACKNOWLEDGED"
        assert kafka.wire() == [0]

    def test_the_first_batch_of_the_queue_goes(self) -> None:
        kafka = Kafka().do(send_record, 0).do(send_record, 1)
        assert kafka.blocked(send_batch, 1) == "another batch comes first"
        assert Kafka().blocked(send_batch, 0) == "there is no batch to send"

    def test_the_window_limits_what_is_in_flight(self) -> None:
        kafka = sent(0, max_in_flight=1).do(send_record, 1)
        reason = "max.in.flight.requests.per.connection are in flight"
        assert kafka.blocked(send_batch, 1) == reason

    def test_a_batch_that_is_sent_again_keeps_its_sequence(self) -> None:
        kafka = answered(sent(0, 1), 0, Error.NOT_ENOUGH_REPLICAS).do(send_batch, 0)
        assert kafka.sequences() == [0, 1]
        assert kafka.numbers()[2] == 2

    def test_batches_are_sent_again_one_at_a_time(self) -> None:
        kafka = sent(0, 1).do(abandon_connection).do(send_batch, 0)
        reason = "what became of earlier batches must be known first"
        assert kafka.blocked(send_batch, 1) == reason

    def test_a_new_batch_may_follow_one_that_is_sent_again(self) -> None:
        kafka = sent(0).do(abandon_connection).do(send_record, 1).do(send_batch, 0)
        assert kafka.do(send_batch, 1).wire() == [0, 1]

    def test_a_new_batch_waits_for_what_became_of_an_expired_one(self) -> None:
        kafka = sent(0, 1, on_error=OnError.IGNORE, bounds={"records": 3})
        kafka.do(abandon_connection).do(expire_batch, 0)
        assert kafka.numbers()[4] == 1
        kafka.do(send_record, 2).do(send_batch, 1)
        assert "must be known first" in kafka.blocked(send_batch, 2)


class TestAnswers:
    def test_success_acknowledges_the_record_and_its_sequence(self) -> None:
        kafka = answered(sent(0, 1), 0, Error.NONE)
        assert kafka.states() == ["ACKNOWLEDGED", "IN_FLIGHT"]
        assert kafka.sequences() == [-1, 1]
        assert kafka.numbers() == (0, 0, 2, 0, -1)

    def test_the_highest_acknowledged_sequence_counts(self) -> None:
        kafka = answered(answered(sent(0, 1), 1, Error.NONE), 0, Error.NONE)
        assert kafka.numbers()[3] == 1

    @pytest.mark.parametrize(
        "error",
        [
            Error.NETWORK_EXCEPTION,
            Error.REQUEST_TIMED_OUT,
            Error.NOT_ENOUGH_REPLICAS,
            Error.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
        ],
    )
    def test_a_transient_error_is_retried(self, error: Error) -> None:
        kafka = answered(sent(0), 0, error)
        assert kafka.states()[0] == "RETRYING"
        assert kafka.queue() == [0]
        assert kafka.see(lambda w: w.producer.batches[0].in_retry)
        assert answered(sent(0, retries=0, on_error=0, **PLAIN), 0, error).states()[0] == "FAILED"

    def test_an_old_epoch_is_not_retried(self) -> None:
        kafka = answered(sent(0, on_error=OnError.STOP), 0, Error.INVALID_PRODUCER_EPOCH)
        assert kafka.states()[0] == "FAILED"
        assert kafka.sequences()[0] == -1

    def test_with_idempotence_retries_stand_in_order_of_sequence(self) -> None:
        kafka = answered(sent(0, 1), 1, Error.NOT_ENOUGH_REPLICAS)
        assert answered(kafka, 0, Error.NOT_ENOUGH_REPLICAS).queue() == [0, 1]
        kafka = answered(sent(0, 1), 0, Error.NOT_ENOUGH_REPLICAS)
        assert answered(kafka, 1, Error.NOT_ENOUGH_REPLICAS).queue() == [0, 1]

    def test_retries_stand_before_batches_that_were_never_sent(self) -> None:
        kafka = sent(0).do(send_record, 1)
        assert answered(kafka, 0, Error.NOT_ENOUGH_REPLICAS).queue() == [0, 1]

    def test_without_idempotence_retries_change_places(self) -> None:
        kafka = sent(0, 1, **PLAIN).do(abandon_connection)
        assert kafka.queue() == [1, 0]
        assert kafka.see(lambda w: w.producer.batches[0].in_retry) is False

    @pytest.mark.parametrize(
        ("on_error", "state", "queue"),
        [
            (OnError.IGNORE, "FAILED", [1]),
            (OnError.STOP, "FAILED", [1]),
            (OnError.RETRY, "ACCUMULATED", [1, 0]),
        ],
    )
    def test_an_application_reacts_to_an_error(
        self, on_error: OnError, state: str, queue: list[int]
    ) -> None:
        kafka = sent(0, retries=0, on_error=on_error, **PLAIN).do(send_record, 1)
        answered(kafka, 0, Error.NETWORK_EXCEPTION)
        assert kafka.states()[0] == state
        assert kafka.queue() == queue


class TestOutOfOrderSequence:
    def test_the_next_sequence_shows_a_gap_and_begins_a_new_epoch(self) -> None:
        kafka = answered(sent(0, 1), 0, Error.OUT_OF_ORDER_SEQUENCE_NUMBER)
        assert kafka.states() == ["RETRYING", "IN_FLIGHT"]
        assert kafka.numbers() == (0, 1, 2, -1, -1)
        assert kafka.sequences() == [0, 1]
        assert kafka.see(lambda w: w.connection.requests[0].epoch) == 0

    def test_what_is_in_flight_is_renumbered_in_order_of_sequence(self) -> None:
        kafka = answered(sent(0, 1), 0, Error.NONE)
        answered(kafka, 1, Error.OUT_OF_ORDER_SEQUENCE_NUMBER)
        assert kafka.sequences() == [-1, 0]
        assert kafka.numbers() == (0, 1, 1, -1, -1)

    def test_a_batch_behind_an_unanswered_one_is_just_retried(self) -> None:
        kafka = answered(sent(0, 1), 1, Error.OUT_OF_ORDER_SEQUENCE_NUMBER)
        assert kafka.states() == ["IN_FLIGHT", "RETRYING"]
        assert kafka.numbers()[1] == 0

    def test_a_batch_that_was_renumbered_on_its_way_is_just_retried(self) -> None:
        kafka = answered(sent(0, 1), 0, Error.OUT_OF_ORDER_SEQUENCE_NUMBER)
        answered(kafka, 1, Error.OUT_OF_ORDER_SEQUENCE_NUMBER, epoch=0)
        assert kafka.numbers()[1] == 1

    def test_a_new_epoch_needs_an_answer_to_the_batch_of_that_epoch(self) -> None:
        kafka = answered(sent(0), 0, Error.OUT_OF_ORDER_SEQUENCE_NUMBER).do(send_batch, 0)
        answered(kafka, 0, Error.OUT_OF_ORDER_SEQUENCE_NUMBER, epoch=0)
        assert kafka.numbers()[1] == 1
        kafka.do(send_batch, 0)
        answered(kafka, 0, Error.OUT_OF_ORDER_SEQUENCE_NUMBER, epoch=1)
        assert kafka.numbers()[1] == 2

    def test_behind_an_expired_batch_only_the_next_sequence_shows_a_gap(self) -> None:
        kafka = sent(0, 1, 2, on_error=OnError.IGNORE, **THREE)
        kafka.change(lambda w: setattr(w.producer.numbers, "unresolved", 2))
        answered(kafka, 1, Error.OUT_OF_ORDER_SEQUENCE_NUMBER)
        assert kafka.numbers()[1] == 0
        answered(kafka, 2, Error.OUT_OF_ORDER_SEQUENCE_NUMBER)
        assert kafka.numbers()[1] == 1


class TestExpireBatch:
    def test_a_batch_that_was_never_sent_leaves_the_queue(self) -> None:
        kafka = Kafka(on_error=OnError.IGNORE).do(send_record, 0).do(expire_batch, 0)
        assert kafka.states()[0] == "FAILED"
        assert kafka.queue() == []
        assert kafka.numbers() == (0, 0, 0, -1, -1)

    def test_the_request_of_a_batch_in_flight_stays_on_its_way(self) -> None:
        kafka = sent(0, 1, on_error=OnError.IGNORE).do(expire_batch, 0)
        assert kafka.states() == ["FAILED", "IN_FLIGHT"]
        assert kafka.see(lambda w: [r.expired for r in w.connection.requests]) == [True, False]
        assert kafka.numbers() == (0, 0, 2, -1, -1)

    def test_the_answer_to_an_expired_batch_counts_for_its_sequence_alone(self) -> None:
        kafka = sent(0, on_error=OnError.RETRY).do(expire_batch, 0)
        assert kafka.queue() == [0]
        kafka.do(take_request, 0).do(fetch_all).do(answer_request, 0)
        assert kafka.states()[0] == "ACCUMULATED"
        assert kafka.numbers()[3] == 0

    def test_an_error_for_an_expired_batch_is_ignored(self) -> None:
        kafka = sent(0, on_error=OnError.IGNORE).do(expire_batch, 0).do(abandon_connection)
        assert kafka.states()[0] == "FAILED"
        assert kafka.queue() == []
        assert kafka.numbers()[3] == -1

    def test_one_that_was_retried_leaves_its_sequence_unresolved(self) -> None:
        kafka = sent(0, 1, on_error=OnError.IGNORE).do(abandon_connection).do(expire_batch, 0)
        assert kafka.numbers() == (0, 0, 2, -1, 1)
        assert kafka.queue() == [1]

    def test_the_highest_unresolved_sequence_counts(self) -> None:
        kafka = sent(0, 1, 2, on_error=OnError.IGNORE, **THREE)
        kafka.do(abandon_connection)
        kafka.change(lambda w: setattr(w.producer.numbers, "unresolved", 2))
        assert kafka.do(expire_batch, 0).numbers()[4] == 2

    def test_when_nothing_is_in_flight_a_new_epoch_begins(self) -> None:
        kafka = sent(0, on_error=OnError.IGNORE).do(abandon_connection).do(expire_batch, 0)
        assert kafka.numbers() == (0, 1, 0, -1, -1)

    def test_unless_all_later_batches_were_acknowledged(self) -> None:
        kafka = sent(0, 1, on_error=OnError.IGNORE).do(abandon_connection).do(expire_batch, 0)
        kafka.do(send_batch, 1)
        answered(kafka, 1, Error.NONE)
        assert kafka.numbers() == (0, 0, 2, 1, -1)

    def test_a_record_that_the_application_sends_again_is_a_new_batch(self) -> None:
        kafka = sent(0, 1, on_error=OnError.RETRY).do(abandon_connection).do(expire_batch, 0)
        assert kafka.queue() == [1, 0]
        assert kafka.sequences() == [-1, 1]
        assert kafka.see(lambda w: w.producer.batches[0].in_retry) is False

    def test_the_oldest_expires_first(self) -> None:
        kafka = sent(0, 1)
        assert kafka.blocked(expire_batch, 1) == "an older batch expires first"
        assert Kafka().blocked(expire_batch, 0) == "the client does not hold this record"
        kafka = sent(0, 1, **PLAIN).do(abandon_connection)
        assert kafka.blocked(expire_batch, 0) == "the first batch of the queue expires first"

    def test_its_budget(self) -> None:
        kafka = sent(0, delivery_timeouts=0)
        assert kafka.blocked(expire_batch, 0) == "no more delivery timeouts may happen"
        assert sent(0, in_all=0).blocked(expire_batch, 0) == "no more faults may happen in this run"


class TestSendRecord:
    def test_records_go_to_the_end_of_the_queue_in_order(self) -> None:
        kafka = Kafka().do(send_record, 0).do(send_record, 1)
        assert kafka.queue() == [0, 1]
        assert kafka.states() == ["ACCUMULATED", "ACCUMULATED"]

    def test_what_blocks_it(self) -> None:
        assert Kafka().blocked(send_record, 1) == "an earlier record comes first"
        assert sent(0).blocked(send_record, 0) == "this record is sent already"
        kafka = Kafka(on_error=OnError.STOP).do(send_record, 0).do(expire_batch, 0)
        assert kafka.blocked(send_record, 1) == "the application stopped after an error"
        kafka = Kafka(on_error=OnError.IGNORE).do(send_record, 0).do(expire_batch, 0)
        assert kafka.do(send_record, 1).queue() == [1]


class TestCrashProducer:
    def test_resend_begins_with_what_was_not_acknowledged(self) -> None:
        kafka = sent(0, 1).do(take_request, 0).do(fetch_all).do(answer_request, 0)
        kafka.do(crash_producer)
        assert kafka.states() == ["ACKNOWLEDGED", "UNSENT"]
        assert kafka.queue() == []
        assert kafka.wire() == []
        assert kafka.late() == [[1], []]
        assert kafka.numbers() == (1, 0, 0, -1, -1)
        assert kafka.sequences() == [-1, -1]

    def test_skip_goes_on_behind_it(self) -> None:
        kafka = sent(0, restart=1).do(crash_producer)
        assert kafka.states() == ["FORGOTTEN", "UNSENT"]

    def test_what_the_leader_has_taken_does_not_come_late(self) -> None:
        kafka = sent(0, 1).do(take_request, 0).do(crash_producer)
        assert kafka.late() == [[1], []]
        assert kafka.log() == [0]

    def test_a_batch_that_waits_to_be_sent_again_is_lost_as_well(self) -> None:
        kafka = sent(0).do(lose_reply, 0).do(crash_producer)
        assert kafka.states()[0] == "UNSENT"
        assert kafka.see(lambda w: w.producer.batches[0].in_retry) is False

    def test_without_idempotence_there_is_no_producer_id(self) -> None:
        assert sent(0, **PLAIN).do(crash_producer).numbers()[0] == 0

    def test_what_blocks_it(self) -> None:
        reason = "nothing would be lost: the client holds no record"
        assert Kafka().blocked(crash_producer) == reason
        kafka = sent(0, producer_crashes=0)
        assert kafka.blocked(crash_producer) == "no more producer crashes may happen"


def test_a_request_is_a_copy_of_the_batch_as_it_was() -> None:
    kafka = sent(0)
    kafka.change(lambda w: setattr(w.producer.batches[0], "sequence", 2))
    assert kafka.see(lambda w: w.connection.requests[0].sequence) == 0
    assert kafka.see(lambda w: isinstance(w.connection.requests[0], ProduceRequest))

"""Connections: what the leader takes, answers, and never reads; what comes late."""

from __future__ import annotations

from typing import Any

import pytest
from kafka_world import Kafka

from model.application import send_record
from model.connections import (
    abandon_connection,
    answer_request,
    close_up,
    lose_reply,
    take_late_request,
    take_request,
)
from model.elections import fail_leader
from model.producer import expire_batch, send_batch
from model.replication import drop_lagging_replicas, fail_follower, fetch_all, rejoin_isr
from model.settings import Acks, OnError

PLAIN = {"idempotence": 0}


def sent(*records: int, **parameters: Any) -> Kafka:
    kafka = Kafka(**parameters)
    for record in records:
        kafka.do(send_record, record).do(send_batch, record)
    return kafka


def waits_for(kafka: Kafka) -> int:
    result: int = kafka.see(lambda w: w.connection.waits_for)
    return result


class TestTakeRequest:
    def test_with_acks_all_the_oldest_waits_for_the_followers(self) -> None:
        kafka = sent(0, 1).do(take_request, 0)
        assert kafka.log() == [0]
        assert kafka.wire() == [0, 1]
        assert waits_for(kafka) == 1
        assert kafka.blocked(take_request, 0) == "the leader waits for its followers"

    def test_with_acks_1_it_is_answered_at_once(self) -> None:
        kafka = sent(0, 1, acks=Acks.LEADER, **PLAIN).do(take_request, 0)
        assert kafka.states() == ["ACKNOWLEDGED", "IN_FLIGHT"]
        assert kafka.wire() == [1]
        assert waits_for(kafka) == -1

    def test_with_acks_0_there_is_no_answer(self) -> None:
        kafka = sent(0, acks=Acks.NONE, **PLAIN).do(take_request, 0)
        assert kafka.log() == [0]
        assert kafka.states()[0] == "ACKNOWLEDGED"
        assert kafka.wire() == []

    def test_a_refusal_is_an_answer(self) -> None:
        kafka = sent(0, replication_factor=1, strict_min_isr=0).do(take_request, 0)
        assert kafka.log() == []
        assert kafka.states()[0] == "RETRYING"
        assert kafka.wire() == []
        assert waits_for(kafka) == -1

    def test_what_blocks_it(self) -> None:
        assert Kafka().blocked(take_request, 0) == "no request is on the connection"
        assert sent(0, 1).blocked(take_request, 1) == "another request is older"


class TestAnswerRequest:
    def test_success_when_the_high_watermark_reaches_the_record(self) -> None:
        kafka = sent(0, 1).do(take_request, 0)
        reason = "the high watermark has not reached the record"
        assert kafka.blocked(answer_request, 0) == reason
        kafka.do(fetch_all)
        assert kafka.blocked(answer_request, 1) == "it waits with another record"
        kafka.do(answer_request, 0)
        assert kafka.states() == ["ACKNOWLEDGED", "IN_FLIGHT"]
        assert kafka.wire() == [1]
        assert kafka.blocked(answer_request, 1) == "the leader does not wait for its followers"

    def test_it_times_out_where_the_isr_became_too_small(self) -> None:
        kafka = sent(0).do(take_request, 0).do(drop_lagging_replicas).do(answer_request, 0)
        assert kafka.states()[0] == "RETRYING"
        assert kafka.log() == [0]

    def test_not_enough_replicas_after_append(self) -> None:
        kafka = sent(0, replication_factor=2).do(take_request, 0)
        kafka.change(lambda w: setattr(w.partition, "high_watermark", 1))
        kafka.do(fail_follower, 1).do(answer_request, 0)
        assert kafka.states()[0] == "RETRYING"
        assert kafka.log() == [0]

    def test_a_batch_that_came_back_is_answered_with_its_first_offset(self) -> None:
        kafka = sent(0, 1).do(lose_reply, 0).do(take_late_request, 0, 1).do(send_batch, 0)
        kafka.do(take_request, 0)
        assert kafka.log() == [0, 1]
        assert waits_for(kafka) == 1


class TestLoseReply:
    def test_the_record_is_in_the_log_and_the_client_tries_again(self) -> None:
        kafka = sent(0).do(lose_reply, 0)
        assert kafka.log() == [0]
        assert kafka.states()[0] == "RETRYING"
        assert kafka.wire() == []
        assert kafka.late() == [[], []]
        assert kafka.see(lambda w: (w.faults.in_all, w.faults.lost_replies)) == (1, 1)

    def test_the_younger_requests_come_late(self) -> None:
        assert sent(0, 1).do(lose_reply, 0).late() == [[1], []]

    def test_a_request_that_waits_is_not_taken_twice(self) -> None:
        kafka = sent(0, 1, **PLAIN).do(take_request, 0).do(lose_reply, 0)
        assert kafka.log() == [0]
        assert kafka.late() == [[1], []]
        assert waits_for(kafka) == -1

    def test_without_retries_the_application_is_told(self) -> None:
        kafka = sent(0, 1, retries=0, on_error=OnError.IGNORE, **PLAIN).do(lose_reply, 0)
        assert kafka.states() == ["FAILED", "FAILED"]

    def test_what_blocks_it(self) -> None:
        assert Kafka().blocked(lose_reply, 0) == "no request is on the connection"
        assert sent(0, 1).blocked(lose_reply, 1) == "another request is older"
        kafka = sent(0, acks=Acks.NONE, **PLAIN)
        assert kafka.blocked(lose_reply, 0) == "with acks=0 there is no answer"
        assert sent(0, lost_replies=0).blocked(lose_reply, 0) == "no more lost replies may happen"


class TestAbandonConnection:
    def test_everything_comes_late_and_the_client_tries_again(self) -> None:
        kafka = sent(0, 1).do(abandon_connection)
        assert kafka.late() == [[0, 1], []]
        assert kafka.wire() == []
        assert kafka.queue() == [0, 1]
        assert kafka.states() == ["RETRYING", "RETRYING"]

    def test_with_acks_0_the_client_does_not_care(self) -> None:
        kafka = sent(0, acks=Acks.NONE, **PLAIN).do(abandon_connection)
        assert kafka.states()[0] == "ACKNOWLEDGED"
        assert kafka.queue() == []
        assert kafka.late() == [[0], []]

    def test_a_second_connection_does_not_mix_with_the_first(self) -> None:
        kafka = sent(0, **PLAIN).do(abandon_connection).do(send_batch, 0).do(lose_reply, 0)
        assert kafka.late() == [[0], []]
        kafka = sent(0, abandoned_connections=2).do(abandon_connection).do(send_batch, 0)
        assert kafka.do(abandon_connection).late() == [[0], [0]]

    def test_late_requests_forget_that_they_are_expired(self) -> None:
        kafka = sent(0).do(expire_batch, 0).do(abandon_connection)
        assert kafka.see(lambda w: w.late[0].requests[0].expired) is False

    def test_what_blocks_it(self) -> None:
        assert Kafka().blocked(abandon_connection) == "no request is on the connection"
        kafka = sent(0).do(take_request, 0)
        assert kafka.blocked(abandon_connection) == "the leader has taken the oldest request"
        kafka = sent(0, abandoned_connections=0)
        assert kafka.blocked(abandon_connection) == "no more abandoned connections may happen"


class TestTakeLateRequest:
    def test_in_order_and_without_an_answer(self) -> None:
        kafka = sent(0, 1, **PLAIN).do(abandon_connection)
        assert kafka.blocked(take_late_request, 0, 1) == "another request is older"
        assert kafka.blocked(take_late_request, 1, 0) == "nothing is left on this connection"
        kafka.do(take_late_request, 0, 0).do(take_late_request, 0, 1)
        assert kafka.log() == [0, 1]
        assert kafka.states() == ["RETRYING", "RETRYING"]
        assert kafka.late() == [[], []]

    def test_a_repeat_is_recognised(self) -> None:
        kafka = sent(0).do(abandon_connection).do(send_batch, 0).do(take_request, 0)
        assert kafka.do(take_late_request, 0, 0).log() == [0]

    def test_it_may_be_refused(self) -> None:
        kafka = sent(0, replication_factor=1, strict_min_isr=0).do(abandon_connection)
        assert kafka.do(take_late_request, 0, 0).log() == []


def test_a_crashed_leader_takes_nothing_more() -> None:
    kafka = sent(0).do(abandon_connection).do(send_batch, 0).do(fail_leader, 1)
    assert kafka.late() == [[], []]
    assert kafka.wire() == []
    assert kafka.states()[0] == "RETRYING"


@pytest.mark.parametrize("first_empty", [True, False])
def test_abandoned_connections_close_up(first_empty: bool) -> None:
    kafka = sent(0, abandoned_connections=2, **PLAIN).do(abandon_connection).do(send_batch, 0)
    kafka.do(abandon_connection).do(take_late_request, int(not first_empty), 0)
    kafka.change(close_up)
    assert kafka.late() == [[0], []]


def test_an_isr_that_grows_again_lets_the_request_through() -> None:
    kafka = sent(0).do(take_request, 0).do(drop_lagging_replicas).do(rejoin_isr, 1)
    assert kafka.do(answer_request, 0).states()[0] == "ACKNOWLEDGED"

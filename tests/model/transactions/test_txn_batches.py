"""Several batches of a transaction for one partition: order, retries, numbers, late copies."""

from __future__ import annotations

from typing import Any

import pytest
from transaction_world import COMMITTED, World, entry

from model.sorts import Error
from model.transactions import connections, failover, late, producer
from model.transactions import transaction_manager as manager
from model.transactions.batches import SendState
from model.transactions.requests import Asked, Kind
from model.transactions.sorts import Version
from model.transactions.transaction_manager import ManagerState
from specs.transactions import atomicity, fencing, no_loss, order

THREE = {"batches": 3}
OLD = {"client_version": Version.V0, "cluster_version": Version.V0}
OPEN = ManagerState.IN_TRANSACTION
FLYING, AGAIN, DONE, FAILED = (
    SendState.IN_FLIGHT,
    SendState.RETRYING,
    SendState.ACKNOWLEDGED,
    SendState.FAILED,
)


def client(sent: int = 2, **settings: Any) -> World:
    """A producer whose transaction has sent records to partition 0."""
    world = World(THREE, **settings).put(clients_0__state=ManagerState.READY)
    for _ in range(sent):
        world.do(producer.send_record, 0, 0)
    return world


def states(world: World) -> list[SendState]:
    return [SendState(world.get(f"clients[0].partitions[0].batches[{i}].state")) for i in range(3)]


def sequences(world: World) -> list[int]:
    return [world.get(f"clients[0].partitions[0].batches[{i}].sequence") for i in range(3)]


def partition(world: World, name: str) -> Any:
    return world.get(f"clients[0].partitions[0].{name}")


def answer(world: World, error: Error, place: int = 0) -> World:
    world.change(lambda w: manager.handle_produce_response(w, 0, 0, place, error))
    return world


class TestSending:
    def test_each_record_has_the_next_sequence_and_number(self) -> None:
        world = client(3)
        assert sequences(world) == [0, 1, 2]
        assert world.blocked(producer.send_record, 0, 0) == (
            "the transaction has all its records for this partition"
        )
        for _ in range(3):
            world.do(connections.take_batch, 0, 0)
        assert [(epoch, value) for _, _, epoch, value in world.log()] == [(0, 0), (0, 1), (0, 2)]
        assert states(world) == [DONE] * 3
        assert partition(world, "last_acknowledged") == 2

    def test_the_next_transaction_has_the_next_numbers(self) -> None:
        world = client(1).put(clients_0__begun=2)
        world.do(connections.take_batch, 0, 0)
        assert world.log()[0][3] == 3

    def test_the_partition_is_added_once(self) -> None:
        world = client(1, **OLD)
        reason = "a request to the coordinator is under way"
        assert world.blocked(producer.send_record, 0, 0) == reason
        world.do(connections.take_add_partition, 0).do(producer.send_record, 0, 0)
        assert world.get("clients[0].request") == Kind.NOTHING
        assert states(world)[:2] == [FLYING, FLYING]

    def test_after_the_transaction_all_is_forgotten(self) -> None:
        world = client(2, may_abort=1)
        world.do(connections.take_batch, 0, 0).do(connections.take_batch, 0, 0)
        world.do(producer.commit_transaction, 0).do(connections.take_end_txn, 0)
        assert states(world) == [SendState.NOTHING] * 3
        assert partition(world, "last_acknowledged") == -1
        assert world.get("history.records[0].promised") == {0}
        assert world.get("history.records[1].promised") == {0}
        assert world.get("history.records[2].promised") == set()


class TestRefusedRecords:
    def test_the_next_record_has_its_number_in_the_log(self) -> None:
        world = client(1, refused_record_fails=0, **OLD)
        world.do(connections.take_add_partition, 0).do(producer.refuse_record, 0, 0)
        world.do(producer.send_record, 0, 0)
        assert (states(world), sequences(world)) == ([FLYING, FAILED, FLYING], [0, -1, 1])
        assert partition(world, "next_sequence") == 2

    def test_the_partition_may_be_added_for_a_later_record(self) -> None:
        world = client(0, refused_record_fails=0, **OLD).do(producer.refuse_record, 0, 0)
        world.do(producer.send_record, 0, 0)
        assert states(world)[:2] == [FAILED, SendState.WAITING]
        world.do(connections.take_add_partition, 0)
        assert states(world)[:2] == [FAILED, FLYING]


class TestRetries:
    def test_a_refused_batch_waits_behind_what_is_on_the_connection(self) -> None:
        world = answer(client(2), Error.NOT_ENOUGH_REPLICAS)
        assert states(world)[:2] == [AGAIN, FLYING]
        assert world.blocked(producer.resend_batch, 0, 0) == "a later batch is not answered yet"
        assert world.blocked(producer.send_record, 0, 0) == (
            "an earlier batch is to be sent again first"
        )

    def test_a_later_batch_is_sent_again_after_it(self) -> None:
        world = answer(client(2), Error.CONCURRENT_TRANSACTIONS)
        answer(world, Error.OUT_OF_ORDER_SEQUENCE_NUMBER, 1)
        assert states(world)[:2] == [AGAIN, AGAIN]
        world.do(producer.resend_batch, 0, 0)
        assert states(world)[:2] == [FLYING, AGAIN]
        world.do(connections.take_batch, 0, 0).do(producer.resend_batch, 0, 0)
        assert states(world)[:2] == [DONE, FLYING]

    def test_the_next_batch_in_line_fails(self) -> None:
        world = answer(client(1), Error.OUT_OF_ORDER_SEQUENCE_NUMBER)
        assert states(world)[0] == FAILED
        assert world.get("clients[0].state") == ManagerState.ABORTABLE_ERROR

    def test_an_old_batch_is_sent_again_for_ever(self) -> None:
        world = answer(client(2), Error.NOT_ENOUGH_REPLICAS)
        answer(world, Error.NONE, 1).do(producer.resend_batch, 0, 0)
        assert states(answer(world, Error.OUT_OF_ORDER_SEQUENCE_NUMBER))[:2] == [AGAIN, DONE]

    def test_not_while_an_earlier_one_is_unresolved(self) -> None:
        world = client(2).put(clients_0__partitions_0__unresolved=True)
        answer(world, Error.NOT_ENOUGH_REPLICAS)
        assert states(answer(world, Error.OUT_OF_ORDER_SEQUENCE_NUMBER, 1))[1] == FAILED


class TestRefusedForNow:
    def test_the_question_is_remembered(self) -> None:
        world = client(2).do(connections.refuse_batch, 0, 0)
        assert states(world)[:2] == [AGAIN, FLYING]
        assert world.state()["guard.epoch"] == 0
        world.do(connections.take_batch, 0, 0)
        assert (states(world)[:2], world.log()) == ([AGAIN, AGAIN], [])

    def test_else_a_later_batch_is_the_first_of_an_unknown_producer(self) -> None:
        world = client(2, lowest_sequence=0, first_sequence=0).do(connections.refuse_batch, 0, 0)
        world.do(connections.take_batch, 0, 0).do(producer.resend_batch, 0, 0)
        assert world.do(connections.take_batch, 0, 0).log()[0][3] == 1
        assert states(world)[:2] == [AGAIN, DONE]

    def test_nothing_is_asked_where_the_transaction_is_open(self) -> None:
        world = client(2).do(connections.take_batch, 0, 0).do(connections.refuse_batch, 0, 0)
        assert world.state()["guard.epoch"] == -1

    def test_not_now(self) -> None:
        assert client(0).blocked(connections.refuse_batch, 0, 0) == "no batch is in flight"
        world = client(1).put(clients_0__partitions_0__asked=Asked.VERIFIED)
        reason = "the coordinator has answered"
        assert world.blocked(connections.refuse_batch, 0, 0) == reason


class TestNumberedAgain:
    def test_those_behind_a_refused_batch_move_down(self) -> None:
        world = answer(client(3), Error.INVALID_TXN_STATE)
        assert (states(world), sequences(world)) == ([FAILED, FLYING, FLYING], [-1, 0, 1])
        assert partition(world, "next_sequence") == 2

    def test_what_is_on_the_connection_has_its_old_number(self) -> None:
        world = answer(client(2), Error.INVALID_TXN_STATE)
        sent = world.change(lambda w: int(connections.batch_of(w, 0, 0).sequence))
        assert sent == 1
        answer(world, Error.OUT_OF_ORDER_SEQUENCE_NUMBER, 1).do(producer.resend_batch, 0, 0)
        assert world.change(lambda w: int(connections.batch_of(w, 0, 0).sequence)) == 0

    def test_those_before_it_do_not(self) -> None:
        world = answer(client(3), Error.NOT_ENOUGH_REPLICAS)
        answer(world, Error.INVALID_TXN_STATE, 1)
        assert sequences(world) == [0, -1, 1]


class TestExpiry:
    def test_the_oldest_expires_first(self) -> None:
        world = answer(client(2), Error.NOT_ENOUGH_REPLICAS).do(producer.expire_batch, 0, 0)
        assert states(world)[:2] == [FAILED, FLYING]
        assert partition(world, "unresolved") is True
        assert partition(world, "next_sequence") == 2

    @pytest.mark.parametrize(
        ("error", "bumps"), [(Error.NONE, False), (Error.INVALID_TXN_STATE, True)]
    )
    def test_it_left_a_gap_unless_the_later_ones_are_acknowledged(
        self, error: Error, bumps: bool
    ) -> None:
        world = client(1, **OLD).do(connections.take_add_partition, 0)
        world.do(producer.send_record, 0, 0)
        answer(world, Error.NOT_ENOUGH_REPLICAS).do(producer.expire_batch, 0, 0)
        world.put(clients_0__state=ManagerState.ABORTING_TRANSACTION, clients_0__bump_required=0)
        answer(world, error, 1)
        assert partition(world, "unresolved") is False
        assert world.get("clients[0].bump_required") is bumps

    def test_in_flight_with_all_that_is_on_the_connection(self) -> None:
        world = client(2).do(late.expire_batch_in_flight, 0, 0)
        assert states(world)[:2] == [FAILED, AGAIN]
        assert (world.get("late[0].sequence"), world.get("late[0].behind")) == (0, {1})

    def test_in_flight_only_at_the_first_attempt(self) -> None:
        world = answer(client(1), Error.NOT_ENOUGH_REPLICAS).do(producer.resend_batch, 0, 0)
        assert world.blocked(late.expire_batch_in_flight, 0, 0) == (
            "the batch may have been sent before"
        )


class TestConnections:
    def test_what_is_on_one_comes_late_in_its_order(self) -> None:
        world = client(3).do(connections.take_batch, 0, 0).do(late.abandon_batch, 0, 0)
        assert states(world) == [DONE, AGAIN, AGAIN]
        assert (world.get("late[0].value"), world.get("late[0].behind")) == (1, {2})
        world.put(late_0__asked=Asked.VERIFIED)
        world.do(late.take_late_batch, 0)
        assert (world.get("late[0].value"), world.get("late[0].sequence")) == (2, 2)
        assert (world.get("late[0].behind"), world.get("late[0].asked")) == (set(), Asked.NOT_YET)
        world.do(late.take_late_batch, 0)
        assert world.get("late[0].kind") == Kind.NOTHING
        assert [value for *_, value in world.log()] == [0, 1, 2]

    def test_a_record_that_send_refused_between_two_is_not_on_it(self) -> None:
        world = client(1, refused_record_fails=0).do(producer.refuse_record, 0, 0)
        world.do(producer.send_record, 0, 0).do(late.abandon_batch, 0, 0)
        assert states(world) == [AGAIN, FAILED, AGAIN]
        assert (world.get("late[0].value"), world.get("late[0].behind")) == (0, {2})
        world.do(late.take_late_batch, 0).do(late.take_late_batch, 0)
        assert world.get("late[0].kind") == Kind.NOTHING
        assert [value for *_, value in world.log()] == [0, 2]
        assert world.get("partitions[0].producers[0].window[1].sequence") == 1

    def test_those_to_an_old_leader_are_sent_again(self) -> None:
        world = client(2)
        world.put(partitions_0__producers_0__epoch=0, partitions_0__producers_0__window=[5, 6])
        world.do(failover.fail_leader, 0)
        assert states(world)[:2] == [AGAIN, AGAIN]


def log(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"partitions_0__log": list(entries)}


def committed(value: int) -> dict[str, Any]:
    return entry(value=value, **COMMITTED)


TOLD = {"history__transactions_0__intent": 4, "history__records_1__promised": {0}}
ABORTED = entry(value=1, outcome=2)


@pytest.mark.parametrize(
    ("guarantee", "holds", "given"),
    [
        (no_loss, False, TOLD | log(committed(0))),
        (no_loss, True, TOLD | log(committed(1))),
        (order, False, log(committed(1), committed(0))),
        (order, False, log(committed(3), committed(2))),
        (order, True, log(committed(6), committed(2))),
        (atomicity, False, log(committed(0), ABORTED)),
        (atomicity, True, log(committed(2), ABORTED)),
        (fencing, False, {"history__records_1__barred": {0}} | log(committed(1))),
        (fencing, True, {"history__records_1__barred": {0}} | log(committed(0))),
    ],
)
def test_guarantees_speak_of_records(guarantee: Any, holds: bool, given: dict[str, Any]) -> None:
    world = World({"batches": 2}).put(**given)
    assert bool(world.change(guarantee.rule)) is holds

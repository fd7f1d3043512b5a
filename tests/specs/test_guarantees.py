"""Each guarantee and witness has a world where it holds and one where it does not."""

from __future__ import annotations

from typing import Any

import pytest
from kafka_world import Kafka, request

from model.consumer import ConsumerState
from model.partition import StoredBatch
from model.producer import BatchState
from model.settings import OnError
from specs.guarantees import no_duplicates, no_loss, order
from specs.witnesses import batch_retried, everything_delivered

OUTCOMES = (BatchState.ACKNOWLEDGED, BatchState.ACKNOWLEDGED)


def at_rest(
    batches: tuple[BatchState, BatchState] = OUTCOMES,
    log: tuple[int, ...] = (0, 1),
    processed: tuple[int, int] = (1, 1),
    **parameters: Any,
) -> Kafka:
    """Producer and consumer have nothing left to do."""
    kafka = Kafka(**parameters)

    def place(world: Any) -> None:
        for record in (0, 1):
            world.producer.batches[record].state = batches[record]
            world.history.processed[record] = processed[record]
        for record in log:
            world.partition.log.append(StoredBatch(record=record, producer_id=0, epoch=0))
        world.partition.high_watermark = len(log)
        world.consumer.position = len(log)
        world.group.committed = len(log)

    kafka.change(place)
    return kafka


def changed(**places: Any) -> Kafka:
    """A world with a lost record, in which something is left to do."""
    kafka = at_rest(processed=(1, 0))

    def place(world: Any) -> None:
        for path, value in places.items():
            part, field = path.split("__")
            setattr(getattr(world, part), field, value)

    kafka.change(place)
    return kafka


class TestNoLoss:
    def test_a_record_that_was_not_processed_is_lost(self) -> None:
        assert at_rest().see(no_loss)
        assert not at_rest(processed=(1, 0)).see(no_loss)
        assert not at_rest(processed=(0, 2)).see(no_loss)

    def test_so_is_one_that_vanished_from_the_log(self) -> None:
        assert not at_rest(log=(0,)).see(no_loss)

    @pytest.mark.parametrize(
        ("state", "on_error", "holds"),
        [
            (BatchState.FAILED, OnError.IGNORE, False),
            (BatchState.FAILED, OnError.RETRY, True),
            (BatchState.FAILED, OnError.STOP, True),
            (BatchState.FORGOTTEN, OnError.IGNORE, False),
            (BatchState.FORGOTTEN, OnError.STOP, True),
            (BatchState.ACKNOWLEDGED, OnError.STOP, False),
        ],
    )
    def test_what_is_accepted(self, state: BatchState, on_error: OnError, holds: bool) -> None:
        kafka = at_rest((OUTCOMES[0], state), log=(0,), processed=(1, 0), on_error=on_error)
        assert kafka.see(no_loss) is holds

    @pytest.mark.parametrize(
        ("state", "on_error", "holds"),
        [
            (BatchState.ACCUMULATED, OnError.IGNORE, True),
            (BatchState.IN_FLIGHT, OnError.IGNORE, True),
            (BatchState.RETRYING, OnError.IGNORE, True),
            (BatchState.UNSENT, OnError.IGNORE, True),
            (BatchState.FAILED, OnError.IGNORE, False),
        ],
    )
    def test_a_producer_with_work_left_is_waited_for(
        self, state: BatchState, on_error: OnError, holds: bool
    ) -> None:
        kafka = at_rest((OUTCOMES[0], state), processed=(0, 0), on_error=on_error)
        assert kafka.see(no_loss) is holds

    def test_an_application_that_stopped_has_no_work_left(self) -> None:
        outcomes = (BatchState.FAILED, BatchState.UNSENT)
        kafka = at_rest(outcomes, log=(), processed=(0, 0), on_error=OnError.STOP)
        assert kafka.see(no_loss)
        outcomes = (BatchState.ACKNOWLEDGED, BatchState.UNSENT)
        kafka = Kafka({"records": 3}, on_error=OnError.STOP)

        def place(world: Any) -> None:
            world.producer.batches[0].state = BatchState.ACKNOWLEDGED
            world.producer.batches[1].state = BatchState.FAILED

        kafka.change(place)
        assert not kafka.see(no_loss)

    def test_a_request_on_its_way_is_waited_for(self) -> None:
        kafka = at_rest(processed=(1, 0))
        kafka.change(lambda w: w.connection.requests.put(request(1)()))
        assert kafka.see(no_loss)

    def test_a_request_on_an_abandoned_connection_is_not(self) -> None:
        kafka = at_rest(processed=(1, 0))
        kafka.change(lambda w: w.late[0].requests.put(request(1)()))
        assert not kafka.see(no_loss)

    def test_a_consumer_with_work_left_is_waited_for(self) -> None:
        assert not changed().see(no_loss)
        assert changed(consumer__position=1).see(no_loss)
        assert changed(partition__high_watermark=1).see(no_loss)
        assert changed(partition__high_watermark=1, consumer__position=1).see(no_loss)
        for state in ConsumerState:
            holds = changed(consumer__state=state).see(no_loss)
            assert holds is (state != ConsumerState.POLLING)


def test_no_duplicates() -> None:
    assert at_rest().see(no_duplicates)
    assert at_rest(log=(0, 0, 1)).see(no_duplicates)
    assert not at_rest(processed=(2, 1)).see(no_duplicates)
    assert not at_rest(processed=(0, 2)).see(no_duplicates)


def test_order() -> None:
    for record in (0, 1):
        kafka = at_rest()
        assert kafka.see(order)
        kafka.change(lambda w, overtaken: w.history.overtaken.__setitem__(overtaken, True), record)
        assert not kafka.see(order)


@pytest.mark.parametrize(
    ("state", "on_error", "holds"),
    [
        (BatchState.ACKNOWLEDGED, OnError.STOP, False),
        (BatchState.IN_FLIGHT, OnError.STOP, True),
        (BatchState.FAILED, OnError.STOP, True),
        (BatchState.FORGOTTEN, OnError.STOP, True),
        (BatchState.FORGOTTEN, OnError.RETRY, True),
        (BatchState.FORGOTTEN, OnError.IGNORE, False),
        (BatchState.UNSENT, OnError.IGNORE, True),
    ],
)
def test_the_order_of_records_that_are_not_accepted_does_not_matter(
    state: BatchState, on_error: OnError, holds: bool
) -> None:
    kafka = at_rest((state, OUTCOMES[1]), on_error=on_error)
    kafka.change(lambda w: w.history.overtaken.__setitem__(0, True))
    assert kafka.see(order) is holds


def test_everything_delivered() -> None:
    assert at_rest().see(everything_delivered)
    assert at_rest(processed=(2, 1)).see(everything_delivered)
    assert not at_rest(processed=(1, 0)).see(everything_delivered)
    assert not at_rest((OUTCOMES[0], BatchState.IN_FLIGHT)).see(everything_delivered)
    kafka = at_rest()
    kafka.change(lambda w: setattr(w.group, "committed", 1))
    assert not kafka.see(everything_delivered)


@pytest.mark.parametrize(
    ("parameters", "asked"),
    [
        ({}, True),
        ({"abandoned_connections": 0}, True),
        ({"lost_replies": 0}, True),
        ({"lost_replies": 0, "abandoned_connections": 0}, False),
        ({"in_all": 0}, False),
        ({"retries": 0}, False),
        ({"acks": 0}, False),
        ({"acks": 1}, True),
    ],
)
def test_batch_retried(parameters: Any, asked: bool) -> None:
    assert Kafka(**parameters).see(batch_retried) is not asked
    kafka = at_rest((OUTCOMES[0], BatchState.RETRYING), **parameters)
    assert kafka.see(batch_retried)

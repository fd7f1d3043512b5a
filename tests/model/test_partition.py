"""The partition leader: what it appends, recognises and refuses."""

from __future__ import annotations

from typing import Any

import pytest
from kafka_world import Kafka, request

from model.partition import StoredBatch, append_batch
from model.settings import Acks
from model.sorts import Error

Numbers = tuple[int, int, int]  # producer id, epoch, sequence
LARGE = {"records": 8}


def leader(*stored: Numbers, **parameters: Any) -> Kafka:
    kafka = Kafka(**{"bounds": LARGE, **parameters})

    def fill(world: Any) -> None:
        for producer_id, epoch, sequence in stored:
            world.partition.log.append(
                StoredBatch(record=0, producer_id=producer_id, epoch=epoch, sequence=sequence)
            )

    kafka.change(fill)
    return kafka


def append(kafka: Kafka, numbers: Numbers, record: int = 1) -> tuple[int, int]:
    producer_id, epoch, sequence = numbers
    make = request(record, sequence, epoch, producer_id)
    result: tuple[int, int] = kafka.change(lambda world: append_batch(world, make()))
    return result


ACCEPTED = [
    pytest.param([], (0, 0, 0), id="an empty log"),
    pytest.param([], (0, 2, 7), id="an unknown producer id begins anywhere"),
    pytest.param([(1, 0, 0)], (0, 0, 7), id="other producer ids do not count"),
    pytest.param([(0, 0, 0)], (0, 0, 1), id="the next sequence"),
    pytest.param([(0, 0, 4)], (0, 0, 5), id="the next one after an odd beginning"),
    pytest.param([(0, 0, 0), (1, 0, 5)], (0, 0, 1), id="the next one of this producer id"),
    pytest.param([(0, 0, 3)], (0, 1, 0), id="a new epoch at sequence 0"),
    pytest.param([(0, 0, 1), (0, 1, 0)], (0, 1, 1), id="the next one of the new epoch"),
    pytest.param([(0, 0, 1), (0, 1, 0)], (0, 3, 0), id="a later epoch"),
]


@pytest.mark.parametrize(("stored", "numbers"), ACCEPTED)
def test_accepted(stored: list[Numbers], numbers: Numbers) -> None:
    kafka = leader(*stored)
    assert append(kafka, numbers) == (Error.NONE, len(stored) + 1)
    assert kafka.stored()[-1] == (1, *numbers)


SIX = [(0, 0, k) for k in range(6)]
REPEATED = [
    pytest.param([(0, 0, 0)], (0, 0, 0), 1, id="the last batch"),
    pytest.param([(0, 0, 0), (0, 0, 1), (1, 0, 0)], (0, 0, 0), 1, id="an older batch"),
    pytest.param([(1, 0, 0), (0, 0, 0)], (0, 0, 0), 2, id="the offset is that of the batch"),
    pytest.param(SIX, (0, 0, 1), 2, id="the fifth newest"),
    pytest.param([(0, 0, 0), (0, 1, 0)], (0, 1, 0), 2, id="of the new epoch"),
    pytest.param([*SIX[:5], (1, 0, 5), (1, 0, 6)], (0, 0, 0), 1, id="others do not push it out"),
]


@pytest.mark.parametrize(("stored", "numbers", "end"), REPEATED)
def test_repeated(stored: list[Numbers], numbers: Numbers, end: int) -> None:
    kafka = leader(*stored)
    assert append(kafka, numbers) == (Error.NONE, end)
    assert len(kafka.log()) == len(stored)


REFUSED = [
    pytest.param(
        [(0, 0, 0)], (0, 0, 2), Error.OUT_OF_ORDER_SEQUENCE_NUMBER, id="a sequence is missing"
    ),
    pytest.param(
        [(0, 0, 3)], (0, 0, 2), Error.OUT_OF_ORDER_SEQUENCE_NUMBER, id="a lower one is not there"
    ),
    pytest.param(
        [(0, 0, 3), (0, 0, 4)], (0, 0, 1), Error.OUT_OF_ORDER_SEQUENCE_NUMBER, id="much lower"
    ),
    pytest.param(SIX, (0, 0, 0), Error.OUT_OF_ORDER_SEQUENCE_NUMBER, id="the sixth newest"),
    pytest.param(
        [(0, 0, 0)], (0, 1, 1), Error.OUT_OF_ORDER_SEQUENCE_NUMBER, id="a new epoch not at 0"
    ),
    pytest.param(
        [(0, 0, 0), (0, 1, 0)],
        (0, 1, 2),
        Error.OUT_OF_ORDER_SEQUENCE_NUMBER,
        id="a sequence of the new epoch is missing",
    ),
    pytest.param([(0, 1, 0)], (0, 0, 1), Error.INVALID_PRODUCER_EPOCH, id="a lower epoch"),
    pytest.param(
        [(0, 0, 0), (0, 1, 0)],
        (0, 0, 0),
        Error.INVALID_PRODUCER_EPOCH,
        id="a new epoch forgets the batches of the old one",
    ),
]


@pytest.mark.parametrize(("stored", "numbers", "error"), REFUSED)
def test_refused(stored: list[Numbers], numbers: Numbers, error: Error) -> None:
    kafka = leader(*stored)
    assert append(kafka, numbers)[0] == error
    assert len(kafka.log()) == len(stored)


def test_without_idempotence_everything_is_appended() -> None:
    kafka = leader(idempotence=0)
    for end in (1, 2):
        assert append(kafka, (0, 0, -1)) == (Error.NONE, end)
    assert kafka.log() == [1, 1]


@pytest.mark.parametrize(
    ("acks", "in_sync", "error"),
    [
        (Acks.ALL, 2, Error.NONE),
        (Acks.ALL, 1, Error.NOT_ENOUGH_REPLICAS),
        (Acks.LEADER, 1, Error.NONE),
        (Acks.NONE, 1, Error.NONE),
    ],
)
def test_acks_all_needs_enough_replicas(acks: Acks, in_sync: int, error: Error) -> None:
    kafka = leader(acks=acks, replication_factor=in_sync, strict_min_isr=0, idempotence=0)
    assert append(kafka, (0, 0, -1))[0] == error
    assert len(kafka.log()) == (error == Error.NONE)


def test_a_leader_alone_commits_at_once() -> None:
    kafka = leader(replication_factor=1, min_insync_replicas=1)
    append(kafka, (0, 0, 0))
    assert kafka.see(lambda w: w.partition.high_watermark) == 1


def test_the_high_watermark_waits_for_followers() -> None:
    kafka = leader()
    append(kafka, (0, 0, 0))
    assert kafka.see(lambda w: w.partition.high_watermark) == 0

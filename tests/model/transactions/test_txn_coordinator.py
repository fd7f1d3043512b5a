"""The transaction coordinator: InitProducerId, AddPartitionsToTxn, EndTxn in all their cases."""

from __future__ import annotations

from typing import Any

import pytest
from transaction_world import World

from checker.lang import NONE
from model.sorts import Error
from model.transactions import markers
from model.transactions.add_partitions import add_partition, verify_partition
from model.transactions.coordinator import (
    TxnState,
    end_transaction,
    fail_over,
    init_producer_id,
)
from model.transactions.markers import forget_last_epoch
from model.transactions.sorts import Version

TRANSACTION = "coordinator__transactions_0__"
EMPTY, ONGOING = TxnState.EMPTY, TxnState.ONGOING
COMMITTING, ABORTING = TxnState.PREPARE_COMMIT, TxnState.PREPARE_ABORT
COMMITTED, ABORTED = TxnState.COMPLETE_COMMIT, TxnState.COMPLETE_ABORT
FENCED, MAPPING = Error.PRODUCER_FENCED, Error.INVALID_PRODUCER_ID_MAPPING
WAIT, INVALID = Error.CONCURRENT_TRANSACTIONS, Error.INVALID_TXN_STATE


def coordinator(state: TxnState = EMPTY, epoch: int = 2, **given: Any) -> World:
    """A coordinator that knows producer id 0 with an epoch; fields and settings by name."""
    fields = {k: v for k, v in given.items() if k in FIELDS}
    world = World(**{k: v for k, v in given.items() if k not in FIELDS})
    places = {"state": state, "epoch": epoch, **fields}
    if state in (ONGOING, COMMITTING, ABORTING):
        places.setdefault("partitions", {0})
    return world.put(**{TRANSACTION + name: value for name, value in places.items()})


FIELDS = {
    *("producer_id", "previous_id", "next_id", "last_epoch"),
    *("partitions", "unacknowledged", "gave_up"),
}


def found(world: World, *names: str) -> tuple[Any, ...]:
    return tuple(world.get(f"coordinator.transactions[0].{name}") for name in names)


INITS = [
    # state, fields and settings, producer id and epoch asked with, answer, state after, last epoch
    pytest.param(EMPTY, {}, (NONE, NONE), (0, 0, 3), EMPTY, NONE, id="for the first time"),
    pytest.param(COMMITTED, {}, (NONE, NONE), (0, 0, 3), EMPTY, NONE, id="after a commit"),
    pytest.param(ABORTED, {}, (0, 2), (0, 0, 3), EMPTY, 2, id="a bump by the client"),
    pytest.param(
        EMPTY, {"last_epoch": 1}, (0, 1), (0, 0, 2), EMPTY, 1, id="the answer was lost: once more"
    ),
    pytest.param(EMPTY, {"last_epoch": 1}, (0, 0), (FENCED,), EMPTY, 1, id="an older epoch"),
    pytest.param(EMPTY, {}, (1, 2), (FENCED,), EMPTY, NONE, id="another producer id"),
    pytest.param(COMMITTING, {}, (NONE, NONE), (WAIT,), COMMITTING, NONE, id="while it commits"),
    pytest.param(ABORTING, {}, (0, 2), (WAIT,), ABORTING, NONE, id="while it aborts"),
    pytest.param(ONGOING, {}, (NONE, NONE), (WAIT,), ABORTING, 2, id="an open one is aborted"),
    pytest.param(
        ONGOING, {}, (0, 0), (WAIT,), ABORTING, 2, id="an open one: the epoch is not compared"
    ),
    pytest.param(ONGOING, {}, (1, 2), (FENCED,), ONGOING, NONE, id="an open one: the id is"),
    pytest.param(
        EMPTY, {"maximum_epoch": 3}, (NONE, NONE), (0, 1, 0), EMPTY, NONE, id="epochs are used up"
    ),
    pytest.param(
        EMPTY, {"maximum_epoch": 3}, (0, 2), (0, 1, 0), EMPTY, 2, id="used up, by the client"
    ),
    pytest.param(
        EMPTY,
        {"maximum_epoch": 3, "previous_id": 1, "last_epoch": 2},
        (1, 2),
        (0, 1, 0),
        EMPTY,
        2,
        id="of the producer id before the rotation",
    ),
]


@pytest.mark.parametrize(("state", "given", "asked", "answer", "after", "last"), INITS)
def test_init_producer_id(
    state: TxnState,
    given: dict[str, Any],
    asked: tuple[int, int],
    answer: tuple[int, ...],
    after: TxnState,
    last: int,
) -> None:
    world = coordinator(state, **given)
    told = world.change(lambda w: init_producer_id(w, 0, *asked))
    assert tuple(told) == (answer if len(answer) == 3 else (answer[0], NONE, NONE))
    assert found(world, "state", "last_epoch") == (after, last)


def test_an_unknown_id_gets_a_producer_id() -> None:
    world = World().put(
        coordinator__transactions_0__producer_id=NONE, coordinator__transactions_0__epoch=NONE
    )
    assert tuple(world.change(lambda w: init_producer_id(w, 0, NONE, NONE))) == (0, 1, 0)
    assert world.get("coordinator.last_producer_id") == 1


@pytest.mark.parametrize(
    ("settings", "epoch", "last"),
    [
        ({}, 3, 2),
        ({"bump_on_fence": 0}, 3, 2),
        ({"cluster_version": Version.V1}, 3, NONE),
        ({"cluster_version": Version.V1, "bump_on_fence": 0}, 2, NONE),
    ],
)
def test_an_open_transaction_is_aborted_with_the_next_epoch(
    settings: dict[str, int], epoch: int, last: int
) -> None:
    world = coordinator(ONGOING, **settings)
    world.change(lambda w: init_producer_id(w, 0, NONE, NONE))
    assert found(world, "epoch", "last_epoch", "unacknowledged") == (epoch, last, {0})


ADDS = [
    (EMPTY, 0, 2, Error.NONE),
    (ONGOING, 0, 2, Error.NONE),
    (COMMITTED, 0, 2, Error.NONE),
    (ABORTED, 0, 2, Error.NONE),
    (COMMITTING, 0, 2, WAIT),
    (COMMITTING, 1, 0, WAIT),
    (ONGOING, 1, 2, MAPPING),
    (ONGOING, 0, 1, FENCED),
    (ONGOING, 0, 3, FENCED),
]


@pytest.mark.parametrize(("state", "producer_id", "epoch", "error"), ADDS)
def test_add_partition(state: TxnState, producer_id: int, epoch: int, error: Error) -> None:
    world = coordinator(state)
    partitions = found(world, "partitions")[0]
    told = world.change(lambda w: add_partition(w, 0, producer_id, epoch, 1, Version.V1))
    assert told == error
    if error == Error.NONE:
        assert found(world, "state", "partitions", "version") == (
            ONGOING,
            partitions | {1},
            Version.V1,
        )
    else:
        assert found(world, "state", "partitions") == (state, partitions)


@pytest.mark.parametrize(
    ("producer_id", "epoch", "error"), [(0, 2, WAIT), (1, 2, MAPPING), (0, 1, FENCED)]
)
def test_before_4_0_who_asks_is_looked_at_before_what_is_pending(
    producer_id: int, epoch: int, error: Error
) -> None:
    for first, expected in ((1, WAIT), (0, error)):
        world = coordinator(ABORTING, add_checks_pending_first=first)
        told = world.change(lambda w: add_partition(w, 0, producer_id, epoch, 1, Version.V1))
        assert told == expected


def test_an_unknown_transactional_id_has_no_partitions() -> None:
    world = coordinator(producer_id=NONE)
    assert world.change(lambda w: add_partition(w, 0, NONE, 2, 1, Version.V1)) == MAPPING


@pytest.mark.parametrize(
    ("state", "producer_id", "epoch", "partition", "error"),
    [
        (ONGOING, 0, 2, 0, Error.NONE),
        (ONGOING, 0, 2, 1, Error.TRANSACTION_ABORTABLE),
        (EMPTY, 0, 2, 0, Error.TRANSACTION_ABORTABLE),
        (ONGOING, 1, 2, 0, MAPPING),
        (ONGOING, 0, 1, 0, FENCED),
        (ABORTING, 0, 2, 0, WAIT),
        (ABORTING, 0, 1, 0, FENCED),
    ],
)
def test_verify_partition(
    state: TxnState, producer_id: int, epoch: int, partition: int, error: Error
) -> None:
    world = coordinator(state)
    before = found(world, "state", "partitions")
    told = world.change(lambda w: verify_partition(w, 0, producer_id, epoch, partition))
    assert told == error
    assert found(world, "state", "partitions") == before


def end(world: World, producer_id: int, epoch: int, commit: bool, version: Version) -> Any:
    return world.change(lambda w: end_transaction(w, 0, producer_id, epoch, commit, version))


ENDS_OF_VERSION_2 = [
    # state, epoch of EndTxn (the coordinator's is 2), commit, answer, state after
    pytest.param(ONGOING, 2, True, (0, 0, 3), COMMITTING, id="commit"),
    pytest.param(ONGOING, 2, False, (0, 0, 3), ABORTING, id="abort"),
    pytest.param(ONGOING, 1, True, FENCED, ONGOING, id="an old epoch"),
    pytest.param(ONGOING, 3, True, FENCED, ONGOING, id="a higher epoch"),
    pytest.param(COMMITTING, 1, True, WAIT, COMMITTING, id="it is committing"),
    pytest.param(COMMITTED, 1, True, (0, 0, 2), COMMITTED, id="a repeated commit"),
    pytest.param(COMMITTED, 1, False, INVALID, COMMITTED, id="an abort of what is committed"),
    pytest.param(COMMITTED, 2, True, INVALID, COMMITTED, id="a commit of nothing"),
    pytest.param(COMMITTED, 2, False, (0, 0, 3), ABORTED, id="an abort of nothing"),
    pytest.param(COMMITTED, 0, True, FENCED, COMMITTED, id="an older transaction's commit"),
    pytest.param(ABORTED, 1, False, (0, 0, 2), ABORTED, id="a repeated abort"),
    pytest.param(ABORTED, 1, True, INVALID, ABORTED, id="a commit of what is aborted"),
    pytest.param(ABORTED, 2, False, (0, 0, 3), ABORTED, id="an abort of nothing, after an abort"),
    pytest.param(EMPTY, 2, True, INVALID, EMPTY, id="a commit before anything"),
    pytest.param(EMPTY, 2, False, (0, 0, 3), ABORTED, id="an abort before anything"),
    pytest.param(EMPTY, 1, False, FENCED, EMPTY, id="an abort of an old epoch"),
]


@pytest.mark.parametrize(("state", "epoch", "commit", "answer", "after"), ENDS_OF_VERSION_2)
def test_end_of_version_2(
    state: TxnState, epoch: int, commit: bool, answer: Any, after: TxnState
) -> None:
    world = coordinator(state)
    told = tuple(end(world, 0, epoch, commit, Version.V2))
    assert told == (answer if isinstance(answer, tuple) else (answer, NONE, NONE))
    bumped = told[0] == Error.NONE and state not in (COMMITTED, ABORTED)
    bumped = bumped or (state in (COMMITTED, ABORTED) and epoch == 2 and told[0] == Error.NONE)
    assert found(world, "state", "epoch") == (after, 3 if bumped else 2)


def test_another_producer_id_ends_nothing() -> None:
    for version in Version:
        assert end(coordinator(ONGOING), 1, 2, True, version)[0] == MAPPING
        assert end(coordinator(ONGOING, producer_id=NONE), 0, 2, True, version)[0] == MAPPING


@pytest.mark.parametrize(("first", "error"), [(1, WAIT), (0, FENCED)])
def test_what_is_completing_is_told_before_the_epoch_is_looked_at(first: int, error: Error) -> None:
    world = coordinator(COMMITTING, end_checks_pending_first=first)
    assert end(world, 0, 0, True, Version.V2)[0] == error


def test_a_commit_after_the_coordinators_own_abort() -> None:
    for is_fenced, error in ((0, INVALID), (1, FENCED)):
        world = coordinator(ABORTED, late_end_is_fenced=is_fenced)
        assert end(world, 0, 1, True, Version.V2)[0] == error


def test_the_last_epoch_rotates_the_producer_id() -> None:
    world = coordinator(ONGOING, maximum_epoch=3)
    assert tuple(end(world, 0, 2, True, Version.V2)) == (Error.NONE, 1, 0)
    assert found(world, "next_id", "producer_id", "epoch") == (1, 0, 3)
    world = coordinator(COMMITTED, 0, maximum_epoch=3, producer_id=1, previous_id=0)
    assert tuple(end(world, 0, 2, True, Version.V2)) == (Error.NONE, 1, 0)


ENDS_BEFORE = [
    pytest.param(ONGOING, 2, True, Error.NONE, COMMITTING, id="commit"),
    pytest.param(ONGOING, 2, False, Error.NONE, ABORTING, id="abort"),
    pytest.param(ONGOING, 1, True, FENCED, ONGOING, id="an old epoch"),
    pytest.param(ONGOING, 3, True, FENCED, ONGOING, id="a higher epoch"),
    pytest.param(COMMITTING, 2, True, WAIT, COMMITTING, id="it is committing"),
    pytest.param(COMMITTED, 2, True, Error.NONE, COMMITTED, id="a repeated commit"),
    pytest.param(COMMITTED, 2, False, INVALID, COMMITTED, id="an abort of what is committed"),
    pytest.param(ABORTED, 2, False, Error.NONE, ABORTED, id="a repeated abort"),
    pytest.param(ABORTED, 2, True, INVALID, ABORTED, id="a commit of what is aborted"),
    pytest.param(EMPTY, 2, False, INVALID, EMPTY, id="an abort before anything"),
]


@pytest.mark.parametrize("version", [Version.V0, Version.V1])
@pytest.mark.parametrize(("state", "epoch", "commit", "error", "after"), ENDS_BEFORE)
def test_end_before_version_2(
    state: TxnState,
    epoch: int,
    commit: bool,
    error: Error,
    after: TxnState,
    version: Version,
) -> None:
    world = coordinator(state)
    assert tuple(end(world, 0, epoch, commit, version)) == (error, NONE, NONE)
    assert found(world, "state", "epoch") == (after, 2)


@pytest.mark.parametrize(("commit", "after"), [(True, COMMITTING), (False, ABORTING)])
def test_a_higher_epoch_decided_before_kafka_9600_and_was_refused(
    commit: bool, after: TxnState
) -> None:
    world = coordinator(ONGOING, strict_end=0)
    assert tuple(end(world, 0, 3, commit, Version.V1)) == (FENCED, NONE, NONE)
    assert found(world, "state", "epoch", "gave_up") == (after, 2, True)
    world.change(fail_over)
    assert found(world, "state", "unacknowledged", "gave_up") == (after, {0}, False)


def test_an_epoch_decides_and_its_markers_are_sent() -> None:
    world = coordinator(ONGOING, strict_end=0)
    assert end(world, 0, 2, True, Version.V1)[0] == Error.NONE
    assert found(world, "gave_up") == (False,)
    assert end(coordinator(ONGOING, strict_end=0), 0, 1, True, Version.V1)[0] == FENCED


def test_markers_are_owed_to_every_partition() -> None:
    world = coordinator(ONGOING, partitions={0, 1})
    end(world, 0, 2, True, Version.V2)
    assert found(world, "unacknowledged", "version") == ({0, 1}, Version.V2)


@pytest.mark.parametrize(
    ("version", "kept"), [(Version.V2, NONE), (Version.V1, 1), (Version.V0, 1)]
)
def test_the_canonical_form_forgets_what_no_client_asks_for(version: Version, kept: int) -> None:
    world = coordinator(last_epoch=1, client_version=version)
    world.change(forget_last_epoch)
    assert found(world, "last_epoch") == (kept,)


WITH_ROTATION = {"maximum_epoch": 3, "rotate_on_fence": 1}
TWICE = {"maximum_epoch": 3, "fence_bumps_once": 0}
BROKEN = Error.UNKNOWN_SERVER_ERROR
FENCES = [
    # settings, epoch before, answer, state, epoch, last epoch and next id after
    pytest.param({"maximum_epoch": 3}, 1, WAIT, (ABORTING, 2, 1, NONE), id="once"),
    pytest.param({"maximum_epoch": 3}, 2, WAIT, (ABORTING, 3, 2, NONE), id="the last epoch"),
    pytest.param({"maximum_epoch": 3}, 3, BROKEN, (ONGOING, 3, NONE, NONE), id="beyond its end"),
    pytest.param(WITH_ROTATION, 1, WAIT, (ABORTING, 2, 1, NONE), id="KAFKA-20090: once"),
    pytest.param(WITH_ROTATION, 2, WAIT, (ABORTING, 3, 2, 1), id="KAFKA-20090: another id"),
    pytest.param(WITH_ROTATION, 3, WAIT, (ABORTING, 3, 3, 1), id="KAFKA-20090: it stays"),
    pytest.param(TWICE, 0, WAIT, (ABORTING, 2, 1, NONE), id="4.0: twice"),
    pytest.param(TWICE, 1, WAIT, (ABORTING, 3, 2, NONE), id="4.0: to the last one"),
    pytest.param(TWICE, 2, BROKEN, (ONGOING, 3, NONE, NONE), id="4.0: in memory alone"),
    pytest.param(
        {**TWICE, **WITH_ROTATION}, 2, WAIT, (ABORTING, 3, 3, 1), id="4.0 with KAFKA-20090"
    ),
]


@pytest.mark.parametrize(("settings", "epoch", "answer", "after"), FENCES)
def test_fencing_near_the_last_epoch(
    settings: dict[str, int], epoch: int, answer: Error, after: tuple[Any, ...]
) -> None:
    world = coordinator(ONGOING, epoch, **settings)
    told = world.change(lambda w: init_producer_id(w, 0, NONE, NONE))
    assert tuple(told) == (answer, NONE, NONE)
    assert found(world, "state", "epoch", "last_epoch", "next_id") == after


def test_an_epoch_that_was_raised_in_memory_is_lost_with_the_coordinator() -> None:
    world = coordinator(ONGOING, 2, **TWICE)
    world.change(lambda w: init_producer_id(w, 0, NONE, NONE))
    assert found(world, "epoch", "is_raised") == (3, True)
    world.do(markers.fail_coordinator)
    assert found(world, "state", "epoch", "is_raised") == (ONGOING, 2, False)
    assert world.blocked(markers.fail_coordinator) == "nothing would be lost"
    for state, settings in ((ONGOING, {"maximum_epoch": 3}), (ONGOING, TWICE), (ABORTED, TWICE)):
        world = coordinator(state, 3, **settings)
        world.change(fail_over)
        assert found(world, "epoch") == (3,)


@pytest.mark.parametrize(
    ("settings", "commit", "answer", "after"),
    [
        ({"maximum_epoch": 3}, True, (BROKEN, NONE, NONE), (ONGOING, 3)),
        ({"maximum_epoch": 3}, False, (BROKEN, NONE, NONE), (ONGOING, 3)),
        (WITH_ROTATION, True, (BROKEN, NONE, NONE), (ONGOING, 3)),
        (WITH_ROTATION, False, (Error.NONE, 1, 0), (ABORTING, 3)),
    ],
)
def test_an_end_beyond_the_last_epoch(
    settings: dict[str, int], commit: bool, answer: tuple[int, ...], after: tuple[Any, ...]
) -> None:
    world = coordinator(ONGOING, 3, **settings)
    assert tuple(end(world, 0, 3, commit, Version.V2)) == answer
    assert found(world, "state", "epoch") == after

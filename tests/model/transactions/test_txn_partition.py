"""The partition leader: what it asks, appends, recognises and refuses; what markers do."""

from __future__ import annotations

from typing import Any

import pytest
from transaction_world import World, batch, entry

from checker.lang import NONE
from model.sorts import Error
from model.transactions.coordinator import TxnState
from model.transactions.partition import (
    EntryKind,
    append_batch,
    expire_question,
    forget_markers,
    handle_marker,
    handle_produce,
    last_stable_offset,
    reload,
    verify_batch,
)
from model.transactions.partition_view import is_returned_from
from model.transactions.requests import Asked
from model.transactions.settings import Isolation
from model.transactions.sorts import Version

STATE = "partitions_0__producers_0__"


def leader(known: dict[str, Any] | None = None, **settings: int) -> World:
    """A partition that knows something of producer id 0."""
    world = World(**settings)
    for name, value in (known or {}).items():
        world.put(**{STATE + name: value})
    return world


KNOWN = {"epoch": 1, "window": [0, 1]}
OPEN = {**KNOWN, "in_transaction": True}
ASKED = {"guard__epoch": 1, "guard__lowest_sequence": 0, "guard__bumps": True}

APPENDED = [
    pytest.param({}, {}, {}, id="an unknown producer id begins at 0"),
    pytest.param({}, {"sequence": 7, "version": Version.V1}, {}, id="before version 2 anywhere"),
    pytest.param({}, {"sequence": 1}, {"first_sequence": 0}, id="anywhere without KAFKA-18202"),
    pytest.param(OPEN, {"epoch": 1, "sequence": 2}, {}, id="the next sequence"),
    pytest.param(KNOWN, {"epoch": 1, "sequence": 2}, {}, id="it opens the transaction"),
    pytest.param(OPEN, {"epoch": 2, "sequence": 0}, {}, id="a new epoch at 0"),
    pytest.param(KNOWN, {"epoch": 1, "sequence": NONE}, {}, id="an offset has no sequence"),
    pytest.param(
        ASKED,
        {"epoch": 1, "sequence": 3, "version": Version.V1},
        {"lowest_sequence": 0},
        id="after a higher one that asks, without KAFKA-14920",
    ),
    pytest.param(
        {"epoch": 1}, {"epoch": 1, "sequence": 0}, {}, id="an empty window counts as before 0"
    ),
]


@pytest.mark.parametrize(("known", "sent", "settings"), APPENDED)
def test_appended(known: dict[str, Any], sent: dict[str, Any], settings: dict[str, int]) -> None:
    world = leader(known, **settings)
    make = batch(value=3, **sent)
    assert world.change(lambda w: append_batch(w, 0, make(), Asked.VERIFIED)) == Error.NONE
    assert world.log() == [("TRANSACTIONAL", "OPEN", sent.get("epoch", 0), 3)]
    found = world.state()
    assert (found["epoch"], found["in_transaction"]) == (sent.get("epoch", 0), True)
    assert found["guard.epoch"] == NONE
    if sent.get("sequence", 0) != NONE:
        assert found["window"][-1] == sent.get("sequence", 0)


EPOCH = Error.INVALID_PRODUCER_EPOCH
SEQUENCE = Error.OUT_OF_ORDER_SEQUENCE_NUMBER
STATE_ERROR = Error.INVALID_TXN_STATE
REFUSED = [
    pytest.param({}, {"sequence": 1}, Asked.VERIFIED, SEQUENCE, id="version 2 begins at 0"),
    pytest.param(OPEN, {"epoch": 1, "sequence": 3}, Asked.VERIFIED, SEQUENCE, id="a gap"),
    pytest.param(OPEN, {"epoch": 2, "sequence": 1}, Asked.VERIFIED, SEQUENCE, id="new epoch not 0"),
    pytest.param(OPEN, {"epoch": 0, "sequence": 2}, Asked.VERIFIED, EPOCH, id="an old epoch"),
    pytest.param(OPEN, {"epoch": 0, "sequence": NONE}, Asked.VERIFIED, EPOCH, id="an old offset"),
    pytest.param(
        ASKED,
        {"epoch": 1, "sequence": 3, "version": Version.V1},
        Asked.VERIFIED,
        SEQUENCE,
        id="a lower one is being verified",
    ),
    pytest.param(
        KNOWN, {"epoch": 1, "sequence": 2}, Asked.STALE, STATE_ERROR, id="a marker came between"
    ),
    pytest.param(
        OPEN,
        {"epoch": 1, "sequence": 2, "transactional": False},
        Asked.VERIFIED,
        STATE_ERROR,
        id="no plain batch in a transaction",
    ),
]


@pytest.mark.parametrize(("known", "sent", "asked", "error"), REFUSED)
def test_refused(known: dict[str, Any], sent: dict[str, Any], asked: Asked, error: Error) -> None:
    world = leader(known)
    before = world.state()
    make = batch(**sent)
    assert world.change(lambda w: append_batch(w, 0, make(), asked)) == error
    assert world.log() == []
    assert world.state() == before


def test_a_stale_question_does_not_matter_where_the_transaction_is_open() -> None:
    make = batch(epoch=1, sequence=2)
    for known, settings in ((OPEN, {}), (KNOWN, {"verification_guard": 0})):
        world = leader(known, **settings)
        assert world.change(lambda w: append_batch(w, 0, make(), Asked.STALE)) == Error.NONE


@pytest.mark.parametrize("sequence", [0, 1])
def test_a_repeat_is_acknowledged_and_not_appended(sequence: int) -> None:
    world = leader(OPEN)
    make = batch(epoch=1, sequence=sequence, value=2)
    assert world.change(lambda w: append_batch(w, 0, make(), Asked.VERIFIED)) == Error.NONE
    assert world.log() == []


def test_what_fell_out_of_the_window_is_not_recognised() -> None:
    world = leader({"epoch": 1, "window": [1, 2], "in_transaction": True})
    make = batch(epoch=1, sequence=0)
    assert world.change(lambda w: append_batch(w, 0, make(), Asked.VERIFIED)) == SEQUENCE


def coordinator(state: TxnState, partitions: set[int], epoch: int = 0, **settings: int) -> World:
    """A leader whose coordinator has a transaction in this state."""
    return World(**settings).put(
        coordinator__transactions_0__state=state,
        coordinator__transactions_0__epoch=epoch,
        coordinator__transactions_0__partitions=partitions,
    )


ONGOING, PREPARING = TxnState.ONGOING, TxnState.PREPARE_COMMIT
QUESTIONS = [
    (ONGOING, {0}, 0, Version.V1, Error.NONE),
    (ONGOING, {1}, 0, Version.V1, Error.TRANSACTION_ABORTABLE),
    (ONGOING, {1}, 0, Version.V0, Error.INVALID_TXN_STATE),
    (ONGOING, {0}, 1, Version.V1, Error.INVALID_PRODUCER_EPOCH),
    (PREPARING, {0}, 0, Version.V1, Error.NOT_ENOUGH_REPLICAS),
    (PREPARING, {0}, 0, Version.V2, Error.CONCURRENT_TRANSACTIONS),
    (ONGOING, {1}, 1, Version.V2, Error.INVALID_PRODUCER_EPOCH),
    (ONGOING, {1}, 0, Version.V2, Error.NONE),
    (TxnState.EMPTY, set(), 0, Version.V2, Error.NONE),
    (TxnState.COMPLETE_ABORT, set(), 0, Version.V2, Error.NONE),
    (TxnState.COMPLETE_ABORT, set(), 0, Version.V1, Error.TRANSACTION_ABORTABLE),
]


@pytest.mark.parametrize(("state", "partitions", "epoch", "version", "error"), QUESTIONS)
def test_the_coordinator_is_asked(
    state: TxnState, partitions: set[int], epoch: int, version: Version, error: Error
) -> None:
    world = coordinator(state, partitions, epoch)
    make = batch(version=version)
    assert world.change(lambda w: verify_batch(w, 0, 0, make())) == error
    is_added = version == Version.V2 and error == Error.NONE
    found = world.get("coordinator.transactions[0].partitions")
    assert found == (partitions | {0} if is_added else partitions)
    assert world.get("coordinator.transactions[0].state") == (ONGOING if is_added else state)
    assert world.state()["guard.epoch"] == 0


@pytest.mark.parametrize(
    ("known", "sent", "settings"),
    [
        pytest.param(OPEN, {"epoch": 1, "sequence": 2}, {}, id="the transaction is open here"),
        pytest.param({}, {"transactional": False}, {}, id="it is in no transaction"),
        pytest.param({}, {"version": Version.V1}, {"verification": 0}, id="before KAFKA-14561"),
        pytest.param(
            {},
            {"version": Version.V1, "sequence": NONE},
            {"offset_verification": 0},
            id="an offset before KAFKA-15449",
        ),
        pytest.param(
            OPEN, {"epoch": 2}, {"epoch_aware_open": 0}, id="an open one before KAFKA-18575"
        ),
    ],
)
def test_the_coordinator_is_not_asked(
    known: dict[str, Any], sent: dict[str, Any], settings: dict[str, int]
) -> None:
    world = leader(known, **settings)
    make = batch(**sent)
    assert world.change(lambda w: verify_batch(w, 0, 0, make())) == Error.NONE
    assert world.state()["guard.epoch"] == NONE
    assert world.get("coordinator.transactions[0].state") == TxnState.EMPTY


def test_an_old_epoch_is_refused_before_anybody_is_asked() -> None:
    world = leader(KNOWN)
    make = batch(epoch=0)
    assert world.change(lambda w: verify_batch(w, 0, 0, make())) == EPOCH
    assert world.state()["guard.epoch"] == NONE


def test_the_guard_remembers_the_lowest_sequence_of_the_newest_epoch() -> None:
    world = coordinator(ONGOING, {0}, 1, verification=1)
    for epoch, sequence, lowest in ((1, 3, 3), (1, 2, 2), (1, 4, 2), (0, 1, 2), (2, 6, 6)):
        make = batch(epoch=epoch, sequence=sequence, version=Version.V1)
        world.change(lambda w, make=make: verify_batch(w, 0, 0, make()))
        assert world.get("partitions[0].producers[0].guard.lowest_sequence") == lowest


def test_from_arrival_to_answer() -> None:
    world = coordinator(TxnState.EMPTY, set())
    make = batch(value=1)
    assert world.change(lambda w: handle_produce(w, 0, 0, make())) == Error.NONE
    assert world.log() == [("TRANSACTIONAL", "OPEN", 0, 1)]
    world = coordinator(TxnState.EMPTY, set(), epoch=4)
    assert world.change(lambda w: handle_produce(w, 0, 0, make())) == EPOCH
    assert world.log() == []


def test_a_batch_without_a_producer_id_is_appended() -> None:
    world = World()
    make = batch(producer_id=NONE, value=2)
    assert world.change(lambda w: handle_produce(w, 0, 0, make())) == Error.NONE
    assert world.log() == [("DATA", "", 0, 2)]
    assert world.state()["epoch"] == NONE


LOG = [entry(epoch=1, value=0), entry(epoch=1, value=1, producer_id=1)]
V1, V2 = Version.V1, Version.V2
MARKERS = [
    pytest.param(OPEN, 1, V1, 0, {}, Error.NONE, id="before version 2 of the same epoch"),
    pytest.param(OPEN, 0, V1, 0, {}, EPOCH, id="of an old epoch"),
    pytest.param(OPEN, 1, V2, 0, {}, EPOCH, id="version 2 of the same epoch"),
    pytest.param(OPEN, 2, V2, 0, {}, Error.NONE, id="version 2 of the next epoch"),
    pytest.param(OPEN, 1, V2, 0, {"strict_marker": 0}, Error.NONE, id="before KIP-1228"),
    pytest.param(KNOWN, 1, V2, 0, {}, Error.NONE, id="a repeat where none is open"),
    pytest.param(KNOWN, 1, V2, 0, {"idempotent_marker": 0}, EPOCH, id="before KAFKA-19999"),
    pytest.param(
        {**OPEN, "coordinator_epoch": 2},
        2,
        V2,
        1,
        {},
        Error.TRANSACTION_COORDINATOR_FENCED,
        id="of a coordinator that was replaced",
    ),
    pytest.param(
        {**OPEN, "coordinator_epoch": 2},
        2,
        V2,
        1,
        {"coordinator_check": 0},
        Error.NONE,
        id="without the check of coordinators",
    ),
    pytest.param({}, 0, V2, 0, {}, Error.NONE, id="an unknown producer id"),
]


@pytest.mark.parametrize("commit", [True, False])
@pytest.mark.parametrize(("known", "epoch", "version", "of", "settings", "error"), MARKERS)
def test_a_marker(
    known: dict[str, Any],
    epoch: int,
    version: Version,
    of: int,
    settings: dict[str, int],
    error: Error,
    commit: bool,
) -> None:
    world = leader(known, **settings).put(partitions_0__log=LOG)
    before = world.state()
    told = world.change(lambda w: handle_marker(w, 0, 0, epoch, commit, of, version))
    assert told == error
    if error != Error.NONE:
        assert (world.state(), len(world.log())) == (before, 2)
        return
    word = "COMMIT" if commit else "ABORT"
    assert world.log() == [
        ("TRANSACTIONAL", "COMMITTED" if commit else "ABORTED", 1, 0),
        ("TRANSACTIONAL", "OPEN", 1, 1),
        (word, "", epoch, 0),
    ]
    after = world.state()
    assert (after["epoch"], after["in_transaction"], after["coordinator_epoch"]) == (
        epoch,
        False,
        of,
    )
    assert after["window"] == (before["window"] if before["epoch"] == epoch else [])


@pytest.mark.parametrize(
    ("guard", "epoch", "kept"),
    [
        ({"guard__epoch": 2, "guard__bumps": True}, 2, True),
        ({"guard__epoch": 2, "guard__bumps": False}, 2, False),
        ({"guard__epoch": 1, "guard__bumps": True}, 2, False),
    ],
)
def test_a_marker_takes_the_guard_away(guard: dict[str, Any], epoch: int, kept: bool) -> None:
    world = leader({**OPEN, **guard}).put(
        clients_0__partitions_0__asked=Asked.VERIFIED,
        late_0__asked=Asked.VERIFIED,
        late_0__producer_id=0,
    )
    world.change(lambda w: handle_marker(w, 0, 0, epoch, False, 0, Version.V2))
    assert (world.state()["guard.epoch"] != NONE) is kept
    asked = Asked.VERIFIED if kept else Asked.STALE
    assert world.get("clients[0].partitions[0].asked") == asked
    assert world.get("late[0].asked") == asked


def test_a_question_expires_by_its_own_clock() -> None:
    world = leader({**KNOWN, **ASKED}).put(clients_0__partitions_0__asked=Asked.VERIFIED)
    world.change(lambda w: expire_question(w, 0, 0))
    assert (world.state()["guard.epoch"], world.state()["epoch"]) == (NONE, 1)
    assert world.get("clients[0].partitions[0].asked") == Asked.STALE


def test_a_reload_keeps_one_batch_of_the_window_and_no_guard() -> None:
    world = leader({**OPEN, **ASKED})
    world.change(lambda w: reload(w, 0))
    found = world.state()
    assert (found["window"], found["guard.epoch"], found["in_transaction"]) == ([1], NONE, True)


def test_the_last_stable_offset_is_before_the_first_open_entry() -> None:
    world = World()
    assert world.change(lambda w: last_stable_offset(w, 0)) == 0
    done = entry(outcome=1)
    for log, stable in (
        ([done], 1),
        ([done, entry(), done], 1),
        ([done, entry(EntryKind.COMMIT), entry(EntryKind.DATA)], 3),
        ([entry()] * 8, 0),
        ([done] * 8, 8),
    ):
        world.put(partitions_0__log=log)
        assert world.change(lambda w: last_stable_offset(w, 0)) == stable


@pytest.mark.parametrize(
    ("outcome", "isolation", "seen"),
    [
        (0, Isolation.READ_COMMITTED, False),
        (1, Isolation.READ_COMMITTED, True),
        (2, Isolation.READ_COMMITTED, False),
        (0, Isolation.READ_UNCOMMITTED, True),
        (2, Isolation.READ_UNCOMMITTED, True),
    ],
)
def test_what_a_consumer_returns(outcome: int, isolation: Isolation, seen: bool) -> None:
    world = World(isolation=isolation).put(partitions_0__log=[entry(outcome=outcome, value=1)])
    assert world.change(lambda w: is_returned_from(w, 1, 0)) is seen
    assert not world.change(lambda w: is_returned_from(w, 0, 0))
    assert not world.change(lambda w: is_returned_from(w, 1, 1))


def test_the_canonical_form_forgets_a_marker_at_the_end() -> None:
    log = [entry(outcome=1), entry(EntryKind.COMMIT)]
    for budget, left in ((0, 1), (1, 2)):
        world = World(unclean_elections=budget).put(partitions_0__log=log)
        world.change(forget_markers)
        assert len(world.log()) == left

"""Each structural invariant has a world where it is true and one where it is not."""

from __future__ import annotations

from typing import Any

import pytest
from transaction_world import ABORTED, COMMITTED, World, entry

from model.transactions.coordinator import TxnState
from model.transactions.requests import Kind
from model.transactions.sorts import Version
from model.transactions.transaction_manager import ManagerState
from specs.structure import STRUCTURE

VERSION_1 = {"client_version": Version.V1}
VERSION_2 = {"client_version": Version.V2}
DECIDED = {"coordinator__transactions_0__state": TxnState.PREPARE_COMMIT}


def log(*entries: dict[str, Any], partition: int = 0) -> dict[str, Any]:
    return {f"partitions_{partition}__log": list(entries)}


def known(**fields: Any) -> dict[str, Any]:
    return {f"partitions_0__producers_0__{name}": value for name, value in fields.items()}


def coordinator(**fields: Any) -> dict[str, Any]:
    return {f"coordinator__transactions_0__{name}": value for name, value in fields.items()}


def client(state: ManagerState, request: Kind) -> dict[str, Any]:
    return {"clients_0__state": state, "clients_0__request": request}


def batch(sequence: int, epoch: int = 0) -> dict[str, Any]:
    return entry(sequence=sequence, epoch=epoch)


ONGOING = coordinator(state=TxnState.ONGOING)

WORLDS: list[Any] = [
    ("epochs_are_handed_out", True, {}),
    ("epochs_are_handed_out", True, coordinator(epoch=1) | {"clients_0__epoch": 1}),
    ("epochs_are_handed_out", True, {"clients_0__producer_id": 1, "clients_0__epoch": 1}),
    ("epochs_are_handed_out", False, {"clients_0__epoch": 1}),
    ("epochs_are_handed_out", False, known(epoch=1)),
    ("open_is_in_log", True, known(in_transaction=True) | log(entry())),
    ("open_is_in_log", True, log(entry(**ABORTED))),
    ("open_is_in_log", False, log(entry())),
    ("open_is_in_log", False, known(in_transaction=True)),
    ("open_is_in_log", False, known(in_transaction=True) | log(entry(**COMMITTED))),
    ("open_is_in_log", False, known(in_transaction=True) | log(entry(producer_id=1))),
    ("last_batch_is_in_log", True, log(batch(0), batch(1))),
    (
        "last_batch_is_in_log",
        True,
        log(batch(0), batch(1)) | known(epoch=0, window=[1]),
    ),
    (
        "last_batch_is_in_log",
        False,
        log(batch(0), batch(1)) | known(epoch=0, window=[0]),
    ),
    ("last_batch_is_in_log", False, log(batch(1)) | known(epoch=1, window=[1])),
    ("last_batch_is_in_log", False, known(epoch=0, window=[0])),
    ("epochs_never_fall", True, log(batch(0), batch(0, 1))),
    ("epochs_never_fall", True, log(entry(epoch=1), entry(producer_id=1))),
    ("epochs_never_fall", False, log(batch(0, 1), batch(0), batch(0, 1))),
    ("sequences_have_no_gap", True, VERSION_2 | log(batch(0), batch(1), batch(0, 1))),
    ("sequences_have_no_gap", True, VERSION_1 | log(batch(1))),
    ("sequences_have_no_gap", False, VERSION_2 | log(batch(1))),
    ("sequences_have_no_gap", False, VERSION_2 | log(batch(0), batch(1, 1))),
    ("sequences_have_no_gap", False, VERSION_2 | log(batch(1), batch(0))),
    ("sequences_have_no_gap", False, VERSION_2 | log(batch(0), entry(producer_id=1, sequence=1))),
    ("epoch_has_one_outcome", True, VERSION_2 | log(entry(**COMMITTED), entry(epoch=1, **ABORTED))),
    ("epoch_has_one_outcome", True, VERSION_1 | log(entry(**COMMITTED), entry(**ABORTED))),
    (
        "epoch_has_one_outcome",
        True,
        VERSION_2 | log(entry(**COMMITTED), entry(producer_id=1, **ABORTED)),
    ),
    ("epoch_has_one_outcome", False, VERSION_2 | log(entry(**COMMITTED), entry(**ABORTED))),
    (
        "epoch_has_one_outcome",
        False,
        VERSION_2 | log(entry(**COMMITTED)) | log(entry(**ABORTED), partition=1),
    ),
    ("partitions_fit_state", True, {}),
    ("partitions_fit_state", True, ONGOING | coordinator(partitions={0})),
    ("partitions_fit_state", True, DECIDED | coordinator(partitions={0, 1}, unacknowledged={1})),
    ("partitions_fit_state", False, ONGOING),
    ("partitions_fit_state", False, coordinator(partitions={0})),
    ("partitions_fit_state", False, DECIDED | coordinator(partitions={0}, unacknowledged={1})),
    ("partitions_fit_state", False, ONGOING | coordinator(partitions={0}, unacknowledged={0})),
    ("partitions_fit_state", False, coordinator(next_id=1)),
    ("request_fits_state", True, client(ManagerState.READY, Kind.NOTHING)),
    ("request_fits_state", True, client(ManagerState.COMMITTING_TRANSACTION, Kind.COMMIT)),
    ("request_fits_state", True, client(ManagerState.ABORTING_TRANSACTION, Kind.ABORT)),
    ("request_fits_state", True, client(ManagerState.INITIALIZING, Kind.BUMP_EPOCH)),
    ("request_fits_state", True, client(ManagerState.IN_TRANSACTION, Kind.ADD_PARTITION)),
    ("request_fits_state", False, client(ManagerState.ABORTABLE_ERROR, Kind.COMMIT)),
    ("request_fits_state", False, client(ManagerState.READY, Kind.ABORT)),
    ("request_fits_state", False, client(ManagerState.READY, Kind.INIT_PRODUCER_ID)),
    ("request_fits_state", False, client(ManagerState.READY, Kind.ADD_PARTITION)),
]
RULES = {item.name: item for item in STRUCTURE}


@pytest.mark.parametrize(("name", "holds", "given"), WORLDS)
def test_where_the_structure_is_sound(name: str, holds: bool, given: dict[str, Any]) -> None:
    places = {each: value for each, value in given.items() if "__" in each or each == "log"}
    world = World(**{each: value for each, value in given.items() if each not in places})
    assert bool(world.put(**places).change(RULES[name].rule)) is holds


@pytest.mark.parametrize("name", list(RULES))
def test_each_invariant_is_seen_to_hold_and_to_fail(name: str) -> None:
    assert {holds for each, holds, _ in WORLDS if each == name} == {True, False}

"""Each guarantee and witness of transactions has a world where it is true and one where not."""

from __future__ import annotations

from typing import Any

import pytest
from transaction_world import ABORTED, COMMITTED, GROUP, World, entry

from model.transactions.coordinator import TxnState
from model.transactions.history import Intent
from model.transactions.partition import EntryKind
from model.transactions.requests import Kind
from model.transactions.settings import Isolation
from model.transactions.transaction_manager import ManagerState
from specs import transaction_witnesses as witnesses
from specs import transactions as specs

ONE = {"producers": 1}


def log(*entries: dict[str, Any], partition: int = 0) -> dict[str, Any]:
    return {f"partitions_{partition}__log": list(entries)}


def committed(value: int = 0) -> dict[str, Any]:
    return entry(value=value, **COMMITTED)


def aborted(value: int = 0) -> dict[str, Any]:
    return entry(value=value, **ABORTED)


def history(intent: Intent, transaction: int = 0, **more: Any) -> dict[str, Any]:
    """What an application knows of a transaction, and of its first records by the names of more."""
    place = f"history__records_{transaction}__"
    told = {place + name: value for name, value in more.items()}
    return {f"history__transactions_{transaction}__intent": intent, **told}


def told(*partitions: int) -> dict[str, Any]:
    """The application was told that its transaction is committed, with records there."""
    return history(Intent.COMMITTED, promised=set(partitions))


def opened(partition: int = 0) -> dict[str, Any]:
    return {f"partitions_{partition}__producers_0__in_transaction": True}


def known(state: TxnState, *partitions: int, producer_id: int = 0) -> dict[str, Any]:
    return {
        "coordinator__transactions_0__state": state,
        "coordinator__transactions_0__partitions": set(partitions),
        "coordinator__transactions_0__producer_id": producer_id,
    }


def late(kind: Kind, partition: int = 0, producer_id: int = 0) -> dict[str, Any]:
    return {
        "late_0__kind": kind,
        "late_0__partition": partition,
        "late_0__producer_id": producer_id,
    }


INPUTS = {"contents_0": 1, "contents_1": 2}
OFFSET = {"partitions_2__log": [entry(value=0, **COMMITTED)]}
READER = {"isolation": Isolation.READ_UNCOMMITTED}

# guarantee, whether it holds, sizes, places and settings
WORLDS: list[Any] = [
    ("no_loss", True, {}, {}),
    ("no_loss", True, {}, told(0) | log(committed())),
    ("no_loss", True, {}, told(0) | log(entry(value=0))),
    ("no_loss", True, {}, history(Intent.COMMIT_ASKED, promised={0})),
    ("no_loss", True, {}, told()),
    ("no_loss", False, {}, told(0)),
    ("no_loss", False, {}, told(0) | log(aborted())),
    ("no_loss", False, {}, told(0, 1) | log(committed())),
    ("no_loss", False, {}, told(0) | log(committed(1))),
    ("no_duplicates", True, {}, log(committed(0), committed(1))),
    ("no_duplicates", True, {}, log(committed(0), aborted(0))),
    ("no_duplicates", True, {}, log(committed(0), entry(value=0))),
    ("no_duplicates", True, {}, log(committed()) | log(committed(), partition=1)),
    ("no_duplicates", False, {}, log(committed(0), committed(1), committed(0))),
    ("no_duplicates", False, {}, log(committed(0), entry(value=0)) | READER),
    ("no_duplicates", True, GROUP, log(committed(0), committed(1)) | INPUTS),
    (
        "no_duplicates",
        False,
        GROUP,
        log(committed(0), committed(1)) | {"contents_0": 1, "contents_1": 1},
    ),
    ("no_duplicates", True, GROUP, log(committed(0), committed(0), partition=2)),
    ("atomicity", True, {}, log(committed()) | log(committed(), partition=1)),
    ("atomicity", True, {}, log(committed()) | log(entry(value=0), partition=1)),
    ("atomicity", True, {}, log(aborted()) | log(aborted(), partition=1)),
    ("atomicity", True, {}, log(committed(), aborted())),
    ("atomicity", False, {}, log(committed()) | log(aborted(), partition=1)),
    ("atomicity", False, GROUP, log(committed()) | log(aborted(), partition=2)),
    ("no_aborted_reads", True, {}, history(Intent.COMMIT_ASKED) | log(committed())),
    ("no_aborted_reads", True, {}, history(Intent.COMMITTED) | log(committed())),
    ("no_aborted_reads", True, {}, history(Intent.OPEN) | log(entry(value=0))),
    ("no_aborted_reads", True, {}, history(Intent.ABORTED) | log(aborted())),
    ("no_aborted_reads", False, {}, history(Intent.OPEN) | log(committed())),
    ("no_aborted_reads", False, {}, history(Intent.ABORT_ASKED) | log(committed())),
    ("no_aborted_reads", False, {}, history(Intent.ABORTED) | log(committed())),
    ("no_aborted_reads", False, {}, history(Intent.OPEN) | log(entry(value=0)) | READER),
    ("no_aborted_reads", False, {}, history(Intent.ABORTED) | log(aborted()) | READER),
    ("fencing", True, {}, log(committed())),
    ("fencing", True, {}, history(Intent.OPEN, barred={0}) | log(aborted())),
    ("fencing", True, {}, history(Intent.OPEN, barred={1}) | log(committed())),
    ("fencing", False, {}, history(Intent.OPEN, barred={0}) | log(committed())),
    ("no_hanging_transaction", True, {}, {}),
    ("no_hanging_transaction", True, {}, opened() | known(TxnState.ONGOING, 0)),
    ("no_hanging_transaction", True, {}, opened() | known(TxnState.PREPARE_ABORT, 0)),
    ("no_hanging_transaction", False, {}, opened()),
    ("no_hanging_transaction", False, {}, opened() | known(TxnState.ONGOING, 1)),
    ("no_hanging_transaction", False, {}, opened() | known(TxnState.COMPLETE_ABORT, 0)),
    ("no_hanging_transaction", False, {}, opened() | known(TxnState.ONGOING, 0, producer_id=1)),
    ("no_hanging_transaction", True, {}, opened() | late(Kind.ABORT_MARKER)),
    ("no_hanging_transaction", True, {}, opened() | late(Kind.COMMIT_MARKER)),
    ("no_hanging_transaction", True, {}, opened() | late(Kind.ADD_PARTITION)),
    ("no_hanging_transaction", False, {}, opened() | late(Kind.PRODUCE)),
    ("no_hanging_transaction", False, {}, opened() | late(Kind.ABORT_MARKER, partition=1)),
    ("no_hanging_transaction", False, {}, opened() | late(Kind.ABORT_MARKER, producer_id=1)),
    ("no_input_lost", True, {}, {}),
    ("no_input_lost", True, GROUP, INPUTS),
    (
        "no_input_lost",
        True,
        GROUP,
        INPUTS | OFFSET | log(committed()) | log(entry(value=0), partition=1),
    ),
    ("no_input_lost", False, GROUP, INPUTS | OFFSET),
    ("no_input_lost", False, GROUP, INPUTS | OFFSET | log(committed())),
    (
        "no_input_lost",
        False,
        GROUP,
        INPUTS | OFFSET | log(committed()) | log(aborted(), partition=1),
    ),
    (
        "no_input_lost",
        False,
        GROUP,
        INPUTS | OFFSET | log(committed(1)) | log(committed(1), partition=1),
    ),
    ("order", True, {}, log(committed(0), committed(1))),
    ("order", True, {}, log(committed(1), aborted(0))),
    ("order", True, {}, log(committed(2), committed(1))),
    ("order", True, {}, log(committed(1)) | log(committed(0), partition=1)),
    ("order", False, {}, log(committed(1), committed(0))),
    ("order", False, {}, log(committed(3), committed(0), committed(2))),
    ("order", False, {}, log(entry(value=1), entry(value=0)) | READER),
    ("transaction_committed", False, {}, log(committed())),
    ("transaction_committed", False, {}, told(0) | log(aborted())),
    ("transaction_committed", True, {}, told(0) | log(committed())),
    ("transaction_aborted", False, {}, log(aborted())),
    ("transaction_aborted", True, {}, history(Intent.ABORTED) | log(aborted())),
    ("transaction_aborted", True, {}, {"may_abort": 0}),
    ("zombie_fenced", False, {}, {"clients_0__state": ManagerState.FATAL_ERROR}),
    ("zombie_fenced", False, {}, {"clients_1__state": ManagerState.READY}),
    (
        "zombie_fenced",
        True,
        {},
        {"clients_0__state": ManagerState.FATAL_ERROR, "clients_1__state": ManagerState.READY},
    ),
    ("zombie_fenced", True, ONE, {}),
    ("zombie_fenced", True, {"transactional_ids": 2}, {}),
    ("late_request_waits", False, {}, late(Kind.PRODUCE)),
    ("late_request_waits", False, {}, log(entry(value=0))),
    ("late_request_waits", True, {}, late(Kind.PRODUCE) | log(entry(value=0))),
    ("late_request_waits", True, {}, {"abandoned_connections": 0}),
    ("late_request_waits", True, {}, {"in_all": 0}),
]
RULES = {item.name: item for item in (*specs.GUARANTEES, *witnesses.WITNESSES)}


@pytest.mark.parametrize(("name", "holds", "sizes", "given"), WORLDS)
def test_where_it_holds(
    name: str, holds: bool, sizes: dict[str, int], given: dict[str, Any]
) -> None:
    places = {name for name in given if "__" in name or name.startswith("contents_")}
    world = World(sizes, **{name: given[name] for name in given if name not in places})
    world.put(**{name: given[name] for name in places})
    assert bool(world.change(RULES[name].rule)) is holds


@pytest.mark.parametrize("name", list(RULES))
def test_each_has_a_world_where_it_is_true_and_one_where_it_is_false(name: str) -> None:
    assert {holds for each, holds, *_ in WORLDS if each == name} == {True, False}


def test_markers_and_offsets_are_no_records() -> None:
    world = World(GROUP).put(**log(entry(EntryKind.COMMIT), entry(EntryKind.COMMIT)))
    assert all(world.change(item.rule) for item in specs.GUARANTEES)

"""Answers of a real broker (Apache Kafka 4.1.1, transaction.version 2) that no trace holds.

They were observed request by request in the same campaign as the traces, but for two, which are
read in Kafka's source: a question left behind refuses the next transaction's first batch
(ProducerAppendInfo#checkSequence); a fenced TxnOffsetCommit of version 5 leaves its partition in
the transaction (CoordinatorRuntime#scheduleTransactionalWriteOperation).
"""

from __future__ import annotations

from typing import Any

import pytest
from raw_client import FOREIGN, GENERATION, RawClient

NONE = 0
NOT_ENOUGH_REPLICAS = 19
OUT_OF_ORDER = 45
INVALID_EPOCH = 47
INVALID_STATE = 48
WRONG_ID = 49
CONCURRENT = 51
FENCED = 90
ABORTABLE = 120
ILLEGAL_GENERATION = 22

UNCHANGED = None
ABORTED = "CompleteAbort"
COMMITTED = "CompleteCommit"


def client_in(state: str) -> tuple[RawClient, int]:
    """Return a client whose transactional id is in a state, with an epoch before; and its epoch."""
    client = RawClient()
    client.init()
    client.init()
    if state == "Empty":
        return client, 1
    assert client.code("AddPartitionsToTxn", 3, pid=0, epoch=1, parts=[0]) == NONE
    if state == "Ongoing":
        return client, 1
    commit = state in ("PrepareCommit", "CompleteCommit")
    assert client.code("EndTxn", 5, pid=0, epoch=1, commit=commit) == NONE
    if state.startswith("Complete"):
        client.settle()
    assert client.transaction == (state, 2)
    return client, 2


# State, commit, epoch (0: the current one) -> code, resulting state or UNCHANGED.
V5: dict[tuple[str, bool], dict[int, tuple[int, str | None]]] = {
    ("Empty", True): {0: (INVALID_STATE, UNCHANGED), -1: (FENCED, UNCHANGED), 1: (FENCED, None)},
    ("Empty", False): {0: (NONE, ABORTED), -1: (FENCED, UNCHANGED), 1: (FENCED, UNCHANGED)},
    ("Ongoing", True): {0: (NONE, COMMITTED), -1: (FENCED, UNCHANGED), 1: (FENCED, UNCHANGED)},
    ("Ongoing", False): {0: (NONE, ABORTED), -1: (FENCED, UNCHANGED), 1: (FENCED, UNCHANGED)},
    (COMMITTED, True): {0: (INVALID_STATE, UNCHANGED), -1: (NONE, UNCHANGED), 1: (FENCED, None)},
    (COMMITTED, False): {0: (NONE, ABORTED), -1: (INVALID_STATE, UNCHANGED), 1: (FENCED, None)},
    (ABORTED, True): {0: (INVALID_STATE, None), -1: (INVALID_STATE, None), 1: (FENCED, None)},
    (ABORTED, False): {0: (NONE, ABORTED), -1: (NONE, UNCHANGED), 1: (FENCED, UNCHANGED)},
    ("PrepareCommit", True): dict.fromkeys((-1, 0, 1), (CONCURRENT, UNCHANGED)),
    ("PrepareCommit", False): dict.fromkeys((-1, 0, 1), (CONCURRENT, UNCHANGED)),
    ("PrepareAbort", True): dict.fromkeys((-1, 0, 1), (CONCURRENT, UNCHANGED)),
    ("PrepareAbort", False): dict.fromkeys((-1, 0, 1), (CONCURRENT, UNCHANGED)),
}
V4 = {
    ("Empty", True): INVALID_STATE,
    ("Empty", False): INVALID_STATE,
    ("Ongoing", True): NONE,
    ("Ongoing", False): NONE,
    (COMMITTED, True): NONE,
    (COMMITTED, False): INVALID_STATE,
    (ABORTED, True): INVALID_STATE,
    (ABORTED, False): NONE,
    ("PrepareCommit", True): CONCURRENT,
    ("PrepareCommit", False): CONCURRENT,
    ("PrepareAbort", True): CONCURRENT,
    ("PrepareAbort", False): CONCURRENT,
}


@pytest.mark.parametrize(("state", "commit"), V5)
def test_end_txn_version_5(state: str, commit: bool) -> None:
    for away, (code, result) in V5[state, commit].items():
        client, epoch = client_in(state)
        answer = client.ask("EndTxn", 5, pid=0, epoch=epoch + away, commit=commit)
        assert answer.code == code, away
        if result is not UNCHANGED:
            assert answer.response == {"pid": 0, "epoch": epoch + 1}
            client.settle()
            assert client.transaction == (result, epoch + 1)
        elif code == NONE:
            assert answer.response == {"pid": 0, "epoch": epoch}
            assert client.transaction == (state, epoch)
        else:
            assert answer.response == {"pid": -1, "epoch": -1}
            assert client.transaction == (state, epoch)


@pytest.mark.parametrize(("state", "commit"), V4)
def test_end_txn_version_4_keeps_the_epoch(state: str, commit: bool) -> None:
    for away in (-1, 0, 1):
        client, epoch = client_in(state)
        answer = client.ask("EndTxn", 4, pid=0, epoch=epoch + away, commit=commit)
        assert answer.code == (V4[state, commit] if away == 0 else FENCED)
        client.settle()
        assert client.transaction[1] == epoch


def test_end_txn_of_a_stranger() -> None:
    client, epoch = client_in("Ongoing")
    for version in (4, 5):
        ask = {"pid": FOREIGN, "epoch": epoch, "commit": True}
        assert client.code("EndTxn", version, **ask) == WRONG_ID
        assert client.code("EndTxn", version, txid="unknown", **ask) == WRONG_ID


def test_a_repeated_empty_abort_is_refused_after_the_next_bump() -> None:
    client, epoch = client_in("Empty")
    end = {"pid": 0, "epoch": epoch}
    assert client.code("EndTxn", 5, **end, commit=False) == NONE
    client.settle()
    assert client.code("EndTxn", 5, **end, commit=False) == NONE
    assert client.code("EndTxn", 5, **end, commit=True) == INVALID_STATE
    assert client.code("EndTxn", 5, pid=0, epoch=epoch + 1, commit=False) == NONE
    client.settle()
    assert client.code("EndTxn", 5, **end, commit=False) == FENCED


def test_init_producer_id_over_no_transaction() -> None:
    client = RawClient()
    assert client.init() == (NONE, 0)
    assert client.init(pid=0, epoch=0) == (NONE, 1)
    assert client.init(pid=0, epoch=0) == (NONE, 1)
    assert client.init(pid=0, epoch=1) == (NONE, 2)
    assert client.init(pid=0, epoch=0) == (FENCED, -1)
    assert client.init(pid=0, epoch=5) == (FENCED, -1)
    assert client.init() == (NONE, 3)
    assert client.init(pid=0, epoch=2) == (FENCED, -1)
    assert client.init(txid="unknown", pid=0, epoch=3) == (NONE, 0)


def test_init_producer_id_after_a_commit() -> None:
    client, epoch = client_in(COMMITTED)
    assert client.init(pid=0, epoch=epoch - 1) == (NONE, epoch)
    assert client.init(pid=0, epoch=epoch) == (NONE, epoch + 1)


@pytest.mark.parametrize("away", [-1, 0, 1, 4])
def test_init_producer_id_compares_no_epoch_over_an_open_transaction(away: int) -> None:
    client, epoch = client_in("Ongoing")
    assert client.init(pid=FOREIGN, epoch=epoch) == (FENCED, -1)
    assert client.init(pid=0, epoch=epoch + away) == (CONCURRENT, -1)
    client.settle()
    assert client.transaction == (ABORTED, epoch + 1)


@pytest.mark.parametrize("state", ["PrepareCommit", "PrepareAbort"])
def test_everything_waits_while_markers_are_written(state: str) -> None:
    client, epoch = client_in(state)
    who = {"pid": 0, "epoch": epoch}
    batch = {**who, "seq": 0, "values": ["x"], "part": 1}
    assert client.init() == (CONCURRENT, -1)
    assert client.code("AddPartitionsToTxn", 3, **who, parts=[1]) == CONCURRENT
    assert client.code("AddPartitionsToTxn", 5, **who, parts=[0], verify_only=True) == CONCURRENT
    assert client.code("Produce", 11, **batch) == NOT_ENOUGH_REPLICAS
    assert client.code("Produce", 12, **batch) == CONCURRENT


def test_a_batch_that_is_not_transactional_while_a_transaction_is_open() -> None:
    client, epoch = client_in("Ongoing")
    batch = {"pid": 0, "epoch": epoch, "values": ["x"], "part": 0}
    assert client.code("Produce", 11, **batch, seq=0) == NONE
    assert client.code("Produce", 11, **batch, seq=1, txid=None) == INVALID_STATE
    assert client.code("EndTxn", 4, pid=0, epoch=epoch, commit=True) == NONE
    client.settle()
    assert client.code("Produce", 11, **batch, seq=1, txid=None) == NONE
    assert client.code("Produce", 11, **batch, seq=3, txid=None) == OUT_OF_ORDER


def committed_batch() -> tuple[RawClient, dict[str, Any]]:
    """Return a client (before version 2) whose batch 0 is committed, and how its batches begin."""
    client, epoch = client_in("Ongoing")
    batch = {"pid": 0, "epoch": epoch, "values": ["x"], "part": 0}
    assert client.code("Produce", 11, **batch, seq=0) == NONE
    assert client.code("EndTxn", 4, pid=0, epoch=epoch, commit=True) == NONE
    client.settle()
    return client, batch


def test_a_late_retry_of_a_committed_batch_while_its_partition_is_open() -> None:
    client, batch = committed_batch()
    assert client.code("AddPartitionsToTxn", 3, pid=0, epoch=batch["epoch"], parts=[0]) == NONE
    assert client.code("Produce", 11, **batch, seq=1) == NONE
    repeat = client.ask("Produce", 11, **batch, seq=0)
    assert (repeat.code, repeat.response["base_offset"]) == (NONE, 0)
    assert client.code("Produce", 11, **batch, seq=2) == NONE


def test_a_late_retry_of_a_committed_batch_leaves_its_question_behind() -> None:
    """Verification comes before the test for repeats; a marker takes the question away."""
    client, batch = committed_batch()
    who = {"pid": 0, "epoch": batch["epoch"]}
    assert client.code("Produce", 11, **batch, seq=0) == ABORTABLE
    assert client.code("AddPartitionsToTxn", 3, **who, parts=[0]) == NONE
    assert client.code("Produce", 11, **batch, seq=1) == OUT_OF_ORDER
    assert client.code("EndTxn", 4, **who, commit=False) == NONE
    client.settle()
    assert client.code("AddPartitionsToTxn", 3, **who, parts=[0]) == NONE
    assert client.code("Produce", 11, **batch, seq=1) == NONE


def test_a_late_retry_of_a_committed_batch_in_version_2() -> None:
    client, epoch = client_in("Empty")
    batch = {"pid": 0, "epoch": epoch, "values": ["x"], "part": 0, "seq": 0}
    assert client.code("Produce", 12, **batch) == NONE
    assert client.code("EndTxn", 5, pid=0, epoch=epoch, commit=True) == NONE
    client.settle()
    assert client.code("Produce", 12, **batch) == INVALID_EPOCH


@pytest.mark.parametrize("version", [10, 11, 12])
def test_batches_of_strangers_and_of_other_epochs(version: int) -> None:
    client, epoch = client_in("Ongoing")
    batch = {"seq": 0, "values": ["x"], "part": 0}
    for other in (epoch - 1, epoch + 1):
        assert client.code("Produce", version, pid=0, epoch=other, **batch) == INVALID_EPOCH
    assert client.code("Produce", version, pid=FOREIGN, epoch=epoch, **batch) == WRONG_ID
    unknown = {"txid": "unknown", "pid": 0, "epoch": epoch}
    assert client.code("Produce", version, **unknown, **batch) == WRONG_ID


def test_a_batch_before_the_partitions_own_marker_shares_the_outcome() -> None:
    client, epoch = client_in("Ongoing")
    batch = {"pid": 0, "epoch": epoch, "values": ["x"], "part": 0}
    assert client.code("Produce", 12, **batch, seq=0) == NONE
    assert client.code("EndTxn", 5, pid=0, epoch=epoch, commit=True) == NONE
    assert client.code("Produce", 12, **batch, seq=1) == NONE
    client.settle()
    assert client.code("Produce", 12, **batch, seq=2) == INVALID_EPOCH


def test_once_a_newcomer_is_ready_the_old_incarnation_is_refused() -> None:
    client, epoch = client_in("Ongoing")
    assert client.code("Produce", 12, pid=0, epoch=epoch, seq=0, values=["x"], part=0) == NONE
    assert client.init() == (CONCURRENT, -1)
    client.settle()
    assert client.init() == (NONE, epoch + 2)
    for old in (epoch, epoch + 1):
        assert client.code("EndTxn", 5, pid=0, epoch=old, commit=True) == FENCED
        late = {"pid": 0, "epoch": old, "seq": 1, "values": ["x"], "part": 0}
        assert client.code("Produce", 12, **late) == INVALID_EPOCH
        assert client.code("AddPartitionsToTxn", 3, pid=0, epoch=old, parts=[0]) == FENCED
        assert client.init(pid=0, epoch=old) == (FENCED, -1)


def test_after_a_restart_one_batch_of_each_producer_is_known() -> None:
    client = RawClient()
    client.init(txid=None)
    batch = {"txid": None, "pid": 0, "epoch": 0, "values": ["x"], "part": 0}
    for sequence in (0, 1, 2):
        assert client.code("Produce", 12, **batch, seq=sequence) == NONE
    assert client.code("Produce", 12, **batch, seq=1) == NONE
    client.restart()
    assert client.code("Produce", 12, **batch, seq=1) == OUT_OF_ORDER
    repeat = client.ask("Produce", 12, **batch, seq=2)
    assert (repeat.code, repeat.response["base_offset"]) == (NONE, 2)


def test_a_restart_forgets_what_a_partition_leader_asked() -> None:
    client, batch = committed_batch()
    assert client.code("Produce", 11, **batch, seq=0) == ABORTABLE
    client.restart()
    assert client.code("AddPartitionsToTxn", 3, pid=0, epoch=batch["epoch"], parts=[0]) == NONE
    assert client.code("Produce", 11, **batch, seq=1) == NONE


@pytest.mark.parametrize(("version", "state"), [(4, "Empty"), (5, "Ongoing")])
def test_a_fenced_offset_commit(version: int, state: str) -> None:
    """It is verified (version 4) or added (version 5) before its generation is looked at."""
    client, epoch = client_in("Empty")
    commit = {"pid": 0, "epoch": epoch, "offset": 1, "generation": GENERATION - 1}
    code = client.code("TxnOffsetCommit", version, **commit)
    assert code == (ABORTABLE if version == 4 else ILLEGAL_GENERATION)
    assert client.transaction == (state, epoch)


def test_a_refused_offset_commit_commits_nothing() -> None:
    client = RawClient()
    stale = {"offset": 1, "generation": GENERATION - 1}
    assert client.code("OffsetCommit", 7, **stale) == ILLEGAL_GENERATION
    assert client.ask("OffsetFetch", 7, require_stable=True).response["offset"] == -1
    assert client.code("OffsetCommit", 7, **{**stale, "generation": GENERATION}) == NONE
    assert client.ask("OffsetFetch", 7, require_stable=True).response["offset"] != -1

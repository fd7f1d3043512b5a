"""The detailed model's transactions (version 2) as runs of the proof model `transactions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang import NONE, bound
from model.releases import LATEST
from model.transactions.partition import EntryKind
from specs.proofs.transactions_lemmas import MODEL
from specs.refinement.agreement import (
    detailed_facts,
    is_version_2,
    proof_facts,
)
from specs.refinement.claims import Refinement, Scope, nothing
from specs.refinement.coordinator import CoordinatorMeanings
from specs.refinement.leader import LeaderMeanings
from specs.refinement.observed import is_appended
from specs.refinement.raw import raw_meanings
from specs.refinement.vocabulary import ONE_COORDINATOR
from specs.transaction_scenario import TransactionScenario

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from model.transactions.world import World
    from specs.refinement.claims import Call
    from specs.refinement.vocabulary import Vocabulary

NO_STEP = (
    "start_producer",
    "send_record",
    "refuse_record",
    "send_outputs",
    "send_offsets",
    "abort_transaction",
    "abandon_request",
    "abandon_batch",
    "resend_batch",
    "expire_batch",
    "expire_batch_in_flight",
    "rebalance",
    "join_group",
    "seek_to_committed",
    "commit_offset",
    "close_consumer",
)
"""What only clients and applications know of.

EndTxn(abort) needs no permission in the proof model: it may abort at any time.
"""
COORDINATOR = (
    "commit_transaction",
    "take_init_producer_id",
    "take_late_init_producer_id",
    "take_end_txn",
    "take_late_end_txn",
    "abort_timed_out_transaction",
    "abandon_marker",
    "write_marker",
    "complete_transaction",
)
LEADER = (
    "take_batch",
    "ask_coordinator",
    "take_offset_commit",
    "take_late_batch",
    "ask_about_late_batch",
    "take_late_offset_commit",
    "take_late_marker",
)
VERSION_1 = "transaction version 1"
OUTSIDE = {
    "take_add_partition": VERSION_1,
    "take_late_add_partition": VERSION_1,
    "fail_leader": "a leader that forgets which verifications are under way",
    "elect_unclean": "truncation of a log",
    "expire_producer": "expiry of a producer id",
}


def meanings_in(words: Vocabulary) -> Mapping[str, Callable[..., Sequence[Call]]]:
    """Return the meaning of every action, in the words of a proof model."""
    coordinator, leader = CoordinatorMeanings(words), LeaderMeanings(words)
    return {
        **dict.fromkeys(NO_STEP, nothing),
        **{name: getattr(coordinator, name) for name in COORDINATOR},
        **{name: getattr(leader, name) for name in LEADER},
        **raw_meanings(coordinator, leader),
    }


def outside_of_both(before: World, after: World, action: str) -> str:
    """Return why no proof model speaks about a step."""
    if not is_version_2(before):
        return VERSION_1
    if action in OUTSIDE:
        return OUTSIDE[action]
    for old, new in zip(
        before.coordinator.transactions, after.coordinator.transactions, strict=True
    ):
        if old.producer_id not in (NONE, new.producer_id) or new.next_id != NONE:
            return "a new producer id after the last epoch"
    if bound("groups") > 0:
        log = after.partitions[bound("partitions")].log
        is_plain = log.length > 0 and log.last.kind == EntryKind.DATA
        if is_plain and is_appended(before, after, bound("partitions")):
            return "an offset commit outside of transactions"
    return ""


def outside(before: World, after: World, action: str) -> str:
    """Return why `transactions` does not speak about a step."""
    if before.coordinator.epoch != after.coordinator.epoch:
        return "failover of the coordinator (see the model failover)"
    return outside_of_both(before, after, action)


def sizes(bounds: Mapping[str, int]) -> Mapping[str, int]:
    """Return bounds of the proof model: every append ends a verification, which then is new."""
    return {
        "producers": bounds["producer_ids"],
        "partitions": bounds["partitions"] + bounds["groups"],
        "questions": bounds["log"] + 1,
        "epochs": bounds["epochs"],
        "offsets": bounds["log"],
    }


def scopes_of(*scenarios: TransactionScenario) -> Mapping[str, Scope]:
    """Return the scopes of scenarios by name, for the newest brokers and clients."""
    return {
        item.name: Scope(item.model(), item.bounds, item.parameters(LATEST, LATEST))
        for item in scenarios
    }


_ONE_OF_ALL = {"producers": 1, "transactions": 1, "partitions": 1}
SCOPES = scopes_of(
    TransactionScenario(
        "two-producers",
        __file__,
        "A second producer with the same transactional id starts; any request may be late",
        bounds={**_ONE_OF_ALL, "producers": 2},
        faults={"abandoned_connections": 1},
    ),
    TransactionScenario(
        "raw-requests",
        __file__,
        "A client sends any request with any epoch that it once held",
        bounds={**_ONE_OF_ALL, "transactions": 2, "raw_requests": 4, "sequences": 1},
        late=(),
    ),
    TransactionScenario(
        "consumed-offsets",
        __file__,
        "A transforming application; a batch or a TxnOffsetCommit may be late",
        bounds={**_ONE_OF_ALL, "groups": 1, "inputs": 1, "generations": 1},
        faults={"abandoned_connections": 1},
        late=("TxnOffsetCommit", "Produce"),
    ),
)
"""Small scopes for steps that the named scenarios do not have."""
TRANSACTIONS = Refinement(
    name="transactions",
    proof=MODEL,
    sizes=sizes,
    meanings=meanings_in(ONE_COORDINATOR),
    outside=outside,
    detailed=detailed_facts,
    proved=proof_facts,
    scenarios=(
        "no-faults",
        "late-end-txn",
        "late-marker",
        "late-produce",
        "late-produce-two-steps",
        "transaction-timeout",
        *SCOPES,
    ),
    scopes=SCOPES,
)

"""What breaks each guarantee, with the length of the shortest run; and what keeps it."""

from __future__ import annotations

import pytest
from delivery import explored, findings, instance, only, without

from checker.explicit.reference import explore
from checker.lang.slicing import slice_instance
from model.settings import Acks, Commit, OffsetReset, OnError, Processing, Restart

HOLDS = "holds"
PLAIN = {"idempotence": 0}
NETWORK = ("lost_replies", "abandoned_connections")
SKIP = {"restart": Restart.SKIP}
IGNORE = {"on_error": OnError.IGNORE}
STOP: dict[str, int] = {"on_error": OnError.STOP}
ONE_IN_FLIGHT = {"max_in_flight": 1}
FORGETFUL = {**PLAIN, **IGNORE, **SKIP, "commit": Commit.BEFORE_PROCESSING}
CALM = without("producer_crashes", "delivery_timeouts", "consumer_crashes")

Row = tuple[str, dict[str, int], str | int, str | int, str | int]

# Name, settings and budgets; then no loss, no duplicates, order: "holds" or steps until broken.
PRODUCER: list[Row] = [
    (
        "acks=0 and a request is lost",
        {"acks": Acks.NONE, **STOP, **PLAIN, **only("abandoned_connections")},
        *(5, HOLDS, 13),
    ),
    (
        "acks=0 and the leader fails",
        {"acks": Acks.NONE, **STOP, **PLAIN, **only("leader_failures")},
        *(5, HOLDS, HOLDS),
    ),
    (
        "retries=0 and errors are ignored",
        {"retries": 0, **IGNORE, **PLAIN, **only("abandoned_connections")},
        *(5, HOLDS, 13),
    ),
    (
        "retries=0 and the application stops at an error",
        {"retries": 0, **STOP, **PLAIN, **only("abandoned_connections")},
        *(HOLDS, HOLDS, HOLDS),
    ),
    (
        "retries=0 and the application sends again",
        {"retries": 0, **PLAIN, **only("lost_replies")},
        *(HOLDS, 11, HOLDS),
    ),
    (
        "retries without idempotence, one in flight",
        {**PLAIN, **ONE_IN_FLIGHT, **only("lost_replies")},
        *(HOLDS, 11, HOLDS),
    ),
    (
        "retries without idempotence, two in flight",
        {**PLAIN, **only("abandoned_connections")},
        *(HOLDS, 12, 18),
    ),
    ("idempotence and a bad network", only(*NETWORK), HOLDS, HOLDS, HOLDS),
    (
        "idempotence, a crash, and the application sends again",
        only("producer_crashes"),
        *(HOLDS, 13, HOLDS),
    ),
    (
        "idempotence, a crash, and the application goes on",
        {**SKIP, **STOP, **only("producer_crashes")},
        *(HOLDS, HOLDS, HOLDS),
    ),
    (
        "fire and forget, a crash, and the application goes on",
        {**SKIP, **IGNORE, **only("producer_crashes")},
        *(3, HOLDS, 13),
    ),
    (
        "a delivery timeout, and the application sends again",
        only("delivery_timeouts"),
        *(HOLDS, 14, 16),
    ),
    (
        "a delivery timeout, and the application stops",
        {**STOP, **only("delivery_timeouts")},
        *(HOLDS, HOLDS, HOLDS),
    ),
    (
        "a delivery timeout, and the application ignores it",
        {**IGNORE, **only("delivery_timeouts")},
        *(10, HOLDS, HOLDS),
    ),
]

BROKERS: list[Row] = [
    (
        "acks=1 and the leader fails",
        {"acks": Acks.LEADER, **PLAIN, **ONE_IN_FLIGHT, **only("leader_failures")},
        *(7, HOLDS, HOLDS),
    ),
    (
        "acks=all and the leader fails",
        {**PLAIN, **ONE_IN_FLIGHT, **only("leader_failures")},
        *(HOLDS, 13, HOLDS),
    ),
    (
        "idempotence and the leader fails",
        only("leader_failures"),
        *(HOLDS, HOLDS, HOLDS),
    ),
    (
        "min.insync.replicas=1",
        {"min_insync_replicas": 1, **only("isr_shrinks", "leader_failures")},
        *(10, 12, HOLDS),
    ),
    (
        "min.insync.replicas=2",
        only("isr_shrinks", "follower_failures", "leader_failures"),
        *(HOLDS, HOLDS, HOLDS),
    ),
    (
        "min.insync.replicas=2 without eligible leader replicas",
        {"eligible_leader_replicas": 0, **only("isr_shrinks", "leader_failures")},
        *(18, HOLDS, HOLDS),
    ),
    (
        "replication.factor=1",
        {"replication_factor": 1, **only("leader_failures")},
        *(9, 11, HOLDS),
    ),
    (
        "unclean elections",
        {"unclean_leader_election": 1, **only("isr_shrinks", "unclean_elections")},
        *(12, 15, HOLDS),
    ),
    (
        "no unclean elections",
        only("isr_shrinks", "unclean_elections"),
        *(HOLDS, HOLDS, HOLDS),
    ),
    # A producer id that the log does not know may begin with any sequence: while the ISR is too
    # small the first batch is refused, and when it has grown the second one is accepted.
    ("min.insync.replicas=3", {"min_insync_replicas": 3, **CALM}, HOLDS, 25, 19),
    (
        "min.insync.replicas=3 and one in flight",
        {"min_insync_replicas": 3, **ONE_IN_FLIGHT, **CALM},
        *(HOLDS, HOLDS, HOLDS),
    ),
    ("replication.factor=2", {"replication_factor": 2, **CALM}, HOLDS, 25, 19),
]

CONSUMER: list[Row] = [
    (
        "commit before processing",
        {"commit": Commit.BEFORE_PROCESSING, **only("consumer_crashes")},
        *(17, HOLDS, HOLDS),
    ),
    ("commit after processing", only("consumer_crashes"), HOLDS, 10, HOLDS),
    (
        "auto commit in the polling thread",
        {"auto_commit": 1, **only("consumer_crashes")},
        *(HOLDS, 10, HOLDS),
    ),
    (
        "auto commit and another thread",
        {"auto_commit": 1, "processing": Processing.OTHER_THREAD, **only("consumer_crashes")},
        *(16, 10, HOLDS),
    ),
    (
        "commit after processing in another thread",
        {"processing": Processing.OTHER_THREAD, **only("consumer_crashes")},
        *(HOLDS, 10, HOLDS),
    ),
    (
        "auto.offset.reset=latest",
        {"auto_offset_reset": OffsetReset.LATEST, **only("consumer_crashes")},
        *(12, 18, HOLDS),
    ),
    (
        "auto.offset.reset=none",
        {"auto_offset_reset": OffsetReset.NONE, **only("consumer_crashes")},
        *(HOLDS, 18, HOLDS),
    ),
    (
        "expired offsets, from the earliest",
        {"commit": Commit.BEFORE_PROCESSING, **only("consumer_crashes", "offsets_expired")},
        *(17, 13, HOLDS),
    ),
    (
        "expired offsets, from the latest",
        {
            "commit": Commit.BEFORE_PROCESSING,
            "auto_offset_reset": OffsetReset.LATEST,
            **only("consumer_crashes", "offsets_expired"),
        },
        *(12, HOLDS, HOLDS),
    ),
]

MODES: list[Row] = [
    ("exactly once in a session without crashes", CALM, HOLDS, HOLDS, HOLDS),
    ("at least once, plain", PLAIN, HOLDS, 10, 15),
    ("at least once, plain, stop", {**PLAIN, **STOP}, HOLDS, 10, 17),
    ("at least once, idempotent", {}, HOLDS, 10, 16),
    ("at least once, idempotent, stop", STOP, HOLDS, 10, HOLDS),
    ("at least once, auto commit", {"auto_commit": 1}, HOLDS, 10, 15),
    ("at least once, brokers before 3.7", {"strict_min_isr": 0}, HOLDS, 10, 16),
    (
        "at most once, acks=0",
        {"acks": Acks.NONE, "auto_offset_reset": OffsetReset.LATEST, **FORGETFUL},
        *(3, HOLDS, 14),
    ),
    (
        "at most once, retries=0",
        {"retries": 0, "auto_offset_reset": OffsetReset.NONE, **FORGETFUL},
        *(3, HOLDS, 14),
    ),
]

ROWS = [*PRODUCER, *BROKERS, *CONSUMER, *MODES]


@pytest.mark.parametrize(
    ("parameters", "no_loss", "no_duplicates", "order"),
    [pytest.param(*row[1:], id=row[0]) for row in ROWS],
)
def test_verdicts(
    parameters: dict[str, int], no_loss: str | int, no_duplicates: str | int, order: str | int
) -> None:
    assert findings(**parameters) == {
        "no_loss": no_loss,
        "no_duplicates": no_duplicates,
        "order": order,
    }


@pytest.mark.parametrize(
    ("parameters", "states", "transitions"),
    [
        ({"in_all": 0}, 58, 116),
        ({"in_all": 1}, 3644, 10915),
        (CALM, 4511, 20489),
        ({}, 94332, 348342),
        (PLAIN, 148249, 605413),
    ],
    ids=["no fault", "one fault", "calm", "idempotent", "plain"],
)
def test_sizes(parameters: dict[str, int], states: int, transitions: int) -> None:
    exploration = explored(**parameters).exploration
    assert (exploration.states, exploration.transitions) == (states, transitions)


@pytest.mark.parametrize(
    "parameters",
    [
        {**PLAIN, **ONE_IN_FLIGHT, "replication_factor": 1, **only("lost_replies")},
        {"replication_factor": 1, **only("consumer_crashes", "offsets_expired")},
    ],
    ids=["producer", "consumer"],
)
def test_the_interpreter_finds_the_same(parameters: dict[str, int]) -> None:
    small = instance(**parameters)
    reference = explore(small, slice_instance(small).project)
    checked = explored(**parameters)
    assert reference.error is None
    assert reference.states == checked.exploration.states
    assert reference.transitions == checked.exploration.transitions
    assert reference.levels == {name: len(run) for name, run in checked.runs.items()}

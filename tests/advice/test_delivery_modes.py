"""Settings files to delivery mode, what breaks the guarantees, whose fault it is, and the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from settings_check import BROKER, CONSUMER, Broken, Pair, broken

if TYPE_CHECKING:
    from pathlib import Path

NO_LOSS, NO_DUPLICATES, ORDER = "no_loss", "no_duplicates", "order"
MODES = ("--property", NO_LOSS, "--property", NO_DUPLICATES)
NETWORK = (
    *("--fault", "producer_crashes=0"),
    *("--fault", "delivery_timeouts=0"),
    *("--fault", "consumer_crashes=0"),
)
AUTO_COMMIT = CONSUMER.replace("commit=false", "commit=true")
LATEST = CONSUMER.replace("earliest", "latest")
PLAIN = "enable.idempotence=false\n"
ONE_IN_FLIGHT = "max.in.flight.requests.per.connection=1\n"
BEFORE = "commit=before-processing"
AFTER = "commit=after-processing"

NOT_IDEMPOTENT = "enable.idempotence=false (producer.properties:1)"
IDEMPOTENT = ("enable.idempotence=true",)
AUTO = "enable.auto.commit=true (consumer.properties:2)"
REPEATS = {NO_DUPLICATES: Broken(10, (AFTER,))}
SKIPS = {NO_LOSS: Broken(11, (BEFORE,))}

ROWS: dict[str, tuple[Pair, str | None, dict[str, Broken]]] = {
    "at least once": (Pair(options=MODES), "at-least-once", REPEATS),
    "at least once, and order": (Pair(), "at-least-once", REPEATS),
    "at least once without idempotence, and order": (
        Pair(PLAIN),
        "at-least-once",
        {
            NO_DUPLICATES: Broken(10, (NOT_IDEMPOTENT, AFTER)),
            ORDER: Broken(17, (NOT_IDEMPOTENT,), IDEMPOTENT),
        },
    ),
    "at most once": (
        Pair("acks=0\nretries=0\n", LATEST, facts=(BEFORE, "on-error=ignore"), options=MODES),
        "at-most-once",
        {
            NO_LOSS: Broken(
                3,
                (
                    "acks=0 (producer.properties:1)",
                    "auto.offset.reset=latest (consumer.properties:3)",
                    BEFORE,
                    "on-error=ignore",
                ),
            )
        },
    ),
    "acks=0": (
        Pair("acks=0\n", options=MODES),
        "none",
        {NO_LOSS: Broken(4, ("acks=0 (producer.properties:1)",), ("acks=all",)), **REPEATS},
    ),
    "retries=0 and errors are ignored": (
        Pair("retries=0\n", facts=("on-error=ignore",), options=MODES),
        "none",
        {NO_LOSS: Broken(3, ("on-error=ignore",)), **REPEATS},
    ),
    "retries=0 and the application stops": (
        Pair("retries=0\n", options=MODES),
        "at-least-once",
        REPEATS,
    ),
    "acks=1 and the leader fails": (
        Pair("acks=1\n", options=MODES),
        "none",
        {
            NO_LOSS: Broken(6, ("acks=1 (producer.properties:1)",), ("acks=all",)),
            NO_DUPLICATES: Broken(10, ("acks=1 (producer.properties:1)", AFTER)),
        },
    ),
    "min.insync.replicas=1": (
        Pair(broker=BROKER.replace("replicas=2", "replicas=1"), options=MODES),
        "none",
        {
            NO_LOSS: Broken(
                10,
                ("min.insync.replicas=1 (broker.properties:2)",),
                ("min.insync.replicas=2",),
            ),
            NO_DUPLICATES: Broken(10, ("min.insync.replicas=1 (broker.properties:2)", AFTER)),
        },
    ),
    "unclean elections": (
        Pair(broker=BROKER.replace("enable=false", "enable=true"), options=MODES),
        "none",
        {
            NO_LOSS: Broken(
                12,
                ("unclean.leader.election.enable=true (broker.properties:3)",),
                ("unclean.leader.election.enable=false",),
            ),
            NO_DUPLICATES: Broken(
                10, ("unclean.leader.election.enable=true (broker.properties:3)", AFTER)
            ),
        },
    ),
    "brokers before 4.1: the last replica standing": (
        Pair(options=(*MODES, "--kafka", "3.9")),
        "none",
        {NO_LOSS: Broken(18, ("kafka=3.9",)), **REPEATS},
    ),
    "brokers before 4.1, and acks=1": (
        Pair("acks=1\n", options=("--kafka", "3.9", "--property", NO_LOSS)),
        None,
        {NO_LOSS: Broken(6, ("kafka=3.9", "acks=1 (producer.properties:1)"))},
    ),
    "brokers before 4.1, where settings are enough": (
        Pair(PLAIN, options=(*NETWORK, "--fault", "leader_failures=0", "--kafka", "3.9")),
        "at-least-once",
        {
            NO_DUPLICATES: Broken(11, (NOT_IDEMPOTENT,), IDEMPOTENT),
            ORDER: Broken(17, (NOT_IDEMPOTENT,), IDEMPOTENT),
        },
    ),
    "retries without idempotence": (
        Pair(PLAIN, facts=(BEFORE,), options=MODES),
        "none",
        {**SKIPS, NO_DUPLICATES: Broken(12, (NOT_IDEMPOTENT,), IDEMPOTENT)},
    ),
    "retries without idempotence, several in flight": (
        Pair(PLAIN, options=NETWORK),
        "at-least-once",
        {
            NO_DUPLICATES: Broken(11, (NOT_IDEMPOTENT,), IDEMPOTENT),
            ORDER: Broken(17, (NOT_IDEMPOTENT,), IDEMPOTENT),
        },
    ),
    "retries without idempotence, one in flight": (
        Pair(PLAIN + ONE_IN_FLIGHT, options=NETWORK),
        "at-least-once",
        {NO_DUPLICATES: Broken(11, (NOT_IDEMPOTENT,), IDEMPOTENT)},
    ),
    "idempotence and a bad network": (Pair(options=NETWORK), "exactly-once", {}),
    "idempotence, and the application sends again after its restart": (
        Pair(facts=(BEFORE, "restart=resend"), options=MODES),
        "none",
        {**SKIPS, NO_DUPLICATES: Broken(14, ("restart=resend",))},
    ),
    "the application sends again after a delivery timeout": (
        Pair(facts=(BEFORE, "on-error=retry"), options=MODES),
        "none",
        {**SKIPS, NO_DUPLICATES: Broken(13, ("on-error=retry",))},
    ),
    "commit before processing": (Pair(facts=(BEFORE,), options=MODES), "at-most-once", SKIPS),
    "auto commit in the polling thread": (
        Pair(consumer=AUTO_COMMIT, options=MODES),
        "at-least-once",
        {NO_DUPLICATES: Broken(10, (AUTO, AFTER))},
    ),
    "auto commit and another thread": (
        Pair(consumer=AUTO_COMMIT, facts=("processing=other-thread",), options=MODES),
        "none",
        {
            NO_LOSS: Broken(11, (AUTO,), ("enable.auto.commit=false",)),
            NO_DUPLICATES: Broken(10, (AUTO, AFTER)),
        },
    ),
    "auto.offset.reset=latest": (
        Pair(consumer=LATEST, options=MODES),
        "none",
        {
            NO_LOSS: Broken(
                9,
                ("auto.offset.reset=latest (consumer.properties:3)",),
                ("auto.offset.reset=earliest",),
            ),
            NO_DUPLICATES: Broken(16, (AFTER,)),
        },
    ),
    "auto.offset.reset=none": (
        Pair(consumer=CONSUMER.replace("earliest", "none"), options=MODES),
        "at-least-once",
        {NO_DUPLICATES: Broken(16, (AFTER,))},
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_what_settings_files_give(name: str, tmp_path: Path) -> None:
    pair, mode, findings = ROWS[name]
    code, document = pair.answer(tmp_path)
    assert document["mode"] == mode
    assert broken(document, tmp_path) == findings
    assert code == (1 if findings else 0)
    assert document["exploration"]["complete"]
    verdicts = {item["name"]: item["verdict"] for item in document["properties"]}
    assert all(verdict in ("holds", "broken") for verdict in verdicts.values())


@pytest.mark.parametrize(
    ("mode", "code"), [("at-most-once", 1), ("at-least-once", 0), ("exactly-once", 1)]
)
def test_the_exit_code_speaks_about_the_required_mode(mode: str, code: int, tmp_path: Path) -> None:
    pair = Pair(options=(*MODES, "--require", mode))
    assert pair.answer(tmp_path)[0] == code

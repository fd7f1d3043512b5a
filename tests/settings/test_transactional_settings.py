"""Consume-transform-produce with transactions: the mode that settings and facts really give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from checker.cli.main import run
from checker.settings.choice import read_choice
from checker.settings.scenario import assumptions_of
from checker.settings.together import check_together

if TYPE_CHECKING:
    from pathlib import Path

SMALL = ("--bound", "transactions=1")
PRODUCER = "transactional.id=app\n"
CONSUMER = (
    "group.id=g\nisolation.level=read_committed\nenable.auto.commit=false\n"
    "auto.offset.reset=earliest\n"
)


def answer(
    tmp_path: Path,
    producer: str,
    consumer: str,
    *options: str,
    codes: tuple[int, ...] = (0, 1),
) -> dict[str, Any]:
    """Return the JSON answer at one output partition; codes: exit codes that are right."""
    for name, text in (("producer", producer), ("consumer", consumer)):
        (tmp_path / f"{name}.properties").write_text(text)
    files = [f"--{name}={tmp_path / name}.properties" for name in ("producer", "consumer")]
    output = tmp_path / "answer.json"
    asked = ["--bound", "partitions=1", "--format", "json", "-q", "-o", str(output)]
    assert run(["check", *files, *asked, *options]) in codes
    document: dict[str, Any] = json.loads(output.read_text())
    assert document["exploration"]["complete"]
    return document


def broken(document: dict[str, Any]) -> dict[str, int]:
    """Return the broken guarantees with the length of their shortest runs."""
    return {p["name"]: p["steps"] for p in document["properties"] if p["verdict"] == "broken"}


def fixes(document: dict[str, Any]) -> set[tuple[str, str]]:
    """Return every setting that a fix changes."""
    return {(f["setting"], f["value"]) for p in document["properties"] for f in p["fix"]}


def test_exactly_once(tmp_path: Path) -> None:
    found = answer(tmp_path, PRODUCER, CONSUMER)
    assert found["mode"] == "exactly-once"
    assert broken(found) == {}
    exploration = found["exploration"]
    assert (exploration["states"], exploration["transitions"], exploration["depth"]) == (
        550694,
        2118083,
        42,
    )


@pytest.mark.parametrize(
    ("producer", "consumer", "options", "mode", "steps", "cure"),
    [
        pytest.param(
            PRODUCER,
            "group.id=g\nenable.auto.commit=false\nauto.offset.reset=earliest\n",
            (),
            "at-least-once",
            {"no_duplicates": 10, "no_aborted_reads": 2},
            {("isolation.level", "read_committed")},
            id="read_uncommitted",
        ),
        pytest.param(
            PRODUCER,
            "group.id=g\nisolation.level=read_committed\nauto.offset.reset=earliest\n",
            (),
            "at-most-once",
            {"no_input_lost": 5},
            {("enable.auto.commit", "false")},
            id="auto commit",
        ),
        pytest.param(
            PRODUCER,
            CONSUMER,
            ("--application", "offsets=by-consumer"),
            "at-least-once",
            {"no_duplicates": 15},
            set(),
            id="offsets by the consumer",
        ),
        pytest.param(
            PRODUCER,
            CONSUMER,
            ("--application", "on-abort=continue"),
            "at-most-once",
            {"no_input_lost": 12},
            set(),
            id="no seek after an abort",
        ),
    ],
)
def test_what_breaks_it(
    tmp_path: Path,
    producer: str,
    consumer: str,
    options: tuple[str, ...],
    mode: str,
    steps: dict[str, int],
    cure: set[tuple[str, str]],
) -> None:
    found = answer(tmp_path, producer, consumer, *options)
    assert (found["mode"], broken(found), fixes(found)) == (mode, steps, cure)


NO_RESET = CONSUMER.replace("auto.offset.reset=earliest\n", "")


@pytest.mark.parametrize(
    "line", ["", "auto.offset.reset=latest\n", "auto.offset.reset=by_duration:PT1H\n"]
)
def test_without_a_committed_offset_input_is_skipped(tmp_path: Path, line: str) -> None:
    found = answer(tmp_path, PRODUCER, NO_RESET + line)
    assert found["mode"] == "at-most-once"
    assert broken(found) == {"no_input_lost": 11}
    (cause,) = (c for p in found["properties"] for c in p["because"])
    value = line.strip().partition("=")[2] or "latest"
    given = (str(tmp_path / "consumer.properties"), 4) if line else (None, None)
    assert (cause["setting"], cause["value"]) == ("auto.offset.reset", value)
    assert (cause["file"], cause["line"]) == given
    assert fixes(found) == {("auto.offset.reset", "earliest")}
    remark = "auto.offset.reset by duration is explored as latest: older records are skipped"
    assert (remark in found["assumptions"]) == ("by_duration" in line)


def test_input_is_skipped_after_an_abort_alone(tmp_path: Path) -> None:
    alone = ("--fault", "rebalances=0", "--fault", "in_all=0")
    assert "no_input_lost" in broken(answer(tmp_path, PRODUCER, NO_RESET, *alone))


def test_without_a_committed_offset_the_consumer_stops(tmp_path: Path) -> None:
    found = answer(tmp_path, PRODUCER, NO_RESET + "auto.offset.reset=none\n")
    assert found["mode"] == "exactly-once"
    assert any("NoOffsetForPartitionException" in remark for remark in found["assumptions"])


def test_zombies_without_group_metadata_and_with_an_id_of_their_own(tmp_path: Path) -> None:
    facts = ("--application", "group-metadata=no", "--application", "transactional-id=per-restart")
    found = answer(tmp_path, PRODUCER, CONSUMER, *facts)
    assert found["mode"] == "at-least-once"
    assert "no_duplicates" in broken(found)
    causes = {c["setting"] for p in found["properties"] for c in p["because"]}
    assert causes <= {"group-metadata", "transactional-id"} and causes


def test_old_brokers_need_an_upgrade(tmp_path: Path) -> None:
    found = answer(tmp_path, PRODUCER, CONSUMER, "--kafka", "3.9", "--fault", "rebalances=0")
    assert found["mode"] != "exactly-once"
    causes = {c["setting"] for p in found["properties"] for c in p["because"]}
    assert causes == {"kafka", "client"}


def test_the_reader_has_an_isolation_level_of_its_own(tmp_path: Path) -> None:
    reader = tmp_path / "reader.properties"
    reader.write_text("group.id=r\n")
    found = answer(tmp_path, PRODUCER, CONSUMER, "--reader", str(reader))
    assert found["mode"] == "at-least-once"
    assert found["settings"]["reader"]["isolation.level"]["value"] == "read_uncommitted"
    assert fixes(found) == {("isolation.level", "read_committed")}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("isolation.level=read_uncommitted\n", "consumer.properties:4) of the input"),
        ("", "isolation.level=read_uncommitted (default) of the input"),
        ("isolation.level=read_committed\n", None),
    ],
)
def test_aborted_input_is_transformed_too(tmp_path: Path, line: str, said: str | None) -> None:
    consumer = CONSUMER.replace("isolation.level=read_committed\n", "") + line
    reader = tmp_path / "reader.properties"
    reader.write_text("group.id=r\nisolation.level=read_committed\n")
    found = answer(tmp_path, PRODUCER, consumer, "--reader", str(reader), *SMALL)
    assert found["mode"] == "exactly-once"
    remarks = [remark for remark in found["assumptions"] if "transformed too" in remark]
    assert [said in remark for remark in remarks if said] == [True] * len(remarks)
    assert len(remarks) == (said is not None)


def test_without_transactions_a_missing_group_is_remarked(tmp_path: Path) -> None:
    for name, text in (("producer", "acks=all\n"), ("consumer", "auto.offset.reset=earliest\n")):
        (tmp_path / name).write_text(text)
    choice = read_choice(
        str(tmp_path / "producer"), str(tmp_path / "consumer"), None, None, None, ()
    )
    check_together(choice)
    assert any("no group.id is set" in remark for remark in assumptions_of(choice))


def test_bounds_hold_what_faults_leave(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kinds = {"abandoned": "abandoned_connections", "generations": "rebalances"}
    faults = [f"--fault={kind}=2" for kind in kinds.values()]
    found = answer(tmp_path, PRODUCER, CONSUMER, *SMALL, *faults)
    assert {found["scope"][name] for name in kinds} == {2}
    assert found["exploration"]["capacities_reached"] == {}
    files = [f"--{name}={tmp_path / name}.properties" for name in ("producer", "consumer")]
    assert run(["check", *files, *faults, "--bound=abandoned=1"]) == 2
    assert "--bound abandoned=1 has no room for --fault abandoned_connections=2" in (
        capsys.readouterr().err
    )


def test_faults_that_the_settings_alone_do_not_allow(tmp_path: Path) -> None:
    found = answer(tmp_path, PRODUCER, CONSUMER, *SMALL, "--fault", "unclean_elections=1")
    assert broken(found)["no_loss"] == 6
    (item,) = (p for p in found["properties"] if p["name"] == "no_loss")
    assert (item["because"], item["fix"]) == ([], [])


def test_librdkafka_needs_another_library(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for name, text in (("producer", PRODUCER), ("consumer", CONSUMER)):
        (tmp_path / name).write_text(text)
        files.append(f"--{name}={tmp_path / name}")
    asked = ["--bound=partitions=1", "--fault=rebalances=0", "--property=no_aborted_reads"]
    assert run(["check", *files, *asked, "--client=librdkafka", "-q"]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "it would hold with a Java client of 4.2 (no release of librdkafka has it)." in said
    assert "client=4.2" not in said


ALONE = ("--property", "no_aborted_reads")


def test_a_cluster_whose_transaction_version_was_not_raised(tmp_path: Path) -> None:
    broker = tmp_path / "server.properties"
    broker.write_text(
        "default.replication.factor=3\nmin.insync.replicas=2\ntransaction.version=1\n"
    )
    found = answer(tmp_path, PRODUCER, CONSUMER, *ALONE, "--broker", str(broker))
    assert broken(found) == {"no_aborted_reads": 16}
    (cause,) = found["properties"][0]["because"]
    assert (cause["setting"], cause["file"], cause["line"]) == (
        "transaction.version",
        str(broker),
        3,
    )
    assert fixes(found) == {("transaction.version", "2")}


def test_tickets_are_switches(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(tmp_path, PRODUCER, CONSUMER, *ALONE, "--without", "KAFKA-14562")
    assert broken(found) == {"no_aborted_reads": 16}
    assert fixes(found) == set()
    assert "without KAFKA-14562" in found["assumptions"]
    files = [f"--{name}={tmp_path / name}.properties" for name in ("producer", "consumer")]
    assert run(["check", *files, "--without=strict_marker"]) == 2
    assert "it can be: KAFKA-14561, " in capsys.readouterr().err
    assert run(["check", *files, "--without=KIP-360", "--with=KIP-360"]) == 2
    assert "'KIP-360' cannot be both on and off" in capsys.readouterr().err


def test_a_fix_of_a_newer_release_stays_away_in_advice(tmp_path: Path) -> None:
    options = (*ALONE, "--kafka", "4.1", "--without", "KAFKA-19446")
    found = answer(tmp_path, PRODUCER, CONSUMER, *options)
    assert broken(found) == {"no_aborted_reads": 12}
    assert found["properties"][0]["because"] == []


def test_the_last_replica_loses_the_end_of_its_log(tmp_path: Path) -> None:
    options = (*SMALL, "--property", "no_loss", "--kafka", "4.0", "--fault=abandoned_connections=0")
    found = answer(tmp_path, PRODUCER, CONSUMER, *options)
    assert broken(found) == {"no_loss": 6}
    assert {c["setting"] for p in found["properties"] for c in p["because"]} == {"kafka"}
    assert any("KIP-966" in remark for remark in found["assumptions"])
    assert broken(answer(tmp_path, PRODUCER, CONSUMER, *options, "--with", "KIP-966")) == {}


def test_features_that_an_upgrade_does_not_raise_are_remarked(tmp_path: Path) -> None:
    def remark(*options: str) -> str:
        asked = ("--property=order", *SMALL, *options)
        said = answer(tmp_path, PRODUCER, CONSUMER, *asked)["assumptions"]
        return next((line for line in said if line.startswith("the cluster has")), "")

    both = "transaction.version=2 and eligible.leader.replicas.version=1, as a new one"
    assert both in remark()
    broker = tmp_path / "server.properties"
    broker.write_text(
        "default.replication.factor=3\nmin.insync.replicas=2\ntransaction.version=2\n"
    )
    assert "has eligible.leader.replicas.version=1, as" in remark("--broker", str(broker))
    assert "has transaction.version=2, as" in remark("--without", "KIP-966")
    assert remark("--broker", str(broker), "--with", "KIP-966") == ""


def test_a_process_with_an_id_of_its_own_is_fenced_by_its_group_alone(tmp_path: Path) -> None:
    facts = ("--application", "group-metadata=no")
    shared = answer(tmp_path, PRODUCER, CONSUMER, *facts)
    assert shared["mode"] == "exactly-once"
    assert any("transactional-id=per-process" in remark for remark in shared["assumptions"])
    own = ("--application", "transactional-id=per-process")
    alone = answer(tmp_path, PRODUCER, CONSUMER, *facts, *own)
    assert alone["mode"] == "at-least-once"
    assert broken(alone) == {"no_duplicates": 16}
    fenced = answer(tmp_path, PRODUCER, CONSUMER, *own)
    assert fenced["mode"] == "exactly-once"
    assert any("transactional-id=stable" in remark for remark in fenced["assumptions"])


def test_internal_topics_that_can_be_lost_leave_the_mode_open(tmp_path: Path) -> None:
    lines = [
        "default.replication.factor=3",
        "min.insync.replicas=2",
        "offsets.topic.replication.factor=1",
        "transaction.state.log.min.isr=1",
    ]
    broker = tmp_path / "server.properties"
    broker.write_text("\n".join(lines))
    found = answer(tmp_path, PRODUCER, CONSUMER, *SMALL, "--broker", str(broker), codes=(3,))
    assert broken(found) == {}
    assert found["mode"] is None
    (remark,) = [remark for remark in found["assumptions"] if remark.startswith("but ")]
    assert f"with {lines[2]} ({broker}:3) and {lines[3]} ({broker}:4) the loss" in remark

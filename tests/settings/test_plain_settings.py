"""Plain and idempotent producers: what their settings may not be said to give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from checker.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

IDEMPOTENT = "enable.idempotence=true\n"
CONSUMER = "group.id=g\nenable.auto.commit=false\nauto.offset.reset=earliest\n"


def answer(
    tmp_path: Path,
    broker: str,
    *options: str,
    producer: str = "acks=all\n",
    consumer: str = CONSUMER,
) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the JSON answer."""
    files = []
    for name, text in (("producer", producer), ("consumer", consumer), ("broker", broker)):
        (tmp_path / name).write_text(text)
        files.append(f"--{name}={tmp_path / name}")
    output = tmp_path / "answer.json"
    code = run(["check", *files, "--format", "json", "-q", "-o", str(output), *options])
    return code, json.loads(output.read_text())


def verdicts(document: dict[str, Any]) -> dict[str, str]:
    return {item["name"]: item["verdict"] for item in document["properties"]}


def test_what_holds_because_nothing_is_written_gives_no_mode(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before 3.7 a leader asks for more in-sync replicas than there are."""
    broker = "default.replication.factor=1\nmin.insync.replicas=2\n"
    code, found = answer(tmp_path, broker, "--kafka", "3.5")
    assert code == 4
    assert verdicts(found)["everything_delivered"] == "vacuous"
    assert verdicts(found)["no_loss"] == "holds"
    assert found["mode"] is None
    files = [f"--{name}={tmp_path / name}" for name in ("producer", "consumer", "broker")]
    assert run(["check", *files, "--kafka", "3.5", "-q"]) == 4
    assert capsys.readouterr().out.startswith("NOT DECIDED: what some run should show")
    assert any("can be written" in remark for remark in found["assumptions"])


def test_brokers_since_3_7_ask_for_as_many_replicas_as_there_are(tmp_path: Path) -> None:
    broker = "default.replication.factor=2\nmin.insync.replicas=3\n"
    _, found = answer(tmp_path, broker)
    assert verdicts(found)["everything_delivered"] == "holds"
    assert found["mode"] == "at-least-once"
    assert not any("can be written" in remark for remark in found["assumptions"])
    assert any("2 in-sync replicas are enough" in remark for remark in found["assumptions"])


@pytest.mark.parametrize("copies", [1, 3])
def test_offsets_on_one_broker_can_be_lost(tmp_path: Path, copies: int) -> None:
    broker = (
        "default.replication.factor=3\nmin.insync.replicas=2\n"
        f"offsets.topic.replication.factor={copies}\n"
    )
    _, found = answer(tmp_path, broker, "--application", "commit=before-processing")
    assert found["mode"] == ("none" if copies == 1 else "at-most-once")
    assert found["faults"]["offsets_expired"] == int(copies == 1)
    item = next(item for item in found["properties"] if item["name"] == "no_duplicates")
    changes = [("offsets.topic.replication.factor", "3")] if copies == 1 else []
    assert [(change["setting"], change["value"]) for change in item["fix"]] == changes
    assert any("only copy" in remark for remark in found["assumptions"]) == (copies == 1)


def test_the_feature_that_elections_rest_on_is_remarked(tmp_path: Path) -> None:
    broker = "default.replication.factor=3\nmin.insync.replicas=2\n"
    for options, said in (((), True), (("--kafka", "4.0"), False), (("--with", "KIP-966"), False)):
        _, found = answer(tmp_path, broker, *options)
        remarks = [r for r in found["assumptions"] if "eligible.leader.replicas.version=1" in r]
        assert bool(remarks) == said


def test_librdkafka_commits_what_is_not_processed(tmp_path: Path) -> None:
    """Its defaults store an offset when the record is handed over, and commit what is stored."""
    broker = "default.replication.factor=3\nmin.insync.replicas=2\n"

    def losses(consumer: str) -> tuple[dict[str, Any], list[str]]:
        options = ("--client", "librdkafka")
        _, found = answer(tmp_path, broker, *options, producer=IDEMPOTENT, consumer=consumer)
        return found, [p["name"] for p in found["properties"] if p["verdict"] == "broken"]

    defaults = "group.id=g\nauto.offset.reset=earliest\n"
    found, names = losses(defaults)
    assert found["mode"] == "none"
    assert names == ["no_loss", "no_duplicates"]
    (fix,) = found["properties"][0]["fix"]
    assert (fix["setting"], fix["value"]) == ("enable.auto.offset.store", "false")
    assert any("explored as processing=other-thread" in r for r in found["assumptions"])
    found, names = losses(defaults + "enable.auto.offset.store=false\n")
    assert (found["mode"], names) == ("at-least-once", ["no_duplicates"])
    found, names = losses(defaults + "enable.auto.commit=false\n")
    assert (found["mode"], names) == ("at-least-once", ["no_duplicates"])

"""Runs in answers can be shown and replayed, whatever the answer is about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.cli.main import run

EXAMPLES = Path(__file__).parents[2] / "examples"
PLAIN = [f"--{role}={EXAMPLES / role}.properties" for role in ("producer", "consumer")]
TRANSACTIONS = [
    f"--{role}={EXAMPLES / 'exactly-once' / role}.properties" for role in ("producer", "consumer")
]
SMALL = ["--bound=partitions=1", "--bound=transactions=1", "--property=no_duplicates"]
BY_CONSUMER = [*TRANSACTIONS, *SMALL, "--application=offsets=by-consumer"]
TOML = """
title = "A late EndTxn"
late = ["EndTxn"]
properties = ["no_aborted_reads"]
[scope]
producers = 1
partitions = 1
[faults]
abandoned_connections = 1
"""


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param([*PLAIN, "--property=no_duplicates"], id="settings"),
        pytest.param(BY_CONSUMER, id="settings with transactions"),
        pytest.param([*BY_CONSUMER, "--kafka=3.9"], id="settings with transactions, version 1"),
        pytest.param(["late-end-txn", "--kafka=3.9"], id="named scenario"),
        pytest.param(["own.toml", "--kafka=3.9"], id="scenario file"),
        pytest.param(
            [str(EXAMPLES / "models" / "peterson.py"), "--without=announce"], id="model file"
        ),
        pytest.param(["effects"], id="effects"),
        pytest.param(["kafka", "--property=no_duplicates"], id="kafka"),
    ],
)
def test_every_kind_of_answer(
    asked: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.toml").write_text(TOML)
    assert run(["check", *asked, "-q", "--format=json", "--output=answer.json"]) == 1
    document = json.loads(Path("answer.json").read_text())
    item = next(p for p in document["properties"] if p["verdict"] == "broken")
    name, steps = item["name"], item["steps"]
    capsys.readouterr()
    assert run(["trace", "replay", "answer.json"]) == 1
    assert capsys.readouterr().out == f"replayed {steps} steps: {name} is broken\n"
    assert run(["trace", "show", "answer.json", "--property", name]) == 0
    assert f"\n{steps:3}. " in "\n" + capsys.readouterr().out

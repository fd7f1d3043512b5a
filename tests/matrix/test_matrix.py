"""`eoscheck matrix`: its verdicts are pinned, and are those that `eoscheck check` gives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from checker.cli.main import run
from checker.settings.matrix_rows import COLUMNS, ROWS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.xdist_group("matrix"), pytest.mark.timeout(900)]

Found = dict[str, dict[str, int]]  # by kind of fault: the broken guarantees with their steps

HOLDS: dict[str, Found] = {
    "at-most-once": {
        "none": {},
        "connections": {"no_loss": 5, "order": 14},
        "delivery timeouts": {"no_loss": 5, "order": 14},
        "producer crashes": {"no_loss": 3},
        "consumer crashes": {"no_loss": 14},
        "broker failures": {"no_loss": 5},
        "offsets expire": {"no_loss": 14, "no_duplicates": 13},
        "all": {"no_loss": 3, "order": 14},
    },
    "at-least-once": {
        "none": {},
        "connections": {"no_duplicates": 11, "order": 17},
        "delivery timeouts": {"no_duplicates": 12, "order": 16},
        "producer crashes": {"no_duplicates": 13},
        "consumer crashes": {"no_duplicates": 10},
        "broker failures": {"no_duplicates": 13, "order": 18},
        "offsets expire": {"no_duplicates": 10},
        "all": {"no_duplicates": 10, "order": 15},
    },
    "exactly-once: idempotence": {
        "none": {},
        "connections": {},
        "delivery timeouts": {},
        "producer crashes": {},
        "consumer crashes": {"no_duplicates": 10},
        "broker failures": {},
        "offsets expire": {"no_duplicates": 10},
        "all": {"no_duplicates": 10},
    },
    "exactly-once: transactions": {
        "none": {},
        "connections": {},
        "delivery timeouts": {},
        "producer crashes": {"no_duplicates": 14},
        "consumer crashes": {"no_duplicates": 14},
        "broker failures": {},
        "transaction timeouts": {},
        "all": {"no_duplicates": 15},
    },
    "exactly-once: transactions with offsets": {
        "none": {},
        "connections": {},
        "delivery timeouts": {},
        "producer crashes": {},
        "consumer crashes": {},
        "broker failures": {},
        "transaction timeouts": {},
        "all": {},
    },
}
GIVES = {
    "at-most-once": "at-most-once",
    "at-least-once": "at-least-once",
    "exactly-once: idempotence": "at-least-once",
    "exactly-once: transactions": "at-least-once",
    "exactly-once: transactions with offsets": "exactly-once",
}
# Brokers and clients: what the settings of the five modes really give.
VERSIONS = {
    ("3.9", "3.9"): ("at-most-once", "none", "none", "none", "none"),
    ("4.1", "4.1"): ("at-most-once", "at-least-once", "at-least-once", "none", "none"),
    ("4.2", "3.9"): ("at-most-once", "at-least-once", "at-least-once", "none", "none"),
}


def matrix(folder: Path, *options: str) -> dict[str, Any]:
    output = folder / "matrix.json"
    assert run(["matrix", "-q", "--format", "json", "-o", str(output), *options]) == 0
    document: dict[str, Any] = json.loads(output.read_text())
    assert document["schema"] == "eoscheck/matrix@1"
    return document


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return matrix(tmp_path_factory.mktemp("matrix"))


def broken(row: dict[str, Any]) -> Found:
    """What is broken in a row, by kind of fault; all else must hold and be explored."""
    shown: Found = {}
    for column, explored in row["by_fault"].items():
        if explored is None:
            continue
        assert explored["complete"]
        assert {cell["verdict"] for cell in explored["cells"].values()} <= {"holds", "broken"}
        shown[column] = {
            name: cell["steps"]
            for name, cell in explored["cells"].items()
            if cell["verdict"] == "broken"
        }
    return shown


def test_every_verdict(found: dict[str, Any]) -> None:
    assert {row["mode"]: broken(row) for row in found["rows"]} == HOLDS


def test_what_the_modes_really_give(found: dict[str, Any]) -> None:
    assert {row["mode"]: row["gives"] for row in found["rows"]} == GIVES


@pytest.mark.parametrize(("kafka", "client"), list(VERSIONS))
def test_other_versions(kafka: str, client: str, tmp_path: Path) -> None:
    document = matrix(tmp_path, "--kafka", kafka, "--client", client)
    assert (document["kafka"], document["client"]) == (kafka, client)
    assert tuple(row["gives"] for row in document["rows"]) == VERSIONS[kafka, client]


def test_the_cells_of_the_contract_are_those_with_all_faults(found: dict[str, Any]) -> None:
    guarantees = list(dict.fromkeys(name for row in found["rows"] for name in row["cells"]))
    for row in found["rows"]:
        last = row["by_fault"]["all"]["cells"]
        assert list(row["cells"]) == guarantees
        assert set(row["guarantees"]) == set(last)
        for name, verdict in row["cells"].items():
            assert verdict == (last[name]["verdict"] if name in last else "not-applicable")


def test_a_kind_of_fault_is_allowed_once(found: dict[str, Any]) -> None:
    for row in found["rows"]:
        for column in COLUMNS:
            explored = row["by_fault"][column.name]
            if explored is not None and column.kinds is not None:
                budgets = dict(explored["faults"])
                assert budgets.pop("in_all") == 2
                allowed = {name for name, count in budgets.items() if count}
                assert any(allowed == set(kinds) for kinds in column.kinds.values())
                assert set(budgets.values()) <= {0, 1}


@pytest.mark.parametrize("mode", [ROWS[1].mode, ROWS[3].mode, ROWS[4].mode])
def test_check_says_the_same(mode: str, found: dict[str, Any], tmp_path: Path) -> None:
    row = next(row for row in ROWS if row.mode == mode)
    for name, settings in (("producer", row.producer), ("consumer", row.consumer)):
        text = "".join(f"{key}={value}\n" for key, value in settings.items())
        (tmp_path / f"{name}.properties").write_text(text)
    files = [f"--{name}={tmp_path / name}.properties" for name in ("producer", "consumer")]
    facts = [option for fact in row.facts for option in ("--application", fact)]
    if "transactional.id" in row.producer:
        facts += ["--bound", "partitions=1"]
    output = tmp_path / "answer.json"
    run(["check", *files, *facts, "--format", "json", "-q", "-o", str(output)])
    answer = json.loads(output.read_text())
    shown = next(each for each in found["rows"] if each["mode"] == mode)
    explored = shown["by_fault"]["all"]
    assert answer["mode"] == shown["gives"]
    assert answer["exploration"]["states"] == explored["states"]
    assert {
        item["name"]: (item["verdict"], item["steps"])
        for item in answer["properties"]
        if item["kind"] == "always"
    } == {name: (cell["verdict"], cell["steps"]) for name, cell in explored["cells"].items()}


def test_what_is_not_decided_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["matrix", "-q", "--time", "0.000001"]) == 3
    said = capsys.readouterr().out
    assert "inconclusive" in said
    assert "NOT all states were explored" in said
    assert "not decided" in said


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--bound", "colours=2"], "there is no bound 'colours'; bounds are: records, "),
        (["--bound", "records=0"], "--bound records must be at least 1"),
        (["--bound", "records"], "--bound needs NAME=N"),
        (["--kafka", "zero"], "zero"),
        (["--format", "pdf"], "'pdf' is not one of"),
    ],
)
def test_bad_usage(options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["matrix", *options]) == 2
    said, error = capsys.readouterr()
    assert not said
    assert complaint in error
    assert error.count("\n") == 1


def test_bounds_are_those_of_the_model_that_has_them(tmp_path: Path) -> None:
    document = matrix(tmp_path, "--bound", "records=1", "--bound", "transactions=1")
    assert {row["scope"].get("records", 1) for row in document["rows"]} == {1}
    assert {row["scope"].get("transactions", 1) for row in document["rows"]} == {1}

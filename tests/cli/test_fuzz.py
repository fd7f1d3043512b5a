"""Whatever the command line and an answer say: an exit code of contract C1 and one sentence."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMANDS = ("check", "list", "trace", "diagram", "export", "simulate", "nothing", "--help")
WORDS = (
    *("--producer", "--consumer", "--broker", "--kafka", "--client", "--application", "--require"),
    *("--bound", "--fault", "--property", "--with", "--without", "--threads", "--memory", "--time"),
    *("--engine", "--format", "-o", "--coverage", "-q", "--model", "--seed", "--walks", "--at"),
    *(
        "settings",
        "properties",
        "actions",
        "bounds",
        "show",
        "replay",
        "why-not",
        "tla",
        "producer",
    ),
    *("missing.properties", "strange.properties", "answer.json", "folder", "", "=", "0", "-1", "1"),
    *("records=x", "records", "faults=99999999999", "no_losses", "4.2", "5", "librdkafka", "json"),
    *("at-least-once", "commit=later", "\x00", "\x1b[31m", "ü", "\udcff", "a" * 300, "3G", "nan"),
)
TEXTS = st.text(max_size=12) | st.sampled_from(WORDS)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "strange.properties").write_bytes(b"acks=al\\u00\n\xff=\x00")
    (tmp_path / "answer.json").write_text('{"schema": "eoscheck/check@1", "properties": {}}')
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    before = sorted(os.listdir(tmp_path))
    yield tmp_path
    assert sorted(os.listdir(tmp_path)) == before


FUZZ = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@FUZZ
@given(st.sampled_from(COMMANDS), st.lists(TEXTS, max_size=5))
def test_any_command_line(
    capfd: pytest.CaptureFixture[str], command: str, words: list[str]
) -> None:
    files = {"--producer", "--consumer"}
    if "-o" in words or files <= set(words):
        return
    capfd.readouterr()
    code = run([command, *words, "-q"] if command == "check" else [command, *words])
    said, complaint = capfd.readouterr()
    assert code in range(5)
    assert "Traceback" not in complaint
    if code == 2 and not said:
        assert complaint.endswith("\n")
        assert complaint[:-1].isprintable()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("properties", "model", "trace", "name", "action", "arguments", "kind"),
                    *("bounds", "parameters", "file"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@FUZZ
@given(
    st.dictionaries(st.sampled_from(["properties", "model", "settings"]), JSON, max_size=3),
    st.sampled_from([("show",), ("replay",), ("why-not", "commit", "--at", "0")]),
)
def test_any_answer(
    folder: Path,
    capfd: pytest.CaptureFixture[str],
    document: dict[str, object],
    command: tuple[str, ...],
) -> None:
    (folder / "answer.json").write_text(json.dumps({"schema": "eoscheck/check@1", **document}))
    capfd.readouterr()
    assert run(["trace", command[0], "answer.json", *command[1:]]) in range(5)
    assert "Traceback" not in capfd.readouterr().err

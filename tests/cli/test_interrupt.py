"""Ctrl-C: the answer with the figures so far, exit code 3."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PETERSON = str(ROOT / "examples" / "models" / "peterson.py")


# The command, with progress told often, and by the interpreter too.
PROGRAM = """
import signal
import sys
import checker.cli.progress as progress
import checker.explicit.reference as reference
from checker.cli.main import main

expand = reference._explore_level

def told(*arguments):
    print("expanding", file=sys.stderr, flush=True)
    return expand(*arguments)

# A shell that starts tests in the background has them ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
progress.PLAIN_INTERVAL = 0.2
reference._explore_level = told
main()
"""


def interrupted(arguments: list[str], wait_for: str) -> tuple[int, str]:
    """Send SIGINT when a line on standard error shows that exploring goes on."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "check", PETERSON, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stderr is not None
    try:
        while wait_for not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    return process.returncode, out


def test_the_compiled_explorer_tells_what_it_has(tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    arguments = ["--bound", "processes=8", "--format", "json", "-o", str(file)]
    code, _ = interrupted(arguments, " states/s")
    assert code == 3
    document = json.loads(file.read_text())
    assert document["exploration"]["stopped"] == "interrupted"
    assert not document["exploration"]["complete"]
    assert document["exploration"]["states"] > 1
    verdicts = {item["name"]: item["verdict"] for item in document["properties"]}
    assert verdicts["mutual_exclusion"] == "inconclusive"
    assert os.listdir(tmp_path) == ["answer.json"]


def test_two_threads_tell_it_too() -> None:
    code, out = interrupted(["--bound", "processes=8", "--threads", "2"], " states/s")
    assert code == 3
    assert "Stopped by the keyboard." in out


def test_the_interpreter_tells_what_it_has() -> None:
    code, out = interrupted(["--bound", "processes=6", "--engine", "reference"], "expanding")
    assert code == 3
    assert "NOT all was explored" in out


@pytest.mark.parametrize("limit", [("--time", "0.2"), ("--memory", "40M")])
def test_limits_are_inconclusive(limit: tuple[str, str], tmp_path: Path) -> None:
    from checker.cli.main import run

    file = tmp_path / "answer.json"
    arguments = ["check", PETERSON, "-q", "--bound", "processes=7", *limit]
    assert run([*arguments, "--format", "json", "-o", str(file)]) == 3
    assert json.loads(file.read_text())["exploration"]["stopped"] == limit[0].strip("-")


LARGE = [
    *("check", "--producer", "examples/exactly-once/producer.properties"),
    *("--consumer", "examples/exactly-once/consumer.properties", "--bound", "partitions=99"),
]
"""What takes minutes to compile."""


def test_the_time_limit_holds_while_rules_are_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checker.cli.main import run

    monkeypatch.chdir(ROOT)
    file = tmp_path / "answer.json"
    before = signal.getsignal(signal.SIGALRM)
    arguments = [*LARGE, "--time", "1", "--coverage", "--format", "json", "-o", str(file)]
    assert run(arguments) == 3
    document = json.loads(file.read_text())
    assert document["exploration"]["stopped"] == "time"
    assert document["exploration"]["states"] == 0
    assert {item["verdict"] for item in document["properties"]} == {"inconclusive"}
    assert document["mode"] is None
    assert document["coverage"] is None
    assert signal.getsignal(signal.SIGALRM) == before


def test_an_interrupt_while_rules_are_compiled(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from checker.cli.main import run

    def interrupted(instance: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("checker.cli.compiled_answer.compile_instance", interrupted)
    assert run(LARGE) == 3
    out = capsys.readouterr().out
    assert "Stopped by the keyboard." in out
    assert "NOT all was explored: 0 states" in out


def test_no_time_is_left_for_advice(capsys: pytest.CaptureFixture[str]) -> None:
    """A guarantee that is broken stays broken; what to change is not looked for."""
    import time

    from checker.advice.advise import advise
    from checker.explicit.explorer import check
    from checker.settings.choice import read_choice
    from checker.settings.pipelines import pipeline_of

    files = [str(ROOT / "examples" / f"{role}.properties") for role in ("producer", "consumer")]
    chosen = read_choice(*files, None, None, None, (), None)
    pipeline = pipeline_of(chosen)
    plain = pipeline.model.instance()
    checked = check(plain.with_parameters(pipeline.parameters(chosen, plain.bounds)))

    def never(*unused: object) -> list[object]:
        raise AssertionError(unused)

    found = advise(chosen, checked, never, time.monotonic() - 1)
    assert {name: advice.finished for name, advice in found.items()} == {
        "no_duplicates": False,
        "order": False,
    }


def test_an_interrupt_while_a_run_is_repeated(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from checker.cli.main import run

    def interrupted(*unused: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("checker.cli.answers.rebuild", interrupted)
    assert run(["check", PETERSON, "-q", "--without", "announce"]) == 1
    out = capsys.readouterr().out
    assert "mutual exclusion    BROKEN in 14 steps" in out
    assert "1       ●" not in out

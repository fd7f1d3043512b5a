"""Runs the command lines of README, docs and the Markdown files beside this one.

With EOSCHECK_UPDATE=1 in the environment outputs without `...` lines are written anew.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from markdown_runs import ANY, Block, Shell, blocks, matches, runs, without_noise

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CASES = sorted(HERE.glob("*.md"))
UPDATE = bool(os.environ.get("EOSCHECK_UPDATE"))


def page(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*PAGES, *CASES], ids=page)
def test_command_lines(
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for folder in ("examples", "bench"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("checker.cli.progress.PLAIN_INTERVAL", float("inf"))
    shell = Shell(tmp_path, capfd)
    text = path.read_text(encoding="utf-8")
    made = text
    for block in blocks(text):
        if block.kind == "sh":
            check_make(block)
        elif block.kind == "console":
            made = made.replace(block.text, check(shell, block))
        elif block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    if UPDATE and made != text:
        path.write_text(made, encoding="utf-8")


def check(shell: Shell, block: Block) -> str:
    """Run the commands of a block; return the block with what they print."""
    told = ""
    for step in runs(block.text):
        output = shell.run(step.command)
        as_told = matches(step.output, output)
        if UPDATE and not as_told and ANY not in step.output.splitlines():
            told += step.source + without_noise(output)
        else:
            assert as_told, f"$ {step.command}\n{output}"
            told += step.source + step.output
    return told


def check_make(block: Block) -> None:
    targets = (ROOT / "Makefile").read_text()
    for line in block.text.splitlines():
        word, target = line.split("#")[0].split()
        assert word == "make"
        assert f"\n{target}:" in targets


@pytest.mark.parametrize("path", CASES, ids=page)
def test_every_case_tells_its_exit_code(path: Path) -> None:
    for block in blocks(path.read_text(encoding="utf-8")):
        if block.kind == "console":
            commands = [step.command for step in runs(block.text)]
            assert "echo $?" in commands
            for command, following in zip(commands, [*commands[1:], ""], strict=True):
                if command.startswith("eoscheck"):
                    assert following == "echo $?", command


def test_outputs_are_compared() -> None:
    assert matches("a ... c\n...\nz\n", "a b c\n1\n2\nz\n")
    assert matches("a\n...\n", "a\n")
    assert not matches("a ... c\n", "a b d\n")
    assert not matches("a\n", "a\nb\n")
    assert not matches("", "something\n")


def test_the_picture_of_the_readme_is_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checker.cli.main import run

    monkeypatch.chdir(ROOT)
    files = ["--producer", "examples/producer.properties"]
    files += ["--consumer", "examples/consumer.properties"]
    picture = tmp_path / "run.svg"
    assert run(["check", *files, "-q", "--format", "svg", "-o", str(picture)]) == 1
    assert picture.read_text() == (ROOT / "docs" / "run.svg").read_text()

"""Markdown files whose command lines are run and whose output is compared.

A block that begins with ```console holds commands after `$ ` and below each what it prints, errors
last; `$ echo $?` shows the exit code of the command before. `...` on a line of its own stands for
any lines, inside of a line for any text. A block of any other kind with a file's name after it
(```properties producer.properties) is that file. In a block ```sh every line is `make TARGET`.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_FENCE = re.compile(r"^```(\S*)[ \t]*(\S*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECONDS = re.compile(r"\d+\.\d s\.")
ANY = "..."


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind, the file that it is, its text and where that begins and ends."""

    kind: str
    file: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Run:
    """A command, what it prints, and the lines on which the command stands."""

    command: str
    output: str
    source: str


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a Markdown text."""
    return [Block(m[1], m[2], m[3], m.start(3), m.end(3)) for m in _FENCE.finditer(text)]


def runs(block: str) -> list[Run]:
    """Return the commands of a console block with their output."""
    assert block.startswith("$ "), "a console block begins with a command"
    found = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        source = f"$ {command}\n"
        while command.endswith("\\"):
            more, _, output = output.partition("\n")
            source += f"{more}\n"
            command = command[:-1] + more.strip()
        found.append(Run(command, output, source))
    return found


class Shell:
    """Runs `eoscheck`, `cat`, `ls` and `echo $?` in a folder."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capture = capture
        self.code: int | None = None

    def run(self, command: str) -> str:
        """Return what a command prints."""
        words = shlex.split(command)
        if words == ["echo", "$?"]:
            return f"{self.code}\n"
        if words[0] == "cat":
            return "".join((self.folder / name).read_text() for name in words[1:])
        if words[0] == "ls":
            return "".join(f"{p.name}\n" for p in sorted((self.folder / words[1]).iterdir()))
        assert words[0] == "eoscheck", f"no command of a test: {command}"
        self.capture.readouterr()
        self.code = run(words[1:])
        captured = self.capture.readouterr()
        return captured.out + captured.err


def matches(expected: str, output: str) -> bool:
    """Return whether an output is as expected, with `...` for anything."""
    pattern = ""
    for line in expected.splitlines():
        if line == ANY:
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(map(re.escape, line.rstrip().split(ANY))) + r"[ \t]*\n"
    return re.fullmatch(pattern, output) is not None


def without_noise(output: str) -> str:
    """Return an output as it may stand in a file: without times."""
    return _SECONDS.sub("... s.", output)

"""Runs a command and tells what it cost; as a program, it is the small parent that counts.

The kernel counts the peak memory of a process from the size of its parent at the start on. A large
parent would hide a small child, so that a bare interpreter starts the command.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """What a command printed, how it ended and what it cost, its children included."""

    output: str
    code: int
    cpu_seconds: float
    wall_seconds: float
    peak_bytes: int


def run(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> Run:
    """Run a command in a folder; standard output and error are kept together."""
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "cost.json"
        parent = [sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(report)]
        done = subprocess.run(
            [*parent, *command],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        cost = json.loads(report.read_text())
    return Run(done.stdout, done.returncode, cost["cpu"], cost["wall"], cost["peak"])


def main(report: str, command: list[str]) -> int:
    """Run the command, write its cost to the report and return its exit code."""
    begin = time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    cost = {
        "cpu": usage.ru_utime + usage.ru_stime,
        "wall": time.monotonic() - begin,
        "peak": usage.ru_maxrss * 1024,
    }
    Path(report).write_text(json.dumps(cost))
    return os.waitstatus_to_exitcode(status) & 0xFF


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

"""Checks settings files through the command line and gives the JSON answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from checker.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

PRODUCER = "acks=all\n"
CONSUMER = "group.id=billing\nenable.auto.commit=false\nauto.offset.reset=earliest\n"
BROKER = (
    "default.replication.factor=3\nmin.insync.replicas=2\nunclean.leader.election.enable=false\n"
)


@dataclass(frozen=True)
class Pair:
    """Settings files, application facts and options of a check."""

    producer: str = PRODUCER
    consumer: str = CONSUMER
    broker: str = BROKER
    facts: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    def answer(self, folder: Path) -> tuple[int, dict[str, Any]]:
        """Return the exit code and the document of `eoscheck check --format json`."""
        arguments = ["check", "--quiet", "--format", "json", "-o", str(folder / "answer.json")]
        for role in ("producer", "consumer", "broker"):
            file = folder / f"{role}.properties"
            file.write_text(getattr(self, role))
            arguments += [f"--{role}", str(file)]
        for fact in self.facts:
            arguments += ["--application", fact]
        code = run([*arguments, *self.options])
        return code, json.loads((folder / "answer.json").read_text())


@dataclass(frozen=True)
class Broken:
    """A broken guarantee: the length of its run, what is at fault, what would repair it."""

    steps: int
    because: tuple[str, ...]
    fix: tuple[str, ...] = field(default=())


def broken(document: dict[str, Any], folder: Path) -> dict[str, Broken]:
    """Return the broken guarantees of an answer; files are named without their folder."""
    return {
        item["name"]: Broken(
            item["steps"],
            tuple(_cause(cause, folder) for cause in item["because"]),
            tuple(f"{change['setting']}={change['value']}" for change in item["fix"]),
        )
        for item in document["properties"]
        if item["verdict"] == "broken"
    }


def _cause(cause: dict[str, Any], folder: Path) -> str:
    text = f"{cause['setting']}={cause['value']}"
    if cause["file"] is None:
        return text
    return f"{text} ({cause['file'].removeprefix(f'{folder}/')}:{cause['line']})"

"""Recorded traces of a real broker: what the files hold, in the order of processing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "traces"
CONCURRENT_TRANSACTIONS = 51


@dataclass(frozen=True)
class Step:
    """One step: a request with its answer, or an event (`api` empty)."""

    number: int
    actor: str
    api: str
    version: int
    request: dict[str, Any]
    error: int | None
    response: dict[str, Any]
    event: str = ""
    label: str = ""


@dataclass(frozen=True)
class Recording:
    """A trace: the broker's configuration, the steps and the state at the end."""

    name: str
    cluster: str
    steps: tuple[Step, ...]
    final: dict[str, Any] = field(repr=False)

    @property
    def cluster_version(self) -> int:
        """The finalized feature transaction.version."""
        return int(self.cluster.split("transaction.version=")[1][0])

    @property
    def verifies(self) -> bool:
        """Whether transaction.partition.verification.enable is on."""
        return "verification.enable=false" not in self.cluster

    @property
    def expires(self) -> bool:
        """Whether producer.id.expiration.ms is short."""
        return "producer.id.expiration" in self.cluster


def names() -> list[str]:
    """Return the names of all traces."""
    return sorted(file.stem for file in FOLDER.glob("*.json"))


def load(name: str) -> Recording:
    """Read a trace; requests that were held back stand where they were processed."""
    data = json.loads((FOLDER / f"{name}.json").read_text())
    return Recording(name, data["cluster"], tuple(_processed(data["steps"])), data["final"])


def _processed(steps: list[dict[str, Any]]) -> Iterator[Step]:
    held: dict[str, dict[str, Any]] = {}
    for raw in steps:
        step = _step(raw)
        if step.event == "HELD":
            held[step.label] = step.request
        elif step.event == "RELEASED":
            assert held[step.label] == step.request, f"step {step.number} is not what was held"
            yield step
        elif step.event != "NOTE":
            yield from _attempts(step, raw.get("retried", {}))


def _attempts(step: Step, retried: dict[str, int]) -> Iterator[Step]:
    """Yield a step as often as it was executed; 14, 15 and 16 are noise of a fresh node."""
    for _ in range(retried.get(str(CONCURRENT_TRANSACTIONS), 0)):
        refused = {"pid": -1, "epoch": -1}
        yield Step(
            step.number,
            step.actor,
            step.api,
            step.version,
            step.request,
            CONCURRENT_TRANSACTIONS,
            refused,
        )
    yield step


def _step(raw: dict[str, Any]) -> Step:
    return Step(
        raw["n"],
        raw["actor"],
        raw.get("api", ""),
        raw.get("version", 0),
        raw.get("request", {}),
        raw.get("error"),
        raw.get("response", {}),
        raw.get("event", ""),
        raw.get("label", ""),
    )

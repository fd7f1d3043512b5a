"""How a check runs and where its answer goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunOptions:
    """How a check runs and where its answer goes."""

    threads: int
    memory: int | None
    time: float | None
    engine: str
    format: str
    output: str | None
    coverage: bool
    quiet: bool

"""How a check runs and where its answer goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic


@dataclass(frozen=True)
class RunOptions:
    """How a check runs and where its answer goes.

    time: how many seconds all of it may take; began: when it began, in time.monotonic seconds.
    """

    threads: int
    memory: int | None
    time: float | None
    engine: str
    format: str
    output: str | None
    coverage: bool
    quiet: bool
    began: float = field(default_factory=monotonic)

    @property
    def deadline(self) -> float | None:
        """When it has to end, in time.monotonic seconds."""
        return None if self.time is None else self.began + self.time

    @property
    def time_left(self) -> float | None:
        """How many seconds are left, at least none."""
        return None if self.deadline is None else max(0.0, self.deadline - monotonic())

"""Exhaustive breadth-first search of a model's states, level by level.

It knows nothing of languages: a model is a `NativeProgram`. What it finds, and in which order, does
not depend on the number of threads; where a limit stops it in the middle of a level does.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from checker.explicit import engine_layout as at
from checker.explicit.engine_program import NativeProgram
from checker.explicit.engine_reached import Reached
from checker.explicit.engine_storage import SearchError, Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    import numpy.typing as npt

__all__ = [
    "Exploration",
    "Finding",
    "NativeProgram",
    "Progress",
    "Reached",
    "SearchError",
    "Stopped",
    "explore",
]

Stopped = Literal["memory", "time", "interrupted", "found", "error"]

ALL_BITS = (1 << 64) - 1
INTERVAL = 0.1
"""Seconds between two looks at the clock and the user."""
FIRST_BUDGET = 1 << 10
FASTEST_GROWTH = 8
WORTH_SHARING = 0.001
"""Seconds of work from which on several threads share it."""


@dataclass(frozen=True)
class Finding:
    """The first level at which something appeared, and the least state there.

    The initial states are level 1; states are ordered word by word, as unsigned numbers.
    """

    level: int
    position: int
    state: tuple[int, ...]


@dataclass(frozen=True)
class Progress:
    """Figures of a running search; memory in bytes."""

    states: int
    frontier: int
    transitions: int
    depth: int
    seconds: float
    memory: int


@dataclass(frozen=True)
class Exploration:
    """What a search found.

    stopped: None if all reachable states were expanded.
    levels: the first level at which each bit of observe, and the deadlock bit, was seen.
    findings: the least state for each of these bits. errors: the same for error counters.
    began: on the clock of time.perf_counter. seconds, cpu_seconds: of the exploration.
    memory: bytes of states, parents and index.
    """

    states: int
    transitions: int
    depth: int
    counters: npt.NDArray[np.int64]
    stopped: Stopped | None
    levels: dict[int, int]
    findings: dict[int, Finding]
    errors: dict[int, Finding]
    began: float
    seconds: float
    cpu_seconds: float
    memory: int
    reached: Reached = field(repr=False)

    @property
    def bytes_per_state(self) -> float:
        """Bytes of states, parents and index for each state."""
        return self.memory / max(1, self.states)


def explore(
    program: NativeProgram,
    initial: npt.ArrayLike,
    *,
    threads: int = 1,
    least: int = ALL_BITS,
    stop_when: int = 0,
    deadlock_bit: int | None = None,
    error_counters: Iterable[int] = (),
    memory_limit: int | None = None,
    time_limit: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Exploration:
    """Find every state that can be reached from the initial ones.

    initial: rows of `program.words` words. least: the bits for which the least state is wanted.
    stop_when: if not 0, end with the level after which all these bits were seen ("found").
    deadlock_bit: the bit that stands for a state without a step whose step counted nothing.
    error_counters: end with the level whose expansion increments one of these ("error").
    memory_limit: bytes for states, parents and index; all of the machine's if None ("memory").
    time_limit: seconds ("time"). progress: called about ten times a second.
    An interrupt from the keyboard ends the search with what it has ("interrupted").
    """
    search = _Search(
        Storage(program, threads, memory_limit),
        least,
        stop_when,
        deadlock_bit,
        tuple(error_counters),
    )
    search.time_limit = time_limit
    search.progress = progress
    return search.run(initial)


class _Search:
    def __init__(
        self,
        storage: Storage,
        least: int,
        stop_when: int,
        deadlock_bit: int | None,
        error_counters: tuple[int, ...],
    ) -> None:
        self.storage = storage
        self.least = least
        self.stop_when = stop_when
        self.deadlock_bit = deadlock_bit
        self.error_counters = error_counters
        self.time_limit: float | None = None
        self.progress: Callable[[Progress], None] | None = None
        self.starts: list[int] = []
        self.levels: dict[int, int] = {}
        self.findings: dict[int, Finding] = {}
        self.errors: dict[int, Finding] = {}
        self.began = time.perf_counter()
        self.began_cpu = time.process_time()
        self.rate = 0.0
        self.budget = FIRST_BUDGET
        self.told = self.began
        storage.search[at.FIND_STUCK] = deadlock_bit is not None

    def run(self, initial: npt.ArrayLike) -> Exploration:
        stopped: Stopped | None
        try:
            stopped = self._levels() if self.storage.enter(initial) else "memory"
        except KeyboardInterrupt:
            stopped = "interrupted"
        self._note()
        storage = self.storage
        return Exploration(
            states=storage.count,
            transitions=storage.transitions,
            depth=len(self.starts),
            counters=storage.counters,
            stopped=stopped,
            levels=self.levels,
            findings=self.findings,
            errors=self.errors,
            began=self.began,
            seconds=time.perf_counter() - self.began,
            cpu_seconds=time.process_time() - self.began_cpu,
            memory=storage.memory,
            reached=Reached(storage, tuple(self.starts)),
        )

    def _levels(self) -> Stopped | None:
        storage = self.storage
        self._note()
        while storage.count > storage.expanded:
            storage.search[at.LEVEL_END] = storage.count
            self.starts.append(storage.expanded)
            limit = self._expand_level()
            if limit is not None:
                return limit
            self._note()
            if storage.count > storage.expanded and self._ends_here():
                return "error" if self.errors else "found"
        return None

    def _ends_here(self) -> bool:
        seen = sum(1 << bit for bit in self.levels)
        return bool(self.errors) or (self.stop_when != 0 and self.stop_when & ~seen == 0)

    def _expand_level(self) -> Stopped | None:
        while self.storage.expanded < self.storage.search[at.LEVEL_END]:
            now = time.perf_counter()
            if self.time_limit is not None and now - self.began > self.time_limit:
                return "time"
            if self.progress is not None and now - self.told >= INTERVAL:
                self.told = now
                self.progress(self._figures(now))
            done = self.storage.expand(self.budget, self._worth_sharing())
            if done == 0:
                return "memory"
            spent = max(time.perf_counter() - now, 1e-7)
            self.rate = done / spent
            self.budget = max(1, min(FASTEST_GROWTH * self.budget, int(self.rate * INTERVAL)))
        return None

    def _worth_sharing(self) -> bool:
        left = int(self.storage.search[at.LEVEL_END]) - self.storage.expanded
        return self.rate > 0 and left > self.rate * WORTH_SHARING

    def _figures(self, now: float) -> Progress:
        storage = self.storage
        return Progress(
            states=storage.count,
            frontier=storage.count - storage.expanded,
            transitions=storage.transitions,
            depth=len(self.starts),
            seconds=now - self.began,
            memory=storage.memory,
        )

    def _note(self) -> None:
        """Note what expanding the level showed of its own states, and of those of the next."""
        storage, depth = self.storage, len(self.starts)
        unseen = storage.seen
        for bit in self.levels:
            unseen &= ~(1 << bit)
        for bit in range(unseen.bit_length()):
            if unseen >> bit & 1:
                if self.least >> bit & 1:
                    self._find(self.findings, bit, at.OBSERVED, bit)
                self.levels[bit] = depth + 1
        if self.deadlock_bit is not None and self.deadlock_bit not in self.levels and storage.stuck:
            self._find(self.findings, self.deadlock_bit, at.DEADLOCKED, 0)
            self.levels[self.deadlock_bit] = depth
        for counter in self.error_counters:
            if counter not in self.errors and storage.counters[counter] > 0:
                self._find(self.errors, counter, at.COUNTED, counter)

    def _find(self, into: dict[int, Finding], key: int, query: int, bit: int) -> None:
        storage, depth = self.storage, len(self.starts)
        if query == at.OBSERVED:
            level, start, stop = depth + 1, int(storage.search[at.LEVEL_END]), storage.count
        else:
            level, start, stop = depth, self.starts[-1], storage.expanded
        position = storage.least(query, bit, start, stop)
        if position is not None:
            into[key] = Finding(level, position, storage.state(position))

"""Random walks through a model's states: quick to start, never complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from checker.explicit import engine_layout as at
from checker.explicit.engine_native import kernel
from checker.explicit.engine_program import Bench
from checker.explicit.memory import Region

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    from checker.explicit.engine_program import NativeProgram

BUDGET = 1 << 14
"""Steps that one call of the kernel makes, so that Python can listen to the user."""

End = Literal["observed", "deadlock", "cut", "length"]

_ENDS: dict[int, End] = {
    at.OBSERVATION: "observed",
    at.DEADLOCK: "deadlock",
    at.CUT: "cut",
    at.LENGTH: "length",
}


@dataclass(frozen=True)
class Walk:
    """One random walk.

    end: observe had something to say about the last state (its bits are in `mask`); the last state
    has no step, or none because a counter cut them all; the walk is as long as it may be.
    steps: the number of steps made. state: the last state.
    """

    end: End
    mask: int
    steps: int
    state: tuple[int, ...]


@dataclass(frozen=True)
class Simulation:
    """Random walks; `path` has all states of `found`, the first that ended as asked for."""

    walks: tuple[Walk, ...]
    found: Walk | None
    path: tuple[tuple[int, ...], ...]
    counters: npt.NDArray[np.int64]


def simulate(
    program: NativeProgram,
    initial: npt.ArrayLike,
    *,
    seed: int,
    walks: int,
    max_steps: int,
    ends: Collection[End] = ("observed", "deadlock"),
) -> Simulation:
    """Walk at random from a random initial state; the same seed gives the same walks.

    Walk number n does not depend on how many walks are made. ends: the path of the first walk that
    ended so is kept.
    """
    walker = _Walker(program, max_steps)
    starts = np.asarray(initial, np.uint64).reshape(-1, program.words)
    made: list[Walk] = []
    found: Walk | None = None
    path: tuple[tuple[int, ...], ...] = ()
    for number in range(walks):
        source = np.random.default_rng((seed, number))
        start = starts[int(source.integers(len(starts)))]
        walk = walker.walk(start, int(source.integers(1 << 63)))
        made.append(walk)
        if found is None and walk.end in ends:
            found, path = walk, walker.path()
    return Simulation(tuple(made), found, path, walker.counters())


class _Walker:
    def __init__(self, program: NativeProgram, max_steps: int) -> None:
        self._program = program
        self._longest = max_steps + 1
        self._parameters = program.parameter_vector()
        self._search = program.search_vector(self._parameters)
        self._states = Region(self._longest * program.words * 8)
        self._search[at.STATES] = self._states.address
        self._bench = Bench()
        self._bench.allot(at.BUFFER, program.max_successors * program.words * 8)
        self._bench.allot(at.SPARE, program.max_successors * program.words * 8)
        self._bench.allot(at.TALLY, program.counters * 8)
        self._bench.allot(at.SCRATCH, program.counters * 8)
        self._run = kernel("walk", program.words)

    def walk(self, start: npt.NDArray[np.uint64], seed: int) -> Walk:
        self._states.view(np.uint64, len(start))[:] = start
        self._search[at.COUNT] = 1
        self._search[at.BEST] = 0
        self._bench.vector[at.SEEN] = seed
        end = at.UNFINISHED
        while end == at.UNFINISHED:
            addresses = self._search.ctypes.data, self._bench.address
            end = self._run(*addresses, BUDGET, self._longest)
        mask = int(self._search[at.BEST : at.BEST + 1].view(np.uint64)[0])
        path = self.path()
        return Walk(_ENDS[end], mask, len(path) - 1, path[-1])

    def path(self) -> tuple[tuple[int, ...], ...]:
        words, count = self._program.words, int(self._search[at.COUNT])
        states = self._states.view(np.uint64, count * words).reshape(count, words)
        return tuple(tuple(row) for row in states.tolist())

    def counters(self) -> npt.NDArray[np.int64]:
        return self._bench.region(at.TALLY).view(np.int64, self._program.counters).copy()

"""The states that a search reached: paths to them, their successors, the rules that made them."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

from checker.explicit import engine_layout as at
from checker.explicit.engine_native import kernel
from checker.explicit.engine_program import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from checker.explicit.engine_storage import Storage

CHUNK = 1 << 12
"""States whose successors are made at once."""

_CAPTURE = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_int64] * 5)


class Reached:
    """States in the order of discovery, which is the same whatever the number of threads.

    A state's parent is the first discovered of its predecessors in the level before.
    level_starts: the position of the first state of each level that was begun.
    """

    def __init__(self, storage: Storage, level_starts: tuple[int, ...]) -> None:
        self._storage = storage
        self.level_starts = level_starts
        self.expanded = storage.expanded

    def __len__(self) -> int:
        return self._storage.count

    @property
    def states(self) -> npt.NDArray[np.uint64]:
        """The states, a row of words each; read-only."""
        states = self._storage.states()
        states.flags.writeable = False
        return states

    @property
    def parents(self) -> npt.NDArray[np.uint32]:
        """The position of each state's parent, 2**32 - 1 for an initial state; read-only."""
        parents = self._storage.parents()
        parents.flags.writeable = False
        return parents

    def positions_to(self, position: int) -> list[int]:
        """Return the positions on a shortest path from an initial state, both ends included."""
        path = [position]
        parents = self._storage.parents()
        while (parent := int(parents[path[-1]])) != at.NOWHERE:
            path.append(parent)
        return path[::-1]

    def path(self, target: int | Sequence[int]) -> list[tuple[int, ...]]:
        """Return the states on a shortest path to a state, given by its position or its words.

        Raises KeyError for words that were not reached.
        """
        position = target if isinstance(target, int) else self.position_of(target)
        return [self._storage.state(each) for each in self.positions_to(position)]

    def position_of(self, state: Sequence[int]) -> int:
        """Return the position of a state; raises KeyError if it was not reached."""
        position = self._storage.find(state)
        if position is None:
            raise KeyError(tuple(state))
        return position

    def transitions(self) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]]:
        """Expand the expanded states once more; yields origins' positions and successors' words."""
        bench = self._bench(CHUNK * self._storage.program.max_successors, CHUNK)
        words = self._storage.words
        for start in range(0, self.expanded, CHUNK):
            stop = min(start + CHUNK, self.expanded)
            made = self._run("unfold", bench, start, stop)
            each = bench.region(at.ORIGINS).view(np.uint32, stop - start)
            flat = bench.region(at.BUFFER).view(np.uint64, made * words)
            yield np.repeat(np.arange(start, stop), each), flat.reshape(made, words).copy()

    def fired(self, instances: int) -> npt.NDArray[np.int64]:
        """Return how many successors of the expanded states each rule instance made."""
        room = self._storage.program.max_successors
        bench = self._bench(room, room)
        bench.allot(at.CANDIDATES, instances * 8)
        for start in range(0, self.expanded, CHUNK):
            self._run("fire", bench, start, min(start + CHUNK, self.expanded))
        return bench.region(at.CANDIDATES).view(np.int64, instances)

    def _bench(self, successors: int, integers: int) -> Bench:
        bench = Bench()
        bench.allot(at.BUFFER, successors * self._storage.words * 8)
        bench.allot(at.ORIGINS, integers * 4)
        bench.allot(at.SCRATCH, self._storage.program.counters * 8)
        return bench

    def _run(self, name: str, bench: Bench, start: int, stop: int) -> int:
        run = kernel(name, self._storage.words)
        return run(self._storage.search.ctypes.data, bench.address, start, stop)

    def instance(self, state: Sequence[int], successor: Sequence[int]) -> int:
        """Return the least rule instance that makes a successor; raises KeyError if none does."""
        program = self._storage.program
        capture = _CAPTURE(program.capture)
        before = np.array(state, np.uint64)
        out = np.zeros((program.max_successors, program.words), np.uint64)
        counters = np.zeros(program.counters + 1, np.int64)
        instances = np.zeros(program.max_successors, np.int32)
        addresses = (each.ctypes.data for each in (out, counters, instances))
        parameters = self._storage.parameters.ctypes.data
        made = capture(before.ctypes.data, parameters, *addresses)
        same = (out[:made] == np.array(successor, np.uint64)).all(axis=1)
        if not same.any():
            raise KeyError((tuple(state), tuple(successor)))
        return int(instances[:made][same].min())

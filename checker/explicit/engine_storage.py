"""Memory of a search: states, parents, the index, and the vectors that the kernels read."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

from checker.explicit import engine_layout as at
from checker.explicit.engine_program import Bench
from checker.explicit.engine_team import Team
from checker.explicit.memory import Region, physical_memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from checker.explicit.engine_program import NativeProgram

FULL = 0.81
"""Share of the index in use before it is doubled; so a state of one word costs at most 32 bytes."""
FULLEST = 0.95
"""The same, when there is no memory to double it."""
FIRST_INDEX = 1 << 18
SMALLEST_INDEX = 1 << 12
"""Entries for each thread."""
CHUNK = 1 << 15
"""States that one call of a kernel looks at, so that Python can listen to the user."""
FOUND_ROOM = 1 << 16
LARGEST_BLOCK_SHIFT = 9


class SearchError(Exception):
    """The search cannot go on; its figures must not be used."""


class Storage:
    """The states found so far, in the order of discovery, whatever the number of threads."""

    def __init__(
        self, program: NativeProgram, threads: int = 1, memory_limit: int | None = None
    ) -> None:
        self.program = program
        self.words = program.words
        self.parameters = program.parameter_vector()
        self.search = program.search_vector(self.parameters)
        self.memory_limit = physical_memory() if memory_limit is None else memory_limit
        self._record = 8 * program.words + 4
        self._reserve()
        self.search[at.STATES] = self._states.address
        self.search[at.PARENTS] = self._parents.address
        places = (at.BLOCK_OWNER, at.BLOCK_START, at.BLOCK_STOP, at.BLOCK_FRESH)
        self._blocks = [Region(8 * at.BLOCKS) for _ in places]
        for place, region in zip(places, self._blocks, strict=True):
            self.search[place] = region.address
        self._block_shift = _block_shift(program.max_successors)
        self.benches = [self._bench(number, threads) for number in range(threads)]
        self.team = Team(self.search, [bench.address for bench in self.benches])
        self._entries = self._first_entries()
        self._index = Region(self._entries * 8)
        self._use_index()

    def _reserve(self) -> None:
        self._capacity = min(at.NOWHERE - 1, self.memory_limit // self._record)
        while True:
            try:
                self._states = Region(self._capacity * self.words * 8)
                self._parents = Region(self._capacity * 4)
            except OSError:
                if self._capacity == 0:
                    raise
                self._capacity //= 2
            else:
                return

    def _bench(self, number: int, threads: int) -> Bench:
        program, bench = self.program, Bench()
        batch = at.BATCH + program.max_successors
        bench.vector[at.NUMBER] = number
        bench.allot(at.BUFFER, batch * self.words * 8)
        bench.allot(at.SPARE, program.max_successors * self.words * 8)
        bench.allot(at.HASHES, batch * 8)
        bench.allot(at.ORIGINS, batch * 4)
        bench.allot(at.CANDIDATES, batch * 4)
        bench.allot(at.TALLY, program.counters * 8)
        bench.allot(at.SCRATCH, program.counters * 8)
        bench.allot(at.RECENT, at.RECENT_SIZE * 8)
        if threads > 1:
            room = FOUND_ROOM + (program.max_successors << self._block_shift)
            bench.vector[at.FOUND_ROOM] = room
            bench.allot(at.FOUND_STATES, room * self.words * 8)
            bench.allot(at.FOUND_HASHES, room * 8)
            bench.allot(at.CHOSEN, room * 4)
            bench.allot(at.FOUND_PARENTS, room * 4)
            bench.allot(at.FOUND_ENTRIES, (room + at.AHEAD) * 8)
            bench.allot(at.CLAIMS, room * 8 * threads)
        return bench

    def _first_entries(self) -> int:
        parts = 1 << int(self.search[at.PART_BITS])
        entries = max(FIRST_INDEX, SMALLEST_INDEX * parts)
        while entries > SMALLEST_INDEX * parts and entries * 32 > self.memory_limit:
            entries //= 2
        return entries

    def _use_index(self) -> None:
        self.search[at.INDEX] = self._index.address
        self.search[at.SHIFT] = 64 - (self._entries // at.SLOTS).bit_length() + 1
        self._set_room(FULL)

    def _set_room(self, full: float) -> None:
        by_memory = (self.memory_limit - 8 * self._entries) // self._record
        room = min(int(full * self._entries), by_memory, self._capacity)
        self.search[at.ROOM] = max(0, room)

    def _double_index(self) -> None:
        old, astray = self._index, bool(self.search[at.ASTRAY])
        lines = self._entries // at.SLOTS >> int(self.search[at.PART_BITS])
        self._entries *= 2
        self._index = Region(self._entries * 8)
        self._use_index()
        self.search[at.ASTRAY] = 0
        if astray:
            old.release()
            self._rehash()
            return
        self.search[at.OLD_INDEX] = old.address
        for start in range(0, lines, CHUNK):
            stop = min(start + CHUNK, lines)
            self.team.together("spread", start, stop, (self, old))
            for part in range(1 << int(self.search[at.PART_BITS])):
                old.discard((part * lines + start) * at.LINE, (stop - start) * at.LINE)
        old.release()

    def _rehash(self) -> None:
        for start in range(0, self.count, 16 * CHUNK):
            self.team.together("rehash", start, min(start + 16 * CHUNK, self.count), self)

    def make_room(self, more: int) -> bool:
        """Let the index grow until so many more states can be stored; False if memory lacks."""
        needed = self.count + more
        while needed > self.search[at.ROOM] and 16 * self._entries <= self._memory_beside(needed):
            self._double_index()
        if needed > self.search[at.ROOM]:
            self._set_room(FULLEST)
        return bool(needed <= self.search[at.ROOM])

    def _memory_beside(self, states: int) -> int:
        return self.memory_limit - states * self._record

    @property
    def count(self) -> int:
        """The number of states stored."""
        return int(self.search[at.COUNT])

    @property
    def expanded(self) -> int:
        """The number of states whose successors are stored."""
        return int(self.search[at.CURSOR])

    @property
    def stuck(self) -> bool:
        """Whether some expanded state is a deadlock."""
        return any(bench.vector[at.STUCK] for bench in self.benches)

    @property
    def memory(self) -> int:
        """Bytes in use by the states, their parents and the index."""
        return self.count * self._record + self._entries * 8

    @property
    def transitions(self) -> int:
        """The number of successors that the step gave."""
        return sum(int(bench.vector[at.TRANSITIONS]) for bench in self.benches)

    @property
    def seen(self) -> int:
        """The union of what observe gave for the states."""
        masks = [bench.vector[at.SEEN] for bench in self.benches]
        return int(np.bitwise_or.reduce(np.array(masks).view(np.uint64)))

    @property
    def counters(self) -> npt.NDArray[np.int64]:
        """What the step counted."""
        count = self.program.counters
        each = [bench.region(at.TALLY).view(np.int64, count) for bench in self.benches]
        total: npt.NDArray[np.int64] = np.sum(each, axis=0, dtype=np.int64)
        return total

    def states(self) -> npt.NDArray[np.uint64]:
        """Return the states, one a row; a view."""
        flat = self._states.view(np.uint64, self.count * self.words)
        return flat.reshape(self.count, self.words)

    def parents(self) -> npt.NDArray[np.uint32]:
        """Return the position of each state's parent; NOWHERE for an initial state; a view."""
        return self._parents.view(np.uint32, self.count)

    def state(self, position: int) -> tuple[int, ...]:
        """Return the words of one state."""
        return tuple(int(word) for word in self.states()[position])

    def enter(self, initial: npt.ArrayLike) -> bool:
        """Store the initial states, each once, in their order; False if memory lacks."""
        states = np.asarray(initial, np.uint64).reshape(-1, self.words)
        _, first = np.unique(states, axis=0, return_index=True)
        states = states[np.sort(first)]
        if not self.make_room(len(states)):
            return False
        self.search[at.COUNT] = len(states)
        self.states()[:] = states
        self.parents()[:] = at.NOWHERE
        for bench in self.benches:
            bench.region(at.RECENT).view(np.uint64, at.RECENT_SIZE)[:] = states[0, 0]
        self._rehash()
        if self.program.observe:
            self.benches[0].vector[at.SEEN] = self._observed(len(states))
        return True

    def _observed(self, count: int) -> int:
        kind = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_int64, ctypes.c_int64)
        observe = kind(self.program.observe)
        parameters = self.parameters.ctypes.data
        size = 8 * self.words
        masks = [observe(self._states.address + i * size, parameters) for i in range(count)]
        return int(np.bitwise_or.reduce(np.array(masks, np.uint64)).view(np.int64))

    def expand(self, budget: int, share: bool) -> int:
        """Expand about `budget` states of the level; gives their number, 0 if memory lacks.

        share: whether all threads take part.
        """
        before = self.expanded
        if share and self._expand_together(min(budget, int(self.search[at.LEVEL_END]) - before)):
            return self.expanded - before
        if self.make_room(at.BATCH + self.program.max_successors):
            return self.team.alone("advance", budget)
        return 0

    def _expand_together(self, states: int) -> bool:
        threads = self.team.size
        if threads == 1 or not self.make_room(threads * int(self.benches[0].vector[at.FOUND_ROOM])):
            return False
        fair = max(1, states // (4 * threads)).bit_length() - 1
        shift = min(fair, self._block_shift)
        self.search[at.BLOCK_SHIFT] = shift
        self.search[at.BLOCK_LIMIT] = min(at.BLOCKS, (states >> shift) + 1)
        self.search[at.TICKETS] = 0
        self.team.together("advance_together", self.expanded + states, 0, self)
        if self.search[at.OVERFLOW]:
            raise SearchError("A part of the index is full although the index is not.")
        return True

    def find(self, state: Sequence[int]) -> int | None:
        """Return the position of a state, or None if it was not found."""
        words = np.array(state, np.uint64)
        position = self.team.alone("find", words.ctypes.data)
        return None if position == at.NOWHERE else position

    def least(self, query: int, bit: int, start: int, stop: int) -> int | None:
        """Return the position of the least state from `start` to `stop` that answers a query."""
        self.search[at.QUERY] = query
        self.search[at.QUERY_BIT] = bit
        self.search[at.BEST] = at.NOWHERE
        for first in range(start, stop, CHUNK):
            self.team.alone("least", first, min(first + CHUNK, stop))
        best = int(self.search[at.BEST])
        return None if best == at.NOWHERE else best


def _block_shift(max_successors: int) -> int:
    block = max(1, FOUND_ROOM // max_successors)
    return min(block.bit_length() - 1, LARGEST_BLOCK_SHIFT)

"""Native programs for the engine's tests: a graph as a table, the idempotent producer, a tree.

Each is a numba callback: the engine is tested without the compiler of the modelling language.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numba import carray, cfunc, njit, types

from checker.explicit.engine import NativeProgram

WORD = types.CPointer(types.uint64)
NUMBER = types.CPointer(types.int64)
INSTANCE = types.CPointer(types.int32)
STEP = types.int64(WORD, NUMBER, WORD, NUMBER)
OBSERVE = types.uint64(WORD, NUMBER)
CAPTURE = types.int64(WORD, NUMBER, WORD, NUMBER, INSTANCE)

COUNTERS = 3
HEAD = 3
"""Parameters before the table: the number of states, their words, the longest list."""


@dataclass(frozen=True)
class Graph:
    """A transition system; states are numbers, a cut is a pair of state and counter."""

    words: int
    states: tuple[tuple[int, ...], ...]
    successors: tuple[tuple[int, ...], ...]
    masks: tuple[int, ...]
    cuts: tuple[int, ...]
    initial: tuple[int, ...]

    def rows(self) -> list[tuple[int, ...]]:
        return [self.states[each] for each in self.initial]

    def program(self) -> NativeProgram:
        """The graph as a table: per state its words, mask, cut, number and list of successors."""
        width = max(1, *(len(each) for each in self.successors))
        table = [len(self.states), self.words, width]
        for number, state in enumerate(self.states):
            targets = self.successors[number]
            row = [*state, self.masks[number], self.cuts[number], len(targets), *targets]
            table += row + [0] * (width - len(targets))
        return NativeProgram(
            words=self.words,
            step=graph_step.address,
            max_successors=width,
            observe=graph_observe.address,
            capture=graph_capture.address,
            counters=COUNTERS,
            parameters=np.array(table, np.uint64).view(np.int64),
        )


@dataclass
class Oracle:
    """What a breadth-first search in plain Python finds, in terms of the graph's numbers."""

    level: dict[int, int] = field(default_factory=dict)
    transitions: int = 0
    counters: list[int] = field(default_factory=lambda: [0] * COUNTERS)

    @classmethod
    def of(cls, graph: Graph) -> Oracle:
        found = cls()
        queue = deque(dict.fromkeys(graph.initial))
        found.level = dict.fromkeys(graph.initial, 1)
        while queue:
            number = queue.popleft()
            if graph.cuts[number]:
                found.counters[graph.cuts[number] - 1] += 1
            for target in graph.successors[number]:
                found.transitions += 1
                if target not in found.level:
                    found.level[target] = found.level[number] + 1
                    queue.append(target)
        return found

    def least(self, graph: Graph, wanted: set[int]) -> tuple[int, tuple[int, ...]] | None:
        """The first level with a wanted number, and the least state there."""
        reached = [(self.level[n], graph.states[n]) for n in wanted if n in self.level]
        return min(reached) if reached else None


@njit(cache=True)
def table_of(parameters):
    count, words, width = carray(parameters, (HEAD,))
    stride = words + 3 + width
    return carray(parameters, (HEAD + count * stride,)), stride


@njit(cache=True)
def row_of(state, parameters):
    """Where in the table the row of a state begins."""
    table, stride = table_of(parameters)
    words = table[1]
    source = carray(state, (words,))
    for row in range(HEAD, len(table), stride):
        equal = True
        for word in range(words):
            equal = equal and table[row + word] == np.int64(source[word])
        if equal:
            return row
    return 0


@njit(cache=True)
def follow(state, parameters, out, counters):
    table, stride = table_of(parameters)
    words = table[1]
    row = row_of(state, parameters)
    cut, made = table[row + words + 1], table[row + words + 2]
    if cut:
        carray(counters, (COUNTERS,))[cut - 1] += 1
    target = carray(out, (made * words,))
    for edge in range(made):
        successor = HEAD + table[row + words + 3 + edge] * stride
        for word in range(words):
            target[edge * words + word] = np.uint64(table[successor + word])
    return made


@cfunc(STEP, cache=True)
def graph_step(state, parameters, out, counters):
    return follow(state, parameters, out, counters)


@cfunc(CAPTURE, cache=True)
def graph_capture(state, parameters, out, counters, instances):
    made = follow(state, parameters, out, counters)
    for edge in range(made):
        carray(instances, (made,))[edge] = edge
    return made


@cfunc(OBSERVE, cache=True)
def graph_observe(state, parameters):
    table, _ = table_of(parameters)
    return np.uint64(table[row_of(state, parameters) + table[1]])


@cfunc(STEP, cache=True)
def clock_step(state, parameters, out, counters):
    """A clock of three words that never ends."""
    target = carray(out, (3,))
    source = carray(state, (3,))
    target[0], target[1] = source[0] + np.uint64(1), source[0] // np.uint64(7)
    target[2] = np.uint64(5)
    return 1


@cfunc(STEP, cache=True)
def tree_step(state, parameters, out, counters):
    """A tree of words in which every state has two successors; so levels get large."""
    target = carray(out, (2,))
    target[0] = carray(state, (1,))[0] * np.uint64(2)
    target[1] = target[0] + np.uint64(1)
    return 2


CLOCK = NativeProgram(words=3, step=clock_step.address, max_successors=1)
TREE = NativeProgram(words=1, step=tree_step.address, max_successors=2)


def idempotent_producer(records: int, window: int) -> NativeProgram:
    """An idempotent producer over a network that loses, duplicates and reorders.

    Bits: requests 0-7, acknowledgements 8-15, acknowledged 16-23, base 24-27, next 28-31,
    expected 32-35, log 36-59 with three bits for each record.
    """
    return NativeProgram(
        words=1,
        step=producer_step.address,
        max_successors=7 * records + 1,
        observe=producer_observe.address,
        parameters=[records, window],
    )


@njit(cache=True)
def received(state, record):
    """The broker takes a record that it expects, and acknowledges it and all before it."""
    expected = state >> 32 & 15
    if record == expected:
        state = (state | record << (36 + 3 * expected)) + (1 << 32)
    if record <= expected:
        state |= 256 << record
    return state


@njit(cache=True)
def acknowledged(state, record):
    """The producer notes an acknowledgement and moves its window."""
    state |= 65536 << record
    while (state >> 24 & 15) < (state >> 28 & 15) and state >> (16 + (state >> 24 & 15)) & 1:
        state += 1 << 24
    return state


@cfunc(STEP, cache=True)
def producer_step(state, parameters, out, counters):
    records, window = carray(parameters, (2,))
    target = carray(out, (7 * records + 1,))
    now = np.int64(carray(state, (1,))[0])
    base, after = now >> 24 & 15, now >> 28 & 15
    made = 0
    if after < records and after - base < window:
        target[made] = np.uint64((now | 1 << after) + (1 << 28))
        made += 1
    for record in range(records):
        request, reply, done = 1 << record, 256 << record, 65536 << record
        if base <= record < after and not now & done and not now & request:
            target[made] = np.uint64(now | request)
            made += 1
        if now & request:
            target[made] = np.uint64(received(now, record) & ~request)
            target[made + 1] = np.uint64(received(now, record))
            target[made + 2] = np.uint64(now & ~request)
            made += 3
        if now & reply:
            target[made] = np.uint64(acknowledged(now, record) & ~reply)
            target[made + 1] = np.uint64(acknowledged(now, record))
            target[made + 2] = np.uint64(now & ~reply)
            made += 3
    return made


@cfunc(OBSERVE, cache=True)
def producer_observe(state, parameters):
    """Bit 0: the log is not 0, 1, 2, ...; bit 1: everything is acknowledged."""
    now = np.int64(carray(state, (1,))[0])
    records = carray(parameters, (1,))[0]
    mask = 0
    for place in range(now >> 32 & 15):
        if (now >> (36 + 3 * place) & 7) != place:
            mask = 1
    if (now >> 24 & 15) == records:
        mask |= 2
    return np.uint64(mask)

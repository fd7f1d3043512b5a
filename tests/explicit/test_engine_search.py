"""The search against a plain one in Python, on random graphs, and against known counts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from engine_models import Graph, Oracle, idempotent_producer
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.explicit import engine, engine_storage
from checker.explicit.engine import Exploration, explore

LAST = 63


@pytest.fixture(scope="module", autouse=True)
def _share_everything():
    """Let several threads share even the smallest level, in many small rounds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "WORTH_SHARING", 0.0)
        patch.setattr(engine_storage, "FOUND_ROOM", 8)
        patch.setattr(engine_storage, "FIRST_INDEX", engine_storage.SMALLEST_INDEX)
        yield


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    words = draw(st.sampled_from([1, 3]))
    count = draw(st.integers(1, 40))
    number = st.integers(0, count - 1)
    some = st.integers(0, 3)
    word = st.sampled_from([0, 1, 2, 2**63, 2**64 - 1])
    states = [
        (*draw(st.tuples(*[word] * (words - 1))), draw(word) & ~0xFF | each)
        for each in range(count)
    ]
    return Graph(
        words=words,
        states=tuple(states),
        successors=tuple(draw(st.lists(number, max_size=4)) for _ in range(count)),
        masks=tuple(draw(st.sampled_from([0, 0, 1, 2, 6])) for _ in range(count)),
        cuts=tuple(draw(some) if draw(st.booleans()) else 0 for _ in range(count)),
        initial=tuple(draw(st.lists(number, min_size=1, max_size=3))),
    )


@given(graphs(), st.sampled_from([1, 2, 3]))
@settings(max_examples=25, deadline=None)
def test_finds_what_a_plain_search_finds(graph: Graph, threads: int) -> None:
    found = explore(graph.program(), graph.rows(), threads=threads, deadlock_bit=LAST)
    oracle = Oracle.of(graph)
    assert found.stopped is None
    assert found.states == len(oracle.level)
    assert found.transitions == oracle.transitions
    assert found.depth == max(oracle.level.values())
    assert found.counters.tolist() == oracle.counters
    numbers = {state: number for number, state in enumerate(graph.states)}
    reached = [numbers[tuple(row)] for row in found.reached.states.tolist()]
    assert sorted(reached) == sorted(oracle.level)
    levels = [oracle.level[number] for number in reached]
    assert levels == sorted(levels)
    starts = [levels.index(level) for level in range(1, found.depth + 1)]
    assert list(found.reached.level_starts) == starts


@given(graphs(), st.sampled_from([1, 2, 3]))
@settings(max_examples=25, deadline=None)
def test_reports_the_first_level_and_the_least_state(graph: Graph, threads: int) -> None:
    found = explore(graph.program(), graph.rows(), threads=threads, deadlock_bit=LAST)
    oracle = Oracle.of(graph)
    wanted = {bit: {n for n, mask in enumerate(graph.masks) if mask >> bit & 1} for bit in range(3)}
    wanted[LAST] = {
        n for n, targets in enumerate(graph.successors) if not targets and not graph.cuts[n]
    }
    for bit, numbers in wanted.items():
        least = oracle.least(graph, numbers)
        if least is None:
            assert bit not in found.levels
            assert bit not in found.findings
        else:
            assert found.levels[bit] == least[0]
            assert (found.findings[bit].level, found.findings[bit].state) == least


@given(graphs())
@settings(max_examples=25, deadline=None)
def test_order_and_parents_do_not_depend_on_threads(graph: Graph) -> None:
    one, two, three = (explore(graph.program(), graph.rows(), threads=n) for n in (1, 2, 3))
    for other in (two, three):
        assert np.array_equal(one.reached.states, other.reached.states)
        assert np.array_equal(one.reached.parents, other.reached.parents)


@given(graphs(), st.sampled_from([1, 2]))
@settings(max_examples=25, deadline=None)
def test_paths_are_shortest_runs(graph: Graph, threads: int) -> None:
    found = explore(graph.program(), graph.rows(), threads=threads)
    oracle = Oracle.of(graph)
    numbers = {state: number for number, state in enumerate(graph.states)}
    for number, level in oracle.level.items():
        path = [numbers[state] for state in found.reached.path(graph.states[number])]
        assert path[0] in graph.initial
        assert path[-1] == number
        assert len(path) == level
        for before, after in itertools.pairwise(path):
            assert after in graph.successors[before]


@given(graphs())
@settings(max_examples=25, deadline=None)
def test_ends_with_the_level_that_counts_an_error(graph: Graph) -> None:
    found = explore(graph.program(), graph.rows(), error_counters=[1])
    oracle = Oracle.of(graph)
    least = oracle.least(graph, {n for n, cut in enumerate(graph.cuts) if cut == 2})
    if least is None:
        assert found.errors == {}
        assert found.stopped is None
    else:
        assert (found.errors[1].level, found.errors[1].state) == least
        assert found.depth == least[0]
        assert set(found.errors) == {1}


@given(graphs(), st.sampled_from([1, 2]))
@settings(max_examples=25, deadline=None)
def test_ends_when_all_bits_were_seen(graph: Graph, threads: int) -> None:
    found = explore(graph.program(), graph.rows(), threads=threads, stop_when=0b11, least=0b01)
    oracle = Oracle.of(graph)
    first = [
        oracle.least(graph, {n for n, mask in enumerate(graph.masks) if mask >> bit & 1})
        for bit in range(2)
    ]
    deepest = max(oracle.level.values())
    last = max(least[0] if least else deepest + 1 for least in first)
    assert set(found.findings) <= {0}
    assert found.depth == min(deepest, max(1, last - 1))
    assert found.stopped == (None if found.depth == deepest else "found")
    for bit, least in enumerate(first):
        assert found.levels.get(bit) == (least[0] if least else None)


@given(graphs())
@settings(max_examples=25, deadline=None)
def test_gives_transitions_and_rule_instances_again(graph: Graph) -> None:
    found = explore(graph.program(), graph.rows())
    numbers = {state: number for number, state in enumerate(graph.states)}
    reached = [numbers[tuple(row)] for row in found.reached.states.tolist()]
    seen = [
        (reached[origin], numbers[tuple(row)])
        for origins, successors in found.reached.transitions()
        for origin, row in zip(origins.tolist(), successors.tolist(), strict=True)
    ]
    assert seen == [(number, target) for number in reached for target in graph.successors[number]]
    fired = [sum(len(graph.successors[number]) > edge for number in reached) for edge in range(4)]
    assert found.reached.fired(4).tolist() == fired
    for number, target in seen:
        instance = found.reached.instance(graph.states[number], graph.states[target])
        assert instance == graph.successors[number].index(target)


def figures(found: Exploration) -> tuple[object, ...]:
    return found.states, found.transitions, found.depth, found.stopped, found.levels


@pytest.mark.parametrize("threads", [1, 2])
def test_explores_the_idempotent_producer(threads: int) -> None:
    found = explore(idempotent_producer(4, 3), [[0]], threads=threads)
    assert figures(found) == (3495, 40937, 13, None, {1: 13})


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_explores_while_the_index_grows(threads: int) -> None:
    found = explore(idempotent_producer(6, 3), [[0]], threads=threads)
    assert figures(found) == (57895, 1013417, 19, None, {1: 19})
    assert found.bytes_per_state <= 32
    assert found.counters.shape == (0,)
    states = found.reached.states
    assert len(np.unique(states)) == 57895
    assert found.reached.position_of(states[50000].tolist()) == 50000
    with pytest.raises(KeyError):
        found.reached.position_of([1 << 60])

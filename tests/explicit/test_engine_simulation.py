"""Random walks: they follow the graph, end for a reason, and can be repeated."""

from __future__ import annotations

from collections import Counter

from engine_models import CLOCK, TREE, Graph, idempotent_producer

from checker.explicit.engine_simulation import Simulation, simulate


def line(**changes: tuple[int, ...]) -> Graph:
    """The states 0, 1, 2, 3 in a line, and a loop at each but the last."""
    return Graph(
        words=1,
        states=((0,), (1,), (2,), (3,)),
        successors=((0, 1), (1, 2), (2, 3), ()),
        masks=changes.get("masks", (0, 0, 0, 0)),
        cuts=changes.get("cuts", (0, 0, 0, 0)),
        initial=(0,),
    )


def walks_on(graph: Graph, max_steps: int = 1000) -> Simulation:
    return simulate(graph.program(), graph.rows(), seed=1, walks=20, max_steps=max_steps)


def test_a_walk_ends_in_a_deadlock() -> None:
    simulation = walks_on(line())
    assert {walk.end for walk in simulation.walks} == {"deadlock"}
    assert {walk.state for walk in simulation.walks} == {(3,)}
    assert len(simulation.path) == simulation.walks[0].steps + 1


def test_a_walk_ends_where_observe_speaks() -> None:
    simulation = walks_on(line(masks=(0, 0, 6, 1)))
    assert {(walk.end, walk.mask) for walk in simulation.walks} == {("observed", 6)}
    path = [state for (state,) in simulation.path]
    assert path == sorted(path)
    assert path[0] == 0
    assert path[-1] == 2


def test_a_walk_ends_where_everything_is_cut() -> None:
    simulation = walks_on(line(cuts=(0, 0, 0, 2)))
    assert {walk.end for walk in simulation.walks} == {"cut"}
    assert simulation.path == ()
    assert simulation.counters.tolist() == [0, 20, 0]


def test_a_walk_ends_when_it_is_long_enough() -> None:
    simulation = simulate(CLOCK, [[0, 0, 0]], seed=0, walks=2, max_steps=40_000)
    assert [(walk.end, walk.steps) for walk in simulation.walks] == [("length", 40_000)] * 2
    assert simulation.walks[0].state == (40_000, 39_999 // 7, 5)


def test_successors_are_equally_likely() -> None:
    simulation = simulate(TREE, [[1]], seed=5, walks=4000, max_steps=3)
    counts = Counter(walk.state for walk in simulation.walks)
    assert set(counts) == {(number,) for number in range(8, 16)}
    assert all(400 < count < 600 for count in counts.values())


def test_the_same_seed_gives_the_same_walks() -> None:
    program = idempotent_producer(4, 3)
    first = simulate(program, [[0]], seed=9, walks=30, max_steps=50)
    again = simulate(program, [[0]], seed=9, walks=10, max_steps=50)
    other = simulate(program, [[0]], seed=10, walks=30, max_steps=50)
    assert first.walks[:10] == again.walks
    assert first.walks != other.walks

"""What ends a search early, and what it then tells."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time

import numpy as np
import pytest
from engine_models import CLOCK, TREE, idempotent_producer

from checker.explicit import engine, engine_storage, engine_team
from checker.explicit.engine import NativeProgram, Progress, SearchError, explore
from checker.explicit.engine_team import Team

START = [[1, 0, 0]]


@pytest.mark.parametrize("threads", [1, 2])
def test_time(threads: int) -> None:
    found = explore(CLOCK, START, threads=threads, time_limit=0.15)
    assert found.stopped == "time"
    assert 0.15 <= found.seconds < 2
    assert found.states == found.transitions + 1 == found.depth


@pytest.mark.parametrize("threads", [1, 2])
def test_memory(threads: int) -> None:
    limit = 6_000_000
    found = explore(TREE, [[1]], threads=threads, memory_limit=limit)
    assert found.stopped == "memory"
    assert 0.8 * limit < found.memory <= limit
    assert found.bytes_per_state <= 32
    assert found.states == found.transitions + 1
    assert len(np.unique(found.reached.states)) == found.states
    assert len(found.reached.path(found.states - 1)) == found.depth + 1


def test_memory_for_less_than_the_initial_states() -> None:
    found = explore(TREE, [[1], [3]], memory_limit=0)
    assert (found.stopped, found.states, found.depth) == ("memory", 0, 0)


@pytest.mark.parametrize("threads", [1, 2])
def test_interrupt_from_the_keyboard(threads: int, request: pytest.FixtureRequest) -> None:
    # A shell that starts tests in the background has them ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    explore(CLOCK, START, threads=threads, time_limit=0)
    main = threading.get_ident()
    timer = threading.Timer(0.2, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    found = explore(TREE, [[1]], threads=threads, time_limit=20, memory_limit=1 << 32)
    timer.join()
    assert found.stopped == "interrupted"
    assert 0.1 < found.seconds < 5
    assert found.states > 1000


def test_interrupt_while_other_threads_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WORTH_SHARING", 0.0)
    run = Team._run

    def interrupted(team: Team, name: str, number: int, *rest: object) -> int:
        if name == "advance_together" and number == 0:
            raise KeyboardInterrupt
        return run(team, name, number, *rest)

    monkeypatch.setattr(Team, "_run", interrupted)
    found = explore(TREE, [[1]], threads=3)
    assert found.stopped == "interrupted"
    assert found.seconds < 5


def test_interrupt_while_waiting_for_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is given back, and figures are read, when no thread is at work any more."""
    monkeypatch.setattr(engine, "WORTH_SHARING", 0.0)
    run, wait = Team._run, engine_team.wait
    begun, ended, interrupts = [], [], iter([True, True])

    def slow(team: Team, name: str, number: int, *rest: object) -> int:
        if number == 0:
            return run(team, name, number, *rest)
        begun.append(name)
        time.sleep(0.05)
        result = run(team, name, number, *rest)
        ended.append(name)
        return result

    def interrupted(others: object) -> object:
        if begun and begun[-1] == "spread" and next(interrupts, False):
            raise KeyboardInterrupt
        return wait(others)

    monkeypatch.setattr(Team, "_run", slow)
    monkeypatch.setattr(engine_team, "wait", interrupted)
    monkeypatch.setattr(engine_storage, "FIRST_INDEX", 0)
    found = explore(TREE, [[1]], threads=2, memory_limit=1 << 32, time_limit=20)
    assert found.stopped == "interrupted"
    assert begun == ended
    assert begun[-1] == "spread"
    assert next(interrupts, None) is None


def test_a_full_part_of_the_index_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WORTH_SHARING", 0.0)
    monkeypatch.setattr(engine_storage, "FIRST_INDEX", 0)
    monkeypatch.setattr(engine_storage, "FOUND_ROOM", 2)
    monkeypatch.setattr(engine_storage, "FULL", 1.0)
    with pytest.raises(SearchError, match="index"):
        explore(TREE, [[1]], threads=2, memory_limit=1 << 20)


def test_interrupt_in_the_middle_of_a_level(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "INTERVAL", 0.0)
    calls: list[Progress] = []

    def interrupt(progress: Progress) -> None:
        calls.append(progress)
        if progress.states > 100:
            raise KeyboardInterrupt

    found = explore(idempotent_producer(4, 3), [[0]], progress=interrupt)
    assert found.stopped == "interrupted"
    assert 100 < found.states < 200
    assert found.depth == calls[-1].depth
    assert found.states == calls[-1].states
    assert found.reached.expanded == calls[-1].states - calls[-1].frontier
    assert found.transitions == calls[-1].transitions


def test_a_level_that_was_left_unfinished_still_shows_its_findings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "INTERVAL", 0.0)
    done = explore(idempotent_producer(4, 3), [[0]]).findings[1]

    def interrupt(progress: Progress) -> None:
        if progress.depth == done.level - 1 and progress.states > done.position:
            raise KeyboardInterrupt

    found = explore(idempotent_producer(4, 3), [[0]], progress=interrupt)
    assert found.stopped == "interrupted"
    assert found.levels == {1: done.level}
    assert found.depth == done.level - 1
    assert len(found.reached.path(found.findings[1].position)) == done.level


def test_progress_comes_while_a_level_is_expanded() -> None:
    calls: list[Progress] = []
    explore(TREE, [[1]], progress=calls.append, time_limit=0.6, memory_limit=1 << 32)
    assert len(calls) >= 2
    for before, after in itertools.pairwise(calls):
        assert before.seconds < after.seconds
        assert before.states < after.states
        assert before.transitions < after.transitions
        assert before.memory <= after.memory


def test_an_index_without_memory_to_grow_is_filled_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_storage, "FIRST_INDEX", engine_storage.SMALLEST_INDEX)
    entries = engine_storage.SMALLEST_INDEX
    found = explore(TREE, [[1]], memory_limit=entries * 22)
    assert found.stopped == "memory"
    assert 0.85 * entries < found.states < entries
    assert found.memory == found.states * 12 + entries * 8


def test_memory_is_given_back_at_once() -> None:
    program = NativeProgram(words=1, step=TREE.step, max_successors=2)

    def resident() -> int:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    before = resident()
    for _ in range(3):
        explore(program, [[1]], memory_limit=100_000_000)
    assert resident() - before < 60_000_000


def test_reaches_the_first_expansion_quickly() -> None:
    explore(CLOCK, START, time_limit=0)
    began = time.perf_counter()
    explore(CLOCK, START, time_limit=0)
    assert time.perf_counter() - began < 0.5

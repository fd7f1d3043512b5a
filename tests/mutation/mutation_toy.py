"""A small model whose rules can be changed by hand: workers that take turns, and a counter."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from checker.lang import (
    Array,
    Identity,
    Model,
    Numeric,
    Record,
    action,
    always,
    forall,
    procedure,
    require,
    sometimes,
)

Worker = Annotated[int, Identity("Worker", size="workers")]
Count = Annotated[int, Numeric("Count", high=3)]


class Phase(IntEnum):
    IDLE = 0
    WAITING = 1
    WORKING = 2


class World(Record):
    phases: Array[Worker, Phase]
    owner: Worker
    done: Count


def toy(**changed: object) -> Model:
    """Return the model; changed: parts of its rules that are not as usual.

    guard: whether `begin` asks whose turn it is; room: how many rounds `finish` allows;
    passes: whether `finish` passes the turn on; becomes: the phase after `begin`.
    """
    guard, room = changed.get("guard", True), changed.get("room", 2)
    passes, becomes = changed.get("passes", True), changed.get("becomes", Phase.WORKING)

    @action("worker")
    def ask(world: World, worker: Worker) -> None:
        """Worker {worker} asks for its turn."""
        require(world.phases[worker] == Phase.IDLE, "it is busy")
        world.phases[worker] = Phase.WAITING

    @action("worker")
    def begin(world: World, worker: Worker) -> None:
        """Worker {worker} begins."""
        require(world.phases[worker] == Phase.WAITING, "it has not asked")
        if guard:
            require(world.owner == worker, "it is not its turn")
        world.phases[worker] = becomes

    @procedure
    def pass_on(world: World, worker: int) -> None:
        if passes:
            world.owner = (worker + 1) % 2

    @action("worker")
    def finish(world: World, worker: Worker) -> None:
        """Worker {worker} finishes."""
        require(world.phases[worker] == Phase.WORKING, "it is not working")
        require(world.done <= room, "there is nothing more to do")
        world.phases[worker] = Phase.IDLE
        world.done = world.done + 1
        pass_on(world, worker)

    @always("One works at a time")
    def alone(world: World) -> bool:
        return forall(
            Worker,
            Worker,
            lambda a, b: (
                a == b or world.phases[a] != Phase.WORKING or world.phases[b] != Phase.WORKING
            ),
        )

    @sometimes("All is done")
    def all_done(world: World) -> bool:
        return world.done == 3

    @sometimes("The turn is passed on")
    def passed(world: World) -> bool:
        return world.owner == 1

    return Model(
        name="toy",
        world=World,
        actions=(ask, begin, finish),
        properties=(alone, all_done, passed),
        bounds={"workers": 2},
    )

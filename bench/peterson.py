"""Peterson's mutual exclusion for n processes (a yardstick model; twins stand in bench/peers)."""

from enum import IntEnum
from typing import Annotated

from checker.lang import (
    Array,
    Identity,
    Model,
    Record,
    action,
    always,
    bound,
    exists,
    forall,
    require,
)

Process = Annotated[int, Identity("Process", size="processes")]
Writer = Annotated[int, Identity("Process", size="processes", optional=True)]
Level = Annotated[int, Identity("Level", size=lambda bounds: bounds["processes"] + 1)]


class Label(IntEnum):
    """Where a process stands."""

    START = 0
    RAISE = 1
    YIELD = 2
    WAIT = 3
    CRITICAL = 4


class World(Record):
    """Labels, local levels, flags and who yielded last on each level."""

    label: Array[Process, Label]
    local: Array[Process, Level]
    flag: Array[Process, Level]
    turn: Array[Level, Writer]


@action("process")
def start(world: World, process: Process) -> None:
    """Process {process} wants to enter."""
    require(world.label[process] == Label.START, "it is not at the start")
    world.local[process] = 1
    world.label[process] = Label.RAISE


@action("process")
def raise_flag(world: World, process: Process) -> None:
    """Process {process} announces its level."""
    require(world.label[process] == Label.RAISE, "it is elsewhere")
    world.flag[process] = world.local[process]
    world.label[process] = Label.YIELD


@action("process")
def give_way(world: World, process: Process) -> None:
    """Process {process} lets the others go first on its level."""
    require(world.label[process] == Label.YIELD, "it is elsewhere")
    world.turn[world.local[process]] = process
    world.label[process] = Label.WAIT


@action("process")
def wait(world: World, process: Process) -> None:
    """Process {process} looks whether it may go on."""
    require(world.label[process] == Label.WAIT, "it is elsewhere")
    level = world.local[process]
    others_below = forall(Process, lambda other: other == process or world.flag[other] < level)
    if others_below or world.turn[level] != process:
        if level + 1 < bound("processes"):
            world.label[process] = Label.RAISE
        else:
            world.label[process] = Label.CRITICAL
        world.local[process] = level + 1


@action("process")
def leave(world: World, process: Process) -> None:
    """Process {process} leaves the critical section."""
    require(world.label[process] == Label.CRITICAL, "it is not in the critical section")
    world.flag[process] = 1
    world.label[process] = Label.START


@always("At most one process is in the critical section")
def mutual_exclusion(world: World) -> bool:
    """No two processes are critical at once."""
    return not exists(
        Process,
        Process,
        lambda a, b: (
            a != b and world.label[a] == Label.CRITICAL and world.label[b] == Label.CRITICAL
        ),
    )


MODEL = Model(
    name="peterson",
    world=World,
    actions=[start, raise_flag, give_way, wait, leave],
    properties=[mutual_exclusion],
    bounds={"processes": 3},
)

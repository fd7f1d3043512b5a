"""Mutual exclusion for any number of processes, without locks (Peterson's algorithm).

    eoscheck check examples/models/peterson.py
    eoscheck check examples/models/peterson.py --bound processes=4
    eoscheck check examples/models/peterson.py --without announce

To enter, a process climbs levels 1, 2, ... up to the number of processes minus one. On each level
it announces where it is and lets the others go first; it climbs on when nobody else is as high as
it is, or when another process came to its level after it. Only one process at a time gets through.
"""

from typing import Annotated

from checker.lang import (
    NONE,
    Array,
    Identity,
    Model,
    Parameters,
    Record,
    State,
    action,
    always,
    bound,
    forall,
    require,
    sometimes,
)

# Sorts: what there is. "processes" is a bound of the model, so --bound changes it.
Process = Annotated[int, Identity("Process", size="processes")]
ProcessOrNone = Annotated[int, Identity("Process", size="processes", optional=True)]
Level = Annotated[int, Identity("Level", size=lambda bounds: bounds["processes"])]

PROCESS = "process"


class Place(State):
    """Where a process stands."""

    OUTSIDE = 0
    ANNOUNCING = 1
    YIELDING = 2
    WAITING = 3
    INSIDE = 4


# The state chart of a process: `become` refuses every other move.
MAY_FOLLOW = {
    Place.OUTSIDE: (Place.ANNOUNCING,),
    Place.ANNOUNCING: (Place.YIELDING,),
    Place.YIELDING: (Place.WAITING,),
    Place.WAITING: (Place.ANNOUNCING, Place.INSIDE),
    Place.INSIDE: (Place.OUTSIDE,),
}


class Competitor(Record):
    """What one process knows and shows: the level it climbs to, and the one it has announced."""

    place: Place
    level: Level
    announced: Level


class Options(Parameters):
    """What may be switched off to see why it is needed."""

    announce: bool = True


class World(Record):
    """All that there is: the processes, and for each level who came to it last."""

    processes: Array[Process, Competitor]
    last: Array[Level, ProcessOrNone]
    options: Options


# Each action is one step that nobody can interrupt. Its arguments are tried with every value;
# `require` says when it is possible, the rest says what it changes.


@action(PROCESS)
def set_out(world: World, process: Process) -> None:
    """Process {process} wants to enter."""
    me = world.processes[process]
    require(me.place == Place.OUTSIDE, "it is on its way already")
    me.level = 1
    me.become(Place.ANNOUNCING)


@action(PROCESS)
def announce(world: World, process: Process) -> None:
    """Process {process} announces its level."""
    me = world.processes[process]
    require(me.place == Place.ANNOUNCING, "it has nothing to announce")
    if world.options.announce:
        me.announced = me.level
    me.become(Place.YIELDING)


@action(PROCESS)
def give_way(world: World, process: Process) -> None:
    """Process {process} lets the others on its level go first."""
    me = world.processes[process]
    require(me.place == Place.YIELDING, "it has not announced its level")
    world.last[me.level] = process
    me.become(Place.WAITING)


@action(PROCESS)
def go_on(world: World, process: Process) -> None:
    """Process {process} climbs a level, or enters from the highest one."""
    me = world.processes[process]
    require(me.place == Place.WAITING, "it is not waiting")
    alone = forall(Process, lambda p: p == process or world.processes[p].announced < me.level)
    overtaken = world.last[me.level] not in (NONE, process)
    require(alone or overtaken, "it must wait for the others on its level")
    if me.level + 1 < bound("processes"):
        me.level = me.level + 1
        me.become(Place.ANNOUNCING)
    else:
        me.become(Place.INSIDE)


@action(PROCESS)
def leave(world: World, process: Process) -> None:
    """Process {process} leaves."""
    me = world.processes[process]
    require(me.place == Place.INSIDE, "it is not inside")
    me.announced = 0
    me.become(Place.OUTSIDE)


# Properties: functions that look at one state. `always` must hold in every state that can be
# reached; `sometimes` must hold in some, or the model proves nothing.


@always("At most one process is inside")
def mutual_exclusion(world: World) -> bool:
    """No two processes are inside at once."""
    return forall(
        Process,
        Process,
        lambda a, b: (
            a == b
            or world.processes[a].place != Place.INSIDE
            or world.processes[b].place != Place.INSIDE
        ),
    )


@sometimes("Every process wants to be inside at once")
def contention(world: World) -> bool:
    """All processes wait."""
    return forall(Process, lambda p: world.processes[p].place == Place.WAITING)


@sometimes("A process gets inside while all others want to")
def progress(world: World) -> bool:
    """The last process is inside, all others are on their way."""
    return forall(
        Process,
        lambda p: (
            world.processes[p].place == Place.INSIDE
            if p == 0
            else world.processes[p].place == Place.WAITING
        ),
    )


MODEL = Model(
    name="peterson",
    world=World,
    actions=[set_out, announce, give_way, go_on, leave],
    properties=[mutual_exclusion, contention, progress],
    bounds={"processes": 3},
)

"""A small model with every way of moving a state."""

from enum import IntEnum
from typing import Annotated

from checker.lang import (
    Array,
    Capacity,
    Identity,
    Model,
    Parameters,
    Queue,
    Record,
    State,
    action,
    for_each,
    procedure,
    require,
    where,
)

Slot = Annotated[int, Identity("Slot", size="slots")]


class Job(State):
    """What becomes of a job."""

    WAITING = 0
    RUNNING = 1
    DONE = 2
    FAILED = 3
    GONE = 4


MAY_FOLLOW = {
    Job.WAITING: (Job.RUNNING, Job.FAILED),
    Job.RUNNING: (Job.RUNNING, Job.WAITING, Job.DONE, Job.FAILED),
    Job.DONE: (Job.DONE, Job.GONE),
    Job.FAILED: (Job.WAITING, Job.GONE),
}


class Light(IntEnum):
    """A state without a chart."""

    RED = 0
    GREEN = 1
    AMBER = 2


class Work(Record):
    """One slot."""

    state: Job
    tries: bool


class Settings(Parameters):
    """What is constant during a run."""

    last: Job = Job.DONE
    may_retry: bool


class World(Record):
    """Slots, a mailbox, a mirror of the slots and a light."""

    settings: Settings
    jobs: Array[Slot, Work]
    mirror: Array[Slot, Work]
    inbox: Annotated[Queue[Work], Capacity(2)]
    light: Light


@action("worker")
def start_job(world: World, slot: Slot) -> None:
    """Start {slot}."""
    job = world.jobs[slot]
    require(job.state == Job.WAITING, "it does not wait")
    job.become(Job.RUNNING)


@action("worker")
def end_job(world: World, slot: Slot, well: bool) -> None:
    """End {slot}."""
    job = world.jobs[slot]
    require(job.state == Job.RUNNING, "it does not run")
    job.become(where(well, Job.DONE, Job.FAILED))


@procedure
def settle(job: Work, again: bool) -> None:
    """Try once more or give up."""
    if again and not job.tries:
        job.tries = True
        job.become(Job.WAITING)
    else:
        job.become(Job.FAILED)


@action("worker")
def stop_job(world: World, slot: Slot, again: bool) -> None:
    """Stop {slot}."""
    job = world.jobs[slot]
    require(job.state == Job.RUNNING, "it does not run")
    settle(job, again)


@action("worker")
def poll_job(world: World, slot: Slot) -> None:
    """Look at {slot}."""
    job = world.jobs[slot]
    require(job.state == Job.RUNNING, "it does not run")
    job.become(Job.RUNNING)


@action("worker")
def retry(world: World, slot: Slot) -> None:
    """Queue {slot} again; the chart alone says from where."""
    job = world.jobs[slot]
    require(job.state != Job.RUNNING, "it runs")
    job.become(Job.WAITING)


@action("keeper")
def sweep(world: World) -> None:
    """Remove all that ended."""
    for slot in for_each(Slot):
        job = world.jobs[slot]
        if job.state == Job.DONE or job.state == Job.FAILED:  # noqa: PLR1714
            job.become(Job.GONE)


@action("keeper")
def give_up(world: World, slot: Slot) -> None:
    """Fail {slot} and, if it may be tried, queue it again in the same step."""
    job = world.jobs[slot]
    require(job.state == Job.RUNNING, "it does not run")
    job.become(Job.FAILED)
    if world.settings.may_retry:
        job.become(Job.WAITING)


@action("keeper")
def close_job(world: World, slot: Slot) -> None:
    """Move {slot} to the state that the settings name, as far as the chart lets it."""
    require(world.settings.last != Job.RUNNING, "this is no end")
    require(world.jobs[slot].state == Job.RUNNING, "it does not run")
    world.jobs[slot].become(world.settings.last)


@action("keeper")
def note_state(world: World, slot: Slot) -> None:
    """Copy {slot} to the mirror."""
    world.mirror[slot] = world.jobs[slot]


@action("keeper")
def swap(world: World, slot: Slot) -> None:
    """Finish {slot}, found by its number."""
    require(world.jobs[slot].state == Job.RUNNING, "it does not run")
    for other in for_each(Slot):
        if other == slot and not world.jobs[other].tries:
            world.jobs[other].become(Job.DONE)


@action("keeper")
def reset(world: World, slot: Slot) -> None:
    """Use {slot} for something new, without asking the chart."""
    require(world.jobs[slot].state == Job.GONE, "it is in use")
    world.jobs[slot] = Work()


@action("mail")
def post(world: World) -> None:
    """A finished job comes by mail."""
    world.inbox.put(Work(state=Job.DONE))


@action("mail")
def take(world: World) -> None:
    """Take the oldest from the mailbox."""
    require(world.inbox.length > 0, "no mail")
    world.inbox.take()


@action("lights")
def switch(world: World) -> None:
    """Go on to the next light."""
    world.light = Light((world.light + 1) % 3)


@action("lights")
def stop(world: World) -> None:
    """Turn it red."""
    world.light = Light.RED


MODEL = Model(
    name="toy",
    world=World,
    actions=[
        start_job,
        end_job,
        stop_job,
        poll_job,
        retry,
        sweep,
        note_state,
        reset,
        post,
        take,
        give_up,
        close_job,
        swap,
        switch,
        stop,
    ],
    bounds={"slots": 2},
)

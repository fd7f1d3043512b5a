"""A number whose capacity alone decides a guard is kept, so that no cut is silent; no other is."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from checker.explicit.explorer import HOLDS, INCONCLUSIVE, check
from checker.explicit.reference import explore
from checker.lang import (
    Identity,
    Model,
    Numeric,
    Record,
    action,
    always,
    exists,
    for_each,
    function,
    procedure,
    require,
    where,
)
from checker.lang.slicing import slice_instance

Few = Annotated[int, Numeric("Few", high="few")]
More = Annotated[int, Numeric("More", high=7)]
Seat = Annotated[int, Identity("Seat", size=9)]
BELOW, ROOM = 5, 12


class World(Record):
    """n counts; what is noted has more room; seat is one of nine."""

    n: Few
    noted: More
    seat: Seat
    seen: bool


@always("It is not seen")
def unseen(world: World) -> bool:
    return not world.seen


@action("counter")
def count_up(world: World) -> None:
    """One more."""
    require(world.n < 10, "ten is enough")
    world.n = world.n + 1


@function
def is_many(world: World) -> bool:
    return world.n >= 9


@procedure
def look(world: World) -> None:
    if world.n >= 9:
        world.seen = True


@action("counter")
def by_guard(world: World) -> None:
    """Nine is reached."""
    require(world.n >= 9, "it is not nine")
    world.seen = True


@action("counter")
def by_branch(world: World) -> None:
    """Nine is seen."""
    if world.n > 8:
        world.seen = True


@action("counter")
def by_function(world: World) -> None:
    """Nine is found by a function."""
    require(is_many(world), "it is not nine")
    world.seen = True


@action("counter")
def by_procedure(world: World) -> None:
    """Nine is looked for."""
    look(world)


@action("counter")
def by_value(world: World) -> None:
    """Nine is stored."""
    world.seen = where(world.n == 9, True, world.seen)


@action("counter")
def by_quantifier(world: World) -> None:
    """One is nine."""
    require(exists(Seat, lambda seat: world.n + seat > 16), "none")
    world.seen = True


@action("counter")
def by_loop(world: World) -> None:
    """Each seat is compared."""
    for seat in for_each(Seat):
        if seat == 8 and world.n > seat:
            world.seen = True


@action("counter")
def by_quotient(world: World) -> None:
    """Nine holds nine once."""
    require(world.n // 9 == 1, "not yet")
    world.seen = True


@action("counter")
def by_exclusion(world: World) -> None:
    """What is none of the numbers in the room is more."""
    for number in range(6):
        require(world.n != number, "it is still in the room")
    world.seen = True


WAYS = [
    by_guard,
    by_branch,
    by_function,
    by_procedure,
    by_value,
    by_quantifier,
    by_loop,
    by_quotient,
    by_exclusion,
]


def model(*actions: Any) -> Model:
    return Model("counter", World, actions, [unseen], bounds={"few": BELOW})


@action("counter")
def free_count(world: World) -> None:
    """One more, without an end."""
    world.n = world.n + 1


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_cut_is_told(way: Any) -> None:
    instance = model(free_count, way).instance()
    checked = check(instance)
    assert checked.verdicts == {"unseen": INCONCLUSIVE}
    assert checked.capacities["Few"] > 0
    assert not checked.complete
    reference = explore(instance, slice_instance(instance).project)
    assert reference.states == checked.exploration.states == BELOW + 1


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_with_room_the_guard_is_true(way: Any) -> None:
    checked = check(model(count_up, way).instance({"few": ROOM}))
    assert len(checked.runs["unseen"]) - 1 == (7 if way is by_exclusion else 10)


def test_the_guard_of_the_count_itself() -> None:
    checked = check(model(count_up).instance())
    assert checked.verdicts == {"unseen": INCONCLUSIVE}
    roomy = check(model(count_up).instance({"few": ROOM}))
    assert roomy.verdicts == {"unseen": HOLDS}
    assert roomy.exploration.states == 11


@action("counter")
def sit(world: World) -> None:
    """The seat of this number."""
    world.seat = world.n


def test_a_model_error_that_needs_more_room_is_not_missed() -> None:
    checked = check(model(free_count, sit).instance())
    assert checked.verdicts == {"unseen": INCONCLUSIVE}
    assert check(model(free_count, sit).instance({"few": ROOM})).error is not None


@action("counter")
def note(world: World) -> None:
    """What is noted has room for every number."""
    world.noted = world.n


@action("counter")
def compare_noted(world: World) -> None:
    """So that this is decided by the room of the number."""
    require(world.noted < 8, "no number is so large")


def kept(*actions: Any) -> list[str]:
    return [column.name for column in slice_instance(model(*actions).instance()).columns]


def test_where_a_number_has_room_for_all_its_source_is_kept() -> None:
    assert "n" in kept(free_count, note, compare_noted)
    assert check(model(free_count, note, compare_noted).instance()).capacities["Few"] > 0


@action("counter")
def compare_in_room(world: World) -> None:
    """The path knows it, whatever the room."""
    require(world.noted == 3, "it is not three")
    require(world.noted < 8, "three is less")


@action("counter")
def saturate(world: World) -> None:
    """Stored where it fits, looked at by no guard."""
    world.n = where(world.n < 5, world.n + 1, world.n)


def test_what_no_capacity_decides_is_kept_no_more_than_before() -> None:
    assert kept(free_count) == ["seen"]
    assert kept(free_count, note) == ["seen"]
    assert kept(saturate, note) == ["seen"]
    assert kept(note, compare_in_room) == ["n", "noted", "seen"]
    assert check(model(free_count).instance()).verdicts == {"unseen": HOLDS}

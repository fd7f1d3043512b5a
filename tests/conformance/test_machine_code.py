"""Machine code computes like Python: arithmetic on negative numbers, wide tables, every word."""

from __future__ import annotations

from typing import Annotated

import pytest

from checker.explicit.explorer import Limits, check
from checker.explicit.reference import explore
from checker.lang import (
    Array,
    Identity,
    Model,
    Numeric,
    Record,
    action,
    always,
    bookkeeping,
    count,
    for_each,
    forall,
    require,
    where,
)
from checker.lang.slicing import slice_instance

Small = Annotated[int, Numeric("Small", low=-7, high=7)]
Operand = Annotated[int, Identity("Operand", size=4)]


class Sums(Record):
    value: Small
    half: Small
    rest: Small


@action("clerk")
def multiply(world: Sums, by: Small) -> None:
    """Multiply by {by}."""
    world.half = (world.value * by - 3) // 7
    world.rest = (world.value * by - 3) % 7
    world.value = (world.value * by + 2) % 15 - 7


@action("clerk")
def turn(world: Sums, operand: Operand) -> None:
    """Turn around by {operand}."""
    world.value = -world.value
    world.half = where(world.half < operand - 2, world.half // 2, -((world.rest + operand) // 3))


@always("A division leaves a rest that fits")
def rest_fits(world: Sums) -> bool:
    return world.rest >= 0 and world.half != 7


SUMS = Model("sums", Sums, actions=[multiply, turn], properties=[rest_fits])

Place = Annotated[int, Identity("Place", size="places")]
Big = Annotated[int, Numeric("Big", low=-1, high=(1 << 20) - 2)]


class Shelf(Record):
    big: Array[Place, Big]
    flags: Array[Place, bool]
    moves: Annotated[Small, bookkeeping]
    hand: Place


@action("hand")
def move(world: Shelf, to: Place) -> None:
    """Move the hand to {to}."""
    require(world.moves < 3, "it is tired")
    world.moves = world.moves + 1
    world.flags[to] = not world.flags[world.hand]
    world.big[world.hand] = world.big[to] * 2 + 77_777
    world.hand = to


@action("hand")
def sweep(world: Shelf) -> None:
    """Sweep everything."""
    require(world.moves < 2, "it is tired")
    world.moves = world.moves + 1
    for place in for_each(Place):
        if world.flags[place]:
            world.big[place] = world.big[world.hand]


@always("Few flags are up")
def few_flags(world: Shelf) -> bool:
    return count(Place, lambda p: world.flags[p]) < 3


@always("Nothing is huge")
def not_huge(world: Shelf) -> bool:
    return forall(Place, lambda p: world.big[p] < 1_000_000)


SHELF = Model(
    "shelf",
    Shelf,
    actions=[move, sweep],
    properties=[few_flags, not_huge],
    bounds={"places": 4},
)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("model", "places", "words"),
    [(SUMS, None, 1), (SHELF, 3, 2), (SHELF, 9, 4)],
    ids=["sums", "two words", "four words"],
)
def test_reached_states_are_the_same(model, places, words, threads):
    instance = model.instance(None if places is None else {"places": places})
    reference = explore(instance, slice_instance(instance).project)
    compiled = check(instance, limits=Limits(threads=threads))
    packing = compiled.compiled.program.packing
    assert packing.words == words
    rows = compiled.exploration.reached.states
    assert {packing.unpack(row) for row in rows} == set(reference.parents)
    assert compiled.exploration.transitions == reference.transitions
    assert compiled.capacities == dict(reference.capacities)
    assert set(compiled.runs) == set(reference.found)


class Road(Record):
    tolls: Annotated[Small, bookkeeping]
    place: Small


@action("driver")
def drive(world: Road, highway: bool) -> None:
    """Drive on."""
    world.place = world.place + 1
    if highway:
        world.tolls = world.tolls + 1


@always("It never gets far")
def stays_near(world: Road) -> bool:
    return world.place < 3


def test_of_equally_short_runs_one_with_least_bookkeeping_is_shown():
    instance = Model("road", Road, actions=[drive], properties=[stays_near]).instance()
    tolls = instance.layout.start[instance.schema.by_name["tolls"]]
    assert check(instance).runs["stays_near"][-1][tolls] == 0

"""A canonical form may depend on the run's parameters, in both explorers."""

from __future__ import annotations

from typing import Annotated

import pytest

from checker.explicit import explorer, reference
from checker.lang import Model, Numeric, Parameters, Record, action, always, require

Count = Annotated[int, Numeric("Count", high=9)]


class Limits(Parameters):
    most: Count = 9


class World(Record):
    limits: Limits
    count: Count
    noise: Count


@action("counter")
def increase(world: World, noise: Count) -> None:
    """Count one more, and make noise {noise}."""
    require(world.count < 3, "it has counted to 3")
    world.count = world.count + 1
    world.noise = noise


def forget(world: World) -> None:
    if world.count >= world.limits.most:
        world.noise = 0


@always("The noise never reaches 9")
def bearable(world: World) -> bool:
    return world.noise != 9


@pytest.mark.parametrize(("most", "states"), [(9, 31), (3, 22), (1, 4)])
def test_both_explorers_forget_the_same(most: int, states: int) -> None:
    model = Model("noise", World, [increase], [bearable], canonical=[forget])
    instance = model.instance(parameters={"limits.most": most})
    assert reference.explore(instance).states == states
    assert explorer.check(instance).exploration.states == states

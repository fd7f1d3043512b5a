"""A queue takes an element in at any position; actions may name the world's type without it."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from checker.explicit.reference import explore
from checker.lang import Capacity, Identity, Model, Numeric, Queue, Record, action, always
from checker.lang.errors import CapacityReached, ModelError

Number = Annotated[int, Numeric("Number", high=9)]
Place = Annotated[int, Identity("Place", size=5)]


class Line(Record):
    waiting: Annotated[Queue[Number], Capacity(3, "line")]


@action("test")
def jump(world: Anything, place: Place) -> None:  # type: ignore[name-defined]  # noqa: F821
    """Number 7 goes in front of place {place}."""
    world.waiting.put_at(place, 7)


@always("True")
def anything(world: Line) -> bool:
    return world.waiting.length >= 0


def after(waiting: list[int], place: int) -> list[int]:
    instance = Model("line", Line, [jump]).instance()
    machine = instance.machine()

    def prepare(world: Any) -> None:
        for number in waiting:
            world.waiting.put(number)

    machine.run(tuple(machine.cells), prepare, ())
    machine.run(tuple(machine.cells), jump.rule, (place,))
    result: list[int] = machine.run(tuple(machine.cells), lambda w: list(w.waiting), ())
    return result


@pytest.mark.parametrize(
    ("waiting", "place", "expected"),
    [
        ([], 0, [7]),
        ([1], 0, [7, 1]),
        ([1], 1, [1, 7]),
        ([1, 2], 1, [1, 7, 2]),
        ([1, 2], 2, [1, 2, 7]),
    ],
)
def test_an_element_goes_in_at_its_place(
    waiting: list[int], place: int, expected: list[int]
) -> None:
    assert after(waiting, place) == expected


def test_a_place_beyond_the_end_is_a_model_error() -> None:
    with pytest.raises(ModelError, match="beyond the end"):
        after([1], 2)


def test_a_full_queue_reaches_its_capacity() -> None:
    with pytest.raises(CapacityReached, match="line"):
        after([1, 2, 3], 0)


def test_the_traced_rule_agrees() -> None:
    instance = Model("line", Line, [jump], [anything]).instance()
    assert [str(step) for step in instance.steps][:2] == ["jump(0)", "jump(1)"]
    assert explore(instance).error is not None
    assert len(instance.traced) == 1

"""How many properties one exploration can look at; more are refused, and none is judged wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import pytest

from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import check
from checker.explicit.program import MOST_OBSERVED
from checker.lang import Array, Identity, Model, Numeric, Record, action, always, require
from checker.lang.errors import LanguageError

if TYPE_CHECKING:
    from checker.lang import Property

Cell = Annotated[int, Identity("Cell", size="cells")]
Level = Annotated[int, Numeric("Level", high=63)]


class World(Record):
    level: Level
    cells: Array[Cell, Level]


@action("filler")
def rise(world: World) -> None:
    """The level rises."""
    require(world.level < 3, "it is high")
    world.level = world.level + 1


def never(level: int) -> Property[Any]:
    def is_another(world: World) -> bool:
        return world.level != level

    is_another.__name__ = f"never_{level}"
    return always(f"The level is not {level}")(is_another)


def reads_beside(number: int) -> Property[Any]:
    """Return a property that fails at level 2, in the same place as all of its kind."""

    def is_empty(world: World) -> bool:
        return world.cells[world.level] == 0

    is_empty.__name__ = f"empty_{number}"
    return always("The cell of the level is empty")(is_empty)


def of(*properties: Property[Any]) -> Model:
    return Model("level", World, (rise,), properties, bounds={"cells": 2})


def test_as_many_as_there_are_bits() -> None:
    instance = of(*(never(level) for level in range(2, MOST_OBSERVED + 2))).instance()
    found = check(instance, compile_instance(instance))
    assert len(found.verdicts) == MOST_OBSERVED
    assert {n for n, verdict in found.verdicts.items() if verdict == "broken"} == {
        "never_2",
        "never_3",
    }
    assert found.error is None


def test_one_more_is_refused() -> None:
    instance = of(*(never(level) for level in range(MOST_OBSERVED + 1))).instance()
    with pytest.raises(LanguageError, match="are too many for one exploration"):
        compile_instance(instance)


def test_a_place_where_several_fail_is_one() -> None:
    instance = of(*(reads_beside(number) for number in range(MOST_OBSERVED - 1))).instance()
    compiled = compile_instance(instance)
    assert len(compiled.program.failures) == 1
    found = check(instance, compiled)
    assert found.error is not None
    leaf, run = found.error
    assert leaf.message == "an index is outside the sort Cell"
    assert len(run) == 3

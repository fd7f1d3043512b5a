"""A property may read beside a sort where another condition decides; no verdict suffers from it."""

from __future__ import annotations

from typing import Annotated

import pytest

from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import check
from checker.lang import Array, Identity, Model, Numeric, Record, action, always, forall, sometimes

Cell = Annotated[int, Identity("Cell", size="cells")]
Level = Annotated[int, Numeric("Level", high=2)]


class World(Record):
    levels: Array[Cell, Level]


@action("filler")
def fill(world: World, cell: Cell) -> None:
    """Cell {cell} fills."""
    world.levels[cell] = min(world.levels[cell] + 1, 2)


@always("Every cell is as full as the one before it")
def fills_in_order(world: World) -> bool:
    return forall(Cell, lambda cell: cell == 0 or world.levels[cell] <= world.levels[cell - 1])


@always("No cell is more than full")
def fits(world: World) -> bool:
    return forall(Cell, lambda cell: world.levels[cell] <= 2)


@sometimes("All cells are full")
def is_full(world: World) -> bool:
    return forall(Cell, lambda cell: world.levels[cell] == 2)


@pytest.mark.parametrize("cells", [1, 2, 3, 7])
def test_verdicts_beside_a_read_outside_of_its_sort(cells):
    model = Model(
        name="cells",
        world=World,
        actions=(fill,),
        properties=(fills_in_order, fits, is_full),
        bounds={"cells": cells},
    )
    instance = model.instance()
    compiled = check(instance, compile_instance(instance), traces=False)
    assert compiled.verdicts == {
        "fills_in_order": "broken" if cells > 1 else "holds",
        "fits": "holds",
        "is_full": "holds",
    }
    assert compiled.exploration.states == 3**cells

"""What the structures of both models have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.lang import function, sometimes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from enum import StrEnum

    from checker.lang import Property


def are_counted(world: Any, kinds: Iterable[StrEnum]) -> bool:
    """Return whether no more faults happened than may, of each kind and in all."""
    faults, budgets = world.faults, world.budgets
    return faults.in_all <= budgets.in_all and all(
        is_within(getattr(faults, kind), faults.in_all, getattr(budgets, kind)) for kind in kinds
    )


@function
def is_within(happened: int, in_all: int, budget: int) -> bool:
    """Return whether faults of a kind are no more than all faults, and than their budget."""
    return happened <= in_all and happened <= budget


def reached(name: str, is_there: Callable[[Any], bool]) -> Property[Any]:
    """Return the property that a state is reached somewhere."""
    is_there.__name__ = name
    return sometimes(name.replace("_", " ").capitalize())(is_there)

"""State charts: which moves of a State are legal."""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import Any

from checker.lang.errors import LanguageError
from checker.lang.places import class_place
from checker.lang.types import State

Moves = dict[IntEnum, tuple[IntEnum, ...]]


def chart_of(enum: type[IntEnum]) -> Moves | None:
    """Return the moves that the table MAY_FOLLOW beside an enum allows.

    The table is {A: (B, C), ...}; where one module has several enums, it is
    {Enum: {A: (B, C), ...}, ...}, because members of different enums are equal numbers and would
    fall together as keys. Returns None for an enum that needs no table and has none; raises
    LanguageError for a State without one.
    """
    moves = _moves(enum)
    kinds = {type(member) for source, targets in moves.items() for member in (source, *targets)}
    if kinds == {enum}:
        return moves
    other = len(kinds) == 1 and issubclass(next(iter(kinds)), IntEnum)
    if issubclass(enum, State) or (kinds and not other):
        raise LanguageError(
            f"{enum.__module__} has no table MAY_FOLLOW from each {enum.__name__} to those that "
            "may follow: {A: (B, C), ...}, or for several enums {Enum: {A: (B, C), ...}, ...}",
            *class_place(enum),
        )
    return None


def _moves(enum: type[IntEnum]) -> dict[Any, tuple[Any, ...]]:
    table: Any = getattr(sys.modules.get(enum.__module__), "MAY_FOLLOW", {})
    try:
        if any(isinstance(key, type) for key in table):
            table = table.get(enum, {})
        return {source: tuple(targets) for source, targets in table.items()}
    except (AttributeError, TypeError):
        return {None: ()}

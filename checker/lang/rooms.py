"""Which bounds give a capacity its room: found by raising each one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang.errors import LanguageError
from checker.lang.schema import Schema, sequences_of

if TYPE_CHECKING:
    from checker.lang.model import Instance


def bounds_behind(instance: Instance, capacity: str) -> dict[str, int]:
    """Return the bounds whose increase makes room in a capacity, with their values here."""
    world, bounds = instance.model.world, instance.bounds
    room = _room(instance.schema, capacity)
    found = {}
    for name, value in bounds.items():
        try:
            raised = Schema(world, {**bounds, name: value + 1})
        except LanguageError:
            continue
        if _room(raised, capacity) > room:
            found[name] = value
    return found


def _room(schema: Schema, capacity: str) -> int:
    """Return the sum of all rooms of this name."""
    numbers = (
        column.scalar.high or 0
        for column in schema.columns
        if column.scalar.capacity and column.scalar.name == capacity
    )
    sequences = (
        node.position.size or 0 for node in sequences_of(schema.root) if node.capacity == capacity
    )
    return sum(numbers) + sum(sequences)

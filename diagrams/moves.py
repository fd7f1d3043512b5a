"""Which action makes which move of a state chart, seen while the rules are traced.

A move is one write to one cell that holds a state, from the value that the rule finds there. A
step may make several moves one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from checker.lang import build
from checker.lang.model import user_errors
from checker.lang.schema import RecordNode, SequenceNode, TableNode, columns_of
from checker.lang.symbol import lift
from checker.lang.tracing import Tracer
from diagrams.possible import possible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from enum import IntEnum

    from checker.lang.ir import Expr
    from checker.lang.model import Instance
    from checker.lang.rules import Action
    from checker.lang.schema import Node, Schema
    from checker.lang.types import Column

Pair = tuple[int, int]


@dataclass(frozen=True)
class ActionMoves:
    """The moves that one action can make in the cells of one column, as (source, target).

    named: the rule stores a state that it names; copied: it stores a state found elsewhere.
    """

    action: str
    named: frozenset[Pair]
    copied: frozenset[Pair]


@dataclass(frozen=True)
class _Write:
    """A cell gets a value; what the path there has found to hold."""

    old: Expr
    value: Expr
    path: tuple[Expr, ...]


Writes = dict["Column", dict[_Write, None]]


def moves_of_actions(instance: Instance, enum: type[IntEnum]) -> tuple[ActionMoves, ...]:
    """Return what each action can do to each column that holds a state of the enum.

    A move is listed unless the conditions on the way to it rule it out; whether a reachable state
    allows it is not asked. Elements of a log, queue or multiset move only by actions that leave
    its length alone: others shift them.
    """
    columns = state_columns(instance, enum)
    states = [int(state) for state in enum]
    return tuple(
        ActionMoves(
            action.name,
            frozenset(_possible_moves(writes[column], states, is_copy=False)),
            frozenset(_possible_moves(writes[column], states, is_copy=True)),
        )
        for action, writes in _writes_of_actions(instance)
        for column in columns
        if column in writes
    )


def state_columns(instance: Instance, enum: type[IntEnum]) -> list[Column]:
    """Return the columns that hold a state of the enum and can change."""
    return [c for c in instance.schema.columns if _holds_states(c) and c.scalar.enum is enum]


def _holds_states(column: Column) -> bool:
    return column.scalar.enum is not None and not column.parameter


def lengths(node: Node) -> dict[Column, frozenset[Column]]:
    """Return the columns inside sequences, each with the columns of the sequences' lengths."""
    match node:
        case RecordNode(_, fields):
            return {c: found for inner in fields.values() for c, found in lengths(inner).items()}
        case TableNode(_, element):
            return lengths(element)
        case SequenceNode(_, length, _, element):
            nested = lengths(element)
            return {c: nested.get(c, frozenset()) | {length} for c in columns_of(element)}
    return {}


@lru_cache(maxsize=1)
def _writes_of_actions(instance: Instance) -> tuple[tuple[Action[Any], Writes], ...]:
    """Return the actions with what they write to columns that hold states."""
    rooms = lengths(instance.schema.root)
    found = []
    for action in instance.model.actions:
        watch = _watched(instance, action)
        moved = {
            column: writes
            for column, writes in watch.writes.items()
            if not rooms.get(column, frozenset()) & watch.touched
        }
        found.append((action, moved))
    return tuple(found)


def _watched(instance: Instance, action: Action[Any]) -> _Watch:
    scalars = instance.argument_scalars(action)
    arguments = {n: build.param(n, s.kind, s.low, s.high) for n, s in scalars.items()}
    watch = _Watch(instance.schema)
    with user_errors(action.rule):
        watch.trace(action.rule, arguments)
    return watch


class _Watch(Tracer):
    """A tracer that notes what is written to columns that hold states.

    touched: all columns that are written.
    """

    def __init__(self, schema: Schema) -> None:
        super().__init__(schema)
        self.writes: Writes = {}
        self.touched: set[Column] = set()

    def write(self, column: Column, indices: tuple[Any, ...], value: Any) -> None:
        """Change a scalar; note the change."""
        old = lift(self.read(column, indices)) if _holds_states(column) else None
        path = self.path.facts.conditions()
        super().write(column, indices, value)
        self.touched.add(column)
        if old is not None:
            self.writes.setdefault(column, {})[_Write(old, lift(value), path)] = None


def _possible_moves(writes: Iterable[_Write], states: Sequence[int], is_copy: bool) -> set[Pair]:
    """Return the moves from `old` to `value` that the conditions of the path allow."""
    found: set[Pair] = set()
    for write in writes:
        for target in states:
            stores = _stores(write.value, target, write.old, is_copy, {})
            for source in states:
                if (source, target) not in found and stores is not build.FALSE:
                    start = build.eq(write.old, build.const(source))
                    if possible([start, stores, *write.path]):
                        found.add((source, target))
    return found


def _stores(value: Expr, target: int, old: Expr, is_copy: bool, memo: dict[Expr, Expr]) -> Expr:
    """Return when a value is `target` and not just what the cell held before.

    is_copy: as something read or computed; else as a constant of the rule.
    """
    found = memo.get(value)
    if found is None:
        if value.is_const:
            found = build.const(not is_copy and value.number == target)
        elif value is old:
            found = build.FALSE
        elif value.op == "ite":
            condition, yes, no = value.args
            found = build.ite(
                condition,
                _stores(yes, target, old, is_copy, memo),
                _stores(no, target, old, is_copy, memo),
            )
        else:
            found = build.eq(value, build.const(target)) if is_copy else build.FALSE
        memo[value] = found
    return found

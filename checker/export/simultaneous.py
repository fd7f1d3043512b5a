"""Puts the updates of a step into an order in which none reads what another has overwritten.

All expressions of a step speak about the state before it. Where no order will do, a value is
computed before the first assignment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.export.rewrite import stores
from checker.export.sharing import reads
from checker.lang import build

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from checker.lang.ir import Expr, Outcome
    from checker.lang.types import Column, Index


@dataclass(frozen=True, eq=False)
class Assignment:
    """One cell of a column gets a value; all parts speak about the state before the step.

    inside: the condition under which there is such a cell; elsewhere nothing is assigned.
    """

    column: Column
    indices: tuple[Expr, ...]
    value: Expr
    inside: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The indices, the value and the condition."""
        return (*self.indices, self.value, self.inside)


def assignments(outcome: Outcome, fits: Callable[[Expr, Index], Expr]) -> list[Assignment]:
    """Return the updates cell by cell; of two at one place the later counts.

    fits: the condition under which an index lies inside of its sort.
    """
    return [
        Assignment(
            column, store.indices, store.value, build.conj(*map(fits, store.indices, column.sorts))
        )
        for column, function in outcome.updates
        for store in stores(column, function)
    ]


def in_order(
    pending: list[Assignment], named: Collection[Expr]
) -> tuple[list[Assignment], list[Expr]]:
    """Return the assignments in a right order, and what to compute before them all.

    named: expressions that are computed before the assignments anyhow.
    """
    order = _Order(pending, named)
    while order.waiting:
        order.step()
    return order.done, list(order.early)


class _Order:
    def __init__(self, pending: list[Assignment], named: Collection[Expr]) -> None:
        self.waiting = list(pending)
        self.done: list[Assignment] = []
        self.early: dict[Expr, None] = {}
        self.reads = {part: reads((part,), named) for a in pending for part in a.parts}

    def step(self) -> None:
        """Move one assignment from waiting to done."""
        first = next((a for a in self.waiting if self._may_go(a)), None)
        if first is None:
            first = self.waiting[0]
            for other in self.waiting[1:]:
                self.early.update(dict.fromkeys(self._spoiled(other, first)))
        self.waiting.remove(first)
        self.done.append(first)

    def _may_go(self, candidate: Assignment) -> bool:
        place = (candidate.column, candidate.indices)
        position = self.waiting.index(candidate)
        if any(_same_cell(*place, earlier) for earlier in self.waiting[:position]):
            return False
        return not any(self._spoiled(a, candidate) for a in self.waiting if a is not candidate)

    def _spoiled(self, reader: Assignment, writer: Assignment) -> list[Expr]:
        """Return the parts of the reader that would change if the writer went first."""
        return [
            part
            for part in reader.parts
            if part not in self.early
            and any(_same_cell(read.column, read.args, writer) for read in self.reads[part])
        ]


def _same_cell(column: Column, indices: tuple[Expr, ...], other: Assignment) -> bool:
    """Return whether two places may be the same cell."""
    if column is not other.column:
        return False
    pairs = zip(indices, other.indices, strict=True)
    return not any(build.eq(a, b) is build.FALSE for a, b in pairs)

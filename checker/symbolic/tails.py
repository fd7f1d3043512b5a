"""What every collection keeps: behind the end of a log, queue or multiset nothing is stored."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.rules import ALWAYS
from checker.lang.schema import columns_of, sequences_of
from checker.symbolic.ground import GroundProperty

if TYPE_CHECKING:
    from checker.lang.ir import Expr
    from checker.lang.schema import SequenceNode
    from checker.lang.types import Column
    from checker.symbolic.ground import Ground


def empty_tails(ground: Ground) -> tuple[GroundProperty, ...]:
    """Return for each collection that is stored that its places behind the end are as at the start.

    They follow from no type, so that a state without them is one of the type; no run has one.
    """
    found = []
    for node in sequences_of(ground.instance.schema.root):
        columns = [c for c in columns_of(node.element) if c in ground.by_column]
        if node.length in ground.by_column and columns:
            filled = build.disj(*(_filled(node, column) for column in columns))
            name = node.length.name.removesuffix(".length")
            found.append(GroundProperty(f"{name} ends at its length", ALWAYS, filled))
    return tuple(found)


def length_columns(ground: Ground) -> frozenset[Column]:
    """Return the columns that say how long the collections are."""
    return frozenset(node.length for node in sequences_of(ground.instance.schema.root))


def _filled(node: SequenceNode, column: Column) -> Expr:
    """Return that a column is not as at the start somewhere behind its collection's end."""
    depth = len(node.length.sorts)
    default = build.const(column.default, column.scalar.kind)
    found = []
    for key in product(*(range(sort.size or 0) for sort in column.sorts)):
        at = tuple(build.const(k) for k in key)
        is_behind = build.le(build.read(node.length, at[:depth]), build.const(key[depth]))
        changed = build.negate(build.eq(build.read(column, at), default))
        found.append(build.conj(is_behind, changed))
    return build.disj(*found)

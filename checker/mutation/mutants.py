"""What may be changed at a place, and how the change is chosen when the model runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.ir import BOOLEAN, Expr
from checker.mutation.places import Condition, Update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from checker.lang.provenance import Span
    from checker.lang.types import Scalar

NEGATED = "negated"
TRUE = "always true"
FALSE = "always false"
HIGHER = "bound one higher"
LOWER = "bound one lower"
OTHER = "another value"
DROPPED = "dropped"


@dataclass(frozen=True, order=True)
class Mutant:
    """One change at one place of a rule, in all actions that use the rule.

    place: the place without line numbers (`label`); change: what is done to it.
    """

    place: str
    change: str

    def __str__(self) -> str:
        """Return the mutant in one line."""
        return f"{self.place}: {self.change}"


def condition_changes(expr: Expr, holds: bool) -> Iterator[tuple[str, Callable[[Expr], Expr]]]:
    """Yield what may be done to a condition: a name, and the changed expression of a rebuilt one.

    holds: whether the source asks for the expression, else for its negation.
    """
    yield NEGATED, build.negate
    yield TRUE, lambda _: build.const(holds)
    yield FALSE, lambda _: build.const(not holds)
    if expr.op == "le":
        yield HIGHER, lambda e: _shifted(e, 1)
        yield LOWER, lambda e: _shifted(e, -1)
    elif expr.op == "eq" and expr.args[0].kind != BOOLEAN:
        yield OTHER, _other


def _shifted(expr: Expr, by: int) -> Expr:
    """Return `a <= b + by` of `a <= b`; what folding made of it otherwise stays."""
    if expr.op != "le":
        return expr
    return build.le(expr.args[0], build.add(expr.args[1], build.const(by)))


def _other(expr: Expr) -> Expr:
    """Return `a == b + 1` of `a == b`, or `a == b - 1` where b is the last value."""
    if expr.op != "eq":
        return expr
    left, right = expr.args
    is_last = right.is_const and left.high is not None and right.number >= left.high
    return build.eq(left, build.add(right, build.const(-1 if is_last else 1)))


def update_changes(scalar: Scalar) -> Iterator[tuple[str, Callable[[Expr, Expr], Expr]]]:
    """Yield what may be done to an update: a name, and the value from the new and the old one."""
    yield DROPPED, lambda _, old: old
    if scalar.low != scalar.high:
        yield OTHER, lambda new, _: successor(new, scalar)


def successor(value: Expr, scalar: Scalar) -> Expr:
    """Return the next value of a finite scalar type, the first one after the last."""
    if scalar.kind == BOOLEAN:
        return build.negate(value)
    assert scalar.low is not None and scalar.high is not None
    is_last = build.le(build.const(scalar.high), value)
    return build.ite(is_last, build.const(scalar.low), build.add(value, build.const(1)))


@dataclass(frozen=True)
class Numbered:
    """A mutant with the number that selects it.

    mutants, spans: all that are the same, and where they stand; targets: by action, the
    expressions that are changed.
    """

    number: int
    mutants: tuple[Mutant, ...]
    spans: tuple[Span, ...]
    targets: tuple[tuple[str, Condition | Update], ...]
    change: str


def number_mutants(places: Mapping[str, Sequence[Condition | Update]]) -> tuple[Numbered, ...]:
    """Return the mutants of a model's places, which are given by action.

    Places that stand for the same expressions in all actions are one place with several spans.
    """
    by_label: dict[str, dict[str, Condition | Update]] = {}
    for action, found in places.items():
        for place in found:
            by_label.setdefault(place.label, {})[action] = place
    same: dict[object, list[str]] = {}
    for name, targets in by_label.items():
        identity = frozenset((action, _identity(place)) for action, place in targets.items())
        same.setdefault(identity, []).append(name)
    numbered: list[Numbered] = []
    for names in sorted(same.values()):
        targets = by_label[names[0]]
        spans = tuple(next(iter(by_label[name].values())).span for name in names)
        for change in _changes(list(targets.values())):
            mutants = tuple(Mutant(name, change) for name in names)
            number = len(numbered) + 1
            numbered.append(Numbered(number, mutants, spans, tuple(targets.items()), change))
    return tuple(numbered)


def _identity(place: Condition | Update) -> object:
    if isinstance(place, Condition):
        return frozenset(place.targets)
    return frozenset(place.targets)


def _changes(places: Sequence[Condition | Update]) -> list[str]:
    names: dict[str, None] = {}
    for place in places:
        if isinstance(place, Condition):
            for expr, holds in place.targets:
                names |= dict.fromkeys(name for name, _ in condition_changes(expr, holds))
        else:
            for column, _ in place.targets:
                names |= dict.fromkeys(name for name, _ in update_changes(column.scalar))
    return list(names)

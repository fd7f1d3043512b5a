"""What is known on a path: decided conditions, intervals and excluded values of integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang.build import negate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.lang.ir import Expr

Interval = tuple[int | None, int | None]


class Facts:
    """Knowledge that grows along a path; `copy` before a fork."""

    def __init__(self) -> None:
        self._known: dict[Expr, bool] = {}
        self._range: dict[Expr, Interval] = {}
        self._excluded: dict[Expr, frozenset[int]] = {}
        self._decided: dict[Expr, bool | None] = {}
        self._intervals: dict[Expr, Interval] = {}

    def copy(self) -> Facts:
        """Return knowledge of its own with the same content."""
        twin = Facts()
        twin._known = dict(self._known)
        twin._range = dict(self._range)
        twin._excluded = dict(self._excluded)
        twin._decided = dict(self._decided)
        twin._intervals = dict(self._intervals)
        return twin

    def conditions(self) -> tuple[Expr, ...]:
        """Return what was assumed, and what follows from its parts, as conditions that hold."""
        return tuple(c if holds else negate(c) for c, holds in self._known.items())

    def assumed(self, expr: Expr) -> bool:
        """Return whether the path decided this very condition, or one that it is a part of."""
        part = expr.args[0] if expr.op == "not" else expr
        return part.is_const or part in self._known

    def _learned(self) -> None:
        self._decided.clear()
        self._intervals.clear()

    def decide(self, expr: Expr) -> bool | None:
        """Return whether the condition is known to hold, known to fail, or None."""
        if expr.is_const:
            return bool(expr.number)
        if expr not in self._decided:
            self._decided[expr] = self._decide(expr)
        return self._decided[expr]

    def _decide(self, expr: Expr) -> bool | None:
        known = self._known.get(expr)
        if known is not None:
            return known
        match expr.op:
            case "not":
                known = _not(self.decide(expr.args[0]))
            case "and":
                known = _all(self.decide(a) for a in expr.args)
            case "or":
                known = _not(_all(_not(self.decide(a)) for a in expr.args))
            case "eq":
                known = self._decide_eq(*expr.args)
            case "le":
                known = self._decide_le(*expr.args)
            case "ite":
                condition = self.decide(expr.args[0])
                if condition is not None:
                    known = self.decide(expr.args[1] if condition else expr.args[2])
        return known

    def _decide_eq(self, a: Expr, b: Expr) -> bool | None:
        (al, ah), (bl, bh) = self.interval(a), self.interval(b)
        if al is not None and al == ah == bl == bh:
            return True
        if (ah is not None and bl is not None and ah < bl) or (
            bh is not None and al is not None and bh < al
        ):
            return False
        if bl is not None and bl == bh and bl in self._excluded.get(a, ()):
            return False
        return None

    def _decide_le(self, a: Expr, b: Expr) -> bool | None:
        (al, ah), (bl, bh) = self.interval(a), self.interval(b)
        if ah is not None and bl is not None and ah <= bl:
            return True
        if al is not None and bh is not None and al > bh:
            return False
        return None

    def interval(self, expr: Expr) -> Interval:
        """Return the least interval known for an integer expression."""
        if not expr.args:
            return self._interval(expr)
        if expr not in self._intervals:
            self._intervals[expr] = self._interval(expr)
        return self._intervals[expr]

    def _interval(self, expr: Expr) -> Interval:
        low, high = expr.low, expr.high
        found = self._range.get(expr)
        if found is not None:
            low, high = _meet((low, high), found)
        match expr.op:
            case "add":
                (al, ah), (bl, bh) = (self.interval(a) for a in expr.args)
                computed: Interval = (_plus(al, bl), _plus(ah, bh))
            case "sub":
                (al, ah), (bl, bh) = (self.interval(a) for a in expr.args)
                computed = (_plus(al, _minus(bh)), _plus(ah, _minus(bl)))
            case "ite":
                condition = self.decide(expr.args[0])
                if condition is not None:
                    computed = self.interval(expr.args[1] if condition else expr.args[2])
                else:
                    computed = _join(self.interval(expr.args[1]), self.interval(expr.args[2]))
            case _:
                return low, high
        return _meet((low, high), computed)

    def assume(self, expr: Expr, holds: bool) -> None:
        """Add that the condition holds, or fails."""
        if expr.op == "not":
            self.assume(expr.args[0], not holds)
            return
        self._known[expr] = holds
        self._learned()
        if (expr.op == "and" and holds) or (expr.op == "or" and not holds):
            for part in expr.args:
                self.assume(part, holds)
        elif expr.op in ("and", "or"):
            self._last_open_part(expr, holds)
        elif expr.op == "eq":
            self._assume_eq(expr.args[0], expr.args[1], holds)
        elif expr.op == "le":
            self._assume_le(expr.args[0], expr.args[1], holds)

    def _last_open_part(self, expr: Expr, holds: bool) -> None:
        """If all parts but one are decided the other way, the remaining part decides."""
        open_parts = [a for a in expr.args if self.decide(a) is not (not holds)]
        if len(open_parts) == 1 and self.decide(open_parts[0]) is None:
            self.assume(open_parts[0], holds)

    def _assume_eq(self, a: Expr, b: Expr, holds: bool) -> None:
        if holds:
            both = _meet(self.interval(a), self.interval(b))
            self._narrow(a, both)
            self._narrow(b, both)
            return
        for x, y in ((a, b), (b, a)):
            low, high = self.interval(y)
            if low is not None and low == high:
                self._exclude(x, low)

    def _exclude(self, expr: Expr, value: int) -> None:
        excluded = self._excluded.get(expr, frozenset()) | {value}
        self._excluded[expr] = excluded
        self._learned()
        low, high = self.interval(expr)
        while low is not None and low in excluded and (high is None or low < high):
            low += 1
        while high is not None and high in excluded and (low is None or low < high):
            high -= 1
        self._narrow(expr, (low, high))

    def _assume_le(self, a: Expr, b: Expr, holds: bool) -> None:
        (al, ah), (bl, bh) = self.interval(a), self.interval(b)
        if holds:
            self._narrow(a, (al, bh))
            self._narrow(b, (al, bh))
        else:
            self._narrow(a, (_plus(bl, 1), None))
            self._narrow(b, (None, _plus(ah, -1)))

    def _narrow(self, expr: Expr, interval: Interval) -> None:
        if expr.is_const:
            return
        self._range[expr] = _meet(self.interval(expr), interval)
        self._learned()
        if expr.op == "add" and expr.args[1].is_const:
            shift = -expr.args[1].number
            self._narrow(expr.args[0], (_plus(interval[0], shift), _plus(interval[1], shift)))


def _all(parts: Iterable[bool | None]) -> bool | None:
    result: bool | None = True
    for part in parts:
        if part is False:
            return False
        if part is None:
            result = None
    return result


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _plus(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _minus(a: int | None) -> int | None:
    return None if a is None else -a


def _meet(a: Interval, b: Interval) -> Interval:
    lows = [x for x in (a[0], b[0]) if x is not None]
    highs = [x for x in (a[1], b[1]) if x is not None]
    return (max(lows) if lows else None, min(highs) if highs else None)


def _join(a: Interval, b: Interval) -> Interval:
    low = None if a[0] is None or b[0] is None else min(a[0], b[0])
    high = None if a[1] is None or b[1] is None else max(a[1], b[1])
    return (low, high)

"""Symbolic scalars: what a traced rule computes with instead of integers and booleans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.lang import build
from checker.lang.errors import LanguageError
from checker.lang.ir import BOOLEAN, Expr
from checker.lang.places import rule_place

if TYPE_CHECKING:
    from collections.abc import Callable


class Symbol:
    """A scalar that is not known yet.

    Operators build expressions; asking for its truth, its index or its hash forks the rule.
    decide: gives the truth of a condition; folded: is told of the operands where ranges alone
    decide a comparison or a quotient.
    """

    __slots__ = ("decide", "expr", "folded")

    def __init__(
        self, expr: Expr, decide: Callable[[Expr], bool], folded: Callable[..., None]
    ) -> None:
        self.expr = expr
        self.decide = decide
        self.folded = folded

    def __bool__(self) -> bool:
        if self.expr.kind == BOOLEAN:
            return self.decide(self.expr)
        is_zero = self == 0
        return not is_zero

    def __index__(self) -> int:
        low, high = self.expr.low, self.expr.high
        if low is None or high is None:
            raise LanguageError("a value of an unbounded sort is used as a number", *rule_place())
        for value in range(low, high):
            if self.decide(build.eq(self.expr, build.const(value))):
                return value
        return high

    __int__ = __index__

    def __hash__(self) -> int:
        return hash(self.__index__())

    def __str__(self) -> str:
        raise LanguageError(
            "a text speaks of a value that differs from state to state", *rule_place()
        )

    def __format__(self, spec: str) -> str:
        return str(self)

    def __repr__(self) -> str:
        return f"Symbol({self.expr!r})"

    def _new(self, expr: Expr, *others: Expr) -> Any:
        if expr.is_const:
            if others:
                self.folded(self.expr, *others)
            return bool(expr.number) if expr.kind == BOOLEAN else expr.number
        return Symbol(expr, self.decide, self.folded)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"a scalar has no {name!r}; records and collections have")

    def __add__(self, other: Any) -> Any:
        return self._new(build.add(self.expr, number(other)))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._new(build.sub(self.expr, number(other)))

    def __rsub__(self, other: Any) -> Any:
        return self._new(build.sub(number(other), self.expr))

    def __neg__(self) -> Any:
        return self._new(build.sub(build.const(0), self.expr))

    def __mul__(self, other: Any) -> Any:
        return self._new(build.mul(self.expr, number(other)))

    __rmul__ = __mul__

    def __floordiv__(self, other: Any) -> Any:
        return self._new(build.div(self.expr, _positive(other)), lift(other))

    def __mod__(self, other: Any) -> Any:
        return self._new(build.mod(self.expr, _positive(other)))

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, int | Symbol):
            return NotImplemented
        return self._new(build.eq(self.expr, lift(other)), lift(other))

    def __ne__(self, other: object) -> Any:
        if not isinstance(other, int | Symbol):
            return NotImplemented
        return self._new(build.negate(build.eq(self.expr, lift(other))), lift(other))

    def __lt__(self, other: Any) -> Any:
        return self._new(build.lt(self.expr, lift(other)), lift(other))

    def __le__(self, other: Any) -> Any:
        return self._new(build.le(self.expr, lift(other)), lift(other))

    def __gt__(self, other: Any) -> Any:
        return self._new(build.lt(lift(other), self.expr), lift(other))

    def __ge__(self, other: Any) -> Any:
        return self._new(build.le(lift(other), self.expr), lift(other))

    def __and__(self, other: Any) -> Any:
        return self._new(build.conj(_boolean(self), _boolean(other)))

    __rand__ = __and__

    def __or__(self, other: Any) -> Any:
        return self._new(build.disj(_boolean(self), _boolean(other)))

    __ror__ = __or__


def lift(value: Any) -> Expr:
    """Return the expression of a plain or symbolic scalar."""
    if isinstance(value, Symbol):
        return value.expr
    if isinstance(value, int):
        return build.const(value)
    raise LanguageError(
        f"a {type(value).__name__} is used where a number or truth value is needed", *rule_place()
    )


def number(value: Any) -> Expr:
    """Return an operand of arithmetic; a truth value counts as 0 or 1."""
    return build.number(lift(value))


def truth(value: Any) -> Expr:
    """Return an operand of a connective."""
    expr = lift(value)
    if expr.kind == BOOLEAN:
        return expr
    return build.negate(build.eq(expr, build.const(0)))


def _boolean(value: Any) -> Expr:
    expr = lift(value)
    if expr.kind != BOOLEAN:
        raise LanguageError("& and | join truth values, not numbers", *rule_place())
    return expr


def _positive(value: Any) -> int:
    if not isinstance(value, int) or value <= 0:
        raise LanguageError("only division by a positive plain number is possible", *rule_place())
    return value

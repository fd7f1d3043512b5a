"""How sorts and values look to a solver, the same for every solver.

Unbounded identity sorts are uninterpreted. Unbounded numeric sorts are uninterpreted sorts with a
total order that has a least member, wherever no arithmetic is done with them: what is proved of all
such orders holds of the natural numbers, and of any finite number of epochs or offsets as well.
Everything else that is a number is an integer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.lang.errors import LanguageError
from checker.lang.ir import BOOLEAN, Expr, subexpressions
from checker.lang.types import NONE, Index, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ARITHMETIC = frozenset(("add", "sub", "mul", "div", "mod", "count"))


@dataclass(frozen=True)
class Rendering:
    """orders: whether unbounded numeric sorts are orders, and not the integers from 0 on."""

    orders: bool = False

    def of_index(self, sort: Index) -> str:
        """Return the name of the uninterpreted sort of an index, nothing if it is an integer."""
        if sort.size is not None or (sort.numeric and not self.orders):
            return ""
        return sort.name

    def of_scalar(self, scalar: Scalar) -> str:
        """Return the name of the uninterpreted sort of a scalar, or nothing."""
        if scalar.is_identity:
            return scalar.name if scalar.high is None else ""
        return scalar.name if self.is_order(scalar) else ""

    def is_order(self, scalar: Scalar) -> bool:
        """Return whether a scalar is a member of an uninterpreted order."""
        return self.orders and scalar.capacity and scalar.high is None and scalar.low == 0

    def of_expr(self, expr: Expr, arguments: Mapping[str, Scalar]) -> str:
        """Return the name of the uninterpreted sort that an expression is of, or nothing."""
        match expr.op:
            case "ite":
                yes = self.of_expr(expr.args[1], arguments)
                return yes or self.of_expr(expr.args[2], arguments)
            case "read":
                return self.of_scalar(expr.column.scalar)
            case "param":
                return self.of_scalar(arguments[expr.name])
            case "bound":
                return "" if expr.sort is None else self.of_index(expr.sort)
        return ""


def rendering_for(expressions: Iterable[Expr]) -> Rendering:
    """Return the rendering with orders, if no expression computes with numbers or names one."""
    for node in subexpressions(*expressions):
        if node.op in ARITHMETIC:
            return Rendering()
        if node.op in ("eq", "le") and _names_a_number(node):
            return Rendering()
    return Rendering(orders=True)


def _names_a_number(node: Expr) -> bool:
    """Return whether a comparison is between an unbounded number and a constant but 0."""
    a, b = node.args
    if not b.is_const or b.kind == BOOLEAN or b.number in (0, NONE):
        return False
    return a.high is None


def no_order(sort: str) -> LanguageError:
    """Return the error of comparing interchangeable things."""
    return LanguageError(f"the members of {sort} have no order in a proof")


def no_member(number: int, sort: str) -> LanguageError:
    """Return the error of naming a member of an unbounded sort."""
    return LanguageError(f"{number} is no member of {sort} in a proof: it is unbounded")

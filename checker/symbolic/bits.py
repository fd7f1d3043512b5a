"""Expressions over finite cells as terms of Z3 over truth values and bit-vectors.

A number has as many bits as its interval needs, with a sign; a cell is stored without the bits
that its range makes superfluous. Nothing overflows, as the interval of an expression holds all its
values in every state in which each cell is within its range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import z3

from checker.lang import build
from checker.lang.ir import BOOLEAN, Expr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.lang.types import Column, Scalar
    from checker.symbolic.ground import Cell

Term = Any


def width(low: int, high: int) -> int:
    """Return how many bits, the sign among them, hold every number from low to high."""
    return max(low, ~low, high, ~high).bit_length() + 1


def constant_of(cell: Cell, suffix: str = "") -> Term:
    """Return the constant of Z3 that stands for a cell; suffix: tells several states apart."""
    scalar = cell.column.scalar
    name = f"{cell}{suffix}"
    if scalar.kind == BOOLEAN:
        return z3.Bool(name)
    return z3.BitVec(name, _stored(scalar))


def _stored(scalar: Scalar) -> int:
    """Return the bits of a cell: one less where there are no negative numbers."""
    low, high = scalar.low or 0, scalar.high or 0
    return width(low, high) if low < 0 else max(1, width(low, high) - 1)


def number_of(cell: Cell, constant: Term) -> Term:
    """Return the number, with a sign, that the constant of a cell stands for."""
    return constant if (cell.column.scalar.low or 0) < 0 else z3.ZeroExt(1, constant)


def is_value(cell: Cell, constant: Term, value: int) -> Term:
    """Return that the constant of a cell has a value."""
    if cell.column.scalar.kind == BOOLEAN:
        return constant if value else z3.Not(constant)
    return constant == z3.BitVecVal(value, constant.size())


def value_in(cell: Cell, constant: Term, model: Term) -> int:
    """Return the value of a cell in a model of Z3."""
    found = model.eval(constant, True)
    if cell.column.scalar.kind == BOOLEAN:
        return int(z3.is_true(found))
    low = cell.column.scalar.low or 0
    return int(found.as_signed_long() if low < 0 else found.as_long())


def in_range(cell: Cell, constant: Term) -> Term:
    """Return that a cell has a value of its type."""
    scalar = cell.column.scalar
    if scalar.kind == BOOLEAN:
        return z3.BoolVal(True)
    return within(number_of(cell, constant), scalar.low or 0, scalar.high or 0)


def within(number: Term, low: int, high: int) -> Term:
    """Return that a number with a sign is from low to high."""
    size = number.size()
    smallest, largest = -(1 << (size - 1)), (1 << (size - 1)) - 1
    if low > largest or high < smallest:
        return z3.BoolVal(False)
    ends = []
    if low > smallest:
        ends.append(number >= z3.BitVecVal(low, size))
    if high < largest:
        ends.append(number <= z3.BitVecVal(high, size))
    return z3.And(*ends) if ends else z3.BoolVal(True)


def equal(left: Term, right: Term) -> Term:
    """Return that two truth values, or two numbers with a sign, are the same."""
    return left == right if z3.is_bool(left) else _binary(lambda a, b: a == b, left, right)


def _constant(expr: Expr) -> Term:
    if expr.kind == BOOLEAN:
        return z3.BoolVal(bool(expr.number))
    return z3.BitVecVal(expr.number, width(expr.number, expr.number))


def _choice(condition: Term, yes: Term, no: Term) -> Term:
    if z3.is_bool(yes):
        return z3.If(condition, yes, no)
    return _binary(lambda a, b: z3.If(condition, a, b), yes, no)


def _extended(number: Term, size: int) -> Term:
    missing = size - number.size()
    return z3.SignExt(missing, number) if missing else number


def _binary(operator: Any, left: Term, right: Term, least: int = 1) -> Term:
    size = max(left.size(), right.size(), least)
    return operator(_extended(left, size), _extended(right, size))


class Bits:
    """Translates expressions about one state; constants: what stands for each of its cells."""

    def __init__(
        self,
        cells: Mapping[Column, Mapping[tuple[int, ...], Cell]],
        constants: Mapping[Cell, Term],
    ) -> None:
        self._cells = cells
        self._constants = constants
        self._memo: dict[Expr, Term] = {}

    def term(self, expr: Expr) -> Term:
        """Return an expression as a truth value, or as a number with a sign."""
        found = self._memo.get(expr)
        if found is None:
            found = self._memo[expr] = self._translate(expr)
        return found

    def number(self, expr: Expr) -> Term:
        """Return an expression as a number; a truth value counts as 0 or 1."""
        return self.term(build.number(expr))

    def _translate(self, expr: Expr) -> Term:
        if expr.op == "const":
            return _constant(expr)
        if expr.op == "read":
            return self._read(expr.column, expr.args, ())
        parts = [self.term(a) for a in expr.args]
        if expr.op == "ite":
            return _choice(*parts)
        if expr.op in _CONNECTIVES:
            return _CONNECTIVES[expr.op](*parts)
        return self._arithmetic(expr, parts)

    def _arithmetic(self, expr: Expr, parts: list[Term]) -> Term:
        assert expr.low is not None and expr.high is not None
        size = width(expr.low, expr.high)
        left, right = parts
        result = _binary(_OPERATORS[expr.op], left, right, size)
        return z3.Extract(size - 1, 0, result) if result.size() > size else result

    def _read(self, column: Column, args: Sequence[Expr], at: tuple[int, ...]) -> Term:
        """Return a cell, or a choice between those at which the indices may point."""
        if len(at) == len(args):
            return self._cell(column, at)
        index, last = args[len(at)], (column.sorts[len(at)].size or 1) - 1
        low = min(max(index.low or 0, 0), last)
        high = last if index.high is None else max(min(index.high, last), low)
        result = self._read(column, args, (*at, high))
        for value in range(high - 1, low - 1, -1):
            here = self.term(build.eq(index, build.const(value)))
            result = z3.If(here, self._read(column, args, (*at, value)), result)
        return result

    def _cell(self, column: Column, at: tuple[int, ...]) -> Term:
        """Return a cell; where the column has none, some value of its type."""
        is_truth = column.scalar.kind == BOOLEAN
        cell = self._cells.get(column, {}).get(at)
        if cell is None:
            return self.term(build.const(column.default, column.scalar.kind))
        constant = self._constants[cell]
        return constant if is_truth else number_of(cell, constant)


def _floor_div(a: Term, b: Term) -> Term:
    """Return a // b, rounded down, for b > 0."""
    quotient = a / b
    return z3.If(quotient * b > a, quotient - 1, quotient)


def _floor_mod(a: Term, b: Term) -> Term:
    """Return a % b for b > 0, which is never negative."""
    rest = z3.SRem(a, b)
    return z3.If(rest < 0, rest + b, rest)


_CONNECTIVES = {
    "not": z3.Not,
    "and": z3.And,
    "or": z3.Or,
    "eq": equal,
    "le": lambda a, b: _binary(lambda x, y: x <= y, a, b),
}
_OPERATORS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": _floor_div,
    "mod": _floor_mod,
}

"""Obligations as SMT-LIB text, the same text in every run: what is hashed, and what cvc5 reads.

Written independently of `z3_terms`, so that the two solvers share no translation. The operands of
symmetric operators are in the order of their texts, as expressions do not keep one.
"""

from __future__ import annotations

import hashlib
from itertools import product
from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.errors import LanguageError
from checker.lang.ir import BOOLEAN, Expr
from checker.lang.types import NONE, Index, Scalar
from checker.symbolic.rendering import Rendering, no_member, no_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.lang.schema import Schema
    from checker.lang.types import Column
    from checker.symbolic.obligations import Obligation

_INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "div", "mod": "mod"}
_SYMMETRIC = frozenset(("eq", "and", "or", "add", "mul"))


def digest(text: str) -> str:
    """Return the hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def script(schema: Schema, obligation: Obligation, rendering: Rendering) -> str:
    """Return the question whether an obligation fails: `unsat` means that it holds.

    Where the obligation wants a model, the question is whether there is one.
    """
    printer = Printer(schema, obligation.arguments, rendering)
    given = [printer.text(expr) for _, expr in obligation.hypotheses]
    goal = printer.text(obligation.goal)
    given.append(goal if obligation.wants_model else f"(not {goal})")
    lines = [*printer.declarations(), *(f"(assert {line})" for line in given), "(check-sat)"]
    return "\n".join(lines) + "\n"


class Printer:
    """Prints the expressions of one schema; `arguments` are the scalars of parameters."""

    def __init__(
        self, schema: Schema, arguments: Mapping[str, Scalar], rendering: Rendering
    ) -> None:
        self._columns = [c for c in schema.columns if not c.parameter]
        self._arguments = arguments
        self._rendering = rendering
        self._memo: dict[tuple[Expr, str], str] = {}

    # declarations

    def declarations(self) -> Iterator[str]:
        """Yield the sorts with their axioms, the symbols, and what types promise about them."""
        yield "(set-logic ALL)"
        for name, is_order in sorted(self._sorts().items()):
            yield f"(declare-sort {_quoted(name)} 0)"
            if is_order:
                yield from _order(name)
            else:
                yield f"(declare-const {_none(name)} {_quoted(name)})"
        for column in self._columns:
            sorts = " ".join(self._index_sort(s) for s in column.sorts)
            yield f"(declare-fun {_quoted(column.name)} ({sorts}) {self._sort(column.scalar)})"
        for name, scalar in self._arguments.items():
            yield f"(declare-const {_argument(name)} {self._sort(scalar)})"
        for promise in self._promises():
            yield f"(assert {promise})"

    def _sorts(self) -> dict[str, bool]:
        """Return the uninterpreted sorts, and whether they are orders."""
        found: dict[str, bool] = {}
        for column in self._columns:
            for sort in column.sorts:
                found[self._rendering.of_index(sort)] = sort.numeric
        for scalar in (*(c.scalar for c in self._columns), *self._arguments.values()):
            found[self._rendering.of_scalar(scalar)] = scalar.capacity
        found.pop("", None)
        return found

    def _index_sort(self, sort: Index) -> str:
        name = self._rendering.of_index(sort)
        return _quoted(name) if name else "Int"

    def _sort(self, scalar: Scalar) -> str:
        if scalar.kind == BOOLEAN:
            return "Bool"
        name = self._rendering.of_scalar(scalar)
        return _quoted(name) if name else "Int"

    def _promises(self) -> Iterator[str]:
        for name, scalar in self._arguments.items():
            yield from self._range(_argument(name), scalar)
        for column in self._columns:
            yield from self._column_promises(column)

    def _column_promises(self, column: Column) -> Iterator[str]:
        sizes = [sort.size for sort in column.sorts]
        if None not in sizes:
            for key in product(*(range(size or 0) for size in sizes)):
                yield from self._range(_applied(column.name, [str(k) for k in key]), column.scalar)
            return
        names = [f"i{number}" for number in range(len(sizes))]
        pairs = zip(names, column.sorts, strict=True)
        variables = " ".join(f"({n} {self._index_sort(s)})" for n, s in pairs)
        for promise in self._range(_applied(column.name, names), column.scalar):
            yield f"(forall ({variables}) {promise})"

    def _range(self, term: str, scalar: Scalar) -> Iterator[str]:
        name = self._rendering.of_scalar(scalar)
        if scalar.kind == BOOLEAN or self._rendering.is_order(scalar):
            return
        if name:
            if scalar.low != NONE:
                yield f"(distinct {term} {_none(name)})"
            return
        if scalar.low is not None:
            yield f"(<= {_number(scalar.low)} {term})"
        if scalar.high is not None:
            yield f"(<= {term} {_number(scalar.high)})"

    # expressions

    def text(self, expr: Expr) -> str:
        """Return a condition as text."""
        return self._text(build.expand(expr), "")

    def index(self, expr: Expr, sort: Index) -> str:
        """Return a member of an index sort as text."""
        return self._text(build.expand(expr), self._rendering.of_index(sort))

    def value(self, expr: Expr, scalar: Scalar) -> str:
        """Return a value of a scalar type as text."""
        return self._text(build.expand(expr), self._rendering.of_scalar(scalar))

    def _text(self, expr: Expr, wanted: str) -> str:
        key = (expr, wanted)
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._print(expr, wanted)
        return found

    def _print(self, expr: Expr, wanted: str) -> str:
        match expr.op:
            case "const":
                return self._constant(expr, wanted)
            case "param":
                return _argument(expr.name)
            case "bound":
                return _quoted(expr.name)
            case "setting":
                raise LanguageError(f"the parameter {expr.name} has no value in a proof")
            case "forall" | "exists" | "count":
                return self._binder(expr)
            case "eq" | "le":
                return self._compared(expr)
        return self._applied(expr, wanted)

    def _applied(self, expr: Expr, wanted: str) -> str:
        if expr.op == "read":
            places = zip(expr.args, expr.column.sorts, strict=True)
            parts = [self._text(a, self._rendering.of_index(s)) for a, s in places]
            return _applied(expr.column.name, parts)
        if expr.op == "ite":
            condition, yes, no = expr.args
            parts = [self._text(condition, ""), self._text(yes, wanted), self._text(no, wanted)]
            return f"(ite {' '.join(parts)})"
        parts = [self._text(a, "") for a in expr.args]
        if expr.op in _SYMMETRIC:
            parts.sort()
        return f"({_INFIX.get(expr.op, expr.op)} {' '.join(parts)})"

    def _constant(self, expr: Expr, wanted: str) -> str:
        if expr.kind == BOOLEAN:
            return "true" if expr.number else "false"
        if not wanted:
            return _number(expr.number)
        if self._sorts()[wanted] and expr.number == 0:
            return _least(wanted)
        if self._sorts()[wanted] or expr.number != NONE:
            raise no_member(expr.number, wanted)
        return _none(wanted)

    def _binder(self, expr: Expr) -> str:
        assert expr.sort is not None
        if expr.op == "count":
            raise LanguageError(f"a proof cannot count the members of {expr.sort.name}")
        variable, body = _quoted(expr.name), self._text(expr.args[0], "")
        inside = f"(<= 0 {variable})"
        name = self._rendering.of_index(expr.sort)
        if name:
            inside = "" if expr.sort.numeric else f"(distinct {variable} {_none(name)})"
        if inside:
            joint = "=>" if expr.op == "forall" else "and"
            body = f"({joint} {inside} {body})"
        return f"({expr.op} (({variable} {self._index_sort(expr.sort)})) {body})"

    def _compared(self, expr: Expr) -> str:
        a, b = expr.args
        named = [self._rendering.of_expr(e, self._arguments) for e in (a, b)]
        sort = named[0] or named[1]
        parts = [self._text(e, sort) for e in (a, b)]
        if expr.op == "eq":
            return f"(= {' '.join(sorted(parts))})"
        if not sort:
            return f"(<= {' '.join(parts)})"
        if self._sorts()[sort]:
            return f"({_at_most(sort)} {' '.join(parts)})"
        if not (b.is_const and b.number == NONE):
            raise no_order(sort)
        return f"(= {' '.join(sorted(parts))})"


def _order(name: str) -> Iterator[str]:
    """Yield the declaration and the axioms of an order with a least member."""
    sort, least, at_most = _quoted(name), _least(name), _at_most(name)
    yield f"(declare-const {least} {sort})"
    yield f"(declare-fun {at_most} ({sort} {sort}) Bool)"
    a, ab, abc = f"(a {sort})", f"(a {sort}) (b {sort})", f"(a {sort}) (b {sort}) (c {sort})"
    chain = f"(and ({at_most} a b) ({at_most} b c))"
    yield f"(assert (forall ({abc}) (=> {chain} ({at_most} a c))))"
    yield f"(assert (forall ({ab}) (=> (and ({at_most} a b) ({at_most} b a)) (= a b))))"
    yield f"(assert (forall ({ab}) (or ({at_most} a b) ({at_most} b a))))"
    yield f"(assert (forall ({a}) ({at_most} {least} a)))"


def _quoted(name: str) -> str:
    return f"|{name}|"


def _argument(name: str) -> str:
    return f"|argument {name}|"


def _none(name: str) -> str:
    return f"|no {name}|"


def _least(name: str) -> str:
    return f"|least {name}|"


def _at_most(name: str) -> str:
    return f"|{name} at most|"


def _number(value: int) -> str:
    return str(value) if value >= 0 else f"(- {-value})"


def _applied(name: str, parts: list[str]) -> str:
    return f"({_quoted(name)} {' '.join(parts)})" if parts else _quoted(name)

"""The intermediate form as terms of Z3; the only module that knows Z3.

Unbounded identity sorts are uninterpreted sorts, everything else that is a number is an integer.
Columns are functions, binders over unbounded sorts are quantifiers; finite ones are written out.
The value NONE of an optional identity is a member of its sort that binders leave out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

import z3

from checker.lang import build
from checker.lang.errors import LanguageError
from checker.lang.ir import BOOLEAN, Expr
from checker.lang.types import NONE, Index, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.lang.schema import Schema
    from checker.lang.types import Column

Term = Any
PROVED, REFUTED, UNKNOWN = "proved", "refuted", "unknown"


@dataclass(frozen=True)
class Countermodel:
    """A state, and arguments, in which an obligation fails.

    arguments: by name; tables: for every column the value at each tuple of members. Of the integers
    only those are members that the arguments and other columns mention.
    """

    arguments: dict[str, str] = field(default_factory=dict)
    tables: dict[str, dict[tuple[str, ...], str]] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return one line per argument and per column; of truth values only the true ones."""
        lines = [f"{name} = {value}" for name, value in self.arguments.items()]
        for name, table in self.tables.items():
            cells = [f"{name}[{', '.join(k)}] = {v}" for k, v in table.items() if v != "False"]
            lines += [cell.replace("[]", "") for cell in cells]
        return "\n".join(lines)


class Terms:
    """Translates the expressions of one schema; `arguments` are the scalars of parameters."""

    def __init__(self, schema: Schema, arguments: Mapping[str, Scalar]) -> None:
        self._columns = {c: self._declare(c) for c in schema.columns}
        self._arguments = {n: z3.Const(n, _sort(s)) for n, s in arguments.items()}
        self._scalars = arguments
        self._memo: dict[tuple[Expr, str], Term] = {}

    def _declare(self, column: Column) -> Term:
        sorts = [_index_sort(sort) for sort in column.sorts]
        return z3.Function(column.name, *sorts, _sort(column.scalar))

    # solving

    def decide(self, hypotheses: Sequence[Expr], goal: Expr, rlimit: int) -> tuple[str, Any]:
        """Return PROVED, REFUTED with a Countermodel, or UNKNOWN with a reason.

        The question is whether the hypotheses imply the goal; `rlimit` bounds the work.
        """
        solver = z3.Solver()
        solver.set("rlimit", rlimit)
        solver.set("random_seed", 0)
        solver.add(*self._ranges())
        solver.add(*(self.formula(h) for h in hypotheses))
        solver.add(z3.Not(self.formula(goal)))
        answer = solver.check()
        if answer == z3.unsat:
            return PROVED, None
        if answer == z3.sat:
            return REFUTED, self._countermodel(solver.model())
        return UNKNOWN, solver.reason_unknown()

    def _ranges(self) -> list[Term]:
        """Return what the types alone promise about arguments and columns."""
        promises = [_in_range(t, self._scalars[n]) for n, t in self._arguments.items()]
        for column, function in self._columns.items():
            variables = [z3.Const(f"i{n}", _index_sort(s)) for n, s in enumerate(column.sorts)]
            promise = _in_range(function(*variables), column.scalar)
            promises.append(z3.ForAll(variables, promise) if variables else promise)
        return [p for p in promises if not z3.is_true(p)]

    def _countermodel(self, model: Term) -> Countermodel:
        arguments = {n: model.eval(t, True) for n, t in self._arguments.items()}
        numbers = {n.as_long() for n in arguments.values() if z3.is_int_value(n)}
        tables: dict[str, dict[tuple[str, ...], str]] = {}
        for column in sorted(self._columns, key=_over_numbers):
            table = {}
            for key in product(*(_members(model, sort, numbers) for sort in column.sorts)):
                value = model.eval(self._columns[column](*key), True)
                table[tuple(map(_text, key))] = _text(value)
                if z3.is_int_value(value) and column.scalar.capacity:
                    numbers = numbers | {value.as_long()}
            tables[column.name] = table
        return Countermodel({n: _text(v) for n, v in arguments.items()}, tables)

    # terms

    def formula(self, expr: Expr) -> Term:
        """Return a condition as a term of Z3."""
        return self._term(build.expand(expr), "")

    def _term(self, expr: Expr, wanted: str) -> Term:
        """Return an expression as a term, of the uninterpreted sort `wanted` if that is named."""
        key = (expr, wanted)
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._translate(expr, wanted)
        return found

    def _translate(self, expr: Expr, wanted: str) -> Term:
        match expr.op:
            case "const" | "param" | "setting" | "bound":
                return self._symbol(expr, wanted)
            case "read":
                places = zip(expr.args, expr.column.sorts, strict=True)
                indices = [self._term(a, _uninterpreted(s)) for a, s in places]
                return self._columns[expr.column](*indices)
            case "ite":
                condition, yes, no = expr.args
                parts = (self._term(yes, wanted), self._term(no, wanted))
                return z3.If(self._term(condition, ""), *parts)
            case "forall" | "exists" | "count":
                return self._binder(expr)
            case "eq" | "le":
                return self._compared(expr)
        return _OPERATORS[expr.op](*(self._term(a, "") for a in expr.args))

    def _symbol(self, expr: Expr, wanted: str) -> Term:
        if expr.op == "const":
            return _constant(expr, wanted)
        if expr.op == "param":
            return self._arguments[expr.name]
        if expr.op == "setting":
            return next(f() for c, f in self._columns.items() if c.name == expr.name)
        assert expr.sort is not None
        return z3.Const(f"{expr.name}!{expr.order}", _index_sort(expr.sort))

    def _binder(self, expr: Expr) -> Term:
        assert expr.sort is not None
        if expr.op == "count":
            raise LanguageError(f"a proof cannot count the members of {expr.sort.name}")
        variable = self._term(build.bound(expr.name, expr.sort), "")
        body = self._term(expr.args[0], "")
        inside = _is_member(variable, expr.sort)
        if expr.op == "forall":
            return z3.ForAll([variable], z3.Implies(inside, body))
        return z3.Exists([variable], z3.And(inside, body))

    def _compared(self, expr: Expr) -> Term:
        a, b = expr.args
        sort = self._identity(a) or self._identity(b)
        if expr.op == "le" and sort and not (b.is_const and b.number == NONE):
            raise LanguageError(f"the members of {sort} have no order in a proof")
        left, right = self._term(a, sort), self._term(b, sort)
        return left == right if expr.op == "eq" or sort else left <= right

    def _identity(self, expr: Expr) -> str:
        """Return the name of the uninterpreted sort that an expression is of, or nothing."""
        match expr.op:
            case "ite":
                return self._identity(expr.args[1]) or self._identity(expr.args[2])
            case "read":
                return _unbounded_identity(expr.column.scalar)
            case "param":
                return _unbounded_identity(self._scalars[expr.name])
            case "bound":
                return "" if expr.sort is None else _uninterpreted(expr.sort)
        return ""


_OPERATORS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "mod": lambda a, b: a % b,
    "not": z3.Not,
    "and": z3.And,
    "or": z3.Or,
}


def _unbounded_identity(scalar: Scalar) -> str:
    return scalar.name if scalar.is_identity and scalar.high is None else ""


def _uninterpreted(sort: Index) -> str:
    return sort.name if sort.size is None and not sort.numeric else ""


def _index_sort(sort: Index) -> Term:
    name = _uninterpreted(sort)
    return z3.DeclareSort(name) if name else z3.IntSort()


def _sort(scalar: Scalar) -> Term:
    if scalar.kind == BOOLEAN:
        return z3.BoolSort()
    name = _unbounded_identity(scalar)
    return z3.DeclareSort(name) if name else z3.IntSort()


def _none(name: str) -> Term:
    return z3.Const(f"no {name}", z3.DeclareSort(name))


def _constant(expr: Expr, wanted: str) -> Term:
    if expr.kind == BOOLEAN:
        return z3.BoolVal(bool(expr.number))
    if not wanted:
        return z3.IntVal(expr.number)
    if expr.number != NONE:
        raise LanguageError(f"{expr.number} is no member of {wanted} in a proof: it is unbounded")
    return _none(wanted)


def _is_member(term: Term, sort: Index) -> Term:
    name = _uninterpreted(sort)
    return term != _none(name) if name else term >= 0


def _in_range(term: Term, scalar: Scalar) -> Term:
    if scalar.kind == BOOLEAN:
        return z3.BoolVal(True)
    name = _unbounded_identity(scalar)
    if name:
        return z3.BoolVal(True) if scalar.low == NONE else term != _none(name)
    ends = [term >= scalar.low] if scalar.low is not None else []
    return z3.And(*ends, *([term <= scalar.high] if scalar.high is not None else []))


def _over_numbers(column: Column) -> bool:
    return any(sort.numeric and sort.size is None for sort in column.sorts)


def _members(model: Term, sort: Index, numbers: set[int]) -> list[Term]:
    """Return the members of an index sort in a model, of the integers only those in `numbers`."""
    if sort.size is not None:
        return [z3.IntVal(k) for k in range(sort.size)]
    if sort.numeric:
        return [z3.IntVal(k) for k in sorted(numbers)]
    none = model.eval(_none(sort.name), True)
    return [m for m in model.get_universe(z3.DeclareSort(sort.name)) or [] if not m.eq(none)]


def _text(term: Term) -> str:
    return str(term).replace("!val!", "")

"""The intermediate form over sorts of any size as terms of Z3; see `bits` for finite ones.

Sorts look as `rendering` says. Columns are functions, binders over unbounded sorts are quantifiers;
finite ones are written out. The value NONE of an optional identity is a member of its sort that
binders leave out.
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
from checker.symbolic.rendering import Rendering, no_member, no_order

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


@dataclass(frozen=True)
class Assignment:
    """Values of arguments by name, and of the cells of every column in order."""

    arguments: dict[str, int]
    cells: dict[Column, list[int]]


class Terms:
    """Translates the expressions of one schema; `arguments` are the scalars of parameters."""

    def __init__(
        self, schema: Schema, arguments: Mapping[str, Scalar], rendering: Rendering | None = None
    ) -> None:
        self._rendering = rendering or Rendering()
        self._orders: dict[str, Term] = {}
        self._columns = {c: self._declare(c) for c in schema.columns}
        self._arguments = {n: z3.Const(n, self._sort(s)) for n, s in arguments.items()}
        self._scalars = arguments
        self._memo: dict[tuple[Expr, str], Term] = {}

    def _declare(self, column: Column) -> Term:
        sorts = [self._index_sort(sort) for sort in column.sorts]
        return z3.Function(column.name, *sorts, self._sort(column.scalar))

    def _index_sort(self, sort: Index) -> Term:
        name = self._rendering.of_index(sort)
        if name and sort.numeric:
            self._order(name)
        return z3.DeclareSort(name) if name else z3.IntSort()

    def _sort(self, scalar: Scalar) -> Term:
        if scalar.kind == BOOLEAN:
            return z3.BoolSort()
        name = self._rendering.of_scalar(scalar)
        if self._rendering.is_order(scalar):
            self._order(name)
        return z3.DeclareSort(name) if name else z3.IntSort()

    def _order(self, name: str) -> Term:
        """Return the relation "at most" of an uninterpreted order."""
        if name not in self._orders:
            sort = z3.DeclareSort(name)
            self._orders[name] = z3.Function(f"{name} at most", sort, sort, z3.BoolSort())
        return self._orders[name]

    # solving

    def decide(
        self, hypotheses: Sequence[Expr], goal: Expr, rlimit: int, seed: int = 0
    ) -> tuple[str, Any]:
        """Return PROVED with the hypotheses used, REFUTED with a Countermodel, UNKNOWN with why.

        The question is whether the hypotheses imply the goal; `rlimit` bounds the work. Those used
        are given by their places among the hypotheses.
        """
        solver = z3.Solver()
        solver.set("rlimit", rlimit)
        solver.set("random_seed", seed)
        solver.set("unsat_core", True)
        solver.add(*self._axioms(), *self._ranges())
        for number, hypothesis in enumerate(hypotheses):
            solver.assert_and_track(self.formula(hypothesis), f"hypothesis {number}")
        solver.add(z3.Not(self.formula(goal)))
        answer = solver.check()
        if answer == z3.unsat:
            return PROVED, tuple(sorted(int(str(name).split()[1]) for name in solver.unsat_core()))
        if answer == z3.sat:
            return REFUTED, self._countermodel(solver.model())
        return UNKNOWN, solver.reason_unknown()

    def model_of(
        self, conditions: Sequence[Expr], rlimit: int, seed: int = 0
    ) -> tuple[str, Countermodel | None]:
        """Return PROVED with a model of the conditions, REFUTED if there is none, or UNKNOWN."""
        solver = z3.Solver()
        solver.set("rlimit", rlimit)
        solver.set("random_seed", seed)
        solver.add(*self._axioms(), *self._ranges(), *(self.formula(c) for c in conditions))
        answer = solver.check()
        if answer == z3.sat:
            return PROVED, self._countermodel(solver.model())
        return (REFUTED if answer == z3.unsat else UNKNOWN), None

    def least_model(self, conditions: Sequence[Expr], rlimit: int) -> Assignment | None:
        """Return a model of conditions over finite sorts, None if there is none or none is found.

        As many cells as possible have their value at the start.
        """
        solver = z3.Solver()
        solver.set("rlimit", rlimit)
        solver.set("random_seed", 0)
        solver.add(*self._ranges(), *(self.formula(c) for c in conditions))
        if solver.check() != z3.sat:
            return None
        model, kept = solver.model(), []
        for column, function in self._columns.items():
            for key in _keys(column):
                plain = function(*key) == _value(column.default, column.scalar)
                if z3.is_true(model.eval(plain, True)):
                    kept.append(plain)
                elif solver.check(*kept, plain) == z3.sat:
                    kept.append(plain)
                    model = solver.model()
        return Assignment(
            {n: _number(model.eval(t, True)) for n, t in self._arguments.items()},
            {
                column: [_number(model.eval(function(*key), True)) for key in _keys(column)]
                for column, function in self._columns.items()
            },
        )

    def kept(self, given: Sequence[Expr], goals: Mapping[str, tuple[Expr, Expr]]) -> list[str]:
        """Return the largest choice of goals that follow from each other and what is given.

        goals: by name, the condition before a step and what must hold before it so that the
        condition holds behind it. All sorts must be finite.
        """
        names = list(goals)
        terms = {n: tuple(self.formula(e) for e in pair) for n, pair in goals.items()}
        fixed = [*self._ranges(), *(self.formula(e) for e in given)]
        while names:
            solver = z3.Solver()
            solver.add(*fixed, *(terms[n][0] for n in names))
            solver.add(z3.Not(z3.And(*(terms[n][1] for n in names))))
            if solver.check() != z3.sat:
                break
            model = solver.model()
            names = [n for n in names if z3.is_true(model.eval(terms[n][1], True))]
        return names

    def _axioms(self) -> list[Term]:
        """Return that every order is total and has a least member."""
        found = []
        for name, at_most in self._orders.items():
            sort = z3.DeclareSort(name)
            a, b, c = (z3.Const(n, sort) for n in "abc")
            found += [
                z3.ForAll(
                    [a, b, c], z3.Implies(z3.And(at_most(a, b), at_most(b, c)), at_most(a, c))
                ),
                z3.ForAll([a, b], z3.Implies(z3.And(at_most(a, b), at_most(b, a)), a == b)),
                z3.ForAll([a, b], z3.Or(at_most(a, b), at_most(b, a))),
                z3.ForAll([a], at_most(_zero(name), a)),
            ]
        return found

    def _ranges(self) -> list[Term]:
        """Return what the types alone promise about arguments and columns."""
        promises = [self._in_range(t, self._scalars[n]) for n, t in self._arguments.items()]
        for column, function in self._columns.items():
            if all(sort.size is not None for sort in column.sorts):
                keys = _keys(column)
                promises += [self._in_range(function(*key), column.scalar) for key in keys]
                continue
            sorts = [self._index_sort(s) for s in column.sorts]
            variables = [z3.Const(f"i{n}", s) for n, s in enumerate(sorts)]
            promise = self._in_range(function(*variables), column.scalar)
            promises.append(z3.ForAll(variables, promise) if variables else promise)
        return [p for p in promises if not z3.is_true(p)]

    def _countermodel(self, model: Term) -> Countermodel:
        arguments = {n: model.eval(t, True) for n, t in self._arguments.items()}
        numbers = {n.as_long() for n in arguments.values() if z3.is_int_value(n)}
        tables: dict[str, dict[tuple[str, ...], str]] = {}
        for column in sorted(self._columns, key=_over_numbers):
            table = {}
            for key in product(*(self._members(model, sort, numbers) for sort in column.sorts)):
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
                indices = [self._term(a, self._rendering.of_index(s)) for a, s in places]
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
            return self._constant(expr, wanted)
        if expr.op == "param":
            return self._arguments[expr.name]
        if expr.op == "setting":
            return next(f() for c, f in self._columns.items() if c.name == expr.name)
        assert expr.sort is not None
        return z3.Const(f"{expr.name}!{expr.order}", self._index_sort(expr.sort))

    def _constant(self, expr: Expr, wanted: str) -> Term:
        if expr.kind == BOOLEAN:
            return z3.BoolVal(bool(expr.number))
        if not wanted:
            return z3.IntVal(expr.number)
        if wanted in self._orders and expr.number == 0:
            return _zero(wanted)
        if wanted in self._orders or expr.number != NONE:
            raise no_member(expr.number, wanted)
        return _none(wanted)

    def _binder(self, expr: Expr) -> Term:
        assert expr.sort is not None
        if expr.op == "count":
            raise LanguageError(f"a proof cannot count the members of {expr.sort.name}")
        variable = self._term(build.bound(expr.name, expr.sort), "")
        body = self._term(expr.args[0], "")
        inside = self._is_member(variable, expr.sort)
        if expr.op == "forall":
            return z3.ForAll([variable], z3.Implies(inside, body))
        return z3.Exists([variable], z3.And(inside, body))

    def _compared(self, expr: Expr) -> Term:
        a, b = expr.args
        named = [self._rendering.of_expr(e, self._scalars) for e in (a, b)]
        sort = named[0] or named[1]
        left, right = self._term(a, sort), self._term(b, sort)
        if expr.op == "eq":
            return left == right
        if sort in self._orders:
            return self._orders[sort](left, right)
        if sort and not (b.is_const and b.number == NONE):
            raise no_order(sort)
        return left == right if sort else left <= right

    # sorts

    def _is_member(self, term: Term, sort: Index) -> Term:
        name = self._rendering.of_index(sort)
        if name:
            return z3.BoolVal(True) if name in self._orders else term != _none(name)
        return term >= 0

    def _in_range(self, term: Term, scalar: Scalar) -> Term:
        name = self._rendering.of_scalar(scalar)
        if scalar.kind == BOOLEAN or name in self._orders:
            return z3.BoolVal(True)
        if name:
            return z3.BoolVal(True) if scalar.low == NONE else term != _none(name)
        ends = [term >= scalar.low] if scalar.low is not None else []
        return z3.And(*ends, *([term <= scalar.high] if scalar.high is not None else []))

    def _members(self, model: Term, sort: Index, numbers: set[int]) -> list[Term]:
        """Return the members of an index sort in a model, of integers only those in `numbers`."""
        if sort.size is not None:
            return [z3.IntVal(k) for k in range(sort.size)]
        name = self._rendering.of_index(sort)
        if not name:
            return [z3.IntVal(k) for k in sorted(numbers)]
        members = model.get_universe(z3.DeclareSort(name)) or []
        if name in self._orders:
            return list(members)
        none = model.eval(_none(name), True)
        return [m for m in members if not m.eq(none)]


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


def _none(name: str) -> Term:
    return z3.Const(f"no {name}", z3.DeclareSort(name))


def _zero(name: str) -> Term:
    return z3.Const(f"least {name}", z3.DeclareSort(name))


def _over_numbers(column: Column) -> bool:
    return any(sort.numeric and sort.size is None for sort in column.sorts)


def _keys(column: Column) -> list[tuple[Term, ...]]:
    """Return every tuple of indices of a column over finite sorts."""
    members = [[z3.IntVal(k) for k in range(sort.size or 0)] for sort in column.sorts]
    return list(product(*members))


def _value(number: int, scalar: Scalar) -> Term:
    return z3.BoolVal(bool(number)) if scalar.kind == BOOLEAN else z3.IntVal(number)


def _number(term: Term) -> int:
    return int(z3.is_true(term)) if z3.is_bool(term) else int(term.as_long())


def _text(term: Term) -> str:
    return str(term).replace("!val!", "")

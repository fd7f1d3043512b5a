"""Prints expressions in an infix language; languages differ in a table and a few methods."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.export.sharing import children_first
from checker.lang import build
from checker.lang.facts import Facts
from checker.lang.ir import BOOLEAN, INTEGER, Expr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.lang.types import Column, Index

TOP, CONNECTIVE, COMPARISON, SUM, FACTOR, ATOM = range(6)
SIDES = {"bound": 1, "param": 2, "setting": 3, "const": 4}


@dataclass(frozen=True)
class Symbols:
    """How a language writes constants and operators."""

    true: str
    false: str
    conjunction: str
    disjunction: str
    negation: str
    equal: str
    unequal: str
    at_most: str


@dataclass(frozen=True)
class Words:
    """How a printer writes the names of things."""

    column: Callable[[Column], str]
    argument: Callable[[Expr], str]
    setting: Callable[[Expr], str]
    variable: Callable[[Expr], str]


class Printer:
    """Prints expressions.

    An index that may lie outside its sort, for all that is known, is replaced by 0 where it does:
    what is read there never matters, but other tools refuse to read it.

    named: expressions that have a name already; facts: what is known where the text stands.
    """

    symbols: Symbols
    choice: str
    numbers_as_truth = False

    def __init__(self, words: Words) -> None:
        self.words = words
        self.named: dict[Expr, str] = {}
        self.facts = Facts()
        self._doubtful: dict[Expr, bool] = {}

    @contextmanager
    def assuming(self, condition: Expr, holds: bool, *concerned: Expr) -> Iterator[None]:
        """Know for a while that the condition holds, or fails; only where it may matter."""
        outer = self.facts
        if not concerned or any(self.is_doubtful(expr) for expr in concerned):
            self.facts = outer.copy()
            self.facts.assume(condition, holds)
        yield
        self.facts = outer

    def is_doubtful(self, expr: Expr) -> bool:
        """Return whether some index in the expression may lie outside its sort."""
        for node in children_first((expr,), self._doubtful):
            own = node.op == "read" and any(
                not _inside(index.low, index.high, sort.size)
                for index, sort in zip(node.args, node.column.sorts, strict=True)
            )
            self._doubtful[node] = own or any(self._doubtful[a] for a in node.args)
        return self._doubtful[expr]

    def text(self, expr: Expr, level: int = TOP) -> str:
        """Return the expression, in brackets where it binds less than `level`."""
        name = self.named.get(expr)
        if name is not None:
            return name
        text, own = self.form(expr)
        return text if own >= level else f"({text})"

    def form(self, expr: Expr) -> tuple[str, int]:
        """Return the expression without brackets, and how strongly it binds."""
        forms = {
            "const": self.constant,
            "param": lambda e: (self.words.argument(e), ATOM),
            "setting": lambda e: (self.words.setting(e), ATOM),
            "bound": lambda e: (self.words.variable(e), ATOM),
            "read": lambda e: (self.read(e.column, self.indices(e)), ATOM),
            "not": lambda e: self.negation(e.args[0]),
            "eq": lambda e: self.equation(self.symbols.equal, *e.args),
            "le": lambda e: self.comparison(self.symbols.at_most, *e.args),
            "and": self.connective,
            "or": self.connective,
            "ite": self.conditional,
            "forall": self.binder,
            "exists": self.binder,
            "count": self.binder,
        }
        return forms.get(expr.op, self.arithmetic)(expr)

    def constant(self, expr: Expr) -> tuple[str, int]:
        """Return a number or a truth value."""
        if expr.kind == BOOLEAN:
            return (self.symbols.true if expr.number else self.symbols.false), ATOM
        return str(expr.number), ATOM if expr.number >= 0 else SUM

    def negation(self, inner: Expr) -> tuple[str, int]:
        """Return the negation, as a comparison where that is one."""
        if inner not in self.named:
            if inner.op == "eq":
                return self.equation(self.symbols.unequal, *inner.args)
            if inner.op == "le":
                return self.comparison(">", *inner.args)
        return f"{self.symbols.negation}{self.text(inner, ATOM)}", COMPARISON

    def equation(self, operator: str, a: Expr, b: Expr) -> tuple[str, int]:
        """Return an equation; its sides stand in an order that only depends on the two."""
        first, second = sorted((a, b), key=lambda e: (SIDES.get(e.op, 0), self.text(e)))
        return self.comparison(operator, first, second)

    def comparison(self, operator: str, a: Expr, b: Expr) -> tuple[str, int]:
        """Return a comparison."""
        as_numbers = not a.kind == b.kind == BOOLEAN
        left, right = (self.number(x, SUM) if as_numbers else self.text(x, SUM) for x in (a, b))
        return f"{left} {operator} {right}", COMPARISON

    def connective(self, expr: Expr) -> tuple[str, int]:
        """Return a conjunction or disjunction; mixed ones are bracketed."""
        symbols = self.symbols
        sign = symbols.conjunction if expr.op == "and" else symbols.disjunction
        outer, texts = self.facts, []
        for part in expr.args:
            texts.append(self.text(part, COMPARISON))
            if self.is_doubtful(expr):
                self.facts = self.facts.copy()
                self.facts.assume(part, expr.op == "and")
        self.facts = outer
        return f" {sign} ".join(texts), CONNECTIVE

    def arithmetic(self, expr: Expr) -> tuple[str, int]:
        """Return a sum, difference, product, quotient or remainder."""
        a, b = expr.args
        match expr.op:
            case "add" if b.is_const and b.number < 0:
                return f"{self.number(a, SUM)} - {-b.number}", SUM
            case "add":
                return f"{self.number(a, SUM)} + {self.number(b, FACTOR)}", SUM
            case "sub":
                return f"{self.number(a, SUM)} - {self.number(b, FACTOR)}", SUM
            case "mul":
                return f"{self.number(a, ATOM)} * {self.number(b, ATOM)}", FACTOR
        return self.division(expr.op, a, b)

    def division(self, op: str, a: Expr, b: Expr) -> tuple[str, int]:
        """Return a quotient or remainder that floors, where the language truncates."""
        top, bottom = self.number(a, ATOM), self.number(b, ATOM)
        if a.low is not None and a.low >= 0:
            return f"{top} {'/' if op == 'div' else '%'} {bottom}", FACTOR
        remainder = f"(({top} % {bottom} + {bottom}) % {bottom})"
        if op == "mod":
            return remainder, ATOM
        return f"({top} - {remainder}) / {bottom}", FACTOR

    def number(self, expr: Expr, level: int) -> str:
        """Return an operand of arithmetic; a truth value counts as 0 or 1."""
        if expr.kind == BOOLEAN and not self.numbers_as_truth:
            expr = build.ite(expr, build.const(1), build.const(0))
        return self.text(expr, level)

    def as_kind(self, expr: Expr, kind: str, level: int = TOP) -> str:
        """Return the expression as a number or as a truth value."""
        if kind == INTEGER:
            return self.number(expr, level)
        if expr.kind != BOOLEAN and not self.numbers_as_truth:
            expr = build.negate(build.eq(expr, build.const(0)))
        return self.text(expr, level)

    def indices(self, expr: Expr) -> list[str]:
        """Return the indices of a read."""
        return [self.text(index, TOP) for index in self.inside(expr)]

    def inside(self, expr: Expr) -> list[Expr]:
        """Return the indices of a read, each 0 where it would lie outside its sort."""
        pairs = zip(expr.args, expr.column.sorts, strict=True)
        return [build.ite(self.fits(i, s), i, build.const(0)) for i, s in pairs]

    def fits(self, index: Expr, sort: Index) -> Expr:
        """Return the condition, as far as it is not known, that an index lies inside its sort."""
        low, high = self.facts.interval(index)
        if _inside(low, high, sort.size):
            return build.TRUE
        above = build.le(build.const(0), index)
        below = build.le(index, build.const((sort.size or 0) - 1))
        return build.conj(*(c for c in (above, below) if self.facts.decide(c) is not True))

    def read(self, column: Column, indices: list[str]) -> str:
        """Return a cell of a column."""
        return self.words.column(column) + "".join(f"[{i}]" for i in indices)

    def conditional(self, expr: Expr) -> tuple[str, int]:
        """Return one of two values by a condition, always in brackets."""
        condition, yes, no = expr.args
        with self.assuming(condition, True, yes):
            yes_text = self.as_kind(yes, expr.kind, ATOM)
        with self.assuming(condition, False, no):
            no_text = self.as_kind(no, expr.kind, ATOM)
        return self.choice.format(self.text(condition, ATOM), yes_text, no_text), ATOM

    def binder(self, expr: Expr) -> tuple[str, int]:
        """Return a quantifier or a count."""
        raise NotImplementedError


def _inside(low: int | None, high: int | None, size: int | None) -> bool:
    if low is None or high is None or size is None:
        return False
    return low >= 0 and high < size

"""Tracing that notes where in the source conditions are asked and columns are written.

Expressions are shared and folded, so they have no place of their own; this tracer notes, for one
action at a time, which spans of source an expression comes from.
"""

from __future__ import annotations

import ast
import linecache
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from checker.lang.ir import BOOLEAN, Expr
from checker.lang.places import is_language_file
from checker.lang.symbol import Symbol, lift
from checker.lang.tracing import Tracer, typed

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

    from checker.lang.schema import Schema
    from checker.lang.types import Column


@dataclass(frozen=True, order=True)
class Span:
    """A piece of source: lines from 1, columns from 0, and the function it stands in."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    function: str
    first_line: int

    @property
    def text(self) -> str:
        """What stands there, as one line: the condition of an `if` or a guard, or the whole."""
        node = _node(self)
        if isinstance(node, ast.If | ast.IfExp):
            node = node.test
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "require":
            node = node.args[0]
        return "" if node is None else ast.unparse(node)

    @property
    def statement(self) -> str:
        """The first line of the statement around it."""
        found = _enclosing(self)
        return self.text if found is None else ast.unparse(found).splitlines()[0]

    @property
    def ordinal(self) -> int:
        """How many pieces with the same text stand before it in its function."""
        text = self.text
        return sum(
            (node.lineno, node.col_offset) < (self.line, self.column) and ast.unparse(node) == text
            for node in _function(self)
            if isinstance(node, ast.expr)
        )

    @property
    def statement_ordinal(self) -> int:
        """How many statements with the same first line stand before it in its function."""
        return sum(
            node.lineno < self.line
            and (node.end_lineno or 0) < self.line
            and ast.unparse(node).splitlines()[0] == self.statement
            for node in _function(self)
            if isinstance(node, ast.stmt)
        )


@cache
def _module(file: str) -> tuple[ast.AST, ...]:
    tree = ast.parse("".join(linecache.getlines(file)))
    return tuple(node for node in ast.walk(tree) if hasattr(node, "lineno"))


def _place(node: ast.AST) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]


@cache
def _node(span: Span) -> ast.AST | None:
    place = (span.line, span.column, span.end_line, span.end_column)
    return next((node for node in _module(span.file) if _place(node) == place), None)


@cache
def _enclosing(span: Span) -> ast.stmt | None:
    """Return the innermost statement around a span."""
    found = None
    for node in _module(span.file):
        if isinstance(node, ast.stmt):
            first, column, last, end = _place(node)
            starts = (first, column) <= (span.line, span.column)
            if starts and (last, end) >= (span.end_line, span.end_column):
                found = node
    return found


@cache
def _function(span: Span) -> tuple[ast.AST, ...]:
    """Return what stands in the function that a span is in."""
    for node in _module(span.file):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            decorators = getattr(node, "decorator_list", [])
            if min([node.lineno, *(d.lineno for d in decorators)]) == span.first_line:
                return tuple(n for n in ast.walk(node) if hasattr(n, "lineno"))
    return ()


class PlacedSymbol(Symbol):
    """A symbolic scalar that reports the comparisons it takes part in."""

    __slots__ = ("note",)

    def __init__(
        self,
        expr: Expr,
        decide: Callable[[Expr], bool],
        folded: Callable[..., None],
        note: Callable[[Expr], None],
    ) -> None:
        super().__init__(expr, decide, folded)
        self.note = note

    def _new(self, expr: Expr, *others: Expr) -> Any:
        if expr.is_const:
            return super()._new(expr, *others)
        if expr.kind == BOOLEAN:
            self.note(expr)
        return PlacedSymbol(expr, self.decide, self.folded, self.note)


class PlacedTracer(Tracer):
    """Traces rules and notes places.

    conditions: the spans that ask an expression, with whether they ask for it or for its negation;
    writes: the spans that write a value to a column. Both are of the rules traced since `forget`.
    """

    def __init__(self, schema: Schema) -> None:
        super().__init__(schema)
        self.forget()

    def forget(self) -> None:
        """Begin with no places noted."""
        self.conditions: dict[Expr, dict[Span, bool]] = {}
        self.writes: dict[tuple[Column, Expr], set[Span]] = {}

    def symbol(self, expr: Expr) -> Any:
        """Return the scalar of an expression."""
        found = super().symbol(expr)
        if isinstance(found, Symbol):
            return PlacedSymbol(found.expr, self.decide, self.folded, self._note_comparison)
        return found

    def decide(self, expr: Expr, check: bool = False) -> bool:
        """Return the truth of a condition on this path, and note who asks."""
        if not check and self.path.facts.decide(expr) is None and not self._is_noted(expr):
            self._note(expr, _rule_span())
        return super().decide(expr, check)

    def read(self, column: Column, indices: tuple[Any, ...]) -> Any:
        """Return the scalar at these indices; a truth value is a condition."""
        found = super().read(column, indices)
        is_truth = isinstance(found, Symbol) and found.expr.kind == BOOLEAN
        if is_truth and found.expr.op in ("read", "setting"):
            self._note(found.expr, _rule_span())
        return found

    def write(self, column: Column, indices: tuple[Any, ...], value: Any) -> None:
        """Change a scalar, and note who does."""
        if not column.parameter:
            span, expr = _rule_span(), typed(column, lift(value))
            for each in (expr, self._known(expr)):
                self.writes.setdefault((column, each), set()).add(span)
        super().write(column, indices, value)

    def _is_noted(self, expr: Expr) -> bool:
        return (expr.args[0] if expr.op == "not" else expr) in self.conditions

    def _note_comparison(self, expr: Expr) -> None:
        frame = sys._getframe(3)  # behind this method, _new and the operator
        if not is_language_file(frame.f_code.co_filename):
            self._note(expr, _span(frame))

    def _note(self, expr: Expr, span: Span) -> None:
        holds = expr.op != "not"
        self.conditions.setdefault(expr if holds else expr.args[0], {})[span] = holds


def _rule_span() -> Span:
    frame = sys._getframe(2)
    while frame.f_back is not None and is_language_file(frame.f_code.co_filename):
        frame = frame.f_back
    return _span(frame)


def _span(frame: FrameType) -> Span:
    return _span_at(frame.f_code, frame.f_lasti)


@cache
def _span_at(code: CodeType, instruction: int) -> Span:
    line, end_line, column, end_column = list(code.co_positions())[instruction // 2]
    first = code.co_firstlineno
    name = code.co_qualname.replace(".<locals>", "").replace(".<lambda>", "")
    return Span(
        code.co_filename,
        line or first,
        column or 0,
        end_line or line or first,
        end_column or 0,
        name,
        first,
    )

"""Expressions, function values and names of TLA+."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.export.guards import complaint
from checker.export.names import Names, camel
from checker.export.printer import ATOM, FACTOR, SUM, TOP, Printer, Symbols, Words
from checker.export.reserved import TLA
from checker.export.rewrite import chain
from checker.export.sharing import shared
from checker.lang import build
from checker.lang.ir import Base, BlockedLeaf, CutLeaf, ErrorLeaf, Expr, Function

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.export.program import Program
    from checker.lang.types import Column, Index, Scalar

SPLITTING = frozenset(("or", "and", "exists", "forall", "ite"))


class TlaWords:
    """The identifiers of one module.

    below: the definitions of parameters below zero, which a configuration cannot name as numbers.
    """

    def __init__(self, program: Program, module: str | None = None) -> None:
        self.names = Names(TLA)
        self.module = self.names.of("module", "", module or program.instance.model.name)
        self.settings = {
            c.name: self.names.of("setting", c.name, c.name) for c, _ in program.settings
        }
        for column in program.columns:
            self.column(column)
        for sort in program.sorts:
            self.sort(sort)
        for rule in program.rules:
            self.action(rule.action.name)
        for condition in program.properties:
            self.condition(condition.name)
        self.below = {
            c.name: self.names.of("value", c.name, f"{c.name}_value")
            for c, value in program.settings
            if value < 0
        }

    def column(self, column: Column) -> str:
        """Return the variable of a column."""
        return self.names.of("column", column.name, column.name)

    def sort(self, sort: Index) -> str:
        """Return the definition of a sort."""
        return self.names.of("sort", sort, camel(sort.name))

    def action(self, name: str) -> str:
        """Return the operator of an action."""
        return self.names.of("action", name, camel(name))

    def condition(self, name: str) -> str:
        """Return the operator of a property."""
        return self.names.of("property", name, camel(name))

    def range(self, scalar: Scalar, sorts: Iterable[Index]) -> str:
        """Return the set of values of a scalar type."""
        if scalar.kind == "bool":
            return "BOOLEAN"
        for sort in sorts:
            if (sort.name, sort.size) == (scalar.name, (scalar.high or 0) + 1) and scalar.low == 0:
                return self.sort(sort)
        return f"{scalar.low}..{scalar.high}"


class TlaPrinter(Printer):
    """Prints expressions; `let` opens names for what occurs several times."""

    choice = "(IF {} THEN {} ELSE {})"
    symbols = Symbols("TRUE", "FALSE", "/\\", "\\/", "~", "=", "#", "<=")

    def __init__(self, words: TlaWords, columns: dict[Column, str] | None = None) -> None:
        self.tla = words
        renamed = columns or {}
        super().__init__(
            Words(
                column=lambda c: renamed.get(c) or words.column(c),
                argument=lambda e: words.names.of("argument", e.name, e.name),
                setting=lambda e: words.settings[e.name],
                variable=lambda e: words.names.of("variable", e.name, e.name.lower()),
            )
        )

    def read(self, column: Column, indices: list[str]) -> str:
        """Return a cell of a column; several indices stand in one bracket."""
        return self.words.column(column) + (f"[{', '.join(indices)}]" if indices else "")

    def division(self, op: str, a: Expr, b: Expr) -> tuple[str, int]:
        """Return a quotient or remainder; TLA+ floors."""
        sign = "\\div" if op == "div" else "%"
        return f"{self.number(a, ATOM)} {sign} {self.number(b, ATOM)}", FACTOR

    def binder(self, expr: Expr) -> tuple[str, int]:
        """Return a quantifier, or the size of a set."""
        assert expr.sort is not None
        variable = build.bound(expr.name, expr.sort)
        name, sort = self.words.variable(variable), self.tla.sort(expr.sort)
        body = self.body(expr.args[0], variable)
        if expr.op == "count":
            return f"Cardinality({{{name} \\in {sort} : {body}}})", ATOM
        quantifier = "\\A" if expr.op == "forall" else "\\E"
        return f"{quantifier} {name} \\in {sort} : {body}", TOP

    def body(self, body: Expr, variable: Expr) -> str:
        """Return what stands under a binder, with names for what occurs several times in it."""
        outer = dict(self.named)
        lets = self.let((body,), {variable, *body.free})
        text = self.text(body)
        self.named = outer
        return f"LET {' '.join(lets)} IN {text}" if lets else text

    def let(self, roots: Iterable[Expr], variables: Iterable[Expr] = ()) -> list[str]:
        """Name what occurs several times in the roots; return the definitions."""
        lines = []
        for node in shared(roots, self.named, frozenset(variables)):
            text = self.text(node)
            self.named[node] = self.tla.names.fresh("shared")
            lines.append(f"{self.named[node]} == {text}")
        return lines

    def function(self, column: Column, function: Function) -> str:
        """Return a column as a step leaves it."""
        start, stores = chain(function)
        if not column.sorts:
            return self.as_kind(stores[-1].value, column.scalar.kind)
        text = self.words.column(column)
        if not isinstance(start, Base):
            names = [self.words.variable(v) for v in start.variables]
            text = self._mapping(column, names, self.as_kind(start.body, column.scalar.kind))
        changes: list[str] = []
        for number, store in enumerate(stores):
            inside = build.conj(*map(self.fits, store.indices, column.sorts))
            with self.assuming(inside, True, *store.indices, store.value):
                at = [self.text(i, SUM) for i in store.indices]
                value = self.as_kind(store.value, column.scalar.kind)
            if inside is build.TRUE:
                changes.append(f"![{', '.join(at)}] = {value}")
            else:
                text = self._changed(column, _except(text, changes), at, value, number)
                changes = []
        return _except(text, changes)

    def _changed(self, column: Column, text: str, at: list[str], value: str, number: int) -> str:
        """Return a function changed at a place that may be outside of its domain.

        number: different for changes of one function, one of which stands inside of the other.
        """
        names = [self.tla.names.of("place", (number, n), f"p{n}") for n in range(len(at))]
        here = " /\\ ".join(f"{n} = {i}" for n, i in zip(names, at, strict=True))
        old = f"{text}[{', '.join(names)}]"
        return self._mapping(column, names, f"IF {here} THEN {value} ELSE {old}")

    def _mapping(self, column: Column, names: list[str], body: str) -> str:
        sorts = (self.tla.sort(sort) for sort in column.sorts)
        domain = ", ".join(f"{n} \\in {s}" for n, s in zip(names, sorts, strict=True))
        return f"[{domain} |-> {body}]"


def _except(text: str, changes: list[str]) -> str:
    return f"[{text} EXCEPT {', '.join(changes)}]" if changes else text


def assertion(end: BlockedLeaf | CutLeaf | ErrorLeaf) -> str:
    """Return an assertion that fails with what the leaf says."""
    return f'Assert(FALSE, "{complaint(end)}")'


def splits(expr: Expr) -> bool:
    """Return whether TLC would take the condition, as a conjunct of a step, for several steps."""
    return expr.op in SPLITTING

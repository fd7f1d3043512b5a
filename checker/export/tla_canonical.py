"""The canonical forms as TLA+ operators, one for each column that a form may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.export.names import camel
from checker.export.program import changed_columns, tree_parts
from checker.export.tla_words import TlaPrinter, assertion
from checker.lang.ir import Branch, Outcome, Tree, branch, columns_read, leaf

if TYPE_CHECKING:
    from checker.export.program import Program
    from checker.export.tla_words import TlaWords
    from checker.lang.types import Column


@dataclass(frozen=True)
class _Form:
    """One canonical form: what its operators are called and which columns they are given."""

    tree: Tree
    given: tuple[Column, ...]
    operators: dict[Column, str]


class CanonicalForms:
    """Defines the operators and applies them to what a step leaves."""

    def __init__(self, program: Program, words: TlaWords) -> None:
        self.words = words
        self.forms = [self._form(program, n + 1, tree) for n, tree in enumerate(program.canonical)]

    def _form(self, program: Program, number: int, tree: Tree) -> _Form:
        changed = changed_columns(tree)
        given = changed | columns_read(*tree_parts(tree))
        operators = {
            c: self.words.names.fresh(f"Canonical{number}{camel(c.name)}")
            for c in program.columns
            if c in changed
        }
        return _Form(tree, tuple(c for c in program.columns if c in given), operators)

    def definitions(self) -> list[list[str]]:
        """Return the operators; each says how a form changes one column."""
        return [self._define(form, column) for form in self.forms for column in form.operators]

    def _define(self, form: _Form, column: Column) -> list[str]:
        given = {c: self.words.names.fresh(f"{self.words.column(c)}_given") for c in form.given}
        printer = TlaPrinter(self.words, given)
        tree = _only(form.tree, column)
        lets = printer.let(tree_parts(tree))
        value = self._value(tree, column, printer, "  ")
        if lets:
            value = [f"  LET {lets[0]}", *(f"      {line}" for line in lets[1:]), "  IN", *value]
        return [f"{form.operators[column]}({', '.join(given.values())}) ==", *value]

    def _value(self, tree: Tree, column: Column, printer: TlaPrinter, indent: str) -> list[str]:
        if isinstance(tree, Branch):
            deeper = indent + "  "
            with printer.assuming(tree.condition, True):
                yes = self._value(tree.yes, column, printer, deeper)
            with printer.assuming(tree.condition, False):
                no = self._value(tree.no, column, printer, deeper)
            condition = printer.text(tree.condition)
            return [f"{indent}IF {condition}", f"{indent}THEN", *yes, f"{indent}ELSE", *no]
        unchanged = printer.words.column(column)
        if not isinstance(tree, Outcome):
            return [f"{indent}IF {assertion(tree)} THEN {unchanged} ELSE {unchanged}"]
        if not tree.updates:
            return [indent + unchanged]
        return [indent + printer.function(*tree.updates[0])]

    def apply(self, values: dict[Column, str]) -> list[str]:
        """Put the values after all forms in place; return the definitions on the way to them.

        values: what the step leaves in the columns that it changes.
        """
        lines: list[str] = []
        for form in self.forms:
            given = ", ".join(values.get(c) or self.words.column(c) for c in form.given)
            cleaned = {
                c: self.words.names.fresh(f"{self.words.column(c)}_clean") for c in form.operators
            }
            lines += (f"{cleaned[c]} == {name}({given})" for c, name in form.operators.items())
            values.update(cleaned)
        return lines


def _only(tree: Tree, column: Column) -> Tree:
    """Return the tree as far as it concerns one column."""
    if isinstance(tree, Branch):
        return branch(tree.condition, _only(tree.yes, column), _only(tree.no, column))
    if isinstance(tree, Outcome):
        return leaf(Outcome(tuple(u for u in tree.updates if u[0] is column)))
    return tree

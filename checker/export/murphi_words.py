"""Expressions, statements and names of Murphi."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.export.guards import complaint
from checker.export.names import Names
from checker.export.printer import TOP, Printer, Symbols, Words
from checker.export.reserved import MURPHI
from checker.export.sharing import weight
from checker.export.statements import Statements, indented
from checker.lang import build
from checker.lang.ir import BINDERS, BOOLEAN, BlockedLeaf, CutLeaf, ErrorLeaf, Expr

if TYPE_CHECKING:
    from checker.export.program import Program
    from checker.lang.types import Column, Index, Scalar

LARGE = 200


def must_be_written_out(binder: Expr) -> bool:
    """Return whether a binder has no counterpart in Murphi, or too large a body to repeat."""
    return binder.op == "count" or weight(binder.args[0]) > LARGE


class MurphiWords:
    """The identifiers of one model."""

    def __init__(self, program: Program) -> None:
        self.names = Names(MURPHI, any_case=True)
        for column, _ in program.settings:
            self.setting(column.name)
        for column in program.columns:
            self.column(column)
        for sort in program.sorts:
            self.sort(sort)

    def setting(self, name: str) -> str:
        """Return the constant of a parameter of the run."""
        return self.names.of("setting", name, name)

    def column(self, column: Column) -> str:
        """Return the variable of a column."""
        return self.names.of("column", column.name, column.name)

    def sort(self, sort: Index) -> str:
        """Return the type of a sort."""
        return self.names.of("sort", sort, sort.name)

    def argument(self, expr: Expr) -> str:
        """Return an argument of a rule."""
        return self.names.of("argument", expr.name, expr.name)

    def type(self, scalar: Scalar, sorts: list[Index]) -> str:
        """Return the type of a scalar."""
        if scalar.kind == BOOLEAN:
            return "boolean"
        for sort in sorts:
            if (sort.name, sort.size) == (scalar.name, (scalar.high or 0) + 1) and scalar.low == 0:
                return self.sort(sort)
        return f"{scalar.low}..{scalar.high}"


class MurphiPrinter(Printer):
    """Prints expressions."""

    symbols = Symbols("true", "false", "&", "|", "!", "=", "!=", "<=")
    choice = "({} ? {} : {})"

    def __init__(self, words: MurphiWords) -> None:
        self.murphi = words
        super().__init__(
            Words(
                column=words.column,
                argument=words.argument,
                setting=lambda e: words.setting(e.name),
                variable=lambda e: words.names.of("variable", e.name, e.name.lower()),
            )
        )

    def binder(self, expr: Expr) -> tuple[str, int]:
        """Return a quantifier."""
        assert expr.sort is not None and expr.op in BINDERS
        name = self.words.variable(build.bound(expr.name, expr.sort))
        sort = self.murphi.sort(expr.sort)
        return f"{expr.op} {name}: {sort} do {self.text(expr.args[0])} end", TOP


class MurphiStatements(Statements):
    """Prints the body of one rule, function or procedure."""

    def __init__(self, words: MurphiWords, guarded: bool = True) -> None:
        super().__init__(MurphiPrinter(words), guarded)
        self.words = words

    def temporary(self, expr: Expr) -> str:
        """Return a name for a local variable."""
        return self.words.names.of("local", len(self.temporaries), f"t{len(self.temporaries) + 1}")

    def locals(self) -> list[str]:
        """Return the declarations of the local variables."""
        if not self.temporaries:
            return []
        return ["var", *(f"  {name}: {_range(expr)};" for name, expr in self.temporaries)]

    def compute(self, target: str, text: str) -> str:
        """Return an assignment."""
        return f"{target} := {text};"

    def conditional(self, condition: str, yes: list[str], no: list[str]) -> list[str]:
        """Return an if statement."""
        lines = [f"if {condition} then", *indented(yes)]
        if no and no[0].startswith("if ") and no[-1] == "end;" and no.count("end;") == 1:
            return [*lines, f"els{no[0]}", *no[1:]]
        if no:
            lines += ["else", *indented(no)]
        return [*lines, "end;"]

    def failure(self, end: BlockedLeaf | CutLeaf | ErrorLeaf) -> str:
        """Return an error statement."""
        return f'error "{complaint(end)}";'


def _range(expr: Expr) -> str:
    return "boolean" if expr.kind == BOOLEAN else f"{expr.low}..{expr.high}"

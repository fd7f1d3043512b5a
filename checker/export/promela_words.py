"""Expressions, statements and names of Promela."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.export.guards import complaint
from checker.export.names import Names
from checker.export.printer import FACTOR, Printer, Symbols, Words
from checker.export.reserved import PROMELA
from checker.export.sharing import reads, weight
from checker.export.statements import Statements, indented

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from checker.export.program import Program
    from checker.lang.ir import BlockedLeaf, CutLeaf, ErrorLeaf, Expr
    from checker.lang.types import Column, Scalar

LARGE = 400
TYPES = (("byte", 0, 255), ("short", -(2**15), 2**15 - 1))


class PromelaWords:
    """The identifiers of one model.

    temporaries: how many values a step computes ahead at most.
    """

    def __init__(self, program: Program) -> None:
        self.names = Names(PROMELA)
        self.temporaries = 0
        for column, _ in program.settings:
            self.setting(column.name)
        for column in program.columns:
            self.column(column)

    def setting(self, name: str) -> str:
        """Return the macro of a parameter of the run."""
        return self.names.of("setting", name, name)

    def column(self, column: Column) -> str:
        """Return the variable of a column."""
        return self.names.of("column", column.name, column.name)

    def temporary(self, number: int) -> str:
        """Return the variable of a value that is computed ahead."""
        self.temporaries = max(self.temporaries, number)
        return self.names.of("temporary", number, f"t{number}")


class PromelaPrinter(Printer):
    """Prints expressions; a column is one array, whose last index counts fastest."""

    symbols = Symbols("true", "false", "&&", "||", "!", "==", "!=", "<=")
    numbers_as_truth = True
    choice = "({} -> {} : {})"

    def __init__(self, words: PromelaWords) -> None:
        super().__init__(
            Words(
                column=words.column,
                argument=lambda e: words.names.of("argument", e.name, e.name),
                setting=lambda e: words.setting(e.name),
                variable=lambda e: words.names.of("variable", e.name, e.name),
            )
        )

    def indices(self, expr: Expr) -> list[str]:
        """Return the one index of a read."""
        sizes = [sort.size or 0 for sort in expr.column.sorts]
        return self.flat(self.inside(expr), sizes)

    def flat(self, indices: list[Expr], sizes: list[int]) -> list[str]:
        """Return the position of a cell in its array; nothing for a column without indices."""
        if not indices:
            return []
        text, constant = "", 0
        for place, (index, size) in enumerate(zip(indices, sizes, strict=True)):
            if place:
                text = f"({text}) * {size}" if " " in text else f"{text} * {size}" if text else ""
                constant *= size
            if index.is_const:
                constant += index.number
            else:
                own = self.text(index, FACTOR)
                text = f"{text} + {own}" if text else own
        if constant or not text:
            text = f"{text} + {constant}" if text else str(constant)
        return [text]

    def binder(self, expr: Expr) -> tuple[str, int]:
        """Binders are written out before."""
        raise AssertionError(expr.op)


class EmbeddedPrinter(PromelaPrinter):
    """Prints expressions as C, for what is too large to repeat as one formula."""

    symbols = Symbols("1", "0", "&&", "||", "!", "==", "!=", "<=")
    choice = "({} ? {} : {})"

    def read(self, column: Column, indices: list[str]) -> str:
        """Return a cell of the current state."""
        return f"now.{super().read(column, indices)}"


class PromelaStatements(Statements):
    """Prints the body of one rule; the numbers of temporaries start again in every branch."""

    printer: PromelaPrinter

    def __init__(
        self, words: PromelaWords, guarded: bool = True, printer: PromelaPrinter | None = None
    ) -> None:
        super().__init__(printer or PromelaPrinter(words), guarded)
        self.words = words

    def temporary(self, expr: Expr) -> str:
        """Return a variable that is free here."""
        return self.words.temporary(len(self.printer.named) + 1)

    def awkward(self, column: Column, indices: tuple[Expr, ...]) -> list[Expr]:
        """Return the indices that read the column itself, which SPIN refuses."""
        named = self.printer.named
        return [i for i in indices if i not in named and reads_column((i,), column, named)]

    def target(self, column: Column, indices: tuple[Expr, ...]) -> str:
        """Return the cell that an assignment changes."""
        sizes = [sort.size or 0 for sort in column.sorts]
        return self.printer.read(column, self.printer.flat(list(indices), sizes))

    def compute(self, target: str, text: str) -> str:
        """Return an assignment."""
        return f"{target} = {text};"

    def conditional(self, condition: str, yes: list[str], no: list[str]) -> list[str]:
        """Return a selection."""
        lines = ["if", f":: ({condition}) ->", *indented(yes or ["skip;"], 2)]
        return [*lines, ":: else ->", *indented(no or ["skip;"], 2), "fi;"]

    def failure(self, end: BlockedLeaf | CutLeaf | ErrorLeaf) -> str:
        """Return an assertion that fails."""
        return f"assert(false); /* {complaint(end)} */"


def function(words: PromelaWords, name: str, expr: Expr) -> list[str]:
    """Return a C function that computes a condition in the current state."""
    statements = _EmbeddedStatements(words)
    lines = statements.name_shared((expr,))
    result = f"return {statements.printer.text(expr)};"
    return ["c_code {", f"static int {name}(void)", "{", *indented([*lines, result]), "}", "};"]


def reads_column(roots: Iterable[Expr], column: Column, known: Collection[Expr] = ()) -> bool:
    """Return whether the column is read in the roots, outside what has a name."""
    return any(read.column is column for read in reads(roots, known))


def is_formula(expr: Expr) -> bool:
    """Return whether SPIN takes the expression: small, and no array is indexed with itself."""
    own = (reads_column(read.args, read.column) for read in reads((expr,)))
    return weight(expr) <= LARGE and not any(own)


class _EmbeddedStatements(PromelaStatements):
    def __init__(self, words: PromelaWords) -> None:
        super().__init__(words, printer=EmbeddedPrinter(words))

    def awkward(self, column: Column, indices: tuple[Expr, ...]) -> list[Expr]:
        return []

    def temporary(self, expr: Expr) -> str:
        return f"int t{len(self.printer.named) + 1}"

    def name(self, expr: Expr) -> str:
        line = super().name(expr)
        self.printer.named[expr] = self.printer.named[expr].removeprefix("int ")
        return line


def declared(scalar: Scalar) -> str:
    """Return the smallest type that holds the values."""
    if scalar.kind == "bool":
        return "bool"
    assert scalar.low is not None and scalar.high is not None
    fits = (name for name, low, high in TYPES if low <= scalar.low and scalar.high <= high)
    return next(fits, "int")

"""Prints decision trees as statements: nested conditionals that end in assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.export.guards import guards
from checker.export.sharing import reads, shared
from checker.export.simultaneous import Assignment, assignments, in_order
from checker.lang import build
from checker.lang.ir import Branch, Expr, Outcome, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checker.export.printer import Printer
    from checker.lang.ir import BlockedLeaf, CutLeaf, ErrorLeaf
    from checker.lang.types import Column

INDENT = "  "


class Statements:
    """Prints the body of one rule; how a statement looks is up to the target.

    guarded: the body runs only where the rule is enabled, so that a blocked step and a cut cannot
    be met in it; temporaries: what was computed ahead under a name of its own, in order.
    """

    def __init__(self, printer: Printer, guarded: bool) -> None:
        self.printer = printer
        self.guarded = guarded
        self.temporaries: list[tuple[str, Expr]] = []

    def tree(self, tree: Tree) -> list[str]:
        """Return the statements that take a state to its successor."""
        outer, facts = dict(self.printer.named), self.printer.facts
        self.printer.facts = facts.copy()
        if self.guarded:
            found, tree = guards(tree)
            for guard in found:
                self.printer.facts.assume(guard.condition, True)
        lines = list(self._lines(tree))
        self.printer.named, self.printer.facts = outer, facts
        return lines

    def _lines(self, tree: Tree) -> Iterator[str]:
        if isinstance(tree, Branch):
            yield from self.name_shared((tree.condition,))
            condition = tree.condition
            with self.printer.assuming(tree.condition, True):
                yes = self.tree(tree.yes)
            with self.printer.assuming(tree.condition, False):
                no = self.tree(tree.no)
            if not yes:
                condition, yes, no = build.negate(condition), no, yes
            if yes:
                yield from self.conditional(self.printer.text(condition), yes, no)
        elif isinstance(tree, Outcome):
            yield from self._outcome(tree)
        else:
            yield self.failure(tree)

    def _outcome(self, outcome: Outcome) -> Iterator[str]:
        pending = assignments(outcome, self.printer.fits)
        yield from self.name_shared([part for a in pending for part in a.parts])
        for a in pending:
            yield from map(self.name, self.awkward(a.column, a.indices))
        ordered, early = in_order(pending, self.printer.named)
        for expr in early:
            yield self.name(expr)
        for assignment in ordered:
            yield from self.assign(assignment)

    def name_shared(self, roots: Iterable[Expr]) -> list[str]:
        """Compute what occurs several times in the roots under names of its own."""
        roots = list(roots)
        lines = [self.name(expr) for expr in shared(roots, self.printer.named)]
        for read in reads(roots):
            lines += map(self.name, self.awkward(read.column, read.args))
        return lines

    def awkward(self, column: Column, indices: tuple[Expr, ...]) -> list[Expr]:
        """Return the indices that the target does not take as they are."""
        return []

    def name(self, expr: Expr) -> str:
        """Compute an expression under a name of its own."""
        text = self.printer.as_kind(expr, expr.kind)
        name = self.temporary(expr)
        self.temporaries.append((name, expr))
        self.printer.named[expr] = name
        return self.compute(name, text)

    def assign(self, assignment: Assignment) -> list[str]:
        """Return the assignment to one cell; a cell outside of its column is not assigned."""
        column, indices, inside = assignment.column, assignment.indices, assignment.inside
        with self.printer.assuming(inside, True, *assignment.parts):
            value = self.printer.as_kind(assignment.value, column.scalar.kind)
            line = self.compute(self.target(column, indices), value)
        if inside is build.TRUE:
            return [line]
        return self.conditional(self.printer.text(inside), [line], [])

    def target(self, column: Column, indices: tuple[Expr, ...]) -> str:
        """Return the cell that an assignment changes."""
        return self.printer.read(column, [self.printer.text(i) for i in indices])

    def temporary(self, expr: Expr) -> str:
        """Return a name for a value that is computed ahead."""
        raise NotImplementedError

    def compute(self, target: str, text: str) -> str:
        """Return the statement that gives the target a value."""
        raise NotImplementedError

    def conditional(self, condition: str, yes: list[str], no: list[str]) -> list[str]:
        """Return a statement that does one of two things."""
        raise NotImplementedError

    def failure(self, end: BlockedLeaf | CutLeaf | ErrorLeaf) -> str:
        """Return the statement that stops the search with an error."""
        raise NotImplementedError


def indented(lines: Iterable[str], depth: int = 1) -> list[str]:
    """Return the lines further to the right."""
    return [INDENT * depth + line for line in lines]

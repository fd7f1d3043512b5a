"""One TLA+ operator per action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.export.guards import guards, has_step
from checker.export.names import one_line
from checker.export.program import tree_parts
from checker.export.tla_words import TlaPrinter, assertion, splits
from checker.lang.ir import Branch, Expr, Outcome, Tree

if TYPE_CHECKING:
    from checker.export.guards import Guard
    from checker.export.program import Program, Rule
    from checker.export.tla_canonical import CanonicalForms
    from checker.export.tla_words import TlaWords
    from checker.lang.types import Column


class StepPrinter:
    """Prints the actions of a program."""

    def __init__(self, program: Program, words: TlaWords, canonical: CanonicalForms) -> None:
        self.program = program
        self.words = words
        self.canonical = canonical
        self.printer = TlaPrinter(words)

    def operator(self, rule: Rule) -> list[str]:
        """Return the operator of an action, or nothing for one that is never possible."""
        comment = f"\\* {rule.text} ({rule.place})"
        if not has_step(rule.tree):
            return [comment, "\\* Never possible here."]
        self.printer = TlaPrinter(self.words)
        lets = self.printer.let(tree_parts(rule.tree))
        arguments = ", ".join(self.printer.text(a) for a in rule.arguments.values())
        head = self.words.action(rule.action.name) + (f"({arguments})" if arguments else "")
        body = self._tree(rule.tree)
        if lets:
            body = [*_under("LET ", lets), *_under("IN  ", body)]
        return [comment, f"{head} ==", *_under("  ", body)]

    def _tree(self, tree: Tree) -> list[str]:
        """Return the conjuncts that say what the tree does."""
        found, rest = guards(tree)
        facts = self.printer.facts
        self.printer.facts = facts.copy()
        lines = [line for guard in found for line in self._guard(guard)]
        lines += self._end(rest)
        self.printer.facts = facts
        return lines

    def _guard(self, guard: Guard) -> list[str]:
        condition = guard.condition
        named = condition in self.printer.named
        pieces = condition.args if condition.op == "and" and not named else (condition,)
        lines = []
        for piece in pieces:
            lines.append(f"/\\ {self._conjunct(piece)}")
            self.printer.facts.assume(piece, True)
        why = one_line("; ".join(guard.otherwise))
        lines[-1] += f"    \\* otherwise: {why}" if why else ""
        return lines

    def _conjunct(self, piece: Expr) -> str:
        """Return a condition that TLC takes for one, not for several ways to make the step."""
        text = self.printer.text(piece)
        return f"TRUE = ({text})" if splits(piece) else text

    def _end(self, tree: Tree) -> list[str]:
        if isinstance(tree, Branch):
            condition = self.printer.text(tree.condition)
            with self.printer.assuming(tree.condition, True):
                yes = self._tree(tree.yes)
            with self.printer.assuming(tree.condition, False):
                no = self._tree(tree.no)
            return [f"/\\ IF {condition}", *_under("   THEN ", yes), *_under("   ELSE ", no)]
        if isinstance(tree, Outcome):
            return self._outcome(tree)
        return [f"/\\ {assertion(tree)}", "/\\ UNCHANGED vars"]

    def _outcome(self, outcome: Outcome) -> list[str]:
        texts = {c: self.printer.function(c, function) for c, function in outcome.updates}
        if not self.canonical.forms:
            return self._primed(texts)
        names = {c: self.words.names.fresh(f"{self.words.column(c)}_after") for c in texts}
        lets = [f"{names[c]} == {text}" for c, text in texts.items()]
        lets += self.canonical.apply(names)
        primed = self._primed(names)
        if not lets:
            return primed
        return [*_under("/\\ LET ", lets), *_under("   IN  ", primed)]

    def _primed(self, values: dict[Column, str]) -> list[str]:
        columns = self.program.columns
        lines = [f"/\\ {self.words.column(c)}' = {values[c]}" for c in columns if c in values]
        same = [self.words.column(c) for c in columns if c not in values]
        if len(same) == len(columns):
            return ["/\\ UNCHANGED vars"]
        return [*lines, f"/\\ UNCHANGED <<{', '.join(same)}>>"] if same else lines


def _under(head: str, lines: list[str]) -> list[str]:
    """Return the lines with `head` before the first, the others in line with it."""
    return [(head if n == 0 else " " * len(head)) + line for n, line in enumerate(lines)]

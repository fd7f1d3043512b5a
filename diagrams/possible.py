"""Whether conditions can hold together: what they imply is propagated, what is open is tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.facts import Facts
from checker.lang.ir import BINDERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.lang.ir import Expr

MOST_GUESSES = 64


def possible(conditions: Sequence[Expr]) -> bool:
    """Return False only where the conditions surely contradict each other.

    Binders and arithmetic between unknown values are taken as they stand; after MOST_GUESSES
    guesses the answer is True.
    """
    return _Search().holds(list(conditions), [])


class _Search:
    """One question; counts the guesses that it costs."""

    def __init__(self) -> None:
        self._guesses = 0

    def holds(self, conditions: list[Expr], literals: list[Expr]) -> bool:
        rest = _Knowledge.of(literals).propagate(conditions, literals)
        if rest is None:
            return False
        if not rest:
            return True
        self._guesses += 1
        if self._guesses > MOST_GUESSES:
            return True
        guess = _first_literal(rest[0])
        return self.holds([guess, *rest], [*literals]) or self.holds(
            [build.negate(guess), *rest], [*literals]
        )


@dataclass(frozen=True)
class _Knowledge:
    """What the literals so far say: as facts, and as values to put in."""

    facts: Facts
    values: dict[Expr, Expr]

    @classmethod
    def of(cls, literals: list[Expr]) -> _Knowledge:
        knowledge = cls(Facts(), {})
        for literal in literals:
            knowledge.learn(literal)
        return knowledge

    def learn(self, literal: Expr) -> None:
        self.facts.assume(literal, True)
        if literal.op == "not":
            self.values[literal.args[0]] = build.FALSE
        elif literal.op == "eq" and literal.args[1].is_const:
            self.values[literal.args[0]] = literal.args[1]
        else:
            self.values[literal] = build.TRUE

    def propagate(self, conditions: list[Expr], literals: list[Expr]) -> list[Expr] | None:
        """Return the conditions that stay open, None if one fails; add new literals."""
        open_ones, learned = conditions, True
        while learned:
            learned = False
            waiting, open_ones = open_ones, []
            while waiting:
                condition = self.simplified(waiting.pop(0))
                known = self.facts.decide(condition)
                if known is False:
                    return None
                if known is True:
                    continue
                if condition.op == "and":
                    waiting = [*condition.args, *waiting]
                elif _is_literal(condition):
                    self.learn(condition)
                    literals.append(condition)
                    learned = True
                else:
                    open_ones.append(condition)
            if learned:
                open_ones += self._consequences(literals)
        return open_ones

    def _consequences(self, literals: list[Expr]) -> list[Expr]:
        """Return what known literals say when known values are put into their indices."""
        found = []
        for literal in literals:
            inner = literal.args[0] if literal.op == "not" else literal
            put_in = _inside(inner, self.values)
            if put_in is not inner:
                found.append(build.negate(put_in) if literal.op == "not" else put_in)
        return found

    def simplified(self, condition: Expr) -> Expr:
        """Put the known values in until nothing changes; no negation of a connective is left."""
        before = None
        while before is not condition:
            before = condition
            condition = _inwards(build.substitute(condition, self.values))
        return condition


def _inwards(condition: Expr) -> Expr:
    """Move the outermost negation below a connective."""
    if condition.op != "not":
        return condition
    inner = condition.args[0]
    match inner.op:
        case "and":
            return build.disj(*(build.negate(part) for part in inner.args))
        case "or":
            return build.conj(*(build.negate(part) for part in inner.args))
        case "ite":
            test, yes, no = inner.args
            return build.ite(test, build.negate(yes), build.negate(no))
    return condition


def _inside(expr: Expr, values: dict[Expr, Expr]) -> Expr:
    """Put values into the operands of an atom, or of the two sides of a comparison."""
    if not expr.args or expr.op in BINDERS:
        return expr
    if expr.op in ("eq", "le"):
        return build.rebuild(expr, tuple(_inside(side, values) for side in expr.args))
    return build.rebuild(expr, tuple(build.substitute(part, values) for part in expr.args))


def _is_literal(condition: Expr) -> bool:
    inner = condition.args[0] if condition.op == "not" else condition
    return inner.op not in ("and", "or", "ite")


def _first_literal(condition: Expr) -> Expr:
    """Return a condition inside connectives that decides a part of them."""
    while not _is_literal(condition):
        condition = _inwards(condition).args[0]
    return condition

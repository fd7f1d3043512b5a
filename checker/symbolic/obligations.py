"""The obligations of a claim: the complete set, from the same rules that the explorer runs.

For every lemma that it holds at the start and that every action keeps it, given all lemmas; for
every implied property that the lemmas imply it; for every step property that no action breaks it;
and, lest something is proved of nothing, that the types, the start, every action and every cover
are possible together with the lemmas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.errors import LanguageError
from checker.lang.ir import Outcome, subexpressions
from checker.lang.model import user_errors
from checker.lang.rules import Action, place_of
from checker.lang.schema import Schema
from checker.lang.tracing import Tracer
from checker.symbolic.after import possible, rewrite_reads, value_after, weakest
from checker.symbolic.claim import IMPLIES, INITIALLY, POSSIBLE, Claim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.lang.ir import Expr, Tree
    from checker.lang.model import Instance
    from checker.lang.tracing import Verdict
    from checker.lang.types import Column, Scalar


@dataclass(frozen=True)
class Obligation:
    """`goal` must follow from `hypotheses`, whatever the arguments are; or be possible with them.

    action: the action that keeps the property, or one of the reserved names; name: the property's;
    hypotheses: by name.
    wants_model: whether the hypotheses and the goal must have a model together.
    """

    action: str
    name: str
    hypotheses: tuple[tuple[str, Expr], ...]
    goal: Expr
    arguments: Mapping[str, Scalar]
    wants_model: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """The action and the property."""
        return self.action, self.name

    @property
    def expressions(self) -> tuple[Expr, ...]:
        """Everything that the obligation is made of."""
        return (*(e for _, e in self.hypotheses), self.goal)


class Generator:
    """Makes the obligations of a claim about one instance of its model."""

    def __init__(self, claim: Claim, instance: Instance) -> None:
        self.claim = claim
        self.instance = instance
        self.finite = all(
            sort.size is not None for c in instance.schema.columns for sort in c.sorts
        )
        self._settings = {
            build.setting(c.name, c.scalar.kind, c.scalar.low, c.scalar.high): build.const(
                instance.parameters[c.name], c.scalar.kind
            )
            for c in instance.schema.columns
            if c.parameter
        }
        self.conditions = {
            traced.property.name: self.fixed(_total(traced.verdict))
            for traced in instance.traced_properties
        }
        self._lemmas = tuple((name, self.conditions[name]) for name in claim.lemmas)

    def all(self) -> list[Obligation]:
        """Return every obligation; raise LanguageError if they are not those that must be."""
        found = [*self._initial(), *self._kept(), *self._implied(), *self._steps()]
        found += self._possible()
        if [o.key for o in found] != self.claim.keys():
            raise LanguageError(f"{self.claim.model.name}: the obligations are not complete")
        return found

    def fixed(self, expr: Expr) -> Expr:
        """Return the expression with the values of the parameters."""
        return build.substitute(expr, self._settings)

    def _initial(self) -> Iterator[Obligation]:
        for name in self.claim.lemmas:
            goal, arguments = self._at_start(self.conditions[name])
            yield Obligation(INITIALLY, name, (), goal, arguments)

    def _at_start(self, goal: Expr) -> tuple[Expr, dict[str, Scalar]]:
        goal = self._cleaned(goal)
        tree, arguments = self.start()
        if tree is not None:
            goal = weakest(tree, goal, finite=self.finite)
        return self.fixed(rewrite_reads(goal, _default)), arguments

    def start(self) -> tuple[Tree | None, dict[str, Scalar]]:
        """Return the decision tree of the model's start, if it has one, and its arguments."""
        start = self.instance.model.start
        if start is None:
            return None, {}
        file, line = place_of(start)
        scalars = self.instance.argument_scalars(Action(start, "start", "", "", file, line))
        symbols = {n: build.param(n, s.kind, s.low, s.high) for n, s in scalars.items()}
        with user_errors(start):
            return Tracer(self.instance.schema).trace(start, symbols), scalars

    def _cleaned(self, goal: Expr) -> Expr:
        """Return what must hold before the canonical forms are applied."""
        for tree in reversed(self.instance.canonical):
            goal = weakest(tree, goal, finite=self.finite)
        return goal

    def _kept(self) -> Iterator[Obligation]:
        for traced in self.instance.traced:
            for name in self.claim.lemmas:
                goal = self._cleaned(self.conditions[name])
                kept = self.fixed(weakest(traced.tree, goal, finite=self.finite))
                yield Obligation(traced.action.name, name, self._lemmas, kept, traced.scalars)

    def _implied(self) -> Iterator[Obligation]:
        for name in self.claim.implied:
            yield Obligation(IMPLIES, name, self._lemmas, self.conditions[name], {})

    def _steps(self) -> Iterator[Obligation]:
        pair = Schema(self.claim.pair, self.instance.bounds) if self.claim.pair else None
        goals = {}
        for step in self.claim.steps:
            assert pair is not None
            with user_errors(step.rule):
                goals[step.name] = _total(Tracer(pair).evaluate(step.rule))
        for traced in self.instance.traced:
            for name, goal in goals.items():
                kept = weakest(traced.tree, goal, self._across, self.finite)
                action = traced.action.name
                yield Obligation(action, name, self._lemmas, self.fixed(kept), traced.scalars)

    def _across(self, goal: Expr, outcome: Outcome) -> Expr:
        """Return a condition about two states as one about the state before the outcome."""
        columns = self.instance.schema.by_name
        behind = value_after(outcome)

        def value(column: Column, indices: tuple[Expr, ...]) -> Expr:
            which, _, name = column.name.partition(".")
            if which == "before":
                return build.read(columns[name], indices)
            return behind(columns[name], indices)

        return rewrite_reads(_world_settings(goal), value)

    def _possible(self) -> Iterator[Obligation]:
        yield Obligation(POSSIBLE, "<types>", (), build.TRUE, {}, wants_model=True)
        tree, arguments = self.start()
        start = build.TRUE if tree is None else possible(tree)
        start = self.fixed(rewrite_reads(start, _default))
        yield Obligation(POSSIBLE, INITIALLY, (), start, arguments, wants_model=True)
        for traced in self.instance.traced:
            goal = self.fixed(possible(traced.tree))
            name = traced.action.name
            yield Obligation(POSSIBLE, name, self._lemmas, goal, traced.scalars, wants_model=True)
        for name in self.claim.covers:
            goal = self.conditions[name]
            yield Obligation(POSSIBLE, name, self._lemmas, goal, {}, wants_model=True)


def obligations(claim: Claim, instance: Instance) -> list[Obligation]:
    """Return every obligation of a claim about one instance of its model."""
    return Generator(claim, instance).all()


def _total(verdict: Verdict) -> Expr:
    """Return a property's condition; evaluating it must not fail either."""
    failures = (build.negate(condition) for condition, _ in verdict.errors)
    return build.conj(verdict.condition, *failures)


def _world_settings(goal: Expr) -> Expr:
    """Return the expression with the parameters of the two worlds as those of the one world."""
    renamed = {}
    for node in subexpressions(goal):
        if node.op == "setting":
            name = node.name.partition(".")[2]
            renamed[node] = build.setting(name, node.kind, node.low, node.high)
    return build.substitute(goal, renamed)


def _default(column: Column, indices: tuple[Expr, ...]) -> Expr:
    """Return a column's value before `start`: its default; any member of an unbounded sort."""
    scalar = column.scalar
    if scalar.is_identity and scalar.high is None and column.default >= 0:
        return build.read(column, indices)
    return build.const(column.default, scalar.kind)

"""Lemmas that may be missing: candidates from templates that hold and are inductive.

A candidate is made from a truth value of the world and one more fact about the same things. Those
that fail in a state that the explorer reaches are dropped, then (Houdini) those that some action of
the small instance does not keep, given the lemmas and the candidates left. Offered are those that
discharge, for all sizes, an obligation that failed without them; they have to be proved like any
other lemma.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from checker.explicit.reference import explore
from checker.lang import build
from checker.lang.ir import BOOLEAN
from checker.symbolic.after import weakest
from checker.symbolic.obligations import Generator, Obligation
from checker.symbolic.solving import Effort, decide_quickly
from checker.symbolic.z3_terms import PROVED, Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from checker.lang.concrete import Layout, Vector
    from checker.lang.ir import Expr
    from checker.lang.model import Instance
    from checker.lang.types import Column, Index
    from checker.symbolic.proof import Proof
    from checker.symbolic.rendering import Rendering

STATES = 500
"""Explored states that candidates are tried on."""


def suggestions(proof: Proof) -> list[str]:
    """Return lemmas that would discharge what is not inductive, by name; none if there are none."""
    claim = proof.claim
    instance = claim.instance()
    generator = Generator(claim, instance)
    failed = {o.obligation.key for o in proof.outcomes if o.verdict != PROVED}
    open_ones = [o for o in generator.all() if o.key in failed and not o.wants_model]
    kept = _kept(proof, _held(proof))
    named = {n: c for n, c in candidates(instance) if n in kept}
    return _useful(instance, open_ones, named, proof.rendering)


def candidates(instance: Instance) -> Iterator[tuple[str, Expr]]:
    """Yield named conditions: "premise implies conclusion", for all things."""
    columns = [c for c in instance.schema.columns if not c.parameter]
    for premise in columns:
        if premise.scalar.kind != BOOLEAN or not premise.sorts:
            continue
        variables = tuple(build.bound(f"x{k}", s) for k, s in enumerate(premise.sorts))
        given = build.read(premise, variables)
        for name, fact in _facts(premise, variables, columns):
            body = build.disj(build.negate(given), fact)
            for variable in reversed(variables):
                body = build.binder("forall", variable, body)
            yield f"{_place(premise, variables)} implies {name}", body


def _facts(
    premise: Column, variables: tuple[Expr, ...], columns: Sequence[Column]
) -> Iterator[tuple[str, Expr]]:
    for column in columns:
        for places in product(*(_of_sort(variables, sort) for sort in column.sorts)):
            term = build.read(column, places)
            place = _place(column, places)
            if column.scalar.kind == BOOLEAN:
                if column is not premise:
                    yield place, term
                    yield f"not {place}", build.negate(term)
            elif column.scalar.capacity:
                for variable in variables:
                    if variable.sort is not None and variable.sort.name == column.scalar.name:
                        yield f"{variable.name} <= {place}", build.le(variable, term)
                        yield f"{variable.name} < {place}", build.lt(variable, term)


def _of_sort(variables: tuple[Expr, ...], sort: Index) -> list[Expr]:
    return [v for v in variables if v.sort == sort]


def _place(column: Column, places: tuple[Expr, ...]) -> str:
    return f"{column.name}({', '.join(v.name for v in places)})"


def _held(proof: Proof) -> set[str]:
    """Return the names of the candidates that hold in all states that were explored."""
    claim = proof.claim
    instance = claim.model.instance(claim.small, claim.parameters, ())
    states = list(explore(instance, max_states=STATES).parents)
    layout = instance.layout
    found = dict(candidates(instance))
    for state in states:
        values = _Values(layout, state)
        found = {name: expr for name, expr in found.items() if values.of(expr, {})}
    return set(found)


class _Values:
    """Evaluates conditions in one state."""

    def __init__(self, layout: Layout, state: Vector) -> None:
        self._layout = layout
        self._state = state

    def of(self, expr: Expr, bound: Mapping[Expr, int]) -> int:
        """Return the value of an expression that is made of what candidates are made of."""
        match expr.op:
            case "const":
                return expr.number
            case "bound":
                return bound[expr]
            case "read":
                return self._read(expr, bound)
            case "forall":
                assert expr.sort is not None
                variable = build.bound(expr.name, expr.sort)
                body, size = expr.args[0], expr.sort.size or 0
                return all(self.of(body, {**bound, variable: k}) for k in range(size))
        parts = (self.of(a, bound) for a in expr.args)
        return int(_EVALUATE[expr.op](list(parts)))

    def _read(self, expr: Expr, bound: Mapping[Expr, int]) -> int:
        position = 0
        for sort, index in zip(expr.column.sorts, expr.args, strict=True):
            position = position * (sort.size or 0) + self.of(index, bound)
        return self._state[self._layout.start[expr.column] + position]


_EVALUATE: Mapping[str, Callable[[list[int]], bool]] = {
    "le": lambda parts: parts[0] <= parts[1],
    "eq": lambda parts: parts[0] == parts[1],
    "not": lambda parts: not parts[0],
    "and": all,
    "or": any,
}


def _kept(proof: Proof, held: set[str]) -> set[str]:
    """Return the names of the candidates that all actions keep in the small instance."""
    claim = proof.claim
    generator = Generator(claim, claim.instance(claim.small))
    left = {n: e for n, e in candidates(generator.instance) if n in held}
    given = [generator.conditions[name] for name in claim.lemmas]
    size = -1
    while size != len(left):
        size = len(left)
        for traced in generator.instance.traced:
            goals = {
                name: (expr, generator.fixed(weakest(traced.tree, expr, finite=True)))
                for name, expr in left.items()
            }
            names = Terms(generator.instance.schema, traced.scalars).kept(given, goals)
            left = {name: left[name] for name in names}
    return set(left)


_EFFORT = Effort(rlimit=200_000)


def _useful(
    instance: Instance,
    failed: Sequence[Obligation],
    kept: Mapping[str, Expr],
    rendering: Rendering,
) -> list[str]:
    """Return those that the proofs of failed obligations use."""
    found: dict[str, None] = {}
    for obligation in failed:
        names = _used(instance, obligation, kept, rendering)
        for name in list(names):
            fewer = {n: kept[n] for n in names if n != name}
            if _used(instance, obligation, fewer, rendering):
                del names[names.index(name)]
        found |= dict.fromkeys(names)
    return list(found)


def _used(
    instance: Instance, obligation: Obligation, kept: Mapping[str, Expr], rendering: Rendering
) -> list[str]:
    """Return the candidates that a proof with them uses; none if there is no such proof."""
    more = replace(obligation, hypotheses=(*obligation.hypotheses, *kept.items()))
    decision = decide_quickly(instance, more, rendering, _EFFORT)
    return [name for name in decision.used if name in kept]

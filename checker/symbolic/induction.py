"""Inductive invariants: they hold at the start, and every action keeps them.

One obligation per invariant for the start and one per (action, invariant); the hypotheses of the
latter are all invariants that are proved together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.errors import LanguageError
from checker.lang.rules import ALWAYS, Action, place_of
from checker.lang.tracing import Tracer
from checker.symbolic.after import possible, rewrite_reads, weakest
from checker.symbolic.z3_terms import PROVED, REFUTED, Countermodel, Terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.lang.ir import Expr
    from checker.lang.model import Instance
    from checker.lang.types import Column, Scalar

INITIALLY = "<init>"
RLIMIT = 5_000_000


@dataclass(frozen=True)
class Obligation:
    """`goal` must follow from `hypotheses`, whatever the arguments are.

    action: the action that must keep the invariant, or INITIALLY; invariant: its property's name.
    """

    action: str
    invariant: str
    hypotheses: tuple[Expr, ...]
    goal: Expr
    arguments: dict[str, Scalar]


@dataclass(frozen=True)
class Result:
    """An obligation with its verdict: "proved", "refuted" or "unknown".

    countermodel: a state that the step leads out of the invariant, if refuted; it need not be
    reachable. reason: why Z3 gave up, if unknown.
    """

    obligation: Obligation
    verdict: str
    countermodel: Countermodel | None = None
    reason: str = ""


def obligations(instance: Instance) -> list[Obligation]:
    """Return what makes the instance's `always` properties inductive, all together."""
    invariants = dict(_invariants(instance))
    if not invariants:
        raise LanguageError(f"{instance.model.name} has no property that must always hold")
    together = tuple(invariants.values())
    found = [_initial(instance, name, goal) for name, goal in invariants.items()]
    for traced in instance.traced:
        for name, goal in invariants.items():
            kept = weakest(traced.tree, _cleaned(instance, goal))
            found.append(Obligation(traced.action.name, name, together, kept, traced.scalars))
    return found


def prove(instance: Instance, rlimit: int = RLIMIT) -> list[Result]:
    """Return a verdict for every obligation; `rlimit` bounds Z3's work on each."""
    return [_decided(instance, obligation, rlimit) for obligation in obligations(instance)]


def impossible_actions(instance: Instance, rlimit: int = RLIMIT) -> list[str]:
    """Return the actions that no state with all invariants allows: what they keep is vacuous."""
    together = tuple(goal for _, goal in _invariants(instance))
    found = []
    for traced in instance.traced:
        never = build.negate(possible(traced.tree))
        terms = Terms(instance.schema, traced.scalars)
        if terms.decide(together, never, rlimit)[0] == PROVED:
            found.append(traced.action.name)
    return found


def _invariants(instance: Instance) -> Iterator[tuple[str, Expr]]:
    for traced in instance.traced_properties:
        if traced.property.kind == ALWAYS:
            failures = (build.negate(condition) for condition, _ in traced.verdict.errors)
            yield traced.property.name, build.conj(traced.verdict.condition, *failures)


def _cleaned(instance: Instance, goal: Expr) -> Expr:
    """Return what must hold before the canonical forms are applied."""
    for tree in reversed(instance.canonical):
        goal = weakest(tree, goal)
    return goal


def _initial(instance: Instance, name: str, goal: Expr) -> Obligation:
    start, arguments = instance.model.start, {}
    goal = _cleaned(instance, goal)
    if start is not None:
        file, line = place_of(start)
        arguments = instance.argument_scalars(Action(start, "start", "", "", file, line))
        symbols = {n: build.param(n, s.kind, s.low, s.high) for n, s in arguments.items()}
        goal = weakest(Tracer(instance.schema).trace(start, symbols), goal)
    return Obligation(INITIALLY, name, (), rewrite_reads(goal, _at_start), arguments)


def _at_start(column: Column, indices: tuple[Expr, ...]) -> Expr:
    """Return a column's value before `start`: its default; any member of an unbounded sort."""
    scalar = column.scalar
    if scalar.is_identity and scalar.high is None and column.default >= 0:
        return build.read(column, indices)
    return build.const(column.default, scalar.kind)


def _decided(instance: Instance, obligation: Obligation, rlimit: int) -> Result:
    terms = Terms(instance.schema, obligation.arguments)
    verdict, more = terms.decide(obligation.hypotheses, obligation.goal, rlimit)
    if verdict == PROVED:
        return Result(obligation, verdict)
    if verdict == REFUTED:
        return Result(obligation, verdict, countermodel=more)
    return Result(obligation, verdict, reason=str(more))

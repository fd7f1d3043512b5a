"""Decides obligations: a fresh solver for each, work bounded by counting and not by the clock.

First Z3; where it gives up, cvc5 with its defaults, then in its other ways.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checker.symbolic import cvc5_solver
from checker.symbolic.rendering import Rendering, rendering_for
from checker.symbolic.smtlib import script
from checker.symbolic.z3_terms import PROVED, REFUTED, UNKNOWN, Countermodel, Terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.lang.model import Instance
    from checker.symbolic.obligations import Obligation

RLIMIT = 10_000_000
"""Work for Z3 on one obligation."""
QUICK = 1_000_000
"""Work for Z3 before a counterexample is looked for in a small instance."""
SECOND_LIMIT = 300_000
"""Work for cvc5 on one obligation, in each of its ways."""


@dataclass(frozen=True)
class Effort:
    """How much work a solver may spend on an obligation, and the seed of its choices."""

    rlimit: int = RLIMIT
    second: int = SECOND_LIMIT
    seed: int = 0


@dataclass(frozen=True)
class Decision:
    """What the solvers say: "proved", "refuted" or "unknown".

    solver: who decided; used: the hypotheses that the proof needed; countermodel: if Z3 refuted.
    seconds: CPU seconds of the solvers.
    """

    verdict: str
    solver: str
    seconds: float
    used: tuple[str, ...] = ()
    countermodel: Countermodel | None = None


def rendering_of(obligations: list[Obligation]) -> Rendering:
    """Return how the sorts look in these obligations."""
    return rendering_for(e for o in obligations for e in o.expressions)


def decide(
    instance: Instance, obligation: Obligation, rendering: Rendering, effort: Effort
) -> Decision:
    """Return a verdict: whether the goal follows, or whether there is a model if one is wanted."""
    began = time.process_time()
    decision = _by_z3(instance, obligation, rendering, effort)
    if decision.verdict == UNKNOWN:
        decision = _by_cvc5(instance, obligation, rendering, effort)
    return replace(decision, seconds=time.process_time() - began)


def decide_quickly(
    instance: Instance, obligation: Obligation, rendering: Rendering, effort: Effort
) -> Decision:
    """Return what Z3 says after little work."""
    began = time.process_time()
    little = replace(effort, rlimit=min(QUICK, effort.rlimit))
    decision = _by_z3(instance, obligation, rendering, little)
    return replace(decision, seconds=time.process_time() - began)


def second_opinion(
    instance: Instance, obligation: Obligation, rendering: Rendering, effort: Effort
) -> tuple[str, str]:
    """Return the verdict of cvc5 alone, and in which way it was found."""
    text = script(instance.schema, obligation, rendering)
    wanted = "sat" if obligation.wants_model else "unsat"
    verdicts = {wanted: PROVED, "unknown": UNKNOWN}
    for name, options in _ways(obligation.wants_model).items():
        answer = cvc5_solver.check(text, effort.second, options, effort.seed)
        if answer != "unknown":
            return verdicts.get(answer, REFUTED), name
    return UNKNOWN, "cvc5"


def _ways(wants_model: bool) -> Mapping[str, Mapping[str, str]]:
    if wants_model:
        return {"cvc5": cvc5_solver.DEFAULT, "cvc5 mbqi": cvc5_solver.MODEL_BASED}
    return {"cvc5": cvc5_solver.DEFAULT, "cvc5 enum-inst": cvc5_solver.ENUMERATE}


def _by_z3(
    instance: Instance, obligation: Obligation, rendering: Rendering, effort: Effort
) -> Decision:
    terms = Terms(instance.schema, obligation.arguments, rendering)
    if obligation.wants_model:
        verdict, model = terms.model_of(obligation.expressions, effort.rlimit, effort.seed)
        return Decision(verdict, "z3", 0.0, countermodel=model)
    given = [expr for _, expr in obligation.hypotheses]
    verdict, more = terms.decide(given, obligation.goal, effort.rlimit, effort.seed)
    if verdict == PROVED:
        used = tuple(obligation.hypotheses[number][0] for number in more)
        return Decision(PROVED, "z3", 0.0, used)
    return Decision(verdict, "z3", 0.0, countermodel=more if verdict == REFUTED else None)


def _by_cvc5(
    instance: Instance, obligation: Obligation, rendering: Rendering, effort: Effort
) -> Decision:
    verdict, solver = second_opinion(instance, obligation, rendering, effort)
    used = tuple(name for name, _ in obligation.hypotheses) if verdict == PROVED else ()
    return Decision(verdict, solver, 0.0, used)

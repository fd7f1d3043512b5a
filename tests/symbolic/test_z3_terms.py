"""A term of Z3 has the value of the expression that it translates."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

from hypothesis import assume, given, settings

from checker.lang import build
from checker.lang.types import BOOL, Scalar
from checker.symbolic.z3_terms import PROVED, Terms

sys.path.insert(0, str(Path(__file__).parents[1] / "lang"))
from lang_evaluator import Values, evaluate, is_told_inside
from test_expressions import (
    ARGUMENTS,
    FLAGS,
    NUMBERS,
    SORT,
    Term,
    booleans,
    built,
    closed,
    worlds,
)

SCALARS = {
    name: BOOL if expr.kind == "bool" else Scalar(name, expr.low, expr.high, capacity=True)
    for name, expr in ARGUMENTS.items()
}


@settings(max_examples=40, deadline=None)
@given(booleans(3), worlds)
def test_terms_have_the_value_of_the_expression(term: Term, values: Values) -> None:
    expr = closed(built(term))
    assume(is_told_inside(expr, values))
    wanted = evaluate(expr, values)
    known = [build.eq(ARGUMENTS[n], build.const(v)) for n, v in values.arguments.items()]
    for column, first in ((NUMBERS, 0), (FLAGS, 3)):
        for number in range(column.cells):
            place = divmod(number, SORT.size or 1) if column is FLAGS else (number,)
            cell = build.read(column, tuple(build.const(k) for k in place))
            known.append(build.eq(cell, build.const(values.state[first + number])))
    terms = Terms(SimpleNamespace(columns=(NUMBERS, FLAGS)), SCALARS)  # type: ignore[arg-type]
    goal = expr if wanted else build.negate(expr)
    assert terms.decide(known, goal, 1_000_000)[0] == PROVED

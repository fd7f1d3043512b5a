"""What is deduced along a path is true in every state that takes the path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from lang_evaluator import Values, evaluate
from test_expressions import X, Y, booleans, built, integers, places, worlds

from checker.lang import build
from checker.lang.facts import Facts
from checker.lang.ir import INTEGER

if TYPE_CHECKING:
    from test_expressions import Term

P = build.param("p", INTEGER, 0, 5)
Q = build.param("q", INTEGER, 0, 5)


@settings(max_examples=80)
@given(
    st.lists(booleans(2), min_size=1, max_size=5),
    st.lists(booleans(2), min_size=1, max_size=3),
    st.lists(integers(2), min_size=1, max_size=3),
    worlds,
    places,
)
def test_deductions_are_true(
    path: list[Term],
    asked: list[Term],
    numbers: list[Term],
    values: Values,
    place: tuple[int, int],
) -> None:
    bindings = {X: place[0], Y: place[1]}
    facts = Facts()
    for term in path:
        condition = built(term)
        holds = bool(evaluate(condition, values, bindings))
        assert facts.decide(condition) in (None, holds)
        facts.assume(condition, holds)
        assert facts.decide(condition) is holds
    for term in asked:
        condition = built(term)
        assert facts.decide(condition) in (None, bool(evaluate(condition, values, bindings)))
    for term in numbers:
        expr = built(term)
        low, high = facts.interval(expr)
        value = evaluate(expr, values, bindings)
        assert (low is None or low <= value) and (high is None or value <= high)


def test_excluded_values_narrow_the_interval() -> None:
    facts = Facts()
    facts.assume(build.eq(P, build.const(0)), False)
    facts.assume(build.eq(P, build.const(5)), False)
    assert facts.interval(P) == (1, 4)
    assert facts.decide(build.le(P, build.const(0))) is False


def test_the_last_open_part_decides() -> None:
    facts = Facts()
    first, second = build.le(P, build.const(2)), build.le(Q, build.const(2))
    facts.assume(build.disj(first, second), True)
    facts.assume(first, False)
    facts.assume(build.disj(first, second), True)
    assert facts.decide(second) is True


def test_an_order_narrows_both_sides() -> None:
    facts = Facts()
    facts.assume(build.lt(P, Q), True)
    assert facts.interval(P) == (0, 4)
    assert facts.interval(Q) == (1, 5)


def test_a_copy_learns_on_its_own() -> None:
    facts = Facts()
    twin = facts.copy()
    twin.assume(build.eq(P, Q), True)
    assert facts.decide(build.eq(P, Q)) is None

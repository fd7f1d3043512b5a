from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.lang import build
from checker.lang.ir import Expr
from checker.lang.types import Column, Index, Scalar
from diagrams.possible import possible

SORT = Index("Place", 2)
CELLS = Column("cells", (SORT,), Scalar("Value", 0, 2))
A, B = (build.param(name, "int", 0, 2) for name in "ab")
PLACE = build.param("place", "int", 0, 1)
P, Q = (build.param(name, "bool", 0, 1) for name in "pq")
FIRST, SECOND = (build.read(CELLS, (build.const(k),)) for k in (0, 1))
THERE = build.read(CELLS, (PLACE,))
UNKNOWN: dict[Expr, range] = {
    **{A: range(3), B: range(3), PLACE: range(2), P: range(2), Q: range(2)},
    **{FIRST: range(3), SECOND: range(3)},
}
NUMBERS = st.recursive(
    st.sampled_from([A, B, PLACE, FIRST, SECOND, THERE, *map(build.const, range(3))]),
    lambda inner: (
        st.builds(build.add, inner, inner)
        | st.builds(build.ite, st.sampled_from([P, Q]), inner, inner)
    ),
    max_leaves=3,
)
CONDITIONS = st.recursive(
    st.sampled_from([P, Q])
    | st.builds(build.eq, NUMBERS, NUMBERS)
    | st.builds(build.le, NUMBERS, NUMBERS),
    lambda inner: (
        st.builds(build.negate, inner)
        | st.builds(build.conj, inner, inner)
        | st.builds(build.disj, inner, inner)
        | st.builds(build.ite, inner, inner, inner)
    ),
    max_leaves=6,
)


def can_hold(conditions: list[Expr]) -> bool:
    whole = build.conj(*conditions)
    for values in product(*UNKNOWN.values()):
        known = {
            expr: build.const(bool(value) if expr.kind == "bool" else value)
            for expr, value in zip(UNKNOWN, values, strict=True)
        }
        if build.substitute(build.substitute(whole, known), known) is build.TRUE:
            return True
    return False


@given(st.lists(CONDITIONS, min_size=1, max_size=4))
def test_what_can_hold_is_never_denied(conditions: list[Expr]) -> None:
    assert possible(conditions) or not can_hold(conditions)


ONE, TWO = build.const(1), build.const(2)
NOT_BOTH = build.negate(build.conj(P, build.eq(A, ONE)))
CONTRADICTIONS = {
    "a value and its negation": [build.eq(A, ONE), build.negate(build.eq(A, ONE))],
    "two values": [build.eq(A, ONE), build.eq(A, TWO)],
    "all values excluded": [build.negate(build.eq(A, build.const(k))) for k in range(3)],
    "what comes later": [NOT_BOTH, P, build.eq(A, ONE)],
    "a chain": [build.disj(P, Q), build.negate(P), build.disj(build.negate(Q), P)],
    "one cell by two names": [
        build.eq(THERE, ONE),
        build.eq(PLACE, build.const(0)),
        build.eq(FIRST, TWO),
    ],
    "a choice": [build.eq(build.ite(P, A, B), ONE), build.eq(A, TWO), build.eq(B, TWO)],
    "each case": [
        build.disj(build.conj(P, build.eq(A, ONE)), build.conj(Q, build.eq(A, ONE))),
        build.eq(A, TWO),
    ],
    "cases to try": [
        build.disj(P, Q),
        build.disj(P, build.negate(Q)),
        build.disj(build.negate(P), Q),
        build.disj(build.negate(P), build.negate(Q)),
    ],
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_contradictions(name: str) -> None:
    conditions = CONTRADICTIONS[name]
    assert not can_hold(conditions)
    assert not possible(conditions)
    assert not possible(conditions[::-1])
    assert possible(conditions[1:])

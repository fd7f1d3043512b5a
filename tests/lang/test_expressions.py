"""Built expressions mean what the unfolded ones mean, and are well formed."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lang_evaluator import Values, apply, evaluate

from checker.lang import build
from checker.lang.ir import BOOLEAN, INTEGER, Base, Expr, Lambda, Store, subexpressions
from checker.lang.types import BOOL, Column, Index, Scalar

SORT = Index("Sort", 3)
EMPTY = Index("Empty", 0)
NUMBERS = Column("numbers", (SORT,), Scalar("Number", -1, 3))
FLAGS = Column("flags", (SORT, SORT), BOOL)
ARGUMENTS = {
    "p": build.param("p", INTEGER, 0, 2),
    "q": build.param("q", INTEGER, -2, 3),
    "n": build.param("n", INTEGER, None, None),
    "b": build.param("b", BOOLEAN, 0, 1),
    "c": build.param("c", BOOLEAN, 0, 1),
}
X, Y = build.bound("x", SORT), build.bound("y", SORT)
VARIABLES = {"x": X, "y": Y, "z": build.bound("z", EMPTY)}

Term = tuple[Any, ...]


class FakeLayout:
    """Puts the cells of both columns into one vector."""

    start: ClassVar = {NUMBERS: 0, FLAGS: 3}
    cells = 12


def integers(depth: int) -> st.SearchStrategy[Term]:
    leaves = st.one_of(
        st.tuples(st.just("const"), st.integers(-3, 5)),
        st.tuples(st.just("param"), st.sampled_from(["p", "q", "n"])),
        st.tuples(st.just("bound"), st.sampled_from(["x", "y"])),
    )
    if depth == 0:
        return leaves
    inner = integers(depth - 1)
    return st.one_of(
        leaves,
        st.tuples(st.just("read"), inner),
        st.tuples(st.sampled_from(["add", "sub", "mul"]), inner, inner),
        st.tuples(st.sampled_from(["div", "mod"]), inner, st.integers(1, 3)),
        st.tuples(st.just("ite"), booleans(depth - 1), inner, inner),
        st.tuples(st.just("ite"), booleans(depth - 1), booleans(depth - 1), inner),
        st.tuples(st.just("count"), st.sampled_from(["x", "z"]), booleans(depth - 1)),
    )


def booleans(depth: int) -> st.SearchStrategy[Term]:
    leaves = st.one_of(
        st.tuples(st.just("truth"), st.booleans()),
        st.tuples(st.just("param"), st.sampled_from(["b", "c"])),
    )
    if depth == 0:
        return leaves
    inner, numbers = booleans(depth - 1), integers(depth - 1)
    return st.one_of(
        leaves,
        st.tuples(st.just("flag"), numbers, numbers),
        st.tuples(st.sampled_from(["eq", "le", "lt"]), numbers, numbers),
        st.tuples(st.sampled_from(["eq", "le", "lt"]), inner, inner),
        st.tuples(st.sampled_from(["eq", "le"]), inner, numbers),
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner, inner),
        st.tuples(st.just("ite"), inner, inner, inner),
        st.tuples(st.sampled_from(["forall", "exists"]), st.sampled_from(["x", "y", "z"]), inner),
    )


def built(term: Term) -> Expr:
    """Build a term with the folding constructors."""
    match term:
        case "const" | "truth", value:
            return build.const(value)
        case "param", name:
            return ARGUMENTS[name]
        case "bound", name:
            return VARIABLES[name]
        case "read", index:
            return build.read(NUMBERS, (built(index),))
        case "flag", i, j:
            return build.read(FLAGS, (built(i), built(j)))
        case "add" | "sub" | "mul" | "eq" | "le" | "lt" as op, a, b:
            return getattr(build, op)(built(a), built(b))
        case "div" | "mod" as op, a, b:
            return getattr(build, op)(built(a), b)
        case "not", a:
            return build.negate(built(a))
        case "and", *parts:
            return build.conj(*(built(p) for p in parts))
        case "or", *parts:
            return build.disj(*(built(p) for p in parts))
        case "ite", c, a, b:
            return build.ite(built(c), built(a), built(b))
        case op, name, body:
            return build.binder(op, VARIABLES[name], built(body))
    raise AssertionError(term)


def naive(term: Term, values: Values, bound: dict[str, int]) -> int:
    """Evaluate a term as it was written."""

    def go(inner: Term) -> int:
        return naive(inner, values, bound)

    match term:
        case "const" | "truth", value:
            return int(value)
        case "param", name:
            return values.arguments[name]
        case "bound", name:
            return bound[name]
        case "read", index:
            place = values.position(NUMBERS, (go(index),))
            return values.beyond if place is None else values.state[place]
        case "flag", i, j:
            place = values.position(FLAGS, (go(i), go(j)))
            return values.beyond if place is None else values.state[place]
        case "add", a, b:
            return go(a) + go(b)
        case "sub", a, b:
            return go(a) - go(b)
        case "mul", a, b:
            return go(a) * go(b)
        case "div", a, b:
            return go(a) // b
        case "mod", a, b:
            return go(a) % b
        case "eq", a, b:
            return int(go(a) == go(b))
        case "le", a, b:
            return int(go(a) <= go(b))
        case "lt", a, b:
            return int(go(a) < go(b))
        case "not", a:
            return int(not go(a))
        case "and", *parts:
            return int(all([go(p) for p in parts]))
        case "or", *parts:
            return int(any([go(p) for p in parts]))
        case "ite", c, a, b:
            return go(a) if go(c) else go(b)
        case op, name, body:
            size = VARIABLES[name].sort.size  # type: ignore[union-attr]
            rounds = [naive(body, values, {**bound, name: k}) for k in range(size or 0)]
            return int({"forall": all, "exists": any, "count": sum}[op](rounds))
    raise AssertionError(term)


def well_formed(expr: Expr) -> None:
    """Assert that every operator gets operands of its kind and every interval is not empty."""
    for node in subexpressions(expr):
        kinds = [a.kind for a in node.args]
        if node.op in ("and", "or", "not", "forall", "exists", "count"):
            assert set(kinds) == {BOOLEAN}, node
        elif node.op in ("add", "sub", "mul", "div", "mod", "le"):
            assert set(kinds) == {INTEGER}, node
        elif node.op == "eq":
            assert len(set(kinds)) == 1, node
        elif node.op == "ite":
            assert kinds[0] == BOOLEAN and kinds[1] == kinds[2] == node.kind, node
        elif node.op == "read":
            assert set(kinds) <= {INTEGER}, node


worlds = st.builds(
    lambda numbers, flags, p, q, n, b, c: Values(
        FakeLayout(),  # type: ignore[arg-type]
        (*numbers, *flags),
        {"p": p, "q": q, "n": n, "b": b, "c": c},
    ),
    st.lists(st.integers(-1, 3), min_size=3, max_size=3),
    st.lists(st.integers(0, 1), min_size=9, max_size=9),
    st.integers(0, 2),
    st.integers(-2, 3),
    st.integers(-9, 9),
    st.integers(0, 1),
    st.integers(0, 1),
)
places = st.tuples(st.integers(0, 2), st.integers(0, 2))


def within(expr: Expr, value: int) -> bool:
    """Return whether a value lies in the interval that the expression claims."""
    above = expr.low is None or expr.low <= value
    return above and (expr.high is None or value <= expr.high)


@settings(max_examples=120)
@given(st.one_of(integers(3), booleans(3)), worlds, places)
def test_folding_keeps_the_value(term: Term, values: Values, place: tuple[int, int]) -> None:
    expr = built(term)
    well_formed(expr)
    wanted = naive(term, values, {"x": place[0], "y": place[1]})
    found = evaluate(expr, values, {X: place[0], Y: place[1]})
    assert found == wanted
    if not any(node.op == "read" for node in subexpressions(expr)):
        assert within(expr, found)


@settings(max_examples=40)
@given(booleans(3), worlds, places)
def test_expansion_keeps_the_value(term: Term, values: Values, place: tuple[int, int]) -> None:
    expr = built(term)
    expanded = build.expand(expr)
    well_formed(expanded)
    bindings = {X: place[0], Y: place[1]}
    assert evaluate(expanded, values, bindings) == evaluate(expr, values, bindings)


@settings(max_examples=60)
@given(booleans(3), integers(2), worlds, places)
def test_substitution_captures_nothing(
    term: Term, replacement: Term, values: Values, place: tuple[int, int]
) -> None:
    body, new = built(term), built(replacement)
    bindings = {X: place[0], Y: place[1]}
    wanted = evaluate(body, values, {**bindings, X: evaluate(new, values, bindings)})
    assert evaluate(build.substitute(body, {X: new}), values, bindings) == wanted


def test_substitution_under_a_renamed_binder_captures_nothing() -> None:
    primed = build.bound("x'", SORT)
    body = build.conj(build.eq(primed, X), build.le(build.read(NUMBERS, (X,)), Y))
    expr = build.binder("exists", X, body)
    values = Values(FakeLayout(), (0, 5, 9) + (0,) * 9)  # type: ignore[arg-type]
    replaced = build.substitute(expr, {Y: X})
    for outer in range(3):
        bindings = {X: outer, Y: 0, primed: 1}
        wanted = evaluate(expr, values, {**bindings, Y: outer})
        assert evaluate(replaced, values, bindings) == wanted


def test_binders_over_an_empty_sort() -> None:
    nothing = VARIABLES["z"]
    assert build.binder("forall", nothing, build.FALSE) is build.TRUE
    assert build.binder("exists", nothing, build.TRUE) is build.FALSE
    assert build.binder("count", nothing, build.TRUE) is build.const(0)


def test_equal_expressions_are_one_object() -> None:
    p, q = ARGUMENTS["p"], ARGUMENTS["q"]
    assert build.add(p, q) is build.add(p, q)
    assert build.eq(p, q) is build.eq(q, p)
    assert build.sub(build.add(p, build.const(2)), build.const(2)) is p


FUNCTIONS = st.recursive(
    st.just(("base",)),
    lambda inner: st.one_of(
        st.tuples(st.just("store"), inner, integers(1), integers(1)),
        st.tuples(st.just("merge"), booleans(1), inner, inner),
        st.tuples(st.just("lambda"), integers(1)),
    ),
    max_leaves=6,
)


def closed(expr: Expr) -> Expr:
    """Put 1 and 2 for the free variables x and y."""
    return build.substitute(expr, {X: build.const(1), Y: build.const(2)})


def built_function(term: Term) -> Any:
    """Build a function value over the column `numbers`."""
    match term:
        case ("base",):
            return Base(NUMBERS)
        case "store", inner, index, value:
            place, old = closed(built(index)), built_function(inner)
            inside = build.conj(build.le(build.const(0), place), build.le(place, build.const(2)))
            changed = build.store(old, (place,), closed(built(value)))
            return build.merge(inside, changed, old)
        case "merge", condition, yes, no:
            chosen = closed(built(condition))
            return build.merge(chosen, built_function(yes), built_function(no))
        case "lambda", body:
            inside = build.substitute(built(body), {Y: build.const(2)})
            return Lambda(NUMBERS, (X,), inside)
    raise AssertionError(term)


def naive_function(term: Term, values: Values) -> list[int]:
    """Return the cells of a function value as it was written."""
    bound = {"x": 1, "y": 2}
    match term:
        case ("base",):
            return list(values.state[:3])
        case "store", inner, index, value:
            cells = naive_function(inner, values)
            place = naive(index, values, bound)
            if 0 <= place < 3:
                cells[place] = naive(value, values, bound)
            return cells
        case "merge", condition, yes, no:
            return naive_function(yes if naive(condition, values, bound) else no, values)
        case "lambda", body:
            return [naive(body, values, {"x": k, "y": 2}) for k in range(3)]
    raise AssertionError(term)


@settings(max_examples=100)
@given(FUNCTIONS, worlds, st.integers(0, 2))
def test_stores_and_merges_keep_every_cell(term: Term, values: Values, index: int) -> None:
    function = built_function(term)
    cells = list(values.state)
    apply(function, values, cells)
    wanted = naive_function(term, values)
    assert cells[:3] == wanted
    selected = build.select(function, (build.const(index),))
    well_formed(selected)
    assert evaluate(selected, values) == wanted[index]
    at = build.param("at", INTEGER, 0, 2)
    values.arguments = {**values.arguments, "at": index}
    assert evaluate(build.select(function, (at,)), values) == wanted[index]


def test_a_later_store_at_the_same_place_replaces() -> None:
    one, two = build.const(1), build.const(2)
    function = build.store(build.store(Base(NUMBERS), (one,), one), (one,), two)
    assert function == Store(Base(NUMBERS), (one,), two)


@pytest.mark.parametrize("index", [0, 1])
def test_a_store_of_the_old_value_is_dropped(index: int) -> None:
    place = (build.const(index),)
    assert build.store(Base(NUMBERS), place, build.read(NUMBERS, place)) == Base(NUMBERS)

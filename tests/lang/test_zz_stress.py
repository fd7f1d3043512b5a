"""The concrete machine and the traced form agree on random programs and random states."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lang_evaluator import Values, leaf_of, successor
from lang_programs import Kind, Label, concrete, model_of, random_state
from test_expressions import well_formed

from checker.lang.ir import (
    BlockedLeaf,
    CutLeaf,
    Outcome,
    conditions,
    function_parts,
    leaves,
)

Term = Any
just, tuples, sampled = st.just, st.tuples, st.sampled_from
WHICH = sampled([0, 1])
FIELDS = sampled(["number", "signed", "chosen"])
LOCALS = sampled(["x", "y", "z"])
ITEM = sampled(["key", "owner"])
PLACE = sampled([("arg", "a"), ("const", 0), ("const", 1), ("local", "x"), ("local", "y")])


def numbers(depth: int) -> st.SearchStrategy[Term]:
    leaf = st.one_of(
        tuples(just("const"), st.integers(-1, 3)),
        tuples(just("field"), FIELDS),
        tuples(just("arg"), sampled(["a", "m", "k"])),
        tuples(just("local"), LOCALS),
        tuples(just("item"), WHICH, ITEM),
        tuples(just("length"), sampled(["log", "queue", "bag"])),
        just(("size",)),
        just(("limit",)),
    )
    if depth == 0:
        return leaf
    n, b = numbers(depth - 1), truths(depth - 1)
    i = st.one_of(PLACE, PLACE, PLACE, PLACE, n)
    return st.one_of(
        leaf,
        leaf,
        tuples(sampled(["add", "sub"]), n, n),
        tuples(just("table"), i, ITEM),
        tuples(just("grid"), i, i),
        tuples(just("log"), i, ITEM),
        tuples(just("last"), ITEM),
        tuples(just("bag"), i, ITEM),
        tuples(just("where"), b, n, n),
        tuples(just("count"), LOCALS, b),
        tuples(just("occurs"), b),
        tuples(just("call"), b, tuples(n, n)),
    )


def truths(depth: int) -> st.SearchStrategy[Term]:
    leaf = st.one_of(
        tuples(just("truth"), st.booleans()),
        just(("flag",)),
        just(("all",)),
        just(("fast",)),
        just(("empty",)),
        just(("samelog",)),
        just(("any",)),
        just(("barg", "b")),
        tuples(just("itemflag"), WHICH),
        tuples(just("inbag"), WHICH),
        tuples(just("label"), sampled(list(Label))),
        tuples(just("kind"), sampled(list(Kind))),
    )
    if depth == 0:
        return leaf
    n, b = numbers(depth - 1), truths(depth - 1)
    i = st.one_of(PLACE, PLACE, PLACE, PLACE, n)
    return st.one_of(
        leaf,
        leaf,
        tuples(sampled(["<", "<=", "==", "!="]), n, n),
        tuples(sampled(["and", "or", "both"]), b, b),
        tuples(just("not"), b),
        tuples(just("member"), i),
        tuples(just("related"), i, i),
        tuples(just("among"), n, n, n),
        tuples(just("tableflag"), i),
        tuples(just("same"), WHICH, i),
        tuples(just("differ"), i, i),
        tuples(just("forall"), LOCALS, b),
        tuples(just("exists"), LOCALS, LOCALS, b),
        tuples(sampled(["some", "each"]), b),
        tuples(just("first"), i),
        tuples(just("bcall"), st.lists(b, max_size=2), b),
    )


def statements(depth: int) -> st.SearchStrategy[Term]:
    n, b = numbers(1), truths(1)
    i = st.one_of(PLACE, PLACE, PLACE, PLACE, PLACE, n)
    simple = st.one_of(
        tuples(just("let"), LOCALS, n),
        tuples(just("set"), FIELDS, n),
        tuples(just("setflag"), b),
        tuples(just("require"), b, sampled(["one", "two"])),
        tuples(just("become"), sampled(list(Label))),
        tuples(just("settable"), i, ITEM, n),
        tuples(just("settableflag"), i, b),
        tuples(just("put"), i, WHICH),
        tuples(just("get"), WHICH, i),
        tuples(just("refer"), WHICH, i),
        tuples(just("pick"), WHICH, b, i, i),
        tuples(just("fresh"), WHICH, b, n),
        tuples(just("wherever"), WHICH, b),
        tuples(just("setitem"), WHICH, ITEM, n),
        tuples(just("setitemflag"), WHICH, b),
        tuples(just("swap"), i, i),
        tuples(just("setgrid"), i, i, n),
        tuples(just("mark"), i, b),
        tuples(just("add"), i),
        tuples(just("relate"), i, i),
        just(("fill",)),
        tuples(just("clear"), sampled(["marks", "log", "table", "bag", "grid"])),
        tuples(just("fillall"), WHICH),
        tuples(just("past"), n),
        tuples(just("append"), WHICH),
        tuples(just("truncate"), i),
        just(("copylog",)),
        tuples(just("logset"), i, WHICH),
        tuples(just("logfield"), i, n),
        tuples(just("enqueue"), n),
        tuples(just("putat"), i, n),
        tuples(just("dequeue"), LOCALS),
        tuples(just("takeat"), LOCALS, i),
        tuples(just("bag"), WHICH),
        tuples(just("unbag"), WHICH, i),
    )
    if depth == 0:
        return simple
    inner = programs(depth - 1, 2)
    return st.one_of(
        simple,
        simple,
        tuples(just("if"), b, inner, inner),
        tuples(just("for"), LOCALS, inner),
        tuples(just("loop"), LOCALS, inner),
        tuples(just("members"), inner),
        tuples(just("items"), inner),
        tuples(just("part"), inner),
    )


def programs(depth: int, size: int = 4) -> st.SearchStrategy[Term]:
    return st.lists(statements(depth), min_size=1, max_size=size)


def traced_end(instance: Any, values: Values) -> tuple[str, object]:
    """Return how the program ends in its traced form."""
    leaf = leaf_of(instance.traced[0].tree, values)
    if isinstance(leaf, Outcome):
        return "outcome", successor(leaf, values)
    if isinstance(leaf, BlockedLeaf):
        return "blocked", leaf.reason
    return ("cut", leaf.capacity) if isinstance(leaf, CutLeaf) else ("error", None)


def check_well_formed(instance: Any) -> None:
    """Assert that the traced form is made as documented."""
    tree = instance.traced[0].tree
    for condition in conditions(tree):
        well_formed(condition)
        assert not condition.free
    for leaf in leaves(tree):
        if isinstance(leaf, Outcome):
            names = [column.name for column, _ in leaf.updates]
            assert names == sorted(set(names))
            for _, function in leaf.updates:
                for part in function_parts(function):
                    well_formed(part)


def agree(body: Term, seed: int, rounds: int) -> None:
    """Assert that both machines end alike on random states and arguments."""
    instance = model_of(body).instance()
    check_well_formed(instance)
    draw = random.Random(seed)
    for _ in range(rounds):
        settings_ = {"settings.fast": draw.randint(0, 1), "settings.limit": draw.randint(0, 3)}
        instance.parameters = settings_
        state = random_state(instance, draw)
        step = draw.choice(instance.steps)
        names = instance.traced[0].arguments
        arguments = dict(zip(names, step.arguments, strict=True))
        wanted = concrete(instance, state, step.values)
        for beyond in (0, 1):
            values = Values(instance.layout, state, arguments, settings_, beyond)
            assert traced_end(instance, values) == wanted


@settings(max_examples=2500, suppress_health_check=list(HealthCheck), deadline=None)
@given(programs(2, 6), st.integers(0, 99))
def test_both_machines_agree(body: Term, seed: int) -> None:
    agree(body, seed, 12)

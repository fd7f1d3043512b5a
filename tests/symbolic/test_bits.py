"""A term over bits has the value of the expression that it translates."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import z3
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checker.lang import build
from checker.lang.types import BOOL, Column, Scalar
from checker.symbolic.bits import Bits, constant_of, in_range, is_value, width, within
from checker.symbolic.ground import Cell

sys.path.insert(0, str(Path(__file__).parents[1] / "lang"))
from lang_evaluator import Values, evaluate, is_told_inside
from test_expressions import (
    ARGUMENTS,
    FLAGS,
    NUMBERS,
    SORT,
    FakeLayout,
    Term,
    booleans,
    built,
    closed,
    worlds,
)


def cells_of(column: Column, first: int) -> dict[tuple[int, ...], Cell]:
    keys = [(k,) if column is NUMBERS else divmod(k, SORT.size or 1) for k in range(column.cells)]
    return {key: Cell(column, key, first + number) for number, key in enumerate(keys)}


CELLS = {NUMBERS: cells_of(NUMBERS, 0), FLAGS: cells_of(FLAGS, 3)}


@settings(max_examples=150, deadline=None)
@given(booleans(3), worlds)
def test_terms_have_the_value_of_the_expression(term: Term, values: Values) -> None:
    arguments = {
        expr: build.const(bool(values.arguments[name]))
        if expr.kind == "bool"
        else build.const(values.arguments[name])
        for name, expr in ARGUMENTS.items()
    }
    expr = build.expand(build.substitute(closed(built(term)), arguments))
    assume(is_told_inside(expr, values))
    wanted = evaluate(expr, values)
    constants = {c: constant_of(c) for column in CELLS.values() for c in column.values()}
    solver = z3.SolverFor("QF_FD")
    solver.add(*(is_value(c, t, values.state[c.place]) for c, t in constants.items()))
    result = Bits(CELLS, constants).term(expr)
    solver.add(result if not wanted else z3.Not(result))
    assert solver.check() == z3.unsat


@pytest.mark.parametrize(("other", "is_told"), [((3, 1), True), ((0, -1), False)])
def test_what_is_read_outside_of_a_sort_is_one_thing_at_one_place(
    other: tuple[int, int], is_told: bool
) -> None:
    left, right = (build.read(FLAGS, tuple(map(build.const, at))) for at in ((3, 1), other))
    values = Values(FakeLayout(), (0,) * (NUMBERS.cells + FLAGS.cells))
    assert is_told_inside(build.eq(left, right), values) == is_told


@given(st.integers(-300, 300), st.integers(1, 9))
def test_division_rounds_down(dividend: int, divisor: int) -> None:
    column = Column("number", (), Scalar("Number", -300, 300, capacity=True))
    cell = Cell(column, (), 0)
    constant = constant_of(cell)
    bits = Bits({column: {(): cell}}, {cell: constant})
    solver = z3.SolverFor("QF_FD")
    solver.add(is_value(cell, constant, dividend))
    quotient = build.eq(build.div(cell.read, divisor), build.const(dividend // divisor))
    rest = build.eq(build.mod(cell.read, divisor), build.const(dividend % divisor))
    solver.add(z3.Not(z3.And(bits.term(quotient), bits.term(rest))))
    assert solver.check() == z3.unsat


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 1), (-1, 0), (-1, 6), (0, 9), (-8, 7)])
def test_a_cell_holds_the_values_of_its_type_and_no_others(low: int, high: int) -> None:
    cell = Cell(Column("number", (), Scalar("Number", low, high)), (), 0)
    constant = constant_of(cell)
    solver, found = z3.Solver(), set()
    solver.add(in_range(cell, constant))
    for value in range(low, high + 1):
        assert solver.check(is_value(cell, constant, value)) == z3.sat
        found.add(value)
    solver.add(*(z3.Not(is_value(cell, constant, value)) for value in found))
    assert solver.check() == z3.unsat


def test_a_width_holds_both_ends() -> None:
    assert [width(*ends) for ends in ((0, 0), (0, 1), (-1, 0), (-1, 6), (-8, 7), (-9, 8))] == [
        1,
        2,
        1,
        4,
        4,
        5,
    ]
    assert z3.is_false(within(z3.BitVec("x", 3), 4, 9))


def test_truth_values_are_numbers_too() -> None:
    cell = Cell(Column("flag", (), BOOL), (), 0)
    bits = Bits({cell.column: {(): cell}}, {cell: constant_of(cell)})
    solver = z3.Solver()
    solver.add(bits.number(cell.read) != z3.If(constant_of(cell), z3.BitVecVal(1, 2), 0))
    assert solver.check() == z3.unsat

"""Mutants by selector do what the model does whose rule is changed by hand."""

from pathlib import Path

import pytest
from mutation_toy import Phase, toy

from checker.explicit.explorer import check
from checker.mutation.program import COUNT, ERROR, VERDICT, compile_mutants, trace_mutants
from checker.mutation.survey import Scope, survey

pytestmark = pytest.mark.xdist_group("model-mutants")


@pytest.fixture(scope="module")
def program():
    traced = trace_mutants(toy())
    return compile_mutants(traced, traced.mutants)


def find(program, rule, text, change):
    """Return the one mutant of a rule with this change whose place holds a text."""
    found = [
        numbered
        for numbered in program.mutants
        for mutant in numbered.mutants
        if f".{rule}: " in mutant.place and text in mutant.place and mutant.change == change
    ]
    assert len(found) == 1, [str(numbered.mutants) for numbered in found]
    return found[0]


def figures(model):
    found = check(model.instance(), traces=False).exploration
    return found.states, found.transitions, found.depth


def test_number_zero_is_the_model(program):
    assert program.original({}).figures == figures(toy())
    assert not program.original({}).failed


@pytest.mark.parametrize(
    ("action", "place", "change", "by_hand"),
    [
        ("begin", "world.owner == worker", "always true", {"guard": False}),
        ("finish", "world.done <= room", "bound one lower", {"room": 1}),
        ("pass_on", "world.owner = (worker + 1) % 2", "dropped", {"passes": False}),
        ("begin", "[phases]", "another value", {"becomes": Phase.IDLE}),
        ("begin", "[phases]", "dropped", {"becomes": Phase.WAITING}),
    ],
)
def test_a_mutant_is_the_model_changed_by_hand(program, action, place, change, by_hand):
    numbered = find(program, action, place, change)
    assert program.shown({}, numbered.number).figures == figures(toy(**by_hand))


def test_every_change_of_a_condition_and_of_an_update_is_there(program):
    changes = {
        place: {m.change for n in program.mutants for m in n.mutants if place in m.place}
        for place in ("world.done <= room", "world.owner == worker", "world.done + 1 [done]")
    }
    assert changes == {
        "world.done <= room": {
            "negated",
            "always true",
            "always false",
            "bound one higher",
            "bound one lower",
        },
        "world.owner == worker": {"negated", "always true", "always false", "another value"},
        "world.done + 1 [done]": {"dropped", "another value"},
    }


def test_a_mutant_has_a_place_in_source(program):
    numbered = find(program, "begin", "world.owner == worker", "negated")
    lines = Path(__file__).with_name("mutation_toy.py").read_text().splitlines()
    span = numbered.spans[0]
    assert span.file.endswith("mutation_toy.py")
    assert "world.owner == worker" in lines[span.line - 1]
    assert str(numbered.mutants[0]) == ("mutation_toy.toy.begin: world.owner == worker: negated")


@pytest.mark.parametrize(
    ("action", "place", "change", "by"),
    [
        ("begin", "world.owner == worker", "always true", VERDICT),
        ("finish", "world.phases[worker] == Phase.WORKING", "always false", VERDICT),
        ("finish", "world.done <= room", "always true", ERROR),
        ("ask", "world.phases[worker] == Phase.IDLE", "always true", COUNT),
    ],
)
def test_what_a_mutant_is_noticed_by(program, action, place, change, by):
    numbered = find(program, action, place, change)
    assert program.difference({}, program.original({}), numbered.number).by == by


def test_a_value_that_leaves_its_range_is_an_error_of_the_model(program):
    numbered = find(program, "finish", "world.done <= room", "bound one higher")
    shown = program.shown({}, numbered.number)
    assert shown.failed


def test_a_survey_tells_survivors_and_scores():
    found = survey([Scope("toy", toy(), {"all": {}})], thorough=True)
    killed, all_of_them = found.score(VERDICT, ERROR, COUNT)
    assert all_of_them == len(found.distinct())
    assert killed == all_of_them - len(found.survivors())
    by_verdict, _ = found.score(VERDICT)
    assert 0 < by_verdict < killed
    assert [str(mutant) for mutant in found.survivors()] == []


def test_equal_places_are_one_mutant():
    found = survey([Scope("toy", toy(), {"all": {}})])
    same = [mutant for mutant in found.fates if mutant not in found.distinct()]
    assert all(found.places[m] in [found.places[d] for d in found.distinct()] for m in same)

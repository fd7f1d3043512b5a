"""All mutants of the models: the survivors are those that are listed."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "mutation"))

import pytest
from mutation_lists import listed, survivors
from mutation_scopes import SCOPES, SURVEYED, matching, read_scope

from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import check
from checker.mutation.program import ERROR, VERDICT, compile_mutants, trace_mutants
from checker.mutation.survey import KINDS, survey

pytestmark = [pytest.mark.xdist_group("all-mutants"), pytest.mark.timeout(7200)]


@pytest.fixture(scope="module", params=SURVEYED)
def surveyed(request):
    return request.param, survey(SURVEYED[request.param](), thorough=True)


def test_survivors_are_those_that_are_listed(surveyed):
    model, found = surveyed
    known = set(listed(survivors(model)))
    spans = {mutant: f"{span.file}:{span.line}: {mutant}" for mutant, span in found.spans.items()}
    alive = found.alive()
    assert [spans[group[0]] for group in alive if not known & set(group)] == []
    assert sorted(map(str, known - {mutant for group in alive for mutant in group})) == []


def test_most_mutants_are_told_from_the_model(surveyed):
    _, found = surveyed
    killed, number = found.score(*KINDS)
    assert killed >= 0.95 * number
    strongly, _ = found.score(VERDICT, ERROR)
    assert strongly >= 0.7 * number


@pytest.mark.parametrize("model", SURVEYED)
def test_with_all_its_mutants_a_model_does_what_it_does_without(model):
    for scope in SURVEYED[model]():
        traced = trace_mutants(scope.model)
        program = compile_mutants(traced, traced.mutants)
        plain = scope.model.instance()
        compiled = compile_instance(plain)
        for run in scope.runs.values():
            found = check(plain.with_parameters(run), compiled, traces=False).exploration
            figures = found.states, found.transitions, found.depth
            assert program.original(run).figures == figures


@pytest.mark.parametrize("name", SCOPES)
def test_scopes_have_the_figures_that_their_files_pin(name):
    scenario = read_scope(name)
    plain = scenario.model().instance()
    compiled = compile_instance(plain)
    rows = {c: matching(scenario, c) for c in SCOPES[name]}
    pinned = {c: row for c, row in rows.items() if row is not None}
    assert pinned
    for choice, row in pinned.items():
        found = check(plain.with_parameters(choice.parameters(scenario)), compiled, traces=False)
        figures = found.exploration.states, found.exploration.transitions, found.exploration.depth
        assert figures == tuple(row.figures[key] for key in ("states", "transitions", "depth"))

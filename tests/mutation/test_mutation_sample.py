"""A sample of the models' mutants: each is told from the model by the run that is listed for it."""

from collections import Counter

import pytest
from mutation_lists import SAMPLED, listed, sample, survivors
from mutation_scopes import surveyed

from checker.mutation.program import compile_mutants, trace_mutants

SCOPES = [(model, scope) for model, scopes in SAMPLED.items() for scope in scopes]


def tried(model, scope):
    """Return which sampled mutants of a scope are not there, and how the others differ."""
    rows = [row for row in sample(model) if row.scope == scope]
    mutated = surveyed(model, scope)
    traced = trace_mutants(mutated.model)
    by_mutant = {mutant: numbered for numbered in traced.mutants for mutant in numbered.mutants}
    missing = [str(row.mutant) for row in rows if row.mutant not in by_mutant]
    rows = [row for row in rows if row.mutant in by_mutant]
    chosen = {by_mutant[row.mutant].number: by_mutant[row.mutant] for row in rows}
    program = compile_mutants(traced, list(chosen.values()))
    originals = {name: program.original(run) for name, run in mutated.runs.items()}
    differences = {
        str(row.mutant): program.difference(
            mutated.runs[row.run], originals[row.run], by_mutant[row.mutant].number
        )
        for row in rows
    }
    return missing, differences


@pytest.mark.parametrize(("model", "scope"), SCOPES)
def test_sampled_mutants_are_told_from_the_model(model, scope):
    missing, differences = tried(model, scope)
    assert missing == []
    assert [mutant for mutant, difference in differences.items() if difference is None] == []


@pytest.mark.parametrize("model", SAMPLED)
def test_the_sample_is_as_large_as_it_should_be(model):
    rows = sample(model)
    assert Counter(row.scope for row in rows) == SAMPLED[model]
    assert len({row.mutant for row in rows}) == len(rows)


@pytest.mark.parametrize("model", SAMPLED)
def test_the_sample_is_of_many_places_and_of_every_change(model):
    mutants = [row.mutant for row in sample(model)]
    assert len({mutant.change for mutant in mutants}) == 7
    assert len({mutant.place.partition(".")[0] for mutant in mutants}) >= 7


@pytest.mark.parametrize("model", SAMPLED)
def test_survivors_are_listed_once_and_with_a_reason(model):
    groups = survivors(model)
    assert all(group.reason.endswith(".") and group.mutants for group in groups)
    mutants = listed(groups)
    assert len(set(mutants)) == len(mutants)
    assert not set(mutants) & {row.mutant for row in sample(model)}

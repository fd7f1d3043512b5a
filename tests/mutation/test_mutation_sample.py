"""A sample of the model's mutants: each is told from the model by the run that is listed for it."""

from collections import Counter

import pytest
from mutation_lists import SAMPLED, listed, sample, survivors
from mutation_scopes import SCOPES, scope

from checker.mutation.program import compile_mutants, trace_mutants


@pytest.fixture(scope="module", params=SAMPLED)
def tried(request):
    """The mutants sampled in a scope: whether they exist, and what their run shows."""
    rows = [row for row in sample() if row.scope == request.param]
    mutated = scope(request.param)
    traced = trace_mutants(mutated.model)
    by_mutant = {mutant: numbered for numbered in traced.mutants for mutant in numbered.mutants}
    missing = [str(row.mutant) for row in rows if row.mutant not in by_mutant]
    rows = [row for row in rows if row.mutant in by_mutant]
    chosen = {by_mutant[row.mutant].number: by_mutant[row.mutant] for row in rows}
    program = compile_mutants(traced, list(chosen.values()))
    originals = {name: program.original(run) for name, run in mutated.runs.items()}
    fates = {
        str(row.mutant): program.fate(
            mutated.runs[row.run], originals[row.run], by_mutant[row.mutant].number
        )
        for row in rows
    }
    return missing, fates


def test_sampled_mutants_are_told_from_the_model(tried):
    missing, fates = tried
    assert missing == []
    assert [mutant for mutant, fate in fates.items() if fate is None] == []


def test_the_sample_is_as_large_as_it_should_be():
    rows = sample()
    assert Counter(row.scope for row in rows) == SAMPLED
    assert len({row.mutant for row in rows}) == len(rows)
    assert all(row.run in {c.name for c in SCOPES[row.scope]} for row in rows)


def test_survivors_are_listed_once_and_with_a_reason():
    groups = survivors()
    assert all(group.reason.endswith(".") and group.mutants for group in groups)
    mutants = listed(groups)
    assert len(set(mutants)) == len(mutants)
    assert not set(mutants) & {row.mutant for row in sample()}

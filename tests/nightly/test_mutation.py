"""All mutants of the model of transactions: the survivors are those that are listed."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "mutation"))

import pytest
from mutation_lists import listed, survivors
from mutation_scopes import SCOPES, matching, read_scope, scope, scopes

from checker.mutation.program import (
    COUNT,
    ERROR,
    VERDICT,
    compile_mutants,
    trace_mutants,
)
from checker.mutation.survey import survey


@pytest.fixture(scope="module")
def found():
    return survey(scopes(), thorough=True)


@pytest.mark.timeout(7200)
def test_survivors_are_those_that_are_listed(found):
    places = {mutant: f"{span.file}:{span.line}: {mutant}" for mutant, span in found.spans.items()}
    known = set(listed(survivors()))
    assert [places[mutant] for mutant in found.survivors() if mutant not in known] == []
    assert [str(mutant) for mutant in sorted(known - set(found.survivors()))] == []


def test_most_mutants_are_told_from_the_model(found):
    killed, number = found.score(VERDICT, ERROR, COUNT)
    assert killed >= 0.95 * number
    by_verdict, _ = found.score(VERDICT)
    assert by_verdict >= 0.5 * number


@pytest.mark.parametrize("name", SCOPES)
def test_the_model_with_all_its_mutants_has_the_pinned_counts(name):
    traced = trace_mutants(scope(name).model)
    program = compile_mutants(traced, traced.mutants)
    pinned = 0
    for choice in SCOPES[name]:
        row = matching(read_scope(name), choice)
        if row is not None:
            shown = program.original(choice.parameters(read_scope(name)))
            assert shown.figures == tuple(
                row.figures[k] for k in ("states", "transitions", "depth")
            )
            pinned += 1
    assert pinned

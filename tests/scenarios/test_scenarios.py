"""Every small scenario shows what its file says: verdicts, lengths of runs, numbers of states."""

import pytest
from scenario_runs import names_of, wrong_in

from checker.settings.scenario_file import find_scenario
from model.releases import FAMILIES, in_words


@pytest.mark.parametrize("name", names_of(large=False))
def test_scenario_shows_what_its_file_expects(name):
    assert wrong_in(name) == []


@pytest.mark.parametrize("name", names_of(large=False))
def test_every_family_is_pinned_with_its_figures(name):
    expected = find_scenario(name).expected
    pinned = {row.kafka for row in expected if row.kafka == row.client and not row.on + row.off}
    assert {in_words(release) for release in FAMILIES.values()} <= pinned
    assert all(set(row.figures) == {"states", "transitions", "depth"} for row in expected)

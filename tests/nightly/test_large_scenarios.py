"""Every large scenario shows what its file says."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "scenarios"))

import pytest
from scenario_runs import names_of, wrong_in


@pytest.mark.parametrize("name", names_of(large=True))
def test_scenario_shows_what_its_file_expects(name):
    assert wrong_in(name) == []

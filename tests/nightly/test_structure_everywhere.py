"""The structural invariants hold in every scenario where no known bug breaks them."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "scenarios"))

import pytest
from scenario_runs import names_of
from structure_runs import BROKEN, broken_structure, transactional


@pytest.mark.parametrize("name", transactional(names_of(large=False)))
def test_structure_is_sound_in_all_scenarios(name):
    assert broken_structure(name) == BROKEN.get(name, {})

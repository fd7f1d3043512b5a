"""The structural invariants hold where no known bug breaks them (nightly: in all scenarios)."""

import pytest
from structure_runs import BROKEN, broken_structure

HERE = ("late-marker", "no-faults", "last-epochs", "late-offset-commit", "producer-id-expires")


@pytest.mark.parametrize("name", HERE)
def test_structure_is_sound(name):
    assert broken_structure(name) == BROKEN.get(name, {})

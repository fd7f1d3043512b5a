"""Which programs are kept on disk, and under which name."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from checker.explicit.cache import prune
from checker.explicit.recipe import recipe_key
from specs.effects import checked_effects

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_changed_after_it_was_loaded_is_not_kept(tmp_path: Path) -> None:
    source = tmp_path / "rules.py"
    source.write_text("one")
    os.utime(source, (0, 0))
    instance = replace(checked_effects(), sources=(str(source),)).instance()
    first = recipe_key(instance, False)
    source.write_text("two")
    assert first is not None
    assert recipe_key(instance, False) is None


def test_another_set_of_actions_has_another_name(tmp_path: Path) -> None:
    source = tmp_path / "rules.py"
    source.write_text("one")
    os.utime(source, (0, 0))
    model = replace(checked_effects(), sources=(str(source),))
    fewer = replace(model, actions=model.actions[:-1])
    assert recipe_key(model.instance(), False) != recipe_key(fewer.instance(), False)
    assert recipe_key(checked_effects().instance(), False) is None


def test_the_oldest_files_go_first(tmp_path: Path) -> None:
    now = time.time()
    for age in range(5):
        file = tmp_path / str(age)
        file.write_text("program")
        os.utime(file, (now - age, now - age))
    prune(tmp_path, 2)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["0", "1"]

"""Machine code of the kernels, the memory it works on, and what the cache folder keeps of it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from engine_models import TREE, Graph

from checker.explicit import engine_native
from checker.explicit.engine import explore
from checker.explicit.memory import Region, physical_memory

if TYPE_CHECKING:
    from pathlib import Path

WIDE = 11

WITHOUT_NUMBA = """
import sys
from checker.explicit.engine import NativeProgram, explore
from checker.explicit.native import Native, compile_module

HALVES = '''
define i64 @step(ptr %state, ptr %parameters, ptr %out, ptr %counters) {
  %now = load i64, ptr %state
  %half = lshr i64 %now, 1
  store i64 %half, ptr %out
  ret i64 1
}
'''
code = Native({"halves": compile_module(HALVES)})
program = NativeProgram(words=1, step=code.address("step"), max_successors=1, owner=code)
found = explore(program, [[1000]])
assert (found.states, found.transitions, found.depth) == (11, 11, 11), found
assert found.reached.path([1]) == [(1000 >> n,) for n in range(10)]
assert "numba" not in sys.modules
"""


def run(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_a_second_run_does_not_load_numba() -> None:
    explore(TREE, [[1]], memory_limit=1 << 20).reached.path([2])
    run(WITHOUT_NUMBA)


def test_code_is_compiled_again_where_nothing_can_be_cached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(occupied))
    code = engine_native._object_code("find", 1)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "folder"))
    assert len(engine_native._object_code("find", 1)) == len(code)
    (folder,) = (tmp_path / "folder").rglob("engine")
    (file,) = folder.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    file.write_bytes(file.read_bytes()[:-1])
    assert len(engine_native._object_code("find", 1)) == len(code)


@pytest.mark.parametrize("threads", [1, 2])
def test_states_of_many_words_share_a_kernel(threads: int) -> None:
    states = tuple((*range(number, number + WIDE - 1), number) for number in range(6))
    graph = Graph(
        words=WIDE,
        states=states,
        successors=((1, 2), (3,), (3, 0), (4, 4), (), (0,)),
        masks=(0, 0, 1, 0, 1, 0),
        cuts=(0,) * 6,
        initial=(0,),
    )
    found = explore(graph.program(), graph.rows(), threads=threads)
    assert (found.states, found.transitions, found.depth) == (5, 7, 4)
    assert found.findings[0].state == states[2]
    assert found.reached.path(states[4]) == [states[0], states[1], states[3], states[4]]


def test_a_region_is_zeroed_memory_that_views_keep() -> None:
    region = Region(1 << 40)
    view = region.view(np.uint64, 1000)
    assert not view.any()
    view[:] = 7
    del region
    assert view.sum() == 7000


def test_a_region_without_views_can_be_released() -> None:
    region = Region(4096)
    region.release()
    assert region.address > 0


def test_the_machine_has_memory() -> None:
    assert physical_memory() > 1 << 28

"""`eoscheck prove --bounded` from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from checker.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

MODEL = """
from typing import Annotated
from checker.lang import Model, Numeric, Record, action, always, require, sometimes

class World(Record):
    number: Annotated[int, Numeric("Number", high=4)]

@action("counter")
def count(world: World) -> None:
    '''It counts.'''
    require(world.number < LAST, "it is done")
    world.number = world.number + 1

@always("It stays small")
def small(world: World) -> bool:
    return world.number < 3

@sometimes("It gets to one")
def one(world: World) -> bool:
    return world.number == 1

MODEL = Model("counter", World, actions=[count], properties=[small, one])
"""


def counter(folder: Path, last: int) -> str:
    file = folder / "counter.py"
    file.write_text(MODEL.replace("LAST", str(last)))
    return str(file)


@pytest.mark.parametrize(
    ("last", "steps", "code", "verdicts", "complete"),
    [
        (4, None, 1, {"small": "broken", "one": "holds"}, True),
        (2, None, 0, {"small": "holds", "one": "holds"}, True),
        (0, None, 4, {"small": "holds", "one": "vacuous"}, True),
        (4, 2, 0, {"small": "holds-to-depth", "one": "holds"}, False),
        (9, None, 1, {"small": "broken", "one": "holds"}, True),
    ],
)
def test_verdicts_and_exit_codes(
    tmp_path: Path, capsys, last: int, steps: int | None, code: int, verdicts: dict, complete: bool
) -> None:
    options = [] if steps is None else ["--steps", str(steps)]
    file = counter(tmp_path, last)
    assert run(["prove", "--bounded", file, *options, "--format", "json", "-q"]) == code
    (found,) = json.loads(capsys.readouterr().out)["scenarios"]
    assert {p["name"]: p["verdict"] for p in found["properties"]} == verdicts
    assert found["complete"] is complete
    assert found["capacities_reached"] == ({"Number": 4} if last == 9 else {})


def test_the_text_shows_the_run(tmp_path: Path, capsys) -> None:
    assert run(["prove", "--bounded", counter(tmp_path, 4)]) == 1
    shown = capsys.readouterr()
    assert "BROKEN in 3 steps  It stays small" in shown.out
    assert "there are no longer ones that change anything" in shown.out
    assert "  3. counter: It counts" in shown.out
    assert "2 steps," in shown.err


def test_a_solver_with_too_little_work_is_inconclusive(tmp_path: Path, capsys) -> None:
    assert run(["prove", "--bounded", counter(tmp_path, 4), "--rlimit", "1", "-q"]) == 3
    assert "nothing was looked at" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--bounded"], "--bounded needs a scenario or a model"),
        (["--bounded", "nonsense"], "there is no scenario 'nonsense'"),
        (["--bounded", "kafka", "--kafka", "4.1"], "--kafka is for scenarios, kafka is none"),
        (["--bounded", "late-marker", "--check", "x"], "is no proof model, and has no"),
        (["--bounded", "--inductive", "late-marker"], "are two questions"),
        (["--steps", "3"], "--steps is for --bounded and --inductive"),
        (["--property", "order"], "--property is for --bounded and --inductive"),
    ],
)
def test_bad_input_is_one_sentence(capsys, arguments: list[str], sentence: str) -> None:
    assert run(["prove", *arguments]) == 2
    shown = capsys.readouterr()
    assert not shown.out
    assert sentence in shown.err
    assert shown.err.count("\n") == 1

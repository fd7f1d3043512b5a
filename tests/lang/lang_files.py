"""Models written to files, for tests of what their rules may say, and where errors stand."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from textwrap import dedent, indent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from checker.lang import Model

_numbers = itertools.count()

HEAD = """\
import random
from enum import IntEnum
from typing import Annotated

from checker.lang import (
    NONE, Array, Capacity, Identity, Log, Model, Multiset, Numeric, Parameters, Queue, Record,
    Relation, State, Subset, action, always, bound, count, exists, for_each, forall, function,
    ghost, leads_to, procedure, require, sometimes, where,
)

Thing = Annotated[int, Identity("Thing", size="things")]
Maybe = Annotated[int, Identity("Thing", size="things", optional=True)]
Small = Annotated[int, Numeric("Small", high=3)]
TABLE = [1, 2]
WORDS = {"a": 1}


class Colour(State):
    RED = 0
    GREEN = 1


MAY_FOLLOW = {Colour.RED: (Colour.GREEN,), Colour.GREEN: ()}


class Item(Record):
    key: Small
    flag: bool


class World(Record):
    number: Small
    flag: bool
    colour: Colour
    maybe: Maybe
    table: Array[Thing, Item]
    marks: Subset[Thing]
    log: Annotated[Log[Item], Capacity(2, "log")]
    bag: Annotated[Multiset[Item], Capacity(2, "bag")]
    past: Annotated[Small, ghost]

"""
TAIL = """

@action("someone")
def act(world: World, thing: Thing, number: Small, flag: bool) -> None:
    \"\"\"Act.\"\"\"
{body}


MODEL = Model("written", World, [act], bounds={{"things": 2}})
"""


def load(path: Path, text: str) -> Model:
    """Write a model to a file of its own and return its MODEL."""
    number = next(_numbers)
    file = path / f"written_{number}.py"
    file.write_text(text)
    name = f"_written_{number}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    model: Model = module.MODEL
    return model


def rule(body: str, before: str = "") -> str:
    """Return a model whose one action has this body, behind these declarations."""
    return HEAD + dedent(before) + TAIL.format(body=indent(dedent(body).strip("\n"), "    "))


def marked_line(text: str) -> int:
    """Return the line that ends in `# here`."""
    lines = [n for n, line in enumerate(text.splitlines(), 1) if line.endswith("# here")]
    assert len(lines) == 1
    return lines[0]

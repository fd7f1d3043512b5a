"""A program on disk: everything needed to link and run it again without tracing the model.

Only for models that name their source files (`Model.sources`): the key is the content of these
files and of the language and the code generator, so a changed rule is always compiled anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import llvmlite

import checker.lang
from checker.explicit.cache import cache_folder, prune, read_cached, write_cached
from checker.explicit.packing import Packing, Slot
from checker.explicit.program import Fired, Program, WasBlocked
from checker.lang.ir import CutLeaf, ErrorLeaf
from checker.lang.runtime import LOADED
from checker.lang.slicing import Projection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.lang.model import Instance

MOST_PROGRAMS = 100
"""How many programs are kept on disk, each of a few hundred kilobytes."""

_OURS = (Path(checker.lang.__file__).parent, Path(__file__).parent)


def recipe_key(instance: Instance, coverage: bool) -> str | None:
    """Return the name under which an instance's program is kept; None if it is not kept.

    It is not kept where a file was changed after it may have been loaded: the program would be kept
    under the name of rules that it does not have.
    """
    sources = instance.model.sources
    ours = tuple(str(file) for folder in _OURS for file in sorted(folder.glob("*.py")))
    if not sources or any(os.stat(file).st_mtime >= LOADED for file in (*sources, *ours)):
        return None
    parts = [
        llvmlite.__version__,
        platform.python_version(),
        instance.model.name,
        json.dumps(instance.bounds, sort_keys=True),
        json.dumps([item.name for item in instance.properties]),
        json.dumps([action.name for action in instance.model.actions]),
        json.dumps([rule.__name__ for rule in instance.model.canonical]),
        str(coverage),
        _digest(ours),
        _digest(tuple(sources)),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@lru_cache
def _digest(files: Sequence[str]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(file.encode() + b"\0" + hashlib.sha256(Path(file).read_bytes()).digest())
    return total.hexdigest()


def save_recipe(key: str, program: Program, projection: Projection) -> None:
    """Keep a program in the user's cache folder."""
    folder = cache_folder("programs")
    if folder is None:
        return
    document = {
        "words": program.packing.words,
        "columns": [column.name for column in projection.columns],
        "slots": {
            c.name: [s.word, s.shift, s.width, s.per_word, s.low, s.cells]
            for c, s in program.packing.slots.items()
        },
        "modules": program.modules,
        "counters": [_counter(counter) for counter in program.counters],
        "properties": list(program.properties),
        "failures": [[f.message, f.file, f.line] for f in program.failures],
    }
    write_cached(folder / key, json.dumps(document).encode())
    prune(folder, MOST_PROGRAMS)


def load_recipe(key: str, instance: Instance) -> tuple[Program, Projection] | None:
    """Return a kept program; None if there is none."""
    folder = cache_folder("programs")
    data = None if folder is None else read_cached(folder / key)
    if data is None:
        return None
    document = json.loads(data)
    columns = instance.schema.by_name
    slots = {columns[name]: Slot(*numbers) for name, numbers in document["slots"].items()}
    program = Program(
        Packing(instance.layout, slots, document["words"]),
        document["modules"],
        tuple(_from_counter(counter) for counter in document["counters"]),
        tuple(document["properties"]),
        tuple(ErrorLeaf(*failure) for failure in document["failures"]),
    )
    kept = tuple(columns[name] for name in document["columns"])
    return program, Projection(instance.layout, kept)


def _counter(counter: object) -> list[Any]:
    match counter:
        case CutLeaf(capacity, names):
            return ["cut", capacity, sorted(names)]
        case ErrorLeaf(message, file, line):
            return ["error", message, file, line]
        case Fired(action):
            return ["fired", action]
        case WasBlocked(action, reason):
            return ["blocked", action, reason]
    raise AssertionError(counter)


def _from_counter(data: list[Any]) -> object:
    kind, *rest = data
    if kind == "cut":
        return CutLeaf(rest[0], frozenset(rest[1]))
    return {"error": ErrorLeaf, "fired": Fired, "blocked": WasBlocked}[kind](*rest)

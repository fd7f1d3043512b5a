"""Which action makes which move of a chart of transactions: seen by exploring small scopes."""

from __future__ import annotations

import ctypes
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from checker.explicit.cache import cache_folder, prune, read_cached, write_cached
from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import check
from checker.explicit.recipe import recipe_key
from checker.lang.concrete import ConcreteMachine
from checker.lang.errors import Stop
from checker.lang.ir import columns_read
from checker.lang.model import user_errors
from checker.lang.tracing import Tracer
from diagrams import moves
from model.charts import SCENE_BOUNDS, SCENE_FAULTS, SCENES
from model.transactions.world import transactions_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from checker.explicit.compiled import Compiled
    from checker.lang.concrete import Vector
    from checker.lang.model import Instance
    from checker.lang.rules import Action
    from checker.lang.types import Column
    from model.charts import TransactionChart

    Rows = npt.NDArray[np.uint64]

Pair = tuple[int, int]
Moves = dict[Pair, dict[str, None]]

MOST_CHARTS = 50
"""How many charts are kept on disk, each of a few kilobytes."""

_STEP = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_void_p] * 4)


@dataclass(frozen=True)
class _Seen:
    """The transitions of one action in one scope: packed states before and after."""

    instance: Instance
    compiled: Compiled
    action: Action[Any]
    before: Rows
    after: Rows


@cache
def moves_of(chart: TransactionChart) -> Moves:
    """Return the actions that were seen to make each move, in the model's order.

    They are kept on disk under the content of all that they follow from.
    """
    file = _file(chart)
    kept = None if file is None else read_cached(file)
    if kept is not None:
        return {(old, new): dict.fromkeys(names) for old, new, names in json.loads(kept)}
    found = _seen_moves(chart)
    if file is not None:
        rows = [[*pair, list(names)] for pair, names in found.items()]
        write_cached(file, json.dumps(rows).encode())
        prune(file.parent, MOST_CHARTS)
    return found


def _file(chart: TransactionChart) -> Path | None:
    """Return where the moves of a chart are kept; None where they are not."""
    folder, key = cache_folder("charts"), recipe_key(_instance(1), False)
    if folder is None or key is None:
        return None
    ours = Path(__file__).read_bytes() + Path(moves.__file__).read_bytes()
    text = f"{key} {chart.enum.__name__} {hashlib.sha256(ours).hexdigest()}"
    return folder / hashlib.sha256(text.encode()).hexdigest()


def _seen_moves(chart: TransactionChart) -> Moves:
    find = _written if chart.view is None else _viewed
    order = [action.name for action in _instance(1).model.actions]
    found: dict[Pair, set[str]] = {}
    for seen in _transitions():
        if chart.view is not None and seen.instance.bounds["groups"] == 0:
            continue
        for pair in find(chart, seen):
            found.setdefault(pair, set()).add(seen.action.name)
    return {
        pair: dict.fromkeys(sorted(names, key=order.index)) for pair, names in sorted(found.items())
    }


@cache
def _instance(groups: int) -> Instance:
    return transactions_model(SCENE_FAULTS, (), {**SCENE_BOUNDS, "groups": groups}).instance()


@cache
def _compiled(groups: int) -> Compiled:
    return compile_instance(_instance(groups))


@cache
def _transitions() -> tuple[_Seen, ...]:
    """Explore every scope; return the transitions of each action in it."""
    found = []
    for scene in SCENES:
        compiled = _compiled(scene.groups)
        instance = _instance(scene.groups).with_parameters(scene.parameters())
        states = check(instance, compiled, traces=False).exploration.reached.states
        for action in instance.model.actions:
            before, after = _steps(compiled, instance, action, states)
            if len(before):
                found.append(_Seen(instance, compiled, action, before, after))
    return tuple(found)


def _steps(
    compiled: Compiled, instance: Instance, action: Action[Any], states: Rows
) -> tuple[Rows, Rows]:
    """Return the states that an action has steps from, and the ends of these steps."""
    words = compiled.program.packing.words
    step = _STEP(compiled.native.address(f"action_{action.name}"))
    parameters = compiled.parameters(instance)
    counters = np.zeros(len(compiled.program.counters) + 1, np.int64)
    out = np.zeros((compiled.max_successors + 1, words), np.uint64)
    rest = (parameters.ctypes.data, out.ctypes.data, counters.ctypes.data)
    origins, ends = [], []
    for number in range(len(states)):
        made = step(states[number].ctypes.data, *rest)
        if made:
            origins += [number] * made
            ends.append(out[:made].copy())
    return states[origins], np.concatenate(ends) if ends else out[:0]


def _cells(compiled: Compiled, columns: Iterable[Column], rows: Rows) -> npt.NDArray[np.int64]:
    """Return the values of all cells of these columns, a row for each state."""
    slots = compiled.program.packing.slots
    found = [np.zeros(len(rows), np.int64)]
    for column in columns:
        slot = slots.get(column)
        for cell in range(slot.cells if slot is not None else 0):
            assert slot is not None
            word, shift = slot.place(cell)
            value = rows[:, word] >> np.uint64(shift) & np.uint64(slot.mask)
            found.append(value.astype(np.int64) + slot.low)
    return np.stack(found, axis=1)


def _unlike(columns: Sequence[Column], seen: _Seen) -> list[int]:
    """Return one of all transitions that do the same to these columns."""
    both = np.hstack([_cells(seen.compiled, columns, end) for end in (seen.before, seen.after)])
    _, first = np.unique(both, axis=0, return_index=True)
    return [int(number) for number in first]


def _written(chart: TransactionChart, seen: _Seen) -> set[Pair]:
    """Return the moves that the steps of an action write, with those on the way."""
    columns = moves.state_columns(seen.instance, chart.enum)
    machine = _Watching(seen.instance, columns)
    steps = [step for step in seen.instance.steps if step.action is seen.action]
    for number in _unlike(_beside(seen.instance, columns), seen):
        vector = seen.compiled.program.packing.unpack(seen.before[number])
        for step in steps:
            noted = set(machine.moves)
            try:
                machine.run(vector, step.action.rule, step.values)
            except Stop:
                machine.moves = noted
    return machine.moves


def _beside(instance: Instance, columns: Sequence[Column]) -> list[Column]:
    """Return these columns and all others of the same records."""
    records = {column.name.rpartition(".")[0] for column in columns}
    return [c for c in instance.layout.columns if c.name.rpartition(".")[0] in records]


class _Watching(ConcreteMachine):
    """A machine that notes the moves that are written to some columns."""

    def __init__(self, instance: Instance, columns: Sequence[Column]) -> None:
        super().__init__(instance.layout, instance.parameters)
        self.columns = set(columns)
        self.moves: set[Pair] = set()

    def write(self, column: Column, indices: tuple[Any, ...], value: Any) -> None:
        """Change a scalar; note the move."""
        old = self.cells[self._position(column, indices)] if column in self.columns else None
        super().write(column, indices, value)
        if old is not None:
            self.moves.add((int(old), int(value)))


def _viewed(chart: TransactionChart, seen: _Seen) -> set[Pair]:
    """Return the moves between the states that the chart's view gives before and after a step."""
    rows = np.vstack([seen.before, seen.after])
    cells = _cells(seen.compiled, _read_by(chart), rows)
    known = _known(chart)
    _, first, places = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    states = []
    for number in first:
        key = cells[number].tobytes()
        if key not in known:
            vector = seen.compiled.program.packing.unpack(rows[number])
            known[key] = _states(chart, vector)
        states.append(known[key])
    ends = np.array(states)[places.reshape(2, -1)]
    pairs = np.unique(ends.transpose(0, 2, 1).reshape(2, -1), axis=1)
    return {(int(old), int(new)) for old, new in pairs.T if old != new}


@cache
def _known(chart: TransactionChart) -> dict[bytes, tuple[int, ...]]:
    """Return where to keep what the view said about the columns that it reads."""
    del chart
    return {}


def _states(chart: TransactionChart, vector: Vector) -> tuple[int, ...]:
    """Return the states of all that the chart speaks of; they depend on no parameter."""
    instance = _instance(1)
    machine = instance.machine()
    each = range(instance.bounds[chart.of])
    return tuple(int(machine.run(vector, _rule(chart), (number,))) for number in each)


def _rule(chart: TransactionChart) -> Any:
    assert chart.view is not None
    return chart.view


@cache
def _read_by(chart: TransactionChart) -> tuple[Column, ...]:
    """Return the columns that the chart's view reads."""
    instance, rule = _instance(1), _rule(chart)
    found: dict[Column, None] = {}
    for each in range(instance.bounds[chart.of]):
        for state in chart.enum:
            with user_errors(rule):
                verdict = Tracer(instance.schema).evaluate(
                    lambda world, each=each, state=state: rule(world, each) == state
                )
            found |= dict.fromkeys(columns_read(verdict.condition))
    return tuple(found)

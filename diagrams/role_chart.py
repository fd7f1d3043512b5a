"""The state chart of a role: its table MAY_FOLLOW, labelled with the actions that move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang.charts import chart_of
from checker.lang.errors import LanguageError
from diagrams.chart import Chart, Move
from diagrams.moves import lengths, moves_of_actions, state_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from enum import IntEnum

    from checker.lang.model import Instance
    from diagrams.moves import ActionMoves

Pair = tuple[int, int]


def role_chart(instance: Instance, enum: type[IntEnum], title: str) -> Chart:
    """The chart of an enum's states, with the moves that its table allows in the table's order.

    The labels of a move are the names of the actions that can make it by their rules, in the
    model's order; a move that no action makes has none. A move that an action makes although
    the table does not list it is forbidden. Where a rule copies a state without asking whether the
    move is legal, as a replica's memory is copied, this is no move. An enum that is not a `State`
    may do without a table: then nothing is forbidden. Initial is the state that all cells start
    in, if it is the same one.

    Raises:
        LanguageError: no cell of the world holds the enum, or its table is missing or wrong.
    """
    if not state_columns(instance, enum):
        raise LanguageError(f"{instance.model.name} has no field of the type {enum.__name__}")
    table = _table(enum)
    labels = _labels(moves_of_actions(instance, enum), table)
    legal = list(labels) if table is None else table
    rest = sorted(pair for pair in labels if pair not in legal)
    moves = [_move(enum, pair, labels) for pair in legal]
    moves += [_move(enum, pair, labels, forbidden=True) for pair in rest]
    states = tuple(state.name for state in enum)
    return Chart(title, states, _initial(instance, enum), tuple(moves))


def seen_chart(enum: type[IntEnum], title: str, seen: Mapping[Pair, Iterable[str]]) -> Chart:
    """The chart of an enum's states, with the moves of its table, labelled by what was seen.

    seen: the words for what makes each move. A move that was seen although the table does not list
    it is forbidden. Initial is the enum's first state.

    Raises:
        LanguageError: the enum's table is missing or wrong.
    """
    legal = _table(enum) or []
    labels = {pair: list(words) for pair, words in seen.items()}
    moves = [_move(enum, pair, labels) for pair in legal]
    moves += [_move(enum, pair, labels, forbidden=True) for pair in labels if pair not in legal]
    states = tuple(state.name for state in enum)
    return Chart(title, states, states[0], tuple(moves))


def _move(
    enum: type[IntEnum], pair: Pair, labels: dict[Pair, list[str]], forbidden: bool = False
) -> Move:
    source, target = (enum(state).name for state in pair)
    return Move(source, target, tuple(labels.get(pair, ())), forbidden)


def _table(enum: type[IntEnum]) -> list[Pair] | None:
    """The moves that MAY_FOLLOW lists for the enum, None if it needs no table and has none."""
    chart = chart_of(enum)
    if chart is None:
        return None
    return list(
        dict.fromkeys(
            (int(source), int(target)) for source, targets in chart.items() for target in targets
        )
    )


def _labels(actions: tuple[ActionMoves, ...], table: list[Pair] | None) -> dict[Pair, list[str]]:
    """The names of the actions in words, by the move that they make."""
    labels: dict[Pair, dict[str, None]] = {}
    for action in actions:
        words = action.action.replace("_", " ")
        made = set(action.named)
        if table is None or all(pair in table for pair in action.copied):
            made |= action.copied
        for pair in sorted(made):
            if pair[0] != pair[1] or (table is not None and pair in table):
                labels.setdefault(pair, {})[words] = None
    return {pair: list(words) for pair, words in labels.items()}


def _initial(instance: Instance, enum: type[IntEnum]) -> str | None:
    """The state that every cell has at the start; elements of sequences count if nothing else."""
    columns = state_columns(instance, enum)
    inside = lengths(instance.schema.root)
    fixed = [column for column in columns if column not in inside]
    starts = {column.default for column in fixed or columns}
    finite = all(sort.size is not None for c in instance.schema.columns for sort in c.sorts)
    if fixed and finite:
        layout = instance.layout
        places = [range(layout.start[c], layout.start[c] + c.cells) for c in fixed]
        starts = {state[k] for state in instance.initial() for place in places for k in place}
    return enum(starts.pop()).name if len(starts) == 1 else None

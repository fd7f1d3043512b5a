import sys
from dataclasses import replace
from enum import IntEnum
from typing import Annotated

import pytest
import toy_charts
from toy_charts import MODEL, Job, Light

from checker.explicit.reference import Reference, ReferenceResult
from checker.lang import (
    Array,
    Capacity,
    Identity,
    LanguageError,
    Log,
    Model,
    Record,
    State,
    action,
)
from diagrams import Chart, render
from diagrams.role_chart import role_chart

Door = Annotated[int, Identity("Door", size=2)]
Unlimited = Annotated[int, Identity("Unlimited")]


class Position(State):
    """Of a door."""

    SHUT = 0
    OPEN = 1


class Charted(IntEnum):
    """No chart speaks of it."""

    ONE = 0
    TWO = 1


MAY_FOLLOW = {Position.SHUT: (Position.OPEN,)}


def labels(chart: Chart, forbidden: bool = False) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(m.source, m.target): m.labels for m in chart.moves if m.forbidden is forbidden}


def test_the_moves_of_the_table_with_the_actions_that_make_them() -> None:
    chart = role_chart(MODEL.instance(), Job, "A job")
    assert (chart.title, chart.states) == ("A job", tuple(state.name for state in Job))
    assert labels(chart) == {
        ("WAITING", "RUNNING"): ("start job",),
        ("WAITING", "FAILED"): (),
        ("RUNNING", "RUNNING"): ("poll job",),
        ("RUNNING", "WAITING"): ("stop job", "close job"),
        ("RUNNING", "DONE"): ("end job", "close job", "swap"),
        ("RUNNING", "FAILED"): ("end job", "stop job", "give up", "close job"),
        ("DONE", "DONE"): (),
        ("DONE", "GONE"): ("sweep",),
        ("FAILED", "WAITING"): ("retry", "give up"),
        ("FAILED", "GONE"): ("sweep",),
    }
    assert list(labels(chart)) == [
        (source.name, target.name)
        for source, targets in toy_charts.MAY_FOLLOW.items()
        for target in targets
    ]


def test_a_state_that_is_stored_past_the_chart_is_forbidden() -> None:
    chart = role_chart(MODEL.instance(), Job, "A job")
    assert labels(chart, forbidden=True) == {("GONE", "WAITING"): ("reset",)}


def test_an_enum_without_a_chart_shows_what_actions_do() -> None:
    chart = role_chart(MODEL.instance(), Light, "A light")
    assert labels(chart) == {
        ("RED", "GREEN"): ("switch",),
        ("GREEN", "AMBER"): ("switch",),
        ("AMBER", "RED"): ("switch", "stop"),
        ("GREEN", "RED"): ("stop",),
    }
    assert not labels(chart, forbidden=True)
    assert chart.initial == "RED"


def test_every_move_that_exploration_sees_has_its_label() -> None:
    """But moves through another state in one step, of which exploration sees the ends alone."""
    seen = _seen_moves()
    chart = role_chart(MODEL.instance(), Job, "A job")
    shown = {(label, move.source, move.target) for move in chart.moves for label in move.labels}
    assert ("give up", "RUNNING", "WAITING") in seen
    assert {move for move in seen if move[0] != "give up"} <= shown
    assert {label for label, _, _ in shown} - {label for label, _, _ in seen} == {"poll job"}


def _seen_moves() -> set[tuple[str, str, str]]:
    found: set[tuple[str, str, str]] = set()
    actions = [item for item in MODEL.actions if item.role in ("worker", "keeper")]
    actions.remove(toy_charts.note_state)
    model = replace(MODEL, actions=actions)
    for last in (Job.WAITING, Job.DONE, Job.FAILED):
        for may_retry in (0, 1):
            settings = {"settings.last": last, "settings.may_retry": may_retry}
            instance = model.instance({"slots": 1}, settings)
            layout = instance.layout
            place = layout.start[instance.schema.by_name["jobs.state"]]
            explorer = Reference(instance)
            frontier = explorer.initial()
            known = set(frontier)
            while frontier:
                state = frontier.pop()
                for step, after in explorer.successors(state, ReferenceResult()):
                    if state[place] != after[place]:
                        ends = (Job(state[place]).name, Job(after[place]).name)
                        found.add((step.action.name.replace("_", " "), *ends))
                    if after not in known:
                        known.add(after)
                        frontier.append(after)
    return found


class Doors(Record):
    """Two doors."""

    doors: Array[Door, Position]


def start_with_one_open(world: Doors, door: Door) -> None:
    world.doors[door] = Position.OPEN


def start_open(world: Doors) -> None:
    world.doors.fill(Position.OPEN)


@pytest.mark.parametrize(
    ("start", "initial"), [(None, "SHUT"), (start_open, "OPEN"), (start_with_one_open, None)]
)
def test_the_initial_state_is_the_one_of_all_cells(start: object, initial: str | None) -> None:
    model = Model(name="doors", world=Doors, actions=[], start=start)  # type: ignore[arg-type]
    assert role_chart(model.instance(), Position, "Doors").initial == initial


class Proof(Record):
    """Without end."""

    doors: Array[Unlimited, Position]


@action("visitor")
def force(world: Proof, door: Unlimited) -> None:
    """Break the door."""
    world.doors[door] = Position.OPEN


def test_a_world_without_end_starts_as_its_types_say() -> None:
    model = Model(name="proof", world=Proof, actions=[force])
    chart = role_chart(model.instance(), Position, "Doors")
    assert chart.initial == "SHUT"
    assert labels(chart) == {("SHUT", "OPEN"): ("force",)}
    assert not labels(chart, forbidden=True)


class Chronicle(Record):
    """Positions in the order of time."""

    past: Annotated[Log[Position], Capacity(2)]


@action("writer")
def note_open(world: Chronicle) -> None:
    """It was open."""
    world.past.append(Position.OPEN)


@action("forger")
def rewrite(world: Chronicle) -> None:
    """The newest was wrong."""
    world.past[world.past.length - 1] = Position.SHUT


def test_only_what_changes_in_place_moves_in_a_log() -> None:
    model = Model(name="chronicle", world=Chronicle, actions=[note_open, rewrite])
    chart = role_chart(model.instance(), Position, "Past")
    assert chart.initial == "SHUT"
    assert labels(chart) == {("SHUT", "OPEN"): ()}
    assert labels(chart, forbidden=True) == {("OPEN", "SHUT"): ("rewrite",)}


def test_an_enum_that_no_field_has() -> None:
    with pytest.raises(LanguageError, match="toy has no field of the type Charted"):
        role_chart(MODEL.instance(), Charted, "Nothing")


@pytest.mark.parametrize("table", [None, {Position.SHUT: Position.OPEN}, {Position.SHUT: (7,)}, 3])
def test_a_missing_or_wrong_table(table: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "MAY_FOLLOW", table)
    model = Model(name="doors", world=Doors, actions=[])
    with pytest.raises(LanguageError, match="has no table MAY_FOLLOW from each Position"):
        role_chart(model.instance(), Position, "Doors")


def test_the_chart_can_be_drawn() -> None:
    drawn = render(role_chart(MODEL.instance(), Job, "A job"), "mermaid")
    assert "FORBIDDEN<br/>reset" in drawn

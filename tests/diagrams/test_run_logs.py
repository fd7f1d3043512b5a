"""Late copies and their senders, failovers, and the logs at the end of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any
from xml.etree import ElementTree

import pytest

from checker.cli.answers import trace_of
from checker.explicit.explorer import check
from checker.lang import Capacity, Identity, Log, Model, Record, action, require
from checker.lang.logs import LogEntry, LogView
from checker.settings.scenario_file import find_scenario, parameters_at
from checker.traces.messages import with_origins
from checker.traces.replay import replay
from checker.traces.trace import Change, Trace, TraceStep, build_trace
from diagrams import Run, RunStep, render
from diagrams.logs_text import logs_text
from diagrams.run_of_trace import run_of_trace
from diagrams.sequence_rows import Shape, rows

SVG = "{http://www.w3.org/2000/svg}"
COPY = RunStep(1, "producer", "It gives up", "abandon", "leader")
TAKEN = RunStep(2, "leader", "It takes the copy", "late", "producer", takes=1)


def traced(kind: str, *places: str) -> TraceStep:
    changes = tuple(Change(place, "0", "1") for place in places)
    return TraceStep("act", "producer", {}, "It acts", changes, "leader", kind)


@pytest.mark.parametrize(
    ("steps", "takes"),
    [
        ([("abandon", "late[0]"), ("late", "late[0]")], [None, 1]),
        ([("abandon", "late[0]"), ("abandon", "late[1]"), ("late", "late[0]")], [None, None, 1]),
        ([("abandon", "late[0]"), ("abandon", "late[0]"), ("late", "late[0]")], [None, None, 2]),
        ([("abandon", "late[0]"), ("late", "late[1]")], [None, None]),
        ([("send", "late[0]"), ("late", "late[0]")], [None, None]),
        ([("late", "late[0]"), ("abandon", "late[0]")], [None, None]),
        (
            [("abandon", "late[0]"), ("late", "late[0]"), ("late", "late[0]")],
            [None, 1, None],
        ),
    ],
)
def test_which_message_a_late_step_takes(
    steps: list[tuple[str, str]], takes: list[int | None]
) -> None:
    found = with_origins([traced(kind, place) for kind, place in steps])
    assert [step.takes for step in found] == takes


def run(*steps: RunStep, logs: tuple[LogView, ...] = ()) -> Run:
    return Run("A run", ("producer", "leader"), steps, None, logs)


def test_a_late_copy_comes_from_its_sender() -> None:
    left, taken = rows(run(COPY, TAKEN))
    assert (left.shape, left.start, left.end) == (Shape.ABANDONED, 0, 1)
    assert (taken.shape, taken.start, taken.end, taken.taken_from) == (Shape.LATE, 0, 1, 1)


def test_a_late_copy_as_text() -> None:
    text = str(render(run(COPY, TAKEN), "text"))
    assert "├╌╌╌╌╌╌╌╌○ │" in text
    assert "├╌╌╌╌╌╌╌╌1►│" in text
    assert "left on a connection that was given up" in text
    assert "given up" not in str(render(run(TAKEN), "text"))


def test_a_late_copy_as_a_picture() -> None:
    svg = ElementTree.fromstring(str(render(run(COPY, TAKEN), "svg")))
    senders = [t.text for t in svg.iter(f"{SVG}text") if t.get("class") == "sender"]
    assert senders == ["1"]
    dashed = [
        line
        for line in svg.iter(f"{SVG}line")
        if line.get("class") == "message" and line.get("stroke-dasharray")
    ]
    assert len(dashed) == 2
    assert float(dashed[0].get("x2", "")) < float(dashed[1].get("x2", ""))


def test_a_late_copy_as_mermaid() -> None:
    text = str(render(run(COPY, TAKEN), "mermaid"))
    assert "role1--xrole2: 1. It gives up" in text
    assert "role1-->>role2: 2. It takes the copy (left in 1)" in text


def test_a_failover_without_a_target_is_a_fault() -> None:
    (row,) = rows(run(RunStep(1, "leader", "It fails", "failover")))
    assert (row.shape, row.start, row.down) == (Shape.FAULT, 1, frozenset())


PARTITION = LogView(
    "partition 0",
    (
        LogEntry("transaction 0", "producer id 0, epoch 1", "aborted", step=3),
        LogEntry("ABORT", "producer id 0, epoch 2", marker=True, step=5),
        LogEntry("transaction 1 <b>", "producer id 0, epoch 2", "open"),
    ),
    (("last stable offset", 2), ("high watermark", 3)),
)


def test_logs_as_text() -> None:
    assert logs_text([PARTITION], 100) == [
        "The logs at the end:",
        "  partition 0: last stable offset 2, high watermark 3",
        "    0 transaction 0 (producer id 0, epoch 1) aborted, step 3",
        "    1 ABORT (producer id 0, epoch 2), step 5",
        "    2 transaction 1 <b> (producer id 0, epoch 2) open",
    ]
    narrow = logs_text([PARTITION], 40)
    assert max(map(len, narrow)) <= 40
    assert " ".join(" ".join(narrow).split()) == " ".join(
        " ".join(logs_text([PARTITION], 100)).split()
    )


@pytest.mark.parametrize("many", [1, 4])
def test_logs_as_a_picture(many: int) -> None:
    log = replace(PARTITION, entries=PARTITION.entries * many)
    svg = ElementTree.fromstring(str(render(run(COPY, logs=(log,)), "svg")))
    boxes = [r for r in svg.iter(f"{SVG}rect") if r.get("class") == "entry"]
    assert len(boxes) == 3 * many
    corners = {(r.get("x"), r.get("y")) for r in boxes}
    assert len(corners) == 3 * many
    right = max(float(r.get("x", "")) + float(r.get("width", "")) for r in boxes)
    bottom = max(float(r.get("y", "")) + float(r.get("height", "")) for r in boxes)
    assert right <= float(svg.get("width", ""))
    assert bottom <= float(svg.get("height", ""))
    marks = [t.text for t in svg.iter(f"{SVG}text") if t.get("class") == "mark"]
    assert sorted(map(str, marks)) == ["high watermark 3", "last stable offset 2"]


def test_a_log_that_lost_everything_is_shown_as_empty() -> None:
    empty = LogView("partition 0", (), (("high watermark", 0),))
    assert logs_text([empty], 80)[1:] == ["  partition 0: high watermark 0", "    (empty)"]
    assert ">partition 0 (empty)<" in str(render(run(COPY, logs=(empty,)), "svg"))


def test_logs_as_mermaid() -> None:
    text = str(render(run(COPY, logs=(PARTITION,)), "mermaid"))
    assert "Note over role1,role2: partition 0#58; last stable offset 2, high watermark 3" in text
    assert "ABORT (producer id 0, epoch 2), step 5" in text
    assert "<b>" not in text


Small = Annotated[int, Identity("Small", size=4)]


class Notebook(Record):
    """A world with a log."""

    log: Annotated[Log[Small], Capacity(4, "log")]


@action("writer")
def append(world: Notebook) -> None:
    """The writer appends the log's length."""
    world.log.append(world.log.length)


@action("writer")
def cut(world: Notebook) -> None:
    """The writer takes the last entry away."""
    require(world.log.length > 0, "the log is empty")
    world.log.truncate(world.log.length - 1)


def show(world: Any, sizes: dict[str, int]) -> tuple[LogView, ...]:
    assert sizes == {}
    entries = tuple(LogEntry(str(int(world.log[at]))) for at in range(int(world.log.length)))
    return (LogView("notes", entries),)


def test_entries_name_the_step_that_appended_them() -> None:
    instance = Model("notes", Notebook, (append, cut), logs=show).instance()
    calls: list[tuple[str, dict[str, str]]] = [
        (name, {}) for name in ("append", "append", "cut", "append")
    ]
    trace = build_trace(instance, replay(instance, calls))
    assert [(entry.what, entry.step) for entry in trace.logs[0].entries] == [("0", 1), ("1", 4)]
    assert run_of_trace(trace, "A run", None).logs == trace.logs
    lost = build_trace(instance, replay(instance, [*calls[:1], ("cut", {})]))
    assert [len(log.entries) for log in lost.logs] == [0]
    assert build_trace(instance, replay(instance, [])).logs == ()


def test_a_model_that_shows_no_logs_has_none() -> None:
    instance = Model("notes", Notebook, (append, cut)).instance()
    assert build_trace(instance, replay(instance, [("append", {})])).logs == ()


def broken_run(scenario: str, kafka: str, name: str) -> Trace:
    """The shortest run of a scenario that breaks a guarantee."""
    found = find_scenario(scenario)
    parameters = parameters_at(found, kafka, kafka)
    return trace_of(check(found.model().instance(parameters=parameters)), name)


def test_the_run_of_a_late_marker() -> None:
    trace = broken_run("late-marker", "4.1", "no_aborted_reads")
    kinds = {number: step.kind for number, step in enumerate(trace.steps, 1)}
    (late,) = (step for step in trace.steps if step.kind == "late")
    assert late.takes is not None
    assert kinds[late.takes] == "abandon"
    assert (late.role, late.to) == ("leader", "transaction coordinator")
    (log,) = trace.logs
    assert [entry.marker for entry in log.entries] == [False, True, False, True]
    assert log.entries[1].what == log.entries[3].what
    assert log.entries[3].step == len(trace.steps)
    assert log.entries[2].fate == ("committed" if log.entries[3].what == "COMMIT" else "aborted")
    assert dict(log.marks) == {"last stable offset": 4, "high watermark": 4}


def test_the_run_of_a_late_batch_that_hangs() -> None:
    trace = broken_run("late-produce", "3.5", "no_hanging_transaction")
    (log,) = trace.logs
    assert (log.entries[-1].fate, log.entries[-1].step) == ("open", len(trace.steps))
    assert dict(log.marks)["last stable offset"] == len(log.entries) - 1
    assert run_of_trace(trace, "", None).roles == (
        "application",
        "producer",
        "transaction coordinator",
        "leader",
    )


def test_offsets_have_a_log_of_their_own() -> None:
    trace = broken_run("zombie-consumer", "2.4", "no_duplicates")
    output, offsets = trace.logs
    assert [log.name for log in trace.logs] == ["partition 0", "__consumer_offsets"]
    data = [entry.what for entry in output.entries if not entry.marker]
    assert sorted(data) == [
        "input 0, transaction 0 of producer 0",
        "input 0, transaction 0 of producer 1",
    ]
    assert all(entry.what.startswith("offset 1, ") for entry in offsets.entries)

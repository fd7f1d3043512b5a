from itertools import combinations
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import pytest
from diagram_samples import CROWD, DUPLICATE, LOSS, RUNS, SHORT
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from diagrams import InvalidDiagram, Kind, Run, RunStep, render
from diagrams.chart_geometry import Box
from diagrams.sequence_rows import Shape, rows
from diagrams.sequence_text import run_text
from diagrams.words import clean, width

SVG = "{http://www.w3.org/2000/svg}"
SYNTAX = st.sampled_from("<>&\"'\\\n\r\t;:#%{}[]|`~\x00\x1b\u200bab_ ")
NASTY = st.text(SYNTAX | st.characters(), max_size=60)
KINDS: list[Kind] = list(get_args(Kind))


def box(text: ElementTree.Element) -> Box:
    size = float(text.attrib["font-size"])
    long = width(text.text or "", size)
    x, baseline = float(text.attrib["x"]), float(text.attrib["y"])
    left = x - {"start": 0, "middle": long / 2, "end": long}[text.attrib["text-anchor"]]
    return Box(left, baseline - 0.8 * size, left + long, baseline + 0.2 * size)


def of_kind(svg: ElementTree.Element, tag: str, kind: str) -> list[ElementTree.Element]:
    return [part for part in svg.iter(f"{SVG}{tag}") if part.get("class") == kind]


@st.composite
def runs(draw: st.DrawFn) -> Run:
    roles = tuple(draw(st.lists(NASTY.filter(bool), min_size=1, max_size=5, unique=True)))
    role = st.sampled_from(roles)
    step = st.builds(
        RunStep,
        number=st.integers(1, 1000),
        role=role,
        text=NASTY,
        kind=st.sampled_from(KINDS),
        target=role,
        changes=st.lists(NASTY, max_size=2).map(tuple),
    )
    steps = tuple(draw(st.lists(step, max_size=5)))
    return Run(draw(NASTY), roles, steps, draw(st.none() | NASTY))


@pytest.mark.parametrize("name", RUNS)
def test_no_text_in_a_run_lies_on_another_or_on_a_lifeline(name: str) -> None:
    svg = ElementTree.fromstring(render(RUNS[name], "svg"))
    boxes = [box(text) for text in svg.iter(f"{SVG}text")]
    lines = [
        Box(float(line.attrib["x1"]) - 0.5, y1, float(line.attrib["x1"]) + 0.5, y2)
        for line in of_kind(svg, "line", "lifeline")
        for y1, y2 in [(float(line.attrib["y1"]), float(line.attrib["y2"]))]
    ]
    assert lines
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    assert not any(text.overlaps(line) for text in boxes for line in lines)
    wide, high = float(svg.attrib["width"]), float(svg.attrib["height"])
    assert all(text.left >= 0 and text.right <= wide and text.bottom <= high for text in boxes)


@pytest.mark.parametrize("name", RUNS)
def test_svg_tells_the_whole_run(name: str) -> None:
    run = RUNS[name]
    svg = ElementTree.fromstring(render(run, "svg"))
    shown = " ".join((text.text or "") for text in svg.iter(f"{SVG}text"))
    for step in run.steps:
        assert step.text in shown
        assert all(change in shown for change in step.changes)
    assert (run.broken or "") in shown
    numbers = [text.text for text in of_kind(svg, "text", "number")]
    assert numbers == [str(number) for number in sorted({step.number for step in run.steps})]


def test_messages_are_drawn_as_what_happened_to_them() -> None:
    shapes = [row.shape for row in rows(DUPLICATE)]
    assert shapes == [
        *(Shape.SENT, Shape.SENT, Shape.TAKEN, Shape.SENT, Shape.TAKEN, Shape.LOST),
        *(Shape.POINT, Shape.SENT, Shape.TAKEN, Shape.CRASH, Shape.DELIVERED, Shape.REMARK),
    ]
    assert [row.taken_from for row in rows(DUPLICATE) if row.shape is Shape.TAKEN] == [1, 3, 7]
    svg = ElementTree.fromstring(render(DUPLICATE, "svg"))
    assert len(of_kind(svg, "line", "message")) == 6
    assert [text.text for text in of_kind(svg, "text", "sender")] == ["1", "3", "7"]
    dashed = [line for line in of_kind(svg, "line", "message") if line.get("stroke-dasharray")]
    assert len(dashed) == 1


def test_a_crashed_role_is_down_until_it_acts() -> None:
    assert [sorted(row.down) for row in rows(LOSS)] == [[], [], [], [1], [1], [], []]
    assert LOSS.steps[3].kind == "failover"


def test_a_role_that_fails_and_goes_on_is_not_down() -> None:
    steps = (
        RunStep(1, "producer", "It starts again.", "fault"),
        RunStep(2, "leader", "It answers.", "send", "producer"),
    )
    run = Run("x", ("producer", "leader"), steps)
    assert [row.down for row in rows(run)] == [frozenset(), frozenset()]
    text = render(run, "text")
    assert "\N{BOX DRAWINGS LIGHT DIAGONAL CROSS}" in text
    assert "┊" not in text


def sent_and_taken(*steps: tuple[str, str]) -> list[int | None]:
    """For each taking (`receive`, `late`) of a record the number of the step that sent it."""
    made = tuple(
        RunStep(
            number,
            "producer" if kind == "send" else "leader",
            kind,
            "send" if kind == "send" else "late" if kind == "late" else "receive",
            "leader" if kind == "send" else "producer",
            subject=(("record", record),) if record else (),
        )
        for number, (kind, record) in enumerate(steps, 1)
    )
    run = Run("x", ("producer", "leader"), made)
    return [row.taken_from for row in rows(run) if row.shape is not Shape.SENT]


def test_a_message_is_taken_by_a_step_about_the_same() -> None:
    sends = ("send", "0"), ("send", "1")
    assert sent_and_taken(*sends, ("receive", "1"), ("receive", "0")) == [2, 1]
    assert sent_and_taken(*sends, ("receive", "2")) == [None]
    assert sent_and_taken(("send", ""), ("send", ""), ("receive", "")) == [1]


def test_of_two_copies_the_late_one_is_the_older() -> None:
    sends = ("send", "0"), ("send", "0")
    assert sent_and_taken(*sends, ("receive", "0"), ("late", "0")) == [2, None]
    assert sent_and_taken(*sends, ("late", "0"), ("receive", "0")) == [None, 2]


def test_steps_with_one_number_are_one_step() -> None:
    assert [row.number for row in rows(DUPLICATE)][2:5] == [3, None, 4]
    assert [row.band for row in rows(DUPLICATE)][2:5] == [2, 2, 3]


def test_terminal_text_of_a_run() -> None:
    expected = Path(__file__).with_name("loss.txt").read_text(encoding="utf-8")
    assert render(LOSS, "text") == expected


@pytest.mark.parametrize("name", RUNS)
def test_terminal_text_fits_and_tells_the_whole_run(name: str) -> None:
    run = RUNS[name]
    text = render(run, "text")
    assert all(cell_len(line) <= 100 for line in text.splitlines())
    letters = "".join(letter for letter in text if letter.isalnum())
    for step in run.steps:
        for sentence in (step.text, *step.changes):
            for word in sentence.split():
                assert "".join(letter for letter in word if letter.isalnum()) in letters


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("columns", [60, 80, 120])
def test_terminal_text_fits_a_terminal(name: str, columns: int) -> None:
    if name != "crowd":
        text = run_text(RUNS[name], columns)
        assert max(cell_len(line) for line in text.splitlines()) <= columns


def test_names_wider_than_a_lane_take_turns_to_be_high() -> None:
    roles = ("application", "producer", "leader", "followers", "consumer", "group coordinator")
    steps = (RunStep(1, "producer", "It sends.", "send", "leader"),)
    for columns in (80, 100):
        lines = run_text(Run("", roles, steps), columns).splitlines()
        assert lines[0].split() == ["application", "leader", "consumer"]
        assert lines[1].split() == ["│", "│", "│", "group"]
        assert lines[2].split() == ["│", "producer", "│", "followers", "│", "coordinator"]
        assert lines[4].endswith("It sends.")


def test_mermaid_of_a_run() -> None:
    lines = render(DUPLICATE, "mermaid").splitlines()
    assert "sequenceDiagram" in lines
    assert "    participant role2 as partition leader" in lines
    assert "    role1-)role2: 7. The producer sends batch 1 again." in lines
    assert "    role2--xrole1: 5. The acknowledgement is lost." in lines
    assert any(line.startswith("    Note over role1,role4: BROKEN no duplicates") for line in lines)
    assert "    Note over role1: 1. It does nothing." in render(SHORT, "mermaid")


@pytest.mark.parametrize("form", ["svg", "text", "mermaid", "png"])
def test_a_run_is_drawn_the_same_every_time(form: str) -> None:
    first = render(SHORT, form)
    render(LOSS, "svg")
    assert render(SHORT, form) == first


@settings(max_examples=60, deadline=None)
@given(runs())
def test_no_text_breaks_the_svg_of_a_run(run: Run) -> None:
    svg = ElementTree.fromstring(render(run, "svg"))
    assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= {
        *{"svg", "g", "title", "text", "rect", "line", "polygon", "circle"}
    }
    shown = "".join(text.text or "" for text in of_kind(svg, "text", "text")).replace(" ", "")
    assert shown == "".join(clean(step.text) for step in run.steps).replace(" ", "")


@settings(max_examples=60, deadline=None)
@given(runs())
def test_no_text_breaks_the_terminal(run: Run) -> None:
    text = render(run, "text")
    assert all(letter == "\n" or letter.isprintable() for letter in text)
    assert all(cell_len(line) <= 100 for line in text.split("\n"))
    text.encode()


@settings(max_examples=60, deadline=None)
@given(runs())
def test_no_text_breaks_the_mermaid_of_a_run(run: Run) -> None:
    lines = render(run, "mermaid").split("\n")
    for line in lines[lines.index("sequenceDiagram") + 1 : -1]:
        assert line.startswith(("    participant role", "    Note over role", "    role"))
        assert not set(line.replace("<br/>", "").replace("->>", "")) & set('<>{}[]%&"')


@pytest.mark.parametrize(
    ("roles", "step", "sentence"),
    [
        ((), RunStep(1, "a", ""), "has no roles"),
        (("a", "a"), RunStep(1, "a", ""), "lists a role twice"),
        (("a",), RunStep(1, "b", ""), "Step 1 names 'b', which is not a role"),
        (("a",), RunStep(2, "a", "", "send", "c"), "Step 2 names 'c', which is not a role"),
        (("a",), RunStep(3, "a", "", "lost"), "Step 3 is a message without a target"),
        (("a",), RunStep(4, "", "", "local"), "Step 4 names '', which is not a role"),
    ],
)
def test_a_run_that_contradicts_itself(
    roles: tuple[str, ...], step: RunStep, sentence: str
) -> None:
    with pytest.raises(InvalidDiagram, match=sentence):
        Run("x", roles, (step,))


def test_many_roles_have_their_text_below() -> None:
    lines = render(CROWD, "text").splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("  1"))
    assert lines[first].rstrip().endswith("│")
    assert lines[first + 1].startswith("     A message goes to another member")

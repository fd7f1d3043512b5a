from functools import cache
from itertools import combinations
from xml.etree import ElementTree

import pytest
from diagram_samples import BATCH, CHARTS, TRANSACTION
from hypothesis import given, settings
from hypothesis import strategies as st

from diagrams import Chart, DrawingFailed, InvalidDiagram, Move, render
from diagrams.chart_geometry import Box, labels_covered, text_box
from diagrams.words import clean

SVG = "{http://www.w3.org/2000/svg}"
# Whatever a name can hold that means something to XML, dot or Mermaid.
SYNTAX = st.sampled_from("<>&\"'\\\n\r\t;:#%{}[]|`~\x00\x1b\u200bab_ ")
NASTY = st.text(SYNTAX | st.characters(), max_size=12)


@cache
def drawn(name: str) -> str:
    return render(CHARTS[name], "svg")


def texts(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    groups = [group for group in svg.iter(f"{SVG}g") if group.get("class") == kind]
    return [text for group in groups for text in group.iter(f"{SVG}text")]


def words(svg: ElementTree.Element, kind: str) -> list[str]:
    return [(text.text or "").strip() for text in texts(svg, kind)]


def state_boxes(svg: ElementTree.Element) -> list[Box]:
    boxes = []
    for group in svg.iter(f"{SVG}g"):
        if group.get("class") == "node" and (path := group.find(f"{SVG}path")) is not None:
            points = [
                tuple(map(float, pair.split(",")))
                for pair in path.attrib["d"].replace("M", " ").replace("C", " ").split()
            ]
            xs, ys = [x for x, _ in points], [y for _, y in points]
            boxes.append(Box(min(xs), min(ys), max(xs), max(ys)))
    return boxes


@pytest.mark.parametrize("name", CHARTS)
def test_svg_shows_every_state_and_label(name: str) -> None:
    chart = CHARTS[name]
    svg = ElementTree.fromstring(drawn(name))
    assert sorted(words(svg, "node")) == sorted(chart.states)
    shown = " ".join(words(svg, "label"))
    for move in chart.moves:
        assert all(label in shown for label in move.labels)
    arrows = [group for group in svg.iter(f"{SVG}g") if group.get("class") == "edge"]
    assert len(arrows) == len(chart.arrows()) + 1


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_in_a_chart_lies_on_anything_else(name: str) -> None:
    svg = ElementTree.fromstring(drawn(name))
    boxes = [text_box(text) for text in texts(svg, "label")]
    states = state_boxes(svg)
    assert len(states) == len(CHARTS[name].states)
    assert boxes
    for one, other in combinations(boxes + states, 2):
        assert not one.overlaps(other)


@pytest.mark.parametrize("name", CHARTS)
def test_no_arrow_runs_through_a_label(name: str) -> None:
    svg = ElementTree.fromstring(drawn(name))
    arrows = {group.get("id"): group for group in svg.iter(f"{SVG}g")}
    for label in [group for group in svg.iter(f"{SVG}g") if group.get("class") == "label"]:
        arrows["edge1"].extend(label)
    assert labels_covered(svg) == 0


def test_the_picture_holds_all_that_is_in_it() -> None:
    svg = ElementTree.fromstring(drawn("transaction"))
    _, _, wide, high = map(float, svg.attrib["viewBox"].split())
    assert (svg.get("width"), svg.get("height")) == (f"{wide:g}", f"{high:g}")
    [whole] = [group for group in svg.iter(f"{SVG}g") if group.get("class") == "graph"]
    right, down = map(float, whole.attrib["transform"].split("translate(")[1].rstrip(")").split())
    for text in svg.iter(f"{SVG}text"):
        box = text_box(text)
        assert box.left + right >= 0 and box.right + right <= wide
        assert box.top + down >= 0 and box.bottom + down <= high


def test_dot_names_states_and_wraps_many_labels() -> None:
    dot = render(TRANSACTION, "dot")
    assert "\tEMPTY -> ONGOING [" in dot
    assert 'label=" add_partitions \\n add_offsets "' in dot
    assert 'label=" add_partitions, add_offsets, \\n txn_offset_commit, ' in dot
    assert "\tstart -> EMPTY\n" in dot


def test_parallel_moves_are_one_arrow_unless_one_is_forbidden() -> None:
    chart = Chart(
        "x",
        ("A", "B"),
        None,
        (
            Move("A", "B", ("first",)),
            Move("A", "B", ("second", "first")),
            Move("A", "B", ("third",), forbidden=True),
        ),
    )
    assert chart.arrows() == (
        Move("A", "B", ("first", "second")),
        Move("A", "B", ("third",), forbidden=True),
    )
    dot = render(chart, "dot")
    assert dot.count("A -> B") == 2
    assert dot.count("style=dashed") == 1
    assert "start" not in dot


def test_mermaid_of_a_chart() -> None:
    lines = render(BATCH, "mermaid").splitlines()
    assert lines[:4] == ["---", 'title: "Producer: state of a batch"', "---", "stateDiagram-v2"]
    assert '    state "IN_FLIGHT" as state_IN_FLIGHT' in lines
    assert "    [*] --> state_QUEUED" in lines
    assert "    state_QUEUED --> state_IN_FLIGHT : send_batch" in lines
    assert "    state_ACKNOWLEDGED --> state_QUEUED : FORBIDDEN<br/>crash_producer" in lines


@pytest.mark.parametrize("form", ["svg", "dot", "mermaid", "png"])
def test_a_chart_is_drawn_the_same_every_time(form: str) -> None:
    first = render(BATCH, form)
    render(TRANSACTION, "dot" if form == "dot" else "svg")
    assert render(BATCH, form) == first


@settings(max_examples=40, deadline=None)
@given(st.lists(NASTY, min_size=2, max_size=4, unique=True), NASTY, NASTY)
def test_no_name_breaks_the_svg_of_a_chart(states: list[str], label: str, title: str) -> None:
    chart = Chart(title, tuple(states), states[0], (Move(states[0], states[1], (label,)),))
    svg = ElementTree.fromstring(render(chart, "svg"))
    shown = "".join(words(svg, "node")).replace(" ", "")
    assert shown == "".join((clean(state) or "(no name)").replace(" ", "") for state in states)
    assert "".join(words(svg, "label")).replace(" ", "") == clean(label).replace(" ", "")
    assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= {
        *{"svg", "g", "title", "text", "path", "polygon", "polyline", "ellipse"}
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(NASTY, min_size=2, max_size=4, unique=True), NASTY, NASTY)
def test_no_name_breaks_the_mermaid_of_a_chart(states: list[str], label: str, title: str) -> None:
    chart = Chart(title, tuple(states), states[0], (Move(states[0], states[1], (label,)),))
    lines = render(chart, "mermaid").splitlines()
    body = lines[lines.index("stateDiagram-v2") + 1 :]
    assert len(body) == len(states) + 2
    for line in body:
        text = line.replace("<br/>", "").replace("[*]", "").replace("-->", "")
        assert not set(text) & set("<>{}[]%&")
        assert text.count('"') in (0, 2)


@pytest.mark.parametrize(
    ("states", "initial", "moves", "sentence"),
    [
        ((), None, (), "has no states"),
        (("A", "A"), None, (), "lists a state twice"),
        (("A",), "B", (), "has no state 'B'"),
        (("A",), "A", (Move("A", "C"),), "has no state 'C'"),
    ],
)
def test_a_chart_that_contradicts_itself(
    states: tuple[str, ...], initial: str | None, moves: tuple[Move, ...], sentence: str
) -> None:
    with pytest.raises(InvalidDiagram, match=sentence):
        Chart("x", states, initial, moves)


def test_a_chart_too_large_to_draw_is_still_text() -> None:
    states = tuple(f"S{number}" for number in range(61))
    chart = Chart("many", states, None, ())
    with pytest.raises(DrawingFailed, match="more than 60 states"):
        render(chart, "svg")
    assert render(chart, "dot").count("label=S") == 61

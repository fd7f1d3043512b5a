"""State charts as text for Graphviz."""

from dataclasses import dataclass

import graphviz

from diagrams.chart import Chart, Move
from diagrams.chart_labels import identifiers, label_lines, state_lines
from diagrams.style import FILL, FONT, FRAME, INK, LABEL_INK, WARNING
from diagrams.words import clean

START_SIZE = {"width": "0.18", "height": "0.18"}


@dataclass(frozen=True)
class Layout:
    """Room between boxes in inches, Graphviz's `rankdir` and its `splines`."""

    beside: float = 0.45
    between_rows: float = 0.4
    direction: str = "TB"
    splines: str = "true"


def chart_dot(chart: Chart, layout: Layout = Layout()) -> str:
    """The chart as a directed graph in the dot language; names are quoted and escaped."""
    names = identifiers(chart)
    graph = graphviz.Digraph(
        name="chart",
        graph_attr=_graph_attributes(chart, layout),
        node_attr={
            "shape": "box",
            "style": "rounded,filled",
            "fillcolor": FILL,
            "color": FRAME,
            "fontname": FONT,
            "fontsize": "13",
            "fontcolor": INK,
            "margin": "0.18,0.1",
            "height": "0.6",
        },
        edge_attr={
            "fontname": FONT,
            "fontsize": "11",
            "fontcolor": LABEL_INK,
            "color": FRAME,
            "arrowsize": "0.8",
        },
    )
    if chart.initial is not None:
        graph.node("start", label="", shape="circle", style="filled", fillcolor=INK, **START_SIZE)
        graph.edge("start", names[chart.initial])
    for state in chart.states:
        graph.node(names[state], label=_text(state_lines(state)))
    for arrow in chart.arrows():
        graph.edge(names[arrow.source], names[arrow.target], **_arrow_attributes(arrow))
    return str(graph.source)


def _graph_attributes(chart: Chart, layout: Layout) -> dict[str, str]:
    return {
        "label": _text([clean(chart.title), ""]),
        "labelloc": "t",
        "rankdir": layout.direction,
        "nodesep": str(layout.beside),
        "ranksep": str(layout.between_rows),
        "splines": layout.splines,
        "pad": "0.2",
        "bgcolor": "white",
        "fontname": FONT,
        "fontsize": "16",
        "fontcolor": INK,
    }


def _arrow_attributes(arrow: Move) -> dict[str, str]:
    attributes = {}
    if lines := label_lines(arrow.labels):
        # The blanks keep the text a little away from its line.
        attributes["label"] = _text([f" {line} " for line in lines])
    if arrow.forbidden:
        attributes |= {"color": WARNING, "fontcolor": WARNING, "style": "dashed"}
    return attributes


def _text(lines: list[str]) -> str:
    """Lines as a dot label in which nothing is markup, an escape or an entity."""
    escaped = [graphviz.escape(line.replace("&", "&amp;")) for line in lines]
    label: str = graphviz.nohtml("\\n".join(escaped))
    return label

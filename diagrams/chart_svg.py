"""State charts as SVG: Graphviz's layout, at the spacing where no label is covered."""

from itertools import product
from xml.etree import ElementTree

from diagrams.chart import Chart
from diagrams.chart_dot import Layout, chart_dot
from diagrams.chart_geometry import SVG, heads_touching, labels_covered
from diagrams.errors import DrawingFailed
from diagrams.graphviz_wasm import dot_to_svg
from diagrams.style import FONTS
from diagrams.words import clean

MOST_STATES = 60
MOST_ARROWS = 200
ARROWS_WORTH_A_SEARCH = 40
STYLES = (("TB", "true"), ("LR", "true"), ("TB", "polyline"))
ROW_GAPS = (0.4, 0.5, 0.65, 0.8, 1.0)
SIDE_GAPS = (0.3, 0.45, 0.6)

ElementTree.register_namespace("", SVG.strip("{}"))


def chart_svg(chart: Chart) -> str:
    """The chart as one SVG element, labels on top of arrows.

    Raises:
        DrawingFailed: more states or arrows than a picture can show.
    """
    if len(chart.states) > MOST_STATES or len(chart.arrows()) > MOST_ARROWS:
        raise DrawingFailed(
            f"The chart {chart.title!r} has more than {MOST_STATES} states or {MOST_ARROWS} "
            "arrows; ask for dot or mermaid text and draw that."
        )
    svg = _clearest(chart)
    _set_in_pixels(svg)
    _name(svg, chart)
    _use_common_fonts(svg)
    _lift_labels(svg)
    return ElementTree.tostring(svg, encoding="unicode")


def _clearest(chart: Chart) -> ElementTree.Element:
    """The layout with the fewest covered labels, then the fewest arrow heads on each other.

    A style that comes later is tried only where those before it cover a label at every spacing.
    """
    best, fewest = _laid_out(chart, Layout())
    if len(chart.arrows()) > ARROWS_WORTH_A_SEARCH:
        return best
    for direction, splines in STYLES:
        for between_rows, beside in product(ROW_GAPS, SIDE_GAPS):
            if not any(fewest):
                return best
            layout = Layout(beside, between_rows, direction, splines)
            svg, faults = _laid_out(chart, layout)
            if faults < fewest:
                best, fewest = svg, faults
        if not fewest[0]:
            return best
    return best


def _laid_out(chart: Chart, layout: Layout) -> tuple[ElementTree.Element, tuple[int, int]]:
    svg = ElementTree.fromstring(dot_to_svg(chart_dot(chart, layout)))
    return svg, (labels_covered(svg), heads_touching(svg))


def _set_in_pixels(svg: ElementTree.Element) -> None:
    _, _, wide, high = svg.get("viewBox", "").split()
    svg.set("width", f"{float(wide):g}")
    svg.set("height", f"{float(high):g}")


def _name(svg: ElementTree.Element, chart: Chart) -> None:
    """Give the picture its title for readers that cannot see it."""
    svg.set("role", "img")
    title = svg.find(f"{SVG}g/{SVG}title")
    if title is not None:
        title.text = clean(chart.title)


def _use_common_fonts(svg: ElementTree.Element) -> None:
    for text in svg.iter(f"{SVG}text"):
        text.set("font-family", FONTS)


def _lift_labels(svg: ElementTree.Element) -> None:
    """Draw labels after all arrows, on a white outline, so that no line runs through a word."""
    whole = svg.find(f"{SVG}g")
    assert whole is not None
    for arrow in [part for part in whole if part.get("class") == "edge"]:
        label = ElementTree.SubElement(whole, f"{SVG}g", {"class": "label"})
        for text in arrow.findall(f"{SVG}text"):
            arrow.remove(text)
            text.attrib |= {"stroke": "white", "stroke-width": "3", "paint-order": "stroke"}
            label.append(text)

"""A small SVG writer: shapes and one-line texts, escaped, with numbers rounded."""

from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from diagrams.style import FONTS
from diagrams.words import clean

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


class Canvas:
    """A picture in the making; x grows to the right and y downwards, in pixels."""

    def __init__(self, title: str) -> None:
        self._root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
        SubElement(self._root, "title").text = clean(title)
        self._shapes = SubElement(self._root, "g", {"font-family": FONTS})

    def rectangle(
        self,
        corner: Point,
        size: Point,
        fill: str,
        *,
        stroke: str = "none",
        radius: float = 0,
        kind: str = "",
    ) -> None:
        """A box from its upper left corner; `kind` becomes its class."""
        place = {"x": _number(corner[0]), "y": _number(corner[1])}
        extent = {"width": _number(size[0]), "height": _number(size[1]), "rx": _number(radius)}
        marked = {"class": kind} if kind else {}
        look = {"fill": fill, "stroke": stroke}
        SubElement(self._shapes, "rect", {**marked, **place, **extent, **look})

    def line(
        self,
        start: Point,
        end: Point,
        colour: str,
        *,
        thickness: float = 1.5,
        dashes: str = "",
        kind: str = "",
    ) -> None:
        """A straight line; `dashes` is SVG's stroke-dasharray."""
        marked = {"class": kind} if kind else {}
        ends = {
            **{"x1": _number(start[0]), "y1": _number(start[1])},
            **{"x2": _number(end[0]), "y2": _number(end[1])},
        }
        look = {"stroke": colour, "stroke-width": _number(thickness)}
        broken = {"stroke-dasharray": dashes} if dashes else {}
        SubElement(self._shapes, "line", {**marked, **ends, **look, **broken})

    def polygon(self, points: list[Point], fill: str) -> None:
        """A filled polygon."""
        corners = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        SubElement(self._shapes, "polygon", {"points": corners, "fill": fill})

    def disc(self, centre: Point, radius: float, fill: str, stroke: str) -> None:
        """A circle with its inside."""
        place = {"cx": _number(centre[0]), "cy": _number(centre[1]), "r": _number(radius)}
        SubElement(
            self._shapes, "circle", {**place, "fill": fill, "stroke": stroke, "stroke-width": "1.5"}
        )

    def cross(self, centre: Point, half: float, colour: str) -> None:
        """Two short crossing lines."""
        x, y = centre
        self.line((x - half, y - half), (x + half, y + half), colour, thickness=2)
        self.line((x - half, y + half), (x + half, y - half), colour, thickness=2)

    def text(
        self,
        baseline: Point,
        words: str,
        size: float,
        colour: str,
        *,
        anchor: Anchor = "start",
        kind: str = "",
    ) -> None:
        """One line of text from its baseline."""
        marked = {"class": kind} if kind else {}
        place = {"x": _number(baseline[0]), "y": _number(baseline[1])}
        look = {"font-size": _number(size), "fill": colour, "text-anchor": anchor}
        SubElement(self._shapes, "text", {**marked, **place, **look}).text = clean(words)

    def finish(self, size: Point) -> str:
        """The picture as one SVG element of a size, on a white ground."""
        wide, high = _number(size[0]), _number(size[1])
        ground = Element("rect", {"width": wide, "height": high, "fill": "white"})
        self._root.insert(1, ground)
        self._root.attrib |= {"width": wide, "height": high, "viewBox": f"0 0 {wide} {high}"}
        return ElementTree.tostring(self._root, encoding="unicode")


def _number(value: float) -> str:
    return f"{round(value, 1):g}"

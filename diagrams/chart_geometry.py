"""Where the parts of a laid-out chart lie, and which of them are on top of each other."""

import re
from dataclasses import dataclass
from itertools import combinations
from math import dist
from xml.etree import ElementTree

from diagrams.words import width

SVG = "{http://www.w3.org/2000/svg}"
_STEPS_PER_CURVE = 32
_CLOSE = 9.0
_Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle; x grows to the right and y downwards, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Whether the two rectangles have an area in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, point: _Point) -> bool:
        """Whether a point lies inside."""
        return self.left < point[0] < self.right and self.top < point[1] < self.bottom


def text_box(text: ElementTree.Element) -> Box:
    """The room that a line of text takes, from its middle, its baseline and its font size."""
    size = float(text.get("font-size", "0"))
    middle, baseline = float(text.get("x", "0")), float(text.get("y", "0"))
    half = width((text.text or "").strip(), size) / 2
    return Box(middle - half, baseline - 0.8 * size, middle + half, baseline + 0.2 * size)


def labels_covered(svg: ElementTree.Element) -> int:
    """How often a label of an arrow is crossed by an arrow or covers a state or a label."""
    arrows = _groups(svg, "edge")
    labels = [[text_box(text) for text in arrow.iter(f"{SVG}text")] for arrow in arrows]
    curves = [curve for arrow in arrows for curve in _curves(arrow)]
    states = [
        _hull(_corners(path)) for state in _groups(svg, "node") for path in state.iter(f"{SVG}path")
    ]
    crossed = sum(
        _runs_through(curve, box) for label in labels for box in label for curve in curves
    )
    covering = sum(
        any(one.overlaps(other) for one in first for other in second)
        for first, second in combinations(labels, 2)
    )
    on_states = sum(box.overlaps(state) for label in labels for box in label for state in states)
    return crossed + covering + on_states


def heads_touching(svg: ElementTree.Element) -> int:
    """How many pairs of arrows end so close to each other that their heads overlap."""
    tips = [curves[-1][-1] for arrow in _groups(svg, "edge") if (curves := _curves(arrow))]
    return sum(dist(one, other) < _CLOSE for one, other in combinations(tips, 2))


def _groups(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [part for part in svg.iter(f"{SVG}g") if part.get("class") == kind]


def _corners(path: ElementTree.Element) -> list[_Point]:
    """The points named in a path of absolute moves and cubic curves."""
    return [
        (float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d", ""))
    ]


def _curves(arrow: ElementTree.Element) -> list[list[_Point]]:
    """The cubic Bezier curves that an arrow is made of, four points each."""
    return [
        corners[start : start + 4]
        for corners in map(_corners, arrow.iter(f"{SVG}path"))
        for start in range(0, len(corners) - 3, 3)
    ]


def _runs_through(curve: list[_Point], box: Box) -> bool:
    if not _hull(curve).overlaps(box):
        return False
    return any(
        box.holds(_on_curve(curve, step / _STEPS_PER_CURVE)) for step in range(_STEPS_PER_CURVE + 1)
    )


def _on_curve(controls: list[_Point], part: float) -> _Point:
    """The point of a cubic Bezier curve at a parameter from 0 to 1."""
    rest = 1 - part
    weights = (rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3)
    x = sum(weight * point[0] for weight, point in zip(weights, controls, strict=True))
    y = sum(weight * point[1] for weight, point in zip(weights, controls, strict=True))
    return x, y


def _hull(points: list[_Point]) -> Box:
    """The smallest box around points; a little thicker than nothing for a straight line."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs) - 0.5, min(ys) - 0.5, max(xs) + 0.5, max(ys) + 0.5)

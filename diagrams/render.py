"""One door to all pictures: a chart or a run in the format asked for."""

from collections.abc import Callable, Iterable
from typing import Literal, overload

from diagrams.chart import Chart
from diagrams.chart_dot import chart_dot
from diagrams.chart_mermaid import chart_mermaid
from diagrams.chart_svg import chart_svg
from diagrams.errors import UnsupportedFormat
from diagrams.raster import svg_to_png
from diagrams.sequence import Run
from diagrams.sequence_mermaid import run_mermaid
from diagrams.sequence_svg import run_svg
from diagrams.sequence_text import run_text

_CHART: dict[str, Callable[[Chart], str | bytes]] = {
    "svg": chart_svg,
    "png": lambda chart: svg_to_png(chart_svg(chart)),
    "dot": chart_dot,
    "mermaid": chart_mermaid,
}
_RUN: dict[str, Callable[[Run], str | bytes]] = {
    "svg": run_svg,
    "png": lambda run: svg_to_png(run_svg(run)),
    "mermaid": run_mermaid,
    "text": run_text,
}
CHART_FORMATS = tuple(_CHART)
RUN_FORMATS = tuple(_RUN)


@overload
def render(picture: Chart | Run, format: Literal["png"]) -> bytes: ...
@overload
def render(picture: Chart | Run, format: Literal["svg", "dot", "mermaid", "text"]) -> str: ...
@overload
def render(picture: Chart | Run, format: str) -> str | bytes: ...


def render(picture: Chart | Run, format: str) -> str | bytes:
    """The picture in a format: bytes for png, text for the others.

    A chart can be svg, png, dot and mermaid; a run can be svg, png, mermaid and text.

    Raises:
        UnsupportedFormat: the format is not one of these.
        DrawingFailed: the picture is too large for svg or png.
    """
    if isinstance(picture, Chart):
        if format in _CHART:
            return _CHART[format](picture)
        raise UnsupportedFormat(f"A state chart cannot be drawn as {format!r}: {_any(_CHART)}.")
    if format in _RUN:
        return _RUN[format](picture)
    raise UnsupportedFormat(f"A run cannot be drawn as {format!r}: {_any(_RUN)}.")


def _any(formats: Iterable[str]) -> str:
    *others, last = formats
    return f"it can be {', '.join(others)} or {last}"

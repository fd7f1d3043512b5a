"""What we draw: state charts and sequence diagrams."""

from diagrams.chart import Chart, Move
from diagrams.errors import DiagramError, DrawingFailed, InvalidDiagram, UnsupportedFormat
from diagrams.render import CHART_FORMATS, RUN_FORMATS, render
from diagrams.sequence import Kind, Run, RunStep

__all__ = [
    "CHART_FORMATS",
    "RUN_FORMATS",
    "Chart",
    "DiagramError",
    "DrawingFailed",
    "InvalidDiagram",
    "Kind",
    "Move",
    "Run",
    "RunStep",
    "UnsupportedFormat",
    "render",
]

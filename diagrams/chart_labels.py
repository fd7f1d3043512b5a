"""How the labels of a state chart are broken into lines, and what its states are called."""

import re

from diagrams.chart import Chart
from diagrams.words import clean, wrap

LINES_BEFORE_JOINING = 4
LABEL_COLUMNS = 30
STATE_COLUMNS = 22


def label_lines(labels: tuple[str, ...]) -> list[str]:
    """The lines beside an arrow: one label a line, joined by commas where there are many."""
    shown = [text for text in map(clean, labels) if text]
    if len(shown) > LINES_BEFORE_JOINING:
        shown = _joined(shown)
    return [line for text in shown for line in wrap(text, LABEL_COLUMNS, len)]


def _joined(labels: list[str]) -> list[str]:
    lines = [labels[0]]
    for label in labels[1:]:
        if len(lines[-1]) + len(label) + len(", ,") <= LABEL_COLUMNS:
            lines[-1] += f", {label}"
        else:
            lines[-1] += ","
            lines.append(label)
    return lines


def state_lines(state: str) -> list[str]:
    """The lines inside the box of a state."""
    return wrap(state, STATE_COLUMNS, len) or ["(no name)"]


def identifiers(chart: Chart) -> dict[str, str]:
    """A different ASCII identifier for each state, close to its name.

    `start` is left free for the mark of the initial state.
    """
    taken = {"start"}
    found: dict[str, str] = {}
    for state in chart.states:
        base = re.sub(r"[^A-Za-z0-9]+", "_", state).strip("_") or "state"
        name, number = base, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name)
        found[state] = name
    return found

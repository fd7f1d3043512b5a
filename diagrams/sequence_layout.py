"""Where the parts of a run's picture lie."""

from dataclasses import dataclass
from functools import partial

from diagrams.sequence import Run
from diagrams.sequence_rows import Row, rows
from diagrams.words import clean, width, wrap

MARGIN = 24.0
PADDING = 8.0
NUMBER_ROOM = 40.0
NARROWEST_LANE, WIDEST_LANE = 104.0, 150.0
WIDEST_TEXT = 470.0
NARROWEST_PICTURE = 520.0
TITLE_SIZE, TEXT_SIZE, CHANGE_SIZE = 16.0, 13.0, 11.5
TITLE_LINE, TEXT_LINE, CHANGE_LINE = 22.0, 18.0, 16.0
CHANGE_INDENT = 10.0


@dataclass(frozen=True)
class WordedRow:
    """A row with its text broken into lines."""

    row: Row
    text: list[str]
    changes: list[str]

    @property
    def height(self) -> float:
        """The height of the row in pixels."""
        lines = max(len(self.text), 1) * TEXT_LINE + len(self.changes) * CHANGE_LINE
        return lines + 2 * PADDING

    @property
    def width(self) -> float:
        """The width of the longest line in pixels."""
        texts = [width(line, TEXT_SIZE) for line in self.text]
        changes = [CHANGE_INDENT + width(line, CHANGE_SIZE) for line in self.changes]
        return max(texts + changes, default=0)


@dataclass(frozen=True)
class Plan:
    """The columns of a picture and the texts in it, broken into lines; lengths in pixels."""

    title: list[str]
    roles: list[list[str]]
    rows: list[WordedRow]
    broken: list[str]
    lane: float
    width: float

    def middle(self, role: int) -> float:
        """The x of a lifeline."""
        return MARGIN + NUMBER_ROOM + (role + 0.5) * self.lane

    @property
    def text_left(self) -> float:
        """The x at which texts begin."""
        return _text_left(len(self.roles), self.lane)


def plan(run: Run) -> Plan:
    """Break all texts into lines and choose the width of the columns."""
    words = [word for role in run.roles for word in clean(role).split()]
    longest = max((width(word, TEXT_SIZE) for word in words), default=0)
    lane = min(max(longest + 4 * PADDING, NARROWEST_LANE), WIDEST_LANE)
    worded = [_worded(row) for row in rows(run)]
    right = _text_left(len(run.roles), lane) + max((row.width for row in worded), default=0)
    whole = max(right + MARGIN, NARROWEST_PICTURE)
    inside = whole - 2 * MARGIN
    return Plan(
        title=_lines(run.title, inside, TITLE_SIZE),
        roles=[_lines(role, lane - 3 * PADDING, TEXT_SIZE) for role in run.roles],
        rows=worded,
        broken=_lines(run.broken or "", inside - 4 * PADDING, TEXT_SIZE),
        lane=lane,
        width=whole,
    )


def _worded(row: Row) -> WordedRow:
    room = WIDEST_TEXT - CHANGE_INDENT
    changes = [line for change in row.changes for line in _lines(change, room, CHANGE_SIZE)]
    return WordedRow(row, _lines(row.text, WIDEST_TEXT, TEXT_SIZE), changes)


def _lines(text: str, room: float, size: float) -> list[str]:
    return wrap(text, room, partial(width, size=size))


def _text_left(roles: int, lane: float) -> float:
    return MARGIN + NUMBER_ROOM + roles * lane + PADDING

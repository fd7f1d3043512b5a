"""Logs at the end of a run in a picture: a box for each entry, marks at the offsets that matter."""

from functools import partial

from checker.lang.logs import LogEntry, LogView
from diagrams.canvas import Canvas
from diagrams.style import BAND, FILL, FRAME, INK, LABEL_INK, OPEN_FILL, WARNING
from diagrams.words import clean, width, wrap

BOX_WIDTH = 132.0
GAP = 8.0
NAME_SIZE, TEXT_SIZE = 13.0, 11.0
TEXT_LINE = 15.0
INSIDE = 6.0
_FILLS = {"open": OPEN_FILL, "aborted": BAND}
_ASCENT = 0.8


def draw_logs(
    canvas: Canvas, logs: tuple[LogView, ...], left: float, right: float, top: float
) -> float:
    """Draw the logs below each other between two x; return the y below them."""
    y = top
    for log in logs:
        y = _draw_log(canvas, log, left, right, y + 2 * GAP)
    return y


def _draw_log(canvas: Canvas, log: LogView, left: float, right: float, top: float) -> float:
    name = clean(log.name) + ("" if log.entries else " (empty)")
    canvas.text((left, top + NAME_SIZE), name, NAME_SIZE, INK, kind="log")
    y = top + NAME_SIZE + GAP
    per_line = max(1, int((right - left + GAP) // (BOX_WIDTH + GAP)))
    worded = [_lines(offset, entry) for offset, entry in enumerate(log.entries)]
    for first in range(0, len(worded), per_line):
        shown = worded[first : first + per_line]
        height = max(map(len, shown)) * TEXT_LINE + 2 * INSIDE
        for place, lines in enumerate(shown):
            corner = (left + place * (BOX_WIDTH + GAP), y)
            _draw_entry(canvas, log.entries[first + place], lines, corner, height)
        is_last = first + per_line >= len(worded)
        span = range(first, first + len(shown) + is_last)
        y = _draw_marks(canvas, log, span, (left, y, y + height))
    return y


def _lines(offset: int, entry: LogEntry) -> list[str]:
    """The lines in the box of an entry."""
    step = "" if entry.step is None else f", step {entry.step}"
    texts = [f"{offset}{step}", entry.what, *entry.details.split(", "), entry.fate]
    room = BOX_WIDTH - 2 * INSIDE
    measure = partial(width, size=TEXT_SIZE)
    return [line for text in texts if text for line in wrap(text, room, measure)]


def _draw_entry(
    canvas: Canvas, entry: LogEntry, lines: list[str], corner: tuple[float, float], height: float
) -> None:
    x, y = corner
    fill = FRAME if entry.marker else _FILLS.get(entry.fate, FILL)
    ink = "white" if entry.marker else INK
    canvas.rectangle(corner, (BOX_WIDTH, height), fill, stroke=FRAME, radius=4, kind="entry")
    for number, line in enumerate(lines):
        baseline = y + INSIDE + number * TEXT_LINE + TEXT_LINE * _ASCENT
        is_lost = entry.fate == "aborted" and number == len(lines) - 1
        colour = WARNING if is_lost else ink
        canvas.text((x + INSIDE, baseline), line, TEXT_SIZE, colour, kind="entry")


def _draw_marks(
    canvas: Canvas, log: LogView, span: range, place: tuple[float, float, float]
) -> float:
    """Draw a line before the entry at each named offset, and its name below; return the y below."""
    left, top, bottom = place
    names: dict[int, list[str]] = {}
    for name, offset in log.marks:
        if offset in span:
            names.setdefault(offset, []).append(f"{clean(name)} {offset}")
    y = bottom
    for offset, found in sorted(names.items()):
        x = left + (offset - span.start) * (BOX_WIDTH + GAP) - GAP / 2
        canvas.line((x, top - GAP / 2), (x, bottom + GAP / 2), WARNING, thickness=2, kind="mark")
        words = ", ".join(found)
        is_right = x - left > width(words, TEXT_SIZE)
        canvas.text(
            (x, y + GAP / 2 + TEXT_LINE * _ASCENT),
            words,
            TEXT_SIZE,
            LABEL_INK,
            anchor="end" if is_right else "start",
            kind="mark",
        )
        y += TEXT_LINE
    return y + GAP

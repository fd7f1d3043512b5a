"""The arrows and marks on the lifelines of a run's picture."""

from diagrams.canvas import Anchor, Canvas, Point
from diagrams.sequence_layout import Plan
from diagrams.sequence_rows import Row, Shape
from diagrams.style import FAINT, FRAME, INK, WARNING
from diagrams.words import width

DASHES = "6 4"
SENDER_SIZE = 10.0
_HEAD_LENGTH, _HEAD_HALF = 10.0, 4.5
_DOT = 4.0
_CROSS = 6.0
_DOUBLE_GAP = 2.0


def draw_lifelines(
    canvas: Canvas, plan: Plan, row: Row, heights: tuple[float, float, float]
) -> None:
    """Draw the part of each lifeline in one row; those of roles that are down are faint.

    `heights` are the top of the row, the level of its mark and its bottom.
    """
    top, level, bottom = heights
    for role in range(len(plan.roles)):
        down = role in row.down
        crashes = row.shape is Shape.CRASH and row.start == role
        _lifeline(canvas, plan.middle(role), top, level, down)
        _lifeline(canvas, plan.middle(role), level, bottom, down or crashes)


def _lifeline(canvas: Canvas, x: float, top: float, bottom: float, down: bool) -> None:
    colour, dashes = (FAINT, "1 5") if down else (FRAME, "")
    canvas.line((x, top), (x, bottom), colour, thickness=1.2, dashes=dashes, kind="lifeline")


def draw_mark(canvas: Canvas, plan: Plan, row: Row, level: float) -> None:
    """Draw what a row shows on the lifelines at a height."""
    if row.start is None:
        return
    start = (plan.middle(row.start), level)
    if row.end is None:
        _draw_point(canvas, row.shape, start)
        return
    end = (plan.middle(row.end), level)
    if row.shape is Shape.TAKEN:
        _draw_taken(canvas, row, start, end)
    else:
        _draw_arrow(canvas, row.shape, start, end)
        if row.shape is Shape.LATE and row.taken_from is not None:
            _draw_sender(canvas, row.taken_from, start, end)


def _draw_point(canvas: Canvas, shape: Shape, place: Point) -> None:
    if shape in (Shape.CRASH, Shape.FAULT):
        canvas.cross(place, _CROSS, WARNING)
    else:
        canvas.disc(place, _DOT, "white" if shape is Shape.REMARK else INK, INK)


def _draw_arrow(canvas: Canvas, shape: Shape, start: Point, end: Point) -> None:
    ahead = 1 if end[0] > start[0] else -1
    if shape is Shape.LOST:
        stop = (end[0] - ahead * 3 * _CROSS, end[1])
        canvas.line(start, stop, WARNING, dashes=DASHES, kind="message")
        canvas.cross(stop, _CROSS, WARNING)
        return
    if shape is Shape.ABANDONED:
        stop = (end[0] - ahead * 2 * _CROSS, end[1])
        canvas.line(start, stop, INK, dashes=DASHES, kind="message")
        canvas.disc(stop, _DOT, "white", INK)
        return
    if shape is Shape.HANDOVER:
        _draw_double_line(canvas, start, end, ahead)
    elif shape is Shape.LATE:
        canvas.line(start, end, INK, dashes=DASHES, kind="message")
    else:
        canvas.line(start, end, INK, kind="message")
    _draw_head(canvas, end, ahead, is_open=shape is Shape.SENT)


def _draw_double_line(canvas: Canvas, start: Point, end: Point, ahead: int) -> None:
    stop = end[0] - ahead * _HEAD_LENGTH
    for offset in (-_DOUBLE_GAP, _DOUBLE_GAP):
        y = start[1] + offset
        canvas.line((start[0], y), (stop, y), INK, kind="message")


def _draw_head(canvas: Canvas, tip: Point, ahead: int, *, is_open: bool) -> None:
    x, y = tip
    back = x - ahead * _HEAD_LENGTH
    if is_open:
        canvas.line((back, y - _HEAD_HALF), tip, INK)
        canvas.line((back, y + _HEAD_HALF), tip, INK)
    else:
        canvas.polygon([tip, (back, y - _HEAD_HALF), (back, y + _HEAD_HALF)], INK)


def _draw_taken(canvas: Canvas, row: Row, start: Point, end: Point) -> None:
    """The end of an arrow whose beginning an earlier row shows, with that row's number."""
    assert row.taken_from is not None
    ahead = 1 if end[0] > start[0] else -1
    x, y = end
    _draw_head(canvas, (x - ahead * _DOT, y), ahead, is_open=False)
    canvas.disc(end, _DOT, INK, INK)
    _draw_sender(canvas, row.taken_from, start, end)


def _draw_sender(canvas: Canvas, step: int, start: Point, end: Point) -> None:
    """The number of the step that sent what an arrow ends with, before its head."""
    ahead = 1 if end[0] > start[0] else -1
    x, y = end[0] - ahead * (_DOT + _HEAD_LENGTH + 3), end[1] + 0.35 * SENDER_SIZE
    anchor: Anchor = "end" if ahead > 0 else "start"
    room = width(str(step), SENDER_SIZE)
    corner = (x - room - 1 if ahead > 0 else x - 1, end[1] - SENDER_SIZE / 2)
    canvas.rectangle(corner, (room + 2, SENDER_SIZE), "white")
    canvas.text((x, y), str(step), SENDER_SIZE, FRAME, anchor=anchor, kind="sender")

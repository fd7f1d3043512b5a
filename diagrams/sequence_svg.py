"""Runs as SVG: a lifeline for each role, arrows for messages, what happens beside them."""

from diagrams.canvas import Canvas
from diagrams.logs_svg import draw_logs
from diagrams.sequence import Run
from diagrams.sequence_layout import (
    CHANGE_INDENT,
    CHANGE_LINE,
    CHANGE_SIZE,
    MARGIN,
    NUMBER_ROOM,
    PADDING,
    TEXT_LINE,
    TEXT_SIZE,
    TITLE_LINE,
    TITLE_SIZE,
    Plan,
    WordedRow,
    plan,
)
from diagrams.sequence_marks import draw_lifelines, draw_mark
from diagrams.style import BAND, FILL, FRAME, INK, LABEL_INK, WARNING, WARNING_FILL

_BASELINE = 0.35  # from the middle of a line of text down to its baseline, in font sizes


def run_svg(run: Run) -> str:
    """The run as one SVG element."""
    planned = plan(run)
    canvas = Canvas(run.title)
    y = _draw_title(canvas, planned, MARGIN)
    y = _draw_roles(canvas, planned, y)
    for row in planned.rows:
        y = _draw_row(canvas, planned, row, y)
    if run.logs:
        y = draw_logs(canvas, run.logs, MARGIN, planned.width - MARGIN, y)
    if run.broken is not None:
        y = _draw_banner(canvas, planned, y + 2 * PADDING)
    return canvas.finish((planned.width, y + MARGIN))


def _draw_title(canvas: Canvas, planned: Plan, top: float) -> float:
    y = top
    for line in planned.title:
        canvas.text((MARGIN, y + TITLE_SIZE), line, TITLE_SIZE, INK, kind="title")
        y += TITLE_LINE
    return y + PADDING


def _draw_roles(canvas: Canvas, planned: Plan, top: float) -> float:
    """Draw the boxes with the names of the roles; return the y below them."""
    height = max(len(lines) for lines in planned.roles) * TEXT_LINE + 2 * PADDING
    for role, lines in enumerate(planned.roles):
        middle = planned.middle(role)
        left = middle - planned.lane / 2 + PADDING / 2
        size = (planned.lane - PADDING, height)
        canvas.rectangle((left, top), size, FILL, stroke=FRAME, radius=6, kind="role")
        first = top + height / 2 - (len(lines) - 1) * TEXT_LINE / 2
        for number, line in enumerate(lines):
            baseline = first + number * TEXT_LINE + _BASELINE * TEXT_SIZE
            canvas.text((middle, baseline), line, TEXT_SIZE, INK, anchor="middle", kind="role")
    _draw_stubs(canvas, planned, top + height)
    return top + height + PADDING


def _draw_stubs(canvas: Canvas, planned: Plan, top: float) -> None:
    for role in range(len(planned.roles)):
        x = planned.middle(role)
        canvas.line((x, top), (x, top + PADDING), FRAME, thickness=1.2, kind="lifeline")


def _draw_row(canvas: Canvas, planned: Plan, worded: WordedRow, top: float) -> float:
    """Draw one row; return the y below it."""
    row, bottom = worded.row, top + worded.height
    level = top + PADDING + TEXT_LINE / 2
    if row.band % 2 == 0:
        size = (planned.width - 2 * MARGIN, worded.height)
        canvas.rectangle((MARGIN, top), size, BAND, kind="band")
    draw_lifelines(canvas, planned, row, (top, level, bottom))
    draw_mark(canvas, planned, row, level)
    if row.number is not None:
        place = (MARGIN + NUMBER_ROOM - 2 * PADDING, level + _BASELINE * TEXT_SIZE)
        canvas.text(place, str(row.number), TEXT_SIZE, FRAME, anchor="end", kind="number")
    _draw_words(canvas, planned, worded, level)
    return bottom


def _draw_words(canvas: Canvas, planned: Plan, worded: WordedRow, level: float) -> None:
    left, y = planned.text_left, level
    for line in worded.text:
        canvas.text((left, y + _BASELINE * TEXT_SIZE), line, TEXT_SIZE, INK, kind="text")
        y += TEXT_LINE
    y += 0 if worded.text else TEXT_LINE
    y -= (TEXT_LINE - CHANGE_LINE) / 2
    for line in worded.changes:
        place = (left + CHANGE_INDENT, y + _BASELINE * CHANGE_SIZE)
        canvas.text(place, line, CHANGE_SIZE, LABEL_INK, kind="change")
        y += CHANGE_LINE


def _draw_banner(canvas: Canvas, planned: Plan, top: float) -> float:
    """Draw what the run breaks; return the y below it."""
    height = len(planned.broken) * TEXT_LINE + 3 * PADDING
    size = (planned.width - 2 * MARGIN, height)
    canvas.rectangle((MARGIN, top), size, WARNING_FILL, stroke=WARNING, radius=6, kind="broken")
    y = top + 1.5 * PADDING + TEXT_LINE / 2
    for line in planned.broken:
        place = (MARGIN + 2 * PADDING, y + _BASELINE * TEXT_SIZE)
        canvas.text(place, line, TEXT_SIZE, WARNING, kind="broken")
        y += TEXT_LINE
    return top + height

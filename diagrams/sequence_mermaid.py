"""Runs as Mermaid text, which GitHub, GitLab and many editors draw."""

from diagrams.logs_text import log_lines
from diagrams.mermaid import mermaid_lines, mermaid_title
from diagrams.sequence import Run
from diagrams.sequence_rows import Row, Shape, rows
from diagrams.words import clean, wrap

NOTE_COLUMNS = 50
MESSAGE_COLUMNS = 40
_ARROWS = {
    Shape.SENT: "-)",
    Shape.DELIVERED: "->>",
    Shape.LOST: "--x",
    Shape.ABANDONED: "--x",
    Shape.LATE: "-->>",
    Shape.HANDOVER: "-->>",
}


def run_mermaid(run: Run) -> str:
    """The run as a Mermaid `sequenceDiagram`."""
    lines = [*mermaid_title(run.title), "sequenceDiagram"]
    for place, role in enumerate(run.roles):
        lines.append(f"    participant {_name(place)} as {mermaid_lines([clean(role) or '-'])}")
    everyone = f"{_name(0)},{_name(len(run.roles) - 1)}" if len(run.roles) > 1 else _name(0)
    for row in rows(run):
        lines += _row(row, everyone)
    for log in run.logs:
        lines.append(f"    Note over {everyone}: {mermaid_lines(log_lines(log))}")
    if run.broken is not None:
        lines.append(f"    Note over {everyone}: {_wrapped(run.broken, NOTE_COLUMNS)}")
    return "\n".join(lines) + "\n"


def _row(row: Row, everyone: str) -> list[str]:
    number = "" if row.number is None else f"{row.number}. "
    changes = [_wrapped(change, NOTE_COLUMNS) for change in row.changes]
    actor = _actor(row)
    place = everyone if actor is None else _name(actor)
    if row.start is not None and row.end is not None and row.shape in _ARROWS:
        sent = f" (left in {row.taken_from})" if row.shape is Shape.LATE and row.taken_from else ""
        text = _wrapped(number + row.text + sent, MESSAGE_COLUMNS)
        arrow = f"    {_name(row.start)}{_ARROWS[row.shape]}{_name(row.end)}: {text}"
        return [arrow, *_note(place, changes)]
    return _note(place, [_wrapped(number + row.text, NOTE_COLUMNS), *changes])


def _actor(row: Row) -> int | None:
    """The role that does the step: the end of the arrow where it takes a message."""
    takes = row.shape in (Shape.DELIVERED, Shape.LATE, Shape.TAKEN)
    return row.end if takes else row.start


def _note(place: str, lines: list[str]) -> list[str]:
    return [f"    Note over {place}: {'<br/>'.join(lines)}"] if lines else []


def _wrapped(text: str, columns: int) -> str:
    return mermaid_lines(wrap(text, columns, len) or ["-"])


def _name(place: int) -> str:
    return f"role{place + 1}"

"""Logs at the end of a run as lines of text: one for each entry, with the step that wrote it."""

from collections.abc import Sequence

from rich.cells import cell_len

from checker.lang.logs import LogEntry, LogView
from diagrams.words import clean, wrap

TITLE = "The logs at the end:"


def logs_text(logs: Sequence[LogView], columns: int) -> list[str]:
    """The logs below each other, at most so many columns wide."""
    lines = [TITLE]
    for log in logs:
        for line in log_lines(log):
            indent = " " * (len(line) - len(line.lstrip()) + 2)
            first, *others = wrap(line, columns - len(indent), cell_len) or [""]
            lines += [indent + first, *(f"{indent}  {other}" for other in others)]
    return lines


def log_lines(log: LogView) -> list[str]:
    """One log: its name with the offsets that matter, then its entries."""
    marks = ", ".join(f"{clean(name)} {offset}" for name, offset in log.marks)
    title = clean(log.name) + (f": {marks}" if marks else "")
    if not log.entries:
        return [title, "  (empty)"]
    return [title, *(entry_line(at, entry) for at, entry in enumerate(log.entries))]


def entry_line(offset: int, entry: LogEntry) -> str:
    """One entry: its offset, what it is and carries, what became of it, who wrote it."""
    details = f" ({clean(entry.details)})" if entry.details else ""
    fate = f" {clean(entry.fate)}" if entry.fate else ""
    step = "" if entry.step is None else f", step {entry.step}"
    return f"  {offset}  {clean(entry.what)}{details}{fate}{step}"

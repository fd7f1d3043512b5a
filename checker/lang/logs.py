"""What a model shows of its logs at the end of a run: data for people, no rule reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LogEntry:
    """One entry of a log: what it is, what it carries, and what became of it, in words.

    marker: it is no data but ends a transaction; step: the number of the step that appended it.
    """

    what: str
    details: str = ""
    fate: str = ""
    marker: bool = False
    step: int | None = None


@dataclass(frozen=True)
class LogView:
    """A log: its entries from offset 0 on, and offsets that have a name."""

    name: str
    entries: tuple[LogEntry, ...]
    marks: tuple[tuple[str, int], ...] = ()

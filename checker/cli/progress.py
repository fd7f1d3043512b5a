"""The progress line: live on a terminal, now and then a plain line elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.explicit.engine import Progress

PLAIN_INTERVAL = 10.0


@contextmanager
def progress_line(quiet: bool = False) -> Iterator[Callable[[Progress], None] | None]:
    """Yield what to call with figures; None when nothing should be shown."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _live() as show:
            yield show
    else:
        yield _plain()


@contextmanager
def _live() -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    with Live(Text(""), console=Console(stderr=True), transient=True, auto_refresh=False) as live:
        yield lambda figures: live.update(Text(words(figures)), refresh=True)


def _plain() -> Callable[[Progress], None]:
    told = [time.monotonic()]

    def show(figures: Progress) -> None:
        now = time.monotonic()
        if now - told[0] >= PLAIN_INTERVAL:
            told[0] = now
            print(words(figures), file=sys.stderr, flush=True)

    return show


def words(figures: Progress) -> str:
    """Return the figures as one line."""
    rate = figures.states / max(figures.seconds, 1e-6)
    return (
        f"{figures.states:,} states, {figures.frontier:,} to expand, {rate:,.0f} states/s, "
        f"depth {figures.depth}, {figures.memory / (1 << 20):,.0f} MB, {figures.seconds:.0f} s"
    )

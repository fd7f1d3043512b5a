"""Progress of a proof: one line per action and lemma, live on a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def proof_progress(quiet: bool) -> Iterator[Callable[[str, str, str], None]]:
    """Yield what to call with action, property and verdict of every obligation."""
    if quiet:
        yield lambda action, name, verdict: None
    elif sys.stderr.isatty():
        with _live() as tell:
            yield tell
    else:
        yield _plain


def line(action: str, name: str, verdict: str) -> str:
    """Return one obligation with its verdict as a sentence."""
    words = {
        "<init>": f"initially {name}",
        "<implies>": f"the lemmas imply {name}",
        "<possible>": f"{name} is possible",
    }
    return f"{words.get(action, f'{action} preserves {name}')} ... {verdict}"


def _plain(action: str, name: str, verdict: str) -> None:
    print(line(action, name, verdict), file=sys.stderr, flush=True)


@contextmanager
def _live() -> Iterator[Callable[[str, str, str], None]]:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    counts: dict[str, int] = {}

    def tell(action: str, name: str, verdict: str) -> None:
        counts[verdict] = counts.get(verdict, 0) + 1
        total = ", ".join(f"{count} {word}" for word, count in counts.items())
        live.update(Text(f"{total}; {line(action, name, verdict)}"), refresh=True)
        if verdict != "proved":
            live.console.print(Text(line(action, name, verdict), style="yellow"))

    with Live(Text(""), console=Console(stderr=True), transient=True, auto_refresh=False) as live:
        yield tell

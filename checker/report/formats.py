"""An answer as text for a file: plain text, ITF, or the first broken run as a diagram."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

from checker.report.answer import BROKEN
from checker.report.files import json_text
from checker.report.text import plain, print_answer
from checker.traces.itf import to_itf
from diagrams import render
from diagrams.run_of_trace import run_of_trace

if TYPE_CHECKING:
    from checker.lang.model import Instance
    from checker.report.answer import Answer, PropertyAnswer
    from checker.traces.trace import Trace
    from diagrams import Run


def text_of(answer: Answer, instance: Instance, form: str) -> str | None:
    """Return the answer in a text format, None where there is no run to write."""
    if form == "text":
        stream = io.StringIO()
        print_answer(answer, Console(file=stream, width=200, no_color=True, soft_wrap=True))
        return stream.getvalue()
    item = _first_broken(answer)
    if item is None or item.trace is None:
        return None
    if form == "itf":
        document = to_itf(instance, item.trace, item.sentence)
        return json_text(document)
    return str(render(broken_run(plain(item.trace), item.name, item.sentence), form))


def broken_run(trace: Trace, name: str, sentence: str) -> Run:
    """Return the picture of a run that breaks a property."""
    words = name.replace("_", " ")
    title = f"{words}: {sentence}" if sentence else words
    return run_of_trace(trace, f"{title[:1].upper()}{title[1:]}", f"{words} is broken")


def _first_broken(answer: Answer) -> PropertyAnswer | None:
    for item in answer.properties:
        if item.verdict == BROKEN and item.trace is not None:
            return item
    return None

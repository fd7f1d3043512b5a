"""--time and Ctrl-C before anything is explored: the answer says so."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from checker.explicit.explorer import INCONCLUSIVE
from checker.lang.rules import LEADS_TO
from checker.report.answer import ExplorationAnswer, PropertyAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.lang.model import Instance


class OutOfTime(BaseException):
    """The time is over; like KeyboardInterrupt it passes by whatever handles errors."""


class Unexplored(Exception):
    """Nothing was explored; reason: "time" or "interrupted"."""

    def __init__(self, reason: str, seconds: float, cpu_seconds: float) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds
        self.cpu_seconds = cpu_seconds


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise OutOfTime when the time is over; only the main thread can do it, others go on."""
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-3))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop(number: int, frame: object) -> None:
    del number, frame
    raise OutOfTime


@contextmanager
def preparing(seconds: float | None) -> Iterator[None]:
    """Make what is done before the exploration end in time; raise Unexplored where it does not."""
    began, began_cpu = time.perf_counter(), time.process_time()
    reason = ""
    try:
        with time_limit(seconds):
            yield
    except OutOfTime:
        reason = "time"
    except KeyboardInterrupt:
        reason = "interrupted"
    if reason:
        spent = time.perf_counter() - began, time.process_time() - began_cpu
        raise Unexplored(reason, *spent)


def unexplored(
    instance: Instance, stop: Unexplored
) -> tuple[ExplorationAnswer, tuple[PropertyAnswer, ...]]:
    """Return the figures and verdicts of an exploration that did not begin."""
    figures = ExplorationAnswer(
        *(0, 0, 0, False, {}, stop.seconds, stop.cpu_seconds), stopped=stop.reason
    )
    asked = (item for item in instance.properties if item.kind != LEADS_TO)
    return figures, tuple(
        PropertyAnswer(item.name, item.kind, item.sentence, INCONCLUSIVE) for item in asked
    )

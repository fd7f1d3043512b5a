"""Because and fix for every broken guarantee of a choice of settings."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.advice.changes import apply, current, possible_changes, upgrades
from checker.advice.search import FixSearch
from checker.explicit.explorer import BROKEN
from checker.settings.pipelines import pipeline_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.advice.changes import Change
    from checker.explicit.explorer import Checked
    from checker.lang.model import Instance, Step
    from checker.settings.choice import Choice
    from checker.settings.values import Value

SECONDS = 20.0
"""Processor time that one search may take; what is not found by then is reported as not found."""


@dataclass(frozen=True)
class Advice:
    """What advice says about one broken guarantee.

    because: the present values of a minimal set whose change makes the guarantee hold; changes:
    that change, in the same order; settings_alone: whether it consists of settings only; breaks:
    guarantees that hold now and would not with that change; finished: whether the search was
    complete up to its largest set.
    """

    because: tuple[Value, ...]
    changes: tuple[Change, ...]
    settings_alone: bool
    breaks: tuple[str, ...]
    finished: bool


def advise(
    choice: Choice,
    checked: Checked,
    steps_of: Callable[[Checked, str], Sequence[Step]],
    until: float | None = None,
) -> Mapping[str, Advice]:
    """Return advice for every broken guarantee, by name.

    until: when the last search and its explorations have to end, in time.monotonic seconds.
    Budgets and switches that the base has besides its choice stay as they are.
    """
    base = checked.instance
    pipeline = pipeline_of(choice)
    present = pipeline.parameters(choice, base.bounds)

    def instance_for(changes: Sequence[Change]) -> Instance | None:
        changed = apply(choice, changes)
        if changed is None:
            return None
        values = pipeline.parameters(changed, base.bounds)
        return base.with_parameters({n: v for n, v in values.items() if v != present[n]})

    search = FixSearch(checked, instance_for, steps_of, until)
    changes = possible_changes(choice, pipeline.facts)
    settings = [change for change in changes if change.is_setting]
    releases = upgrades(choice)
    attempts = [settings, changes, releases, [*releases, *changes] if releases else []]
    found = {}
    for item in base.properties:
        if checked.verdicts.get(item.name) != BROKEN or item.name not in checked.runs:
            continue
        search.deadline = time.process_time() + SECONDS
        if search.is_late():
            found[item.name] = _advice(choice, (), (), False)
            continue
        run = steps_of(checked, item.name)
        tried = (search.smallest(item, run, attempt) for attempt in attempts)
        fix = next((fix for fix in tried if fix is not None), None)
        finished = not search.is_late()
        breaks = search.breaks(fix) if fix else ()
        found[item.name] = _advice(choice, fix or (), breaks, finished)
    return found


def _advice(
    choice: Choice, fix: Sequence[Change], breaks: tuple[str, ...], finished: bool
) -> Advice:
    because = [current(choice, change.role, change.name) for change in fix]
    return Advice(
        tuple(value for value in because if value is not None),
        tuple(fix),
        all(change.is_setting for change in fix),
        breaks,
        finished,
    )

"""Searches for the smallest set of changes under which a guarantee holds.

Runs that broke the guarantee guide the search: a set of changes is explored only if it stops every
known run. Which changes a run needs, and which stop it, is found by replays: first for a single
change of the set, and only if none of them does, for the whole set. A set that breaks adds its run
to those that later sets must stop.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

from checker.explicit.explorer import BROKEN, HOLDS, VACUOUS, Limits, check
from checker.explicit.reference import Reference
from checker.lang.errors import Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from checker.advice.changes import Change
    from checker.explicit.explorer import Checked
    from checker.lang.model import Instance, Step
    from checker.lang.rules import Property

LARGEST = 5
"""How many changes at once are tried."""
ENOUGH = 3
"""How many sets of the smallest size are compared."""

Changes = tuple["Change", ...]


@dataclass(frozen=True, eq=False)
class BreakingRun:
    """The steps of a run that breaks a property, and the changes that it needs to be possible."""

    steps: Sequence[Step]
    needs: frozenset[Change]


@dataclass
class FixSearch:
    """Looks for fixes of one base instance, which was checked.

    Changes under which something that was seen of the base never happens are no fix: what holds
    then may hold because nothing is written.

    instance_for: the instance under a set of changes, None where they are impossible together;
    steps_of: the steps of a broken run; until: when every exploration ends, in time.monotonic
    seconds; deadline: when no other set is tried, in time.process_time seconds, so that a busy
    machine gives the same answer; explored: how many sets were explored.
    """

    base: Checked
    instance_for: Callable[[Changes], Instance | None]
    steps_of: Callable[[Checked, str], Sequence[Step]]
    until: float | None = None
    deadline: float | None = None
    explored: int = 0
    _instances: dict[frozenset[Change], Instance | None] = field(default_factory=dict)
    _checked: dict[tuple[tuple[str, int], ...], Checked] = field(default_factory=dict)
    _runs: dict[str, list[BreakingRun]] = field(default_factory=dict)
    _stopped_by: dict[tuple[BreakingRun, Change], bool] = field(default_factory=dict)

    def smallest(
        self, item: Property[Any], run: Sequence[Step], changes: Sequence[Change]
    ) -> Changes | None:
        """Return the best of the smallest sets of changes under which the property holds.

        None: there is none of up to LARGEST changes, or the time was over first.
        """
        self._runs.setdefault(item.name, [BreakingRun(run, frozenset())])
        for size in range(1, LARGEST + 1):
            found = list(self._of_size(item, size, changes))
            if found:
                return max(found, key=lambda fix: self._score(fix, changes))
            if self.is_late():
                return None
        return None

    def _of_size(
        self, item: Property[Any], size: int, changes: Sequence[Change]
    ) -> Iterator[Changes]:
        found = 0
        for chosen in combinations(changes, size):
            if found == ENOUGH or self.is_late():
                return
            if len({(c.role, c.name) for c in chosen}) < size:
                continue
            if self._may_hold(item, frozenset(chosen)) and self._holds(item, chosen):
                found += 1
                yield chosen

    def is_late(self) -> bool:
        """Return whether the time for the present search is over."""
        spent = self.deadline is not None and time.process_time() > self.deadline
        return spent or (self.until is not None and time.monotonic() > self.until)

    def _may_hold(self, item: Property[Any], chosen: frozenset[Change]) -> bool:
        """Return whether no known run is possible under the set; the last that was goes first."""
        runs = self._runs[item.name]
        for place, run in enumerate(runs):
            if not run.needs <= chosen:
                continue
            if any(self._stops(item, run, change) for change in chosen - run.needs):
                continue
            if self._repeats(item, run, chosen):
                runs.insert(0, runs.pop(place))
                return False
        return True

    def _repeats(self, item: Property[Any], run: BreakingRun, chosen: frozenset[Change]) -> bool:
        instance = self._instance(chosen)
        return instance is None or repeats(instance, run.steps, item)

    def _stops(self, item: Property[Any], run: BreakingRun, change: Change) -> bool:
        """Return whether a change, made with those that the run needs, stops the run."""
        key = (run, change)
        if key not in self._stopped_by:
            instance = self._instance(run.needs | {change})
            self._stopped_by[key] = instance is None or not repeats(instance, run.steps, item)
        return self._stopped_by[key]

    def _learn(self, item: Property[Any], steps: Sequence[Step], chosen: Changes) -> None:
        """Remember a run, with the members of the set that it cannot do without."""
        needs = frozenset(chosen)
        for change in chosen:
            fewer = self._instance(needs - {change})
            if fewer is not None and repeats(fewer, steps, item):
                needs -= {change}
        self._runs[item.name].append(BreakingRun(steps, needs))

    def _instance(self, chosen: frozenset[Change]) -> Instance | None:
        if chosen not in self._instances:
            self._instances[chosen] = self.instance_for(tuple(chosen))
        return self._instances[chosen]

    def _holds(self, item: Property[Any], chosen: Changes) -> bool:
        instance = self._instance(frozenset(chosen))
        if instance is None:
            return False
        key = tuple(sorted(instance.parameters.items()))
        known = self._checked.get(key)
        if known is not None and known.verdicts[item.name] in (HOLDS, BROKEN):
            return known.verdicts[item.name] == HOLDS and not self._is_vacuous(known)
        self.explored += 1
        left = None if self.until is None else max(0.0, self.until - time.monotonic())
        checked = check(instance, self.base.compiled, Limits(time=left), stop_when=[item.name])
        self._checked[key] = checked
        if checked.verdicts[item.name] == BROKEN:
            self._learn(item, self.steps_of(checked, item.name), chosen)
        return checked.verdicts[item.name] == HOLDS and not self._is_vacuous(checked)

    def _is_vacuous(self, checked: Checked) -> bool:
        """Return whether a witness is never reached that the base reaches."""
        return any(
            verdict == VACUOUS and self.base.verdicts[name] == HOLDS
            for name, verdict in checked.verdicts.items()
        )

    def breaks(self, fix: Changes) -> tuple[str, ...]:
        """Return the guarantees that hold in the base and do not with a fix that was found."""
        after, before = self._verdicts(fix), self.base.verdicts
        return tuple(n for n, v in before.items() if v == HOLDS and after.get(n) == BROKEN)

    def _verdicts(self, fix: Changes) -> Mapping[str, str]:
        instance = self._instance(frozenset(fix))
        assert instance is not None
        return self._checked[tuple(sorted(instance.parameters.items()))].verdicts

    def _score(self, fix: Changes, changes: Sequence[Change]) -> tuple[int, int]:
        """Prefer what keeps other guarantees, then what stands first in the table."""
        verdicts = self._verdicts(fix).values()
        return (-sum(v == BROKEN for v in verdicts), -sum(changes.index(c) for c in fix))


def repeats(instance: Instance, run: Sequence[Step], item: Property[Any]) -> bool:
    """Return whether a run is possible in an instance and breaks the property at its end."""
    return any(_breaks(instance, start, run, item) for start in instance.initial())


def _breaks(instance: Instance, state: Any, run: Sequence[Step], item: Property[Any]) -> bool:
    reference = Reference(instance, canonical=False)
    try:
        for step in run:
            state = reference.apply(state, step)
    except Stop:
        return False
    return not reference.holds(state, item.rule)

"""Searches for the smallest set of changes under which a guarantee holds.

A set of changes is dropped without exploration while a run that broke the guarantee before is still
possible under it: a replay costs a millisecond. What is left is explored under the same faults;
if it breaks, its run joins those that later sets must make impossible.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from checker.explicit.explorer import BROKEN, HOLDS, check
from checker.explicit.reference import Reference
from checker.lang.errors import Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from checker.advice.changes import Change
    from checker.explicit.compiled import Compiled
    from checker.explicit.explorer import Checked
    from checker.lang.model import Instance, Step
    from checker.lang.rules import Property

LARGEST = 4
"""How many changes at once are tried."""
ENOUGH = 3
"""How many smallest sets are compared."""

Changes = tuple["Change", ...]


@dataclass
class FixSearch:
    """Looks for fixes of one base instance.

    instance_for: the instance under a set of changes, None where they are impossible together;
    steps_of: the steps of a broken run; deadline: in time.monotonic seconds.
    """

    compiled: Compiled
    instance_for: Callable[[Changes], Instance | None]
    steps_of: Callable[[Checked, str], Sequence[Step]]
    deadline: float | None = None
    explored: int = 0
    _known: dict[str, list[Sequence[Step]]] = field(default_factory=dict)
    _instances: dict[Changes, Instance | None] = field(default_factory=dict)
    _holding: dict[Changes, Checked] = field(default_factory=dict)

    def smallest(
        self, item: Property[...], run: Sequence[Step], changes: Sequence[Change]
    ) -> Changes | None:
        """Return the best of the smallest sets of changes under which the property holds.

        None: there is none of up to LARGEST changes, or the deadline passed first.
        """
        runs = self._known.setdefault(item.name, [])
        if run not in runs:
            runs.append(run)
        hits = [self._hits(item, run, change) for change in changes]
        for size in range(1, LARGEST + 1):
            found = list(self._of_size(item, size, changes, hits))
            if found:
                return max(found, key=lambda fix: self._score(fix, changes))
            if self._late():
                return None
        return None

    def _of_size(
        self, item: Property[...], size: int, changes: Sequence[Change], hits: list[bool]
    ) -> Iterator[Changes]:
        found = 0
        for numbers in combinations(range(len(changes)), size):
            if found == ENOUGH or self._late():
                return
            if not any(hits[n] for n in numbers):
                continue
            chosen = tuple(changes[n] for n in numbers)
            if len({(c.role, c.name) for c in chosen}) == size and self._holds(item, chosen):
                found += 1
                yield chosen

    def _late(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline

    def _hits(self, item: Property[...], run: Sequence[Step], change: Change) -> bool:
        instance = self._instance((change,))
        return instance is not None and not repeats(instance, run, item)

    def _instance(self, chosen: Changes) -> Instance | None:
        if chosen not in self._instances:
            self._instances[chosen] = self.instance_for(chosen)
        return self._instances[chosen]

    def _holds(self, item: Property[...], chosen: Changes) -> bool:
        if chosen in self._holding:
            return self._holding[chosen].verdicts[item.name] == HOLDS
        instance = self._instance(chosen)
        if instance is None:
            return False
        if any(repeats(instance, run, item) for run in self._known[item.name]):
            return False
        self.explored += 1
        checked = check(instance, self.compiled, stop_when=[item.name])
        if checked.verdicts[item.name] == BROKEN:
            self._known[item.name].append(self.steps_of(checked, item.name))
        elif checked.verdicts[item.name] == HOLDS:
            self._holding[chosen] = checked
        return checked.verdicts[item.name] == HOLDS

    def _score(self, fix: Changes, changes: Sequence[Change]) -> tuple[int, int]:
        """Prefer what keeps other guarantees, then what stands first in the table."""
        verdicts = self._holding[fix].verdicts.values()
        return (-sum(v == BROKEN for v in verdicts), -sum(changes.index(c) for c in fix))


def repeats(instance: Instance, run: Sequence[Step], item: Property[...]) -> bool:
    """Return whether a run is possible in an instance and breaks the property at its end."""
    reference = Reference(instance)
    for state in instance.initial():
        try:
            for step in run:
                state = reference.apply(state, step)
            return not reference.holds(state, item.rule)
        except Stop:
            continue
    return False

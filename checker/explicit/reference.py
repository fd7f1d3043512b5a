"""The reference explorer: breadth-first search in plain Python, the oracle of the compiled one."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.lang.errors import Blocked, CapacityReached, ModelError
from checker.lang.model import user_errors
from checker.lang.rules import ALWAYS, SOMETIMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.lang.concrete import Vector
    from checker.lang.model import Instance, Step


@dataclass
class ReferenceResult:
    """What was explored.

    states, transitions, depth: as contract C2 counts them; capacities: cuts by name; found: the
    first state of the least level that breaks an invariant or shows a witness, by property name;
    parents: for every state how it was first reached; error: the first model error and its state;
    stopped: why it is not complete ("error", "states", "time" or "interrupted").
    """

    states: int = 0
    transitions: int = 0
    depth: int = 0
    capacities: Counter[str] = field(default_factory=Counter)
    found: dict[str, Vector] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    parents: dict[Vector, tuple[Vector, Step] | None] = field(default_factory=dict)
    error: tuple[ModelError, Vector] | None = None
    deadlock: Vector | None = None
    complete: bool = True
    stopped: str | None = None

    def trace(self, state: Vector) -> list[tuple[Step | None, Vector]]:
        """Return the run to a state: the initial state, then each step with its state."""
        run: list[tuple[Step | None, Vector]] = []
        parent = self.parents[state]
        while parent is not None:
            run.append((parent[1], state))
            state = parent[0]
            parent = self.parents[state]
        run.append((None, state))
        return run[::-1]


class Reference:
    """Steps of one instance, computed by CPython.

    project: what is kept of each state; canonical: whether the canonical forms are applied (without
    them, states differ that are interchangeable, and every action does only what it says).
    """

    def __init__(
        self,
        instance: Instance,
        project: Callable[[Vector], Vector] | None = None,
        canonical: bool = True,
    ) -> None:
        self.instance = instance
        self.canonical = canonical
        self.machine = instance.machine()
        self.project = project or (lambda vector: vector)

    def initial(self) -> list[Vector]:
        """Return the distinct initial states after projection."""
        return list(dict.fromkeys(self.project(v) for v in self.instance.initial()))

    def apply(self, state: Vector, step: Step) -> Vector:
        """Return the successor; raise Blocked, CapacityReached or ModelError."""
        with user_errors(step.action.rule):
            self.machine.run(state, step.action.rule, step.values)
        if self.canonical:
            self.instance.clean(self.machine)
        return self.project(tuple(self.machine.cells))

    def cleaned(self, state: Vector) -> Vector:
        """Return the canonical form of a state, projected."""
        self.machine.cells[:] = state
        self.instance.clean(self.machine)
        return self.project(tuple(self.machine.cells))

    def successors(self, state: Vector, result: ReferenceResult) -> Iterator[tuple[Step, Vector]]:
        """Yield every enabled step with its successor; count cuts and note the first error."""
        for step in self.instance.steps:
            try:
                yield step, self.apply(state, step)
            except Blocked:
                continue
            except CapacityReached as cut:
                result.capacities[cut.text] += 1
            except ModelError as error:
                if result.error is None:
                    result.error = (error, state)

    def holds(self, state: Vector, rule: Callable[..., bool]) -> bool:
        """Return whether a property's condition holds in a state."""
        with user_errors(rule):
            return bool(self.machine.run(state, rule, ()))


def explore(
    instance: Instance,
    project: Callable[[Vector], Vector] | None = None,
    max_states: int | None = None,
    time_limit: float | None = None,
) -> ReferenceResult:
    """Explore every reachable state, breadth first.

    max_states, time_limit (seconds) end the run incomplete, at the end of a level; an interrupt
    from the keyboard ends it at once.
    """
    began = time.monotonic()
    reference = Reference(instance, project)
    result = ReferenceResult()
    frontier = reference.initial()
    result.parents = dict.fromkeys(frontier)
    try:
        while frontier:
            frontier = _explore_level(reference, frontier, result)
            too_many = max_states is not None and len(result.parents) > max_states
            too_long = time_limit is not None and time.monotonic() - began > time_limit
            if result.error is not None:
                result.stopped = "error"
            elif frontier and (too_many or too_long):
                result.stopped = "time" if too_long else "states"
            if result.stopped is not None:
                break
    except KeyboardInterrupt:
        result.stopped = "interrupted"
    result.complete = result.stopped is None
    result.states = len(result.parents)
    return result


def _explore_level(
    reference: Reference, frontier: list[Vector], result: ReferenceResult
) -> list[Vector]:
    """Judge and expand a level; return the next one."""
    result.depth += 1
    _observe(reference, frontier, result)
    following: list[Vector] = []
    for state in frontier:
        enabled = False
        for step, successor in reference.successors(state, result):
            enabled = True
            result.transitions += 1
            if successor not in result.parents:
                result.parents[successor] = (state, step)
                following.append(successor)
        if not enabled and result.deadlock is None and result.error is None:
            result.deadlock = state
    return following


def _observe(reference: Reference, frontier: list[Vector], result: ReferenceResult) -> None:
    for item in reference.instance.properties:
        if item.name in result.found or item.kind not in (ALWAYS, SOMETIMES):
            continue
        for state in frontier:
            if reference.holds(state, item.rule) == (item.kind == SOMETIMES):
                result.found[item.name] = state
                result.levels[item.name] = result.depth
                break

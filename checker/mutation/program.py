"""An instance compiled with all of its mutants, and what exploring one of them shows."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated

from checker.explicit.compiled import Compiled
from checker.explicit.engine import explore
from checker.explicit.explorer import native_program
from checker.explicit.native import link
from checker.explicit.program import write_program
from checker.lang import Numeric, Parameters, build
from checker.lang.rules import ALWAYS
from checker.lang.slicing import slice_instance
from checker.mutation.mutants import Numbered, number_mutants
from checker.mutation.places import (
    Condition,
    PlacedInstance,
    Update,
    conditions_of,
    updates_of,
)
from checker.mutation.rewrite import Change, with_mutants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np

    from checker.explicit.engine import Exploration
    from checker.lang.ir import Tree
    from checker.lang.model import Instance, Model
    from checker.lang.slicing import Slice

MOST = 1 << 20
DEEPEST = 50_000
SELECTOR = "selected.mutant"
MEMORY_FACTOR = 4
"""A mutant is not explored beyond so many times the memory that the model itself takes."""


class Selected(Parameters):
    """Which mutant runs; 0: the model as it is."""

    mutant: Annotated[int, Numeric("Mutant", high=MOST)] = 0


@dataclass(frozen=True)
class Shown:
    """What an exploration shows, as a test would see it.

    verdicts: by property whether it is broken or reached; levels: at which step first; figures:
    states, transitions and depth; failed: capacities and model errors; complete: all was explored.
    """

    verdicts: Mapping[str, bool]
    levels: Mapping[str, int]
    figures: tuple[int, int, int]
    failed: bool
    complete: bool
    memory: int


VERDICT = "verdict"
ERROR = "model error or capacity"
LENGTH = "length of a shortest run"
COUNT = "count"


@dataclass(frozen=True)
class Difference:
    """How a mutant differs from the model; what: the property that tells, if one does."""

    by: str
    what: str = ""


@dataclass(frozen=True, eq=False)
class MutantProgram:
    """The machine code of an instance and its mutants."""

    instance: Instance
    compiled: Compiled
    mutants: tuple[Numbered, ...]
    initial: dict[tuple[tuple[str, int], ...], np.ndarray] = field(default_factory=dict)

    def original(self, parameters: Mapping[str, int]) -> Shown:
        """Explore the model itself under these parameters of the run."""
        return self.shown(parameters, 0)

    def difference(
        self, parameters: Mapping[str, int], original: Shown, number: int
    ) -> Difference | None:
        """Explore a mutant; return how it differs from the original, None if it does not."""
        shown = self.shown(parameters, number, MEMORY_FACTOR * original.memory)
        return self._difference(original, shown)

    def shown(self, parameters: Mapping[str, int], number: int, memory: int | None = None) -> Shown:
        """Explore one mutant, 0 for the model itself; memory: bytes at which it ends."""
        plain = self.instance.with_parameters(parameters)
        key = tuple(sorted(parameters.items()))
        if key not in self.initial:
            self.initial[key] = self.compiled.initial(plain)
        found = explore(
            native_program(self.compiled, plain.with_parameters({SELECTOR: number})),
            self.initial[key],
            least=0,
            error_counters=self.compiled.program.errors,
            memory_limit=memory,
        )
        return self._read(found)

    def _read(self, found: Exploration) -> Shown:
        program = self.compiled.program
        names = program.properties
        levels = {name: found.levels[bit] for bit, name in enumerate(names) if bit in found.levels}
        cuts = any(found.counters[i] for places in program.capacities.values() for i in places)
        failures = range(len(names), len(names) + len(program.failures))
        errors = any(found.counters[i] for i in program.errors)
        return Shown(
            {name: name in levels for name in names},
            levels,
            (found.states, found.transitions, found.depth),
            bool(cuts or errors or any(bit in found.levels for bit in failures)),
            found.stopped is None,
            found.memory,
        )

    def _difference(self, original: Shown, mutant: Shown) -> Difference | None:
        kinds = {item.name: item.kind for item in self.instance.properties}
        for name, seen in mutant.verdicts.items():
            is_new = seen and not original.verdicts[name]
            is_gone = original.verdicts[name] and not seen and mutant.complete
            if (is_new and kinds[name] == ALWAYS) or (is_gone and not mutant.failed):
                return Difference(VERDICT, name)
        if mutant.failed != original.failed:
            return Difference(ERROR)
        for name, level in mutant.levels.items():
            if kinds[name] == ALWAYS and original.levels.get(name) != level:
                return Difference(LENGTH, name)
        same = mutant.complete and mutant.figures == original.figures
        return None if same and mutant.levels == original.levels else Difference(COUNT)


@dataclass(frozen=True, eq=False)
class Traced:
    """A traced and sliced model, and its mutants."""

    instance: PlacedInstance
    kept: Slice
    mutants: tuple[Numbered, ...]


def trace_mutants(model: Model) -> Traced:
    """Trace and slice a model and number its mutants."""
    instance = PlacedInstance(_selectable(model), model.bounds, {}, None)
    kept = slice_instance(instance)
    return Traced(instance, kept, _mutants(kept, instance))


def compile_mutants(traced_model: Traced, mutants: Sequence[Numbered]) -> MutantProgram:
    """Rewrite, translate and link a model together with some of its mutants."""
    instance, kept = traced_model.instance, traced_model.kept
    with deep_recursion():
        program = write_program(mutated(traced_model, mutants), inline_limit=0)
    native = link(program.modules)
    compiled = Compiled(
        instance,
        kept.project,
        program,
        native,
        native.address("step"),
        native.address("observe"),
        False,
    )
    return MutantProgram(instance, compiled, tuple(mutants))


def mutated(traced_model: Traced, mutants: Sequence[Numbered]) -> Slice:
    """Return the slice with some mutants in it, of which the parameter SELECTOR selects one."""
    instance, kept = traced_model.instance, traced_model.kept
    return replace(kept, actions=_with_mutants(instance, kept, mutants))


def _with_mutants(
    instance: PlacedInstance, kept: Slice, mutants: Sequence[Numbered]
) -> tuple[Tree, ...]:
    selector = build.read(instance.schema.by_name[SELECTOR], ())
    changes: dict[str, list[Change]] = {}
    for mutant in mutants:
        for name, place in mutant.targets:
            changes.setdefault(name, []).append(Change(mutant.number, place, mutant.change))
    found = []
    for traced, tree, noted in zip(instance.traced, kept.actions, instance.noted, strict=True):
        action = traced.action
        own = changes.get(action.name, [])
        found.append(with_mutants(tree, noted, own, selector, (action.file, action.line)))
    return tuple(found)


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Allow expressions that are nested deeply: each mutant of a condition adds a choice."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _selectable(model: Model) -> Model:
    """Return the model with a parameter that selects a mutant; its program is not kept on disk."""
    world = type(
        model.world.__name__,
        (model.world,),
        {
            "__annotations__": {"selected": Selected},
            "__module__": __name__,
            "__slots__": (),
        },
    )
    return replace(model, world=world, sources=())


def _mutants(kept: Slice, instance: PlacedInstance) -> tuple[Numbered, ...]:
    places: dict[str, list[Condition | Update]] = {}
    for traced, tree, noted in zip(instance.traced, kept.actions, instance.noted, strict=True):
        places[traced.action.name] = [*conditions_of(tree, noted), *updates_of(tree, noted)]
    return number_mutants(places)

"""Checks the properties of an instance by exhaustive exploration of the compiled model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.explicit.compiled import Compiled, compile_instance
from checker.explicit.engine import NativeProgram, Progress, explore
from checker.lang.ir import ErrorLeaf
from checker.lang.rules import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.explicit.engine import Exploration
    from checker.lang.concrete import Vector
    from checker.lang.model import Instance

HOLDS = "holds"
BROKEN = "broken"
INCONCLUSIVE = "inconclusive"
VACUOUS = "vacuous"
DEADLOCK = "deadlock"
NO_DEADLOCK = "No state is without a next step"
"""The property of models that ask for it, as a sentence."""


@dataclass(frozen=True)
class Limits:
    """Where a run ends early: bytes of memory, seconds of wall time; None means without limit."""

    memory: int | None = None
    time: float | None = None
    threads: int = 1


@dataclass(frozen=True)
class Checked:
    """What exploring one instance showed.

    verdicts: by property name; runs: for each broken property and reached witness the projected
    states of a shortest run; capacities: cuts by name; error: the first model error and the run to
    it; complete: whether all of the scope was explored without a cut.
    """

    instance: Instance
    compiled: Compiled
    exploration: Exploration
    verdicts: Mapping[str, str]
    runs: Mapping[str, tuple[Vector, ...]]
    capacities: Mapping[str, int]
    error: tuple[ErrorLeaf, tuple[Vector, ...]] | None
    complete: bool


def check(
    instance: Instance,
    compiled: Compiled | None = None,
    limits: Limits | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop_when: Sequence[str] = (),
    traces: bool = True,
) -> Checked:
    """Explore an instance and judge its properties.

    compiled: the code of an instance that differs in its parameters alone; stop_when: end as soon
    as all of these properties are seen broken (or reached), at the end of a level.
    """
    compiled = compiled or compile_instance(instance)
    limits = limits or Limits()
    bits = _bits(compiled)
    count = len(bits) + len(compiled.program.failures)
    exploration = explore(
        native_program(compiled, instance),
        compiled.initial(instance),
        threads=limits.threads,
        least=(1 << count) - 1 if traces else 0,
        stop_when=sum(1 << bits[name] for name in stop_when),
        deadlock_bit=count if instance.model.deadlock else None,
        error_counters=compiled.program.errors,
        memory_limit=limits.memory,
        time_limit=limits.time,
        progress=progress,
    )
    capacities = {
        name: int(sum(exploration.counters[i] for i in indices))
        for name, indices in compiled.program.capacities.items()
    }
    capacities = {name: number for name, number in capacities.items() if number}
    complete = exploration.stopped is None and not capacities
    if instance.model.deadlock:
        bits = {**bits, DEADLOCK: count}
    return Checked(
        instance,
        compiled,
        exploration,
        {name: _verdict(compiled, exploration, name, bit, complete) for name, bit in bits.items()},
        {
            name: _run(compiled, exploration, bit)
            for name, bit in bits.items()
            if bit in exploration.findings
        },
        capacities,
        _error(compiled, exploration, len(_bits(compiled))),
        complete,
    )


def native_program(compiled: Compiled, instance: Instance) -> NativeProgram:
    """Return what the engine needs of a compiled model, with this instance's parameters."""
    return NativeProgram(
        words=compiled.program.packing.words,
        step=compiled.step,
        max_successors=compiled.max_successors,
        observe=compiled.observe,
        counters=len(compiled.program.counters),
        parameters=[int(value) for value in compiled.parameters(instance)],
        owner=compiled.native,
    )


def _bits(compiled: Compiled) -> dict[str, int]:
    return {name: bit for bit, name in enumerate(compiled.program.properties)}


def _verdict(
    compiled: Compiled, exploration: Exploration, name: str, bit: int, complete: bool
) -> str:
    seen = bit in exploration.levels
    kinds = {item.name: item.kind for item in compiled.instance.properties}
    if kinds.get(name, ALWAYS) == ALWAYS:
        return BROKEN if seen else (HOLDS if complete else INCONCLUSIVE)
    return HOLDS if seen else (VACUOUS if complete else INCONCLUSIVE)


def _run(compiled: Compiled, exploration: Exploration, bit: int) -> tuple[Vector, ...]:
    return _path(compiled, exploration, exploration.findings[bit].position)


def _path(compiled: Compiled, exploration: Exploration, position: int) -> tuple[Vector, ...]:
    unpack = compiled.program.packing.unpack
    return tuple(unpack(words) for words in exploration.reached.path(position))


def _error(
    compiled: Compiled, exploration: Exploration, first_bit: int
) -> tuple[ErrorLeaf, tuple[Vector, ...]] | None:
    for counter, finding in exploration.errors.items():
        leaf = compiled.program.counters[counter]
        assert isinstance(leaf, ErrorLeaf)
        return leaf, _path(compiled, exploration, finding.position)
    for offset, leaf in enumerate(compiled.program.failures):
        if first_bit + offset in exploration.findings:
            return leaf, _run(compiled, exploration, first_bit + offset)
    return None

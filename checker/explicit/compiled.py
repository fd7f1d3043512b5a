"""A model instance as machine code, ready to be explored with any values of its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from checker.explicit.native import Native, link
from checker.explicit.program import Program, write_program
from checker.explicit.recipe import load_recipe, recipe_key, save_recipe
from checker.lang.slicing import slice_instance

if TYPE_CHECKING:
    from checker.lang.model import Instance
    from checker.lang.slicing import Projection


@dataclass(frozen=True, eq=False)
class Compiled:
    """Machine code of an instance's slice.

    project: keeps what the slice stores of a vector; step, observe: addresses; `native` owns the
    code behind them. coverage: whether the counters also count what fired and what blocked.
    """

    instance: Instance
    project: Projection
    program: Program
    native: Native
    step: int
    observe: int
    coverage: bool

    def parameters(self, instance: Instance) -> np.ndarray:
        """Return the parameter vector that the code reads, for this instance's values."""
        values = [
            instance.parameters[column.name]
            for column in self.instance.schema.columns
            if column.parameter
        ]
        return np.array(values, dtype=np.int64)

    def initial(self, instance: Instance) -> np.ndarray:
        """Return the packed initial states, one row each."""
        vectors = dict.fromkeys(self.project(v) for v in instance.initial())
        rows = [self.program.packing.pack(vector) for vector in vectors]
        return np.array(rows, dtype=np.uint64)

    @property
    def max_successors(self) -> int:
        """How many successors a state can have at most."""
        return len(self.instance.steps)


def compile_instance(instance: Instance, coverage: bool = False) -> Compiled:
    """Trace, slice, translate and link an instance; parts that are on disk are taken from there."""
    program, project = _program(instance, coverage)
    native = link(program.modules)
    return Compiled(
        instance,
        project,
        program,
        native,
        native.address("step"),
        native.address("observe"),
        coverage,
    )


def _program(instance: Instance, coverage: bool) -> tuple[Program, Projection]:
    key = recipe_key(instance, coverage)
    found = None if key is None else load_recipe(key, instance)
    if found is not None:
        return found
    kept = slice_instance(instance)
    program = write_program(kept, coverage)
    if key is not None:
        save_recipe(key, program, kept.project)
    return program, kept.project

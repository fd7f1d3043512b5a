"""A model instance as machine code, ready to be explored with any values of its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from checker.explicit.native import Native, link
from checker.explicit.program import Program, write_program
from checker.lang.slicing import Slice, slice_instance

if TYPE_CHECKING:
    from checker.lang.model import Instance


@dataclass(frozen=True, eq=False)
class Compiled:
    """Machine code of an instance's slice.

    step, observe: addresses; `native` owns the code behind them. coverage: whether the counters
    also count what fired and what blocked.
    """

    instance: Instance
    slice: Slice
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
        vectors = dict.fromkeys(self.slice.project(v) for v in instance.initial())
        rows = [self.program.packing.pack(vector) for vector in vectors]
        return np.array(rows, dtype=np.uint64)

    @property
    def max_successors(self) -> int:
        """How many successors a state can have at most."""
        return len(self.instance.steps)


def compile_instance(instance: Instance, coverage: bool = False) -> Compiled:
    """Trace, slice, translate and link an instance."""
    kept = slice_instance(instance)
    program = write_program(kept, coverage)
    native = link(program.modules)
    return Compiled(
        instance,
        kept,
        program,
        native,
        native.address("step"),
        native.address("observe"),
        coverage,
    )

"""Which actions lead from one packed state to another, asked of the machine code."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.explicit.compiled import Compiled
    from checker.lang.concrete import Vector
    from checker.lang.model import Instance

_ACTION = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_void_p] * 4)


class Edges:
    """Asks each action's function for its successors of a state."""

    def __init__(self, compiled: Compiled, instance: Instance) -> None:
        self._packing = compiled.program.packing
        self._native = compiled.native
        self._parameters = compiled.parameters(instance)
        self._counters = np.zeros(len(compiled.program.counters) + 1, np.int64)
        words = self._packing.words
        self._out = np.zeros((compiled.max_successors + 1) * words, np.uint64)
        self._functions = {
            action.name: _ACTION(self._native.address(f"action_{action.name}"))
            for action in instance.model.actions
        }

    def actions(self, before: Vector, after: Vector) -> list[str]:
        """Return the names of the actions with a step between two states of the slice, in order."""
        state = np.array(self._packing.pack(before), np.uint64)
        target = np.array(self._packing.pack(after), np.uint64)
        return [name for name, step in self._functions.items() if self._leads(step, state, target)]

    def _leads(self, step: Callable[..., int], state: np.ndarray, target: np.ndarray) -> bool:
        arrays = (state, self._parameters, self._out, self._counters)
        made = step(*(array.ctypes.data for array in arrays))
        rows = self._out[: made * self._packing.words].reshape(made, self._packing.words)
        return bool((rows == target).all(axis=1).any())

"""A model as machine code, the way the search sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from checker.explicit import engine_layout as at
from checker.explicit.memory import Region

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True)
class NativeProgram:
    """Two or three functions, by address; pointers are to 64-bit integers unless told otherwise.

    step(state, parameters, out, counters) -> n
        writes n successors back to back into `out`, and may increment counters
    observe(state, parameters) -> mask
        which properties have something to say about a new state
    capture(state, parameters, out, counters, instances) -> n
        the same as step; also writes which rule instance made each successor, as 32-bit integers

    A state has `words` words; `max_successors` is at least the largest n.
    `owner` is whatever keeps the machine code in memory.
    """

    words: int
    step: int
    max_successors: int
    observe: int = 0
    capture: int = 0
    counters: int = 0
    parameters: npt.ArrayLike = ()
    owner: object = field(default=None, repr=False)

    def parameter_vector(self) -> npt.NDArray[np.int64]:
        """Return the parameters as the functions read them."""
        return np.atleast_1d(np.array(self.parameters, np.int64))

    def search_vector(self, parameters: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return a shared vector that describes this program; the parameters must outlive it."""
        search = np.zeros(at.SEARCH_SIZE, np.int64)
        search[at.STEP] = self.step
        search[at.OBSERVE] = self.observe
        search[at.CAPTURE] = self.capture
        search[at.PARAMETERS] = parameters.ctypes.data
        search[at.MAX_SUCCESSORS] = self.max_successors
        search[at.COUNTERS] = self.counters
        search[at.WORDS] = self.words
        return search


class Bench:
    """A thread's vector together with the memory it points to."""

    def __init__(self) -> None:
        self.vector = np.zeros(at.WORKER_SIZE, np.int64)
        self._regions: dict[int, Region] = {}

    def allot(self, place: int, size: int) -> None:
        """Let a place of the vector point to so many bytes."""
        self._regions[place] = Region(size)
        self.vector[place] = self._regions[place].address

    def region(self, place: int) -> Region:
        """Return what a place of the vector points to."""
        return self._regions[place]

    @property
    def address(self) -> int:
        """The address of the vector."""
        return int(self.vector.ctypes.data)

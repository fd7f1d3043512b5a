"""The threads of a search: all run the same kernel, on the shared vector and each its own."""

from __future__ import annotations

import ctypes
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from checker.explicit import engine_layout as at
from checker.explicit.engine_native import kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt


class Team:
    """Runs kernels; the calling thread is the first of the team.

    workers: the addresses of the threads' own vectors.
    """

    def __init__(self, search: npt.NDArray[np.int64], workers: Sequence[int]) -> None:
        self.size = len(workers)
        self._search = search
        self._workers = workers
        self._words = int(search[at.WORDS])
        self._pool = ThreadPoolExecutor(self.size - 1) if self.size > 1 else None
        for name in ("advance", "rehash", "advance_together")[: 2 if self._pool is None else 3]:
            kernel(name, self._words)
        search[at.THREADS] = self.size
        search[at.PART_BITS] = (self.size - 1).bit_length()
        search[at.YIELD] = ctypes.cast(ctypes.CDLL(None).sched_yield, ctypes.c_void_p).value or 0

    def alone(self, name: str, first: int = 0, second: int = 0) -> int:
        """Run a kernel in the first thread only."""
        return self._run(name, 0, first, second)

    def together(self, name: str, first: int, second: int, keep: object) -> int:
        """Run a kernel in all threads; gives what it gave to the first.

        keep: what owns the memory; each thread holds it while it works, whatever happens here. An
        interrupt comes through when all have ended.
        """
        if self._pool is None:
            return self.alone(name, first, second)
        kernel(name, self._words)
        self._search[at.ABORT] = 0
        self._search[at.ARRIVED] = 0
        others: list[Future[int]] = []
        try:
            for number in range(1, self.size):
                others.append(self._pool.submit(self._run, name, number, first, second, keep))
            return self._run(name, 0, first, second)
        except BaseException:
            self._search[at.ABORT] = 1
            raise
        finally:
            self._wait_for(others)

    def _wait_for(self, others: Sequence[Future[int]]) -> None:
        try:
            wait(others)
        except BaseException:
            self._search[at.ABORT] = 1
            self._wait_for(others)
            raise

    def _run(self, name: str, number: int, first: int, second: int, _keep: object = None) -> int:
        call = kernel(name, self._words)
        return call(self._search.ctypes.data, self._workers[number], first, second)

"""Memory that grows without being copied: the system fills in reserved pages as they are used."""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
from typing import Any

import numpy as np
import numpy.typing as npt

HUGE = 1 << 21
"""Bytes from which on a region asks for large pages, which make random access faster."""

_FLAGS = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
if sys.platform == "linux":
    _FLAGS |= getattr(mmap, "MAP_NORESERVE", 0x4000)


class Region:
    """Zeroed memory that does not move."""

    def __init__(self, size: int) -> None:
        self._map = mmap.mmap(-1, max(size, 1), flags=_FLAGS)
        if size >= HUGE and hasattr(mmap, "MADV_HUGEPAGE"):
            self._map.madvise(mmap.MADV_HUGEPAGE)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self._map))

    def view(self, kind: type[np.generic], count: int) -> npt.NDArray[Any]:
        """Return the first `count` numbers; the memory lives as long as the array."""
        return np.frombuffer(self._map, dtype=kind, count=count)

    def discard(self, start: int, size: int) -> None:
        """Give back the pages from a byte on; what was there is lost."""
        if hasattr(mmap, "MADV_DONTNEED"):
            page = mmap.PAGESIZE
            first = -(-start // page) * page
            last = (start + size) // page * page
            if first < last:
                self._map.madvise(mmap.MADV_DONTNEED, first, last - first)

    def release(self) -> None:
        """Give the memory back; no array of `view` may be left."""
        self._map.close()


def physical_memory() -> int:
    """Return the bytes of memory that this machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

"""Machine code of the kernels: compiled by numba once, then loaded from the user's cache folder.

Loading numba takes longer than most searches, and its own cache needs all of it; the object code of
a kernel has a few kilobytes and stands alone.
"""

from __future__ import annotations

import ctypes
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import llvmlite
import llvmlite.binding as llvm

from checker.explicit.cache import cache_folder, read_cached, write_cached
from checker.explicit.native import Native

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_SPECIAL = 8
"""States of more words share one kernel, which reads the number of words when it runs."""

SOURCES = ("compile", "inspect", "intrinsics", "kernels", "layout", "parallel", "walk")
"""The modules that the machine code depends on."""

SYMBOL = "kernel"

_PROTOTYPE = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_int64] * 4)


@cache
def kernel(name: str, words: int) -> Callable[[int, int, int, int], int]:
    """Return a kernel for states of so many words; other Python threads run while it works."""
    special = words if words <= LARGEST_SPECIAL else 0
    code = Native({name: _object_code(name, special)})
    function = _PROTOTYPE(code.address(SYMBOL))

    def call(search: int, worker: int, first: int, second: int) -> int:
        return int(function(search, worker, first, second))

    call.__dict__["code"] = code
    return call


def _object_code(name: str, words: int) -> bytes:
    folder = cache_folder("engine")
    path = None if folder is None else folder / f"{name}-{words}-{_fingerprint()}"
    code = None if path is None else read_cached(path)
    if code is not None:
        return code
    from checker.explicit.engine_compile import compile_kernel  # noqa: PLC0415 loads numba

    code = compile_kernel(name, words, SYMBOL)
    if path is not None:
        write_cached(path, code)
    return code


@cache
def _fingerprint() -> str:
    """Return a name for what object code depends on: the sources, the compiler, the machine."""
    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update((Path(__file__).parent / f"engine_{source}.py").read_bytes())
    machine = (llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    for part in (llvmlite.__version__, *machine):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()

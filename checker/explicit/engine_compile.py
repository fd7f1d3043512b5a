"""Compiles the kernels of the search with numba; loaded only if the cache has no machine code."""

import llvmlite.binding as llvm
from numba import cfunc

from checker.explicit import engine_inspect, engine_kernels, engine_parallel, engine_walk
from checker.explicit.engine_intrinsics import helper, read
from checker.explicit.engine_layout import WORDS
from checker.explicit.native import compile_module

SIGNATURE = "int64(int64, int64, int64, int64)"

KERNELS = {
    function.__name__: function
    for function in (
        engine_inspect.find,
        engine_inspect.fire,
        engine_inspect.least,
        engine_inspect.unfold,
        engine_kernels.advance,
        engine_kernels.rehash,
        engine_kernels.spread,
        engine_parallel.advance_together,
        engine_walk.walk,
    )
}


def compile_kernel(name: str, words: int, symbol: str) -> bytes:
    """Return the object code of a kernel, exported as `symbol`; with zero words, for any number."""
    kernel = helper(KERNELS[name])

    def with_words(search: int, worker: int, first: int, second: int) -> int:
        return kernel(search, worker, first, second, words)

    def any_words(search: int, worker: int, first: int, second: int) -> int:
        return kernel(search, worker, first, second, read(search, WORDS))

    compiled = cfunc(SIGNATURE)(with_words if words else any_words)
    module = llvm.parse_assembly(compiled.inspect_llvm())
    module.get_function(compiled.native_name).name = symbol
    missing = [
        function.name
        for function in module.functions
        if function.is_declaration and not function.name.startswith("llvm.")
    ]
    if missing:
        raise RuntimeError(f"the kernel {name} calls {', '.join(missing)}, which it must not")
    return compile_module(str(module))

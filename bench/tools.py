"""Runs SPIN, Rumur, TLC and the hand-written floor, and reads what they counted.

Only exact searches: no hash compaction, no bit state, no reduction.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Run, run

PEERS = Path(__file__).resolve().parent / "peers"
SPIN_FLAGS = ("-O2", "-w", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=8000")
RUMUR_FLAGS = ("-O3", "-march=native", "-std=c11", "-mcx16", "-w")
RUMUR_SEARCH = ("--deadlock-detection", "off", "--symmetry-reduction", "off", "--threads", "1")


class ToolError(Exception):
    """A tool is not installed, refuses its input, or did not finish the search."""


@dataclass(frozen=True)
class Counts:
    """What one search printed and cost.

    states, transitions: as the tool counts them; build_seconds: CPU time of making the search;
    cpu_seconds, wall_seconds: of the search itself; bytes_per_state: peak memory over states;
    error: the first error found, in the tool's words, in which case the counts are partial.
    """

    states: int
    transitions: int
    cpu_seconds: float
    wall_seconds: float
    build_seconds: float
    bytes_per_state: float
    error: str | None


def run_spin(
    text: str,
    *,
    defines: Mapping[str, int] | None = None,
    flags: Sequence[str] = SPIN_FLAGS,
    search: Sequence[str] = ("-m4000000",),
) -> Counts:
    """Search a Promela model with SPIN; defines are macros of the model."""
    macros = [f"-D{name}={value}" for name, value in (defines or {}).items()]
    with _folder("model.pml", text) as folder:
        build = _build(["spin", *macros, "-a", "model.pml"], folder)
        if not (folder / "pan.c").exists():
            raise ToolError(f"spin refuses the model: {build.output.strip()}")
        compiled = _build(["gcc", *flags, "-o", "pan", "pan.c"], folder)
        done = run(["./pan", *search], folder)
    error = _found(r"^pan:\d+: (.*)$", done.output)
    if error is None and re.search("max search depth too small|not completed", done.output):
        raise ToolError(f"spin did not finish: {done.output.strip()}")
    states = _number(r"(\d+) states, stored", done)
    transitions = _number(r"(\d+) transitions", done)
    return _counts(states, transitions, done, build.cpu_seconds + compiled.cpu_seconds, error)


def run_rumur(text: str, *, flags: Sequence[str] = RUMUR_FLAGS) -> Counts:
    """Search a Murphi model with Rumur, one thread, without symmetry."""
    with _folder("model.m", text) as folder:
        build = _build(["rumur", *RUMUR_SEARCH, "-o", "search.c", "model.m"], folder)
        compiled = _build(["gcc", *flags, "-o", "search", "search.c", "-lpthread"], folder)
        done = run(["./search"], folder)
    error = _found(r"error trace for the error:\s*(.*?)\s*$", done.output)
    if error is None and "No error found" not in done.output:
        raise ToolError(f"rumur did not finish: {done.output.strip()}")
    found = r"(\d+) states, (\d+) rules fired"
    states, transitions = _number(found, done), _number(found, done, 2)
    return _counts(states, transitions, done, build.cpu_seconds + compiled.cpu_seconds, error)


def run_tlc(jar: str, module: str, configuration: str, *, workers: int = 1) -> Counts:
    """Search a TLA+ module with TLC, whose classes are in `jar` (a class path)."""
    name = _found(r"^-+ MODULE (\w+)", module)
    with _folder(f"{name}.tla", module) as folder:
        # Versions of before 2021 know the option only.
        kept = configuration.replace("CHECK_DEADLOCK FALSE\n", "")
        (folder / f"{name}.cfg").write_text(kept.replace("CHECK_DEADLOCK TRUE\n", ""))
        options = ["-XX:+UseParallelGC", "-cp", jar, "tlc2.TLC", "-workers", str(workers)]
        options += ["-deadlock"] if "CHECK_DEADLOCK FALSE" in configuration else []
        done = run(["java", *options, f"{name}.tla"], folder)
    error = _found(r"^Error: (.*)$", done.output)
    if error is None and "Model checking completed. No error" not in done.output:
        raise ToolError(f"tlc did not finish: {done.output.strip()}")
    found = r"(\d+) states generated, (\d+) distinct states found, \d+ states left"
    if error is not None and not re.search(found, done.output):
        if "nvariant" not in error:
            raise ToolError(f"tlc refuses the module: {done.output.strip()}")
        return _counts(0, 0, done, 0.0, error)
    return _counts(_number(found, done, 2), _number(found, done), done, 0.0, error)


def run_floor(records: int, *, flags: Sequence[str] = ("-O3", "-march=native")) -> Counts:
    """Search the idempotent producer with the C program written for this model alone."""
    if not 1 <= records <= 8:
        raise ToolError("the floor packs a state in 64 bits: from 1 to 8 records")
    with _folder("floor.c", (PEERS / "floor.c").read_text()) as folder:
        options = [*flags, "-w", f"-DN={records}", "-o", "floor"]
        compiled = _build(["gcc", *options, "floor.c"], folder)
        done = run(["./floor"], folder)
    found = r"(\d+) states, (\d+) rules fired"
    states, transitions = _number(found, done), _number(found, done, 2)
    return _counts(states, transitions, done, compiled.cpu_seconds, None)


def filled(template: str, values: Mapping[str, object]) -> str:
    """Return a twin with its @NAME@ marks replaced."""
    for name, value in values.items():
        template = template.replace(f"@{name}@", str(value))
    return template


def _counts(states: int, transitions: int, done: Run, build: float, error: str | None) -> Counts:
    per_state = done.peak_bytes / max(states, 1)
    return Counts(states, transitions, done.cpu_seconds, done.wall_seconds, build, per_state, error)


@contextmanager
def _folder(name: str, text: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / name).write_text(text)
        yield folder


def _build(command: list[str], folder: Path) -> Run:
    if shutil.which(command[0]) is None:
        raise ToolError(f"{command[0]} is not installed")
    done = run(command, folder)
    if done.code != 0:
        raise ToolError(f"{command[0]} fails: {done.output.strip()}")
    return done


def _found(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text, re.MULTILINE)
    return None if match is None else match[1]


def _number(pattern: str, done: Run, group: int = 1) -> int:
    match = re.search(pattern, done.output, re.MULTILINE)
    if match is None:
        raise ToolError(f"no counts in: {done.output.strip()}")
    return int(match[group])

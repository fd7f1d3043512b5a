"""Prints the reference models in every tool that is installed, and how soon a check starts.

Every tool searches the same models exactly; counts that differ make the run fail. CPU seconds are
of the search alone, the least of a few runs; ratios are to ours on one thread, in the same run.
Run it as `python -m bench.run`.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measure import Run, run
from bench.tools import PEERS, Counts, filled, run_floor, run_rumur, run_spin, run_tlc
from checker.cli.load import load_model
from checker.export import export, tla_config
from checker.lang.slicing import Slice, slice_instance

ROOT = Path(__file__).resolve().parent.parent
EOSCHECK = [sys.executable, "-m", "checker.cli"]
REPEATS = 3
FLOOR = "C written for this model"


@dataclass(frozen=True)
class Row:
    """One tool on one model; transitions and states must be the same in all rows of a model."""

    tool: str
    states: int
    transitions: int
    cpu_seconds: float
    wall_seconds: float
    bytes_per_state: float


@dataclass(frozen=True)
class Reference:
    """A reference model with the counts that contract C5 pins."""

    title: str
    file: str
    bounds: dict[str, int]
    states: int
    transitions: int
    depth: int

    def options(self) -> list[str]:
        """Return the command line that explores it."""
        bounds = [part for name, n in self.bounds.items() for part in ("--bound", f"{name}={n}")]
        return ["check", str(ROOT / self.file), *bounds, "--format", "json", "--quiet"]

    def slice(self) -> Slice:
        """Return what the exports print."""
        return slice_instance(load_model(str(ROOT / self.file)).instance(self.bounds))


IDEM_8 = Reference(
    "idempotent producer, 8 records, window 3",
    "bench/idempotent_producer.py",
    {"records": 8, "window": 3},
    928_295,
    21_795_497,
    25,
)
IDEM_9 = Reference(
    "idempotent producer, 9 records, window 3",
    "bench/idempotent_producer.py",
    {"records": 9, "window": 3},
    3_713_575,
    98_325_161,
    28,
)
PETERSON_5 = Reference(
    "Peterson, 5 processes", "bench/peterson.py", {"processes": 5}, 628_868, 3_144_340, 74
)


def ours(model: Reference) -> list[Row]:
    """Explore a reference model with eoscheck on one and on two threads, by turns."""
    found: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
    for _ in range(REPEATS):
        for threads, runs in found.items():
            runs.append(explored(model, threads))
    return [row(f"eoscheck, threads: {threads}", runs) for threads, runs in found.items()]


def explored(model: Reference, threads: int) -> dict[str, Any]:
    """Explore a reference model once; return what eoscheck tells of it."""
    done = run([*EOSCHECK, *model.options(), "--threads", str(threads)], ROOT)
    if done.code != 0:
        raise SystemExit(f"eoscheck failed on {model.title}: {done.output}")
    told: dict[str, Any] = json.loads(done.output)["exploration"]
    if told["depth"] != model.depth:
        raise SystemExit(f"{model.title}: depth {told['depth']} instead of {model.depth}")
    return told


def row(name: str, runs: list[dict[str, Any]]) -> Row:
    """Return the best of some runs as a row."""
    best = min(runs, key=lambda f: f["cpu_seconds"])
    counts = best["states"], best["transitions"], best["cpu_seconds"]
    return Row(name, *counts, min(f["seconds"] for f in runs), best["bytes_per_state"])


def peer(tool: str, search: Callable[[], Counts], repeats: int, extra: int = 0) -> Row:
    """Run another tool; `extra` transitions that it counts and we do not are taken off."""
    found = [search() for _ in range(repeats)]
    for counts in found:
        if counts.error is not None:
            raise SystemExit(f"{tool} reports an error: {counts.error}")
    best = min(found, key=lambda c: c.cpu_seconds)
    return Row(
        tool,
        best.states,
        best.transitions - extra,
        best.cpu_seconds,
        min(c.wall_seconds for c in found),
        best.bytes_per_state,
    )


def have(*programs: str) -> bool:
    """Return whether all programs are installed."""
    return all(shutil.which(program) for program in programs)


def idem_rows() -> list[Row]:
    """Return every tool on the idempotent producer."""
    kept = IDEM_8.slice()
    rows = ours(IDEM_8)
    if have("gcc"):
        rows.append(peer(FLOOR, lambda: run_floor(8), REPEATS))
    if have("spin", "gcc"):
        text = (PEERS / "idem.pml").read_text()
        defines = {"N": 8, "K": 3}
        rows.append(peer("SPIN -O2, by hand", lambda: run_spin(text, defines=defines), REPEATS, 1))
        exported = export(kept, "promela")
        rows.append(peer("SPIN -O2, exported", lambda: run_spin(exported), 1, 1))
    if have("rumur", "gcc"):
        text = filled((PEERS / "idem.m.in").read_text(), {"N": 8, "K": 3, "BUG": 0})
        rows.append(peer("Rumur -O3, by hand", lambda: run_rumur(text), 1))
        murphi = export(kept, "murphi")
        rows.append(peer("Rumur -O3, exported", lambda: run_rumur(murphi), 1))
    return rows + tlc_rows(kept)


def peterson_rows() -> list[Row]:
    """Return every tool on Peterson's algorithm."""
    kept = PETERSON_5.slice()
    rows = ours(PETERSON_5)
    if have("spin", "gcc"):
        text = (PEERS / "pet.pml").read_text()
        rows.append(peer("SPIN -O2, by hand", lambda: run_spin(text, defines={"N": 5}), REPEATS, 1))
        exported = export(kept, "promela")
        rows.append(peer("SPIN -O2, exported", lambda: run_spin(exported), 1, 1))
    if have("rumur", "gcc"):
        text = filled((PEERS / "pet.m.in").read_text(), {"N": 5, "PID": "0..4"})
        rows.append(peer("Rumur -O3, by hand", lambda: run_rumur(text), 1))
        murphi = export(kept, "murphi")
        rows.append(peer("Rumur -O3, exported", lambda: run_rumur(murphi), 1))
    return rows + tlc_rows(kept)


def tlc_rows(kept: Slice) -> list[Row]:
    """Return TLC on the exported model, where TLC_JAR names its jar; it counts the start too."""
    jar = os.environ.get("TLC_JAR")
    if not jar or not have("java"):
        return []
    module, configuration = export(kept, "tla"), tla_config(kept)
    return [peer("TLC, 1 worker, exported", lambda: run_tlc(jar, module, configuration), 1, 1)]


def print_rows(model: Reference, rows: list[Row]) -> bool:
    """Print the table of a model; return whether all counts are those of contract C5."""
    print(f"\n{model.title}")
    print(f"  {'tool':28} {'states':>10} {'transitions':>12} {'CPU s':>7} {'x ours':>7} ", end="")
    print(f"{'wall s':>7} {'B/state':>8}")
    good = True
    for row in rows:
        same = (row.states, row.transitions) == (model.states, model.transitions)
        good &= same
        print(
            f"  {row.tool:28} {row.states:>10,} {row.transitions:>12,} {row.cpu_seconds:>7.2f} "
            f"{row.cpu_seconds / rows[0].cpu_seconds:>7.2f} {row.wall_seconds:>7.2f} "
            f"{row.bytes_per_state:>8.1f}{'' if same else '   COUNTS DIFFER'}"
        )
    return good


def print_contract(rows: list[Row]) -> None:
    """Print what contract C6 asks for on the idempotent producer, and what was measured."""
    one, two = rows[:2]
    wanted = [
        ("SPIN -O2, by hand", "times as fast as SPIN, at least 6"),
        ("TLC, 1 worker, exported", "times as fast as TLC, at least 100"),
        (FLOOR, "times as fast as the C program, at least 0.9"),
    ]
    measured = {other.tool: other.cpu_seconds / one.cpu_seconds for other in rows}
    print(
        "\nOne thread, 8 records, by CPU seconds; two threads by wall time, which other load spoils"
    )
    for tool, text in wanted:
        if tool in measured:
            print(f"  {measured[tool]:7.2f} {text}")
    print(
        f"  {one.wall_seconds / two.wall_seconds:7.2f} times as fast with two threads, at least 1.7"
    )
    print(f"  {one.bytes_per_state:7.1f} bytes per state, at most 32")


def latency() -> None:
    """Print the time from command to result, with cold and with warm caches."""
    pair = ["--producer", "examples/producer.properties"]
    pair += ["--consumer", "examples/consumer.properties"]
    commands = {
        "idempotent producer, 8 records": IDEM_8.options(),
        "settings pair, with because and fix": ["check", *pair, "--format", "json", "--quiet"],
    }
    print("\nFrom command to result")
    print(
        f"  {'check':38} {'cold CPU s':>10} {'wall s':>7} {'warm CPU s':>10} {'wall s':>7} ", end=""
    )
    print(f"{'until it explores, warm':>24}")
    for name, command in commands.items():
        with tempfile.TemporaryDirectory() as cache:
            environment = {"XDG_CACHE_HOME": cache}
            cold = run([*EOSCHECK, *command], ROOT, environment)
            warm = [run([*EOSCHECK, *command], ROOT, environment) for _ in range(REPEATS)]
        best = min(warm, key=lambda r: r.cpu_seconds)
        print(
            f"  {name:38} {cold.cpu_seconds:>10.2f} {cold.wall_seconds:>7.2f} "
            f"{best.cpu_seconds:>10.2f} {best.wall_seconds:>7.2f} {_start(warm):>24}"
        )


def _start(runs: list[Run]) -> str:
    started = []
    for done in runs:
        document = json.loads(done.output)
        started.append(document["exploration"]["started_after"])
    return f"{statistics.median(started):.2f} s"


def main() -> int:
    """Print everything; return 1 if a count differs."""
    load = os.getloadavg()[0]
    print(f"load average {load:.1f}; CPU seconds are of the search alone, the least of a few runs")
    rows = idem_rows()
    good = print_rows(IDEM_8, rows)
    good &= print_rows(IDEM_9, ours(IDEM_9))
    good &= print_rows(PETERSON_5, peterson_rows())
    print_contract(rows)
    latency()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

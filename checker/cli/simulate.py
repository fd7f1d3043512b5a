"""`eoscheck simulate`: random walks, quick and incomplete."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from checker.cli.options import model_options

if TYPE_CHECKING:
    from checker.explicit.compiled import Compiled
    from checker.explicit.engine_simulation import Simulation
    from checker.lang.model import Instance


@click.command(name="simulate")
@click.argument("target", default="kafka")
@model_options
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--walks", type=click.IntRange(min=1), default=1000, show_default=True)
@click.option("--steps", type=click.IntRange(min=1), default=200, show_default=True)
def command(target: str, seed: int, walks: int, steps: int, **choice: Any) -> int:
    """Walk at random through TARGET (a Python file, or kafka); finding nothing proves nothing."""
    from checker.cli.target import instance_of_target
    from checker.explicit.compiled import compile_instance
    from checker.explicit.engine_simulation import simulate
    from checker.explicit.explorer import native_program
    from checker.lang.rules import ALWAYS

    asked = instance_of_target(target, choice)
    names = [item.name for item in asked.properties if item.kind == ALWAYS]
    instance = asked.model.instance(asked.bounds, asked.parameters, names)
    compiled = compile_instance(instance)
    program = replace(native_program(compiled, instance))
    found = simulate(program, compiled.initial(instance), seed=seed, walks=walks, max_steps=steps)
    return _tell(instance, compiled, found)


def _tell(instance: Instance, compiled: Compiled, found: Simulation) -> int:
    from checker.explicit.edges import Edges
    from checker.report.steps import steps_text
    from checker.traces.replay import rebuild
    from checker.traces.trace import build_trace

    total = sum(walk.steps for walk in found.walks)
    print(f"{len(found.walks)} walks, {total} steps.")
    mask = next((walk.mask for walk in found.walks if walk.end == "observed"), 0)
    stuck = instance.model.deadlock and any(walk.end == "deadlock" for walk in found.walks)
    if not mask and not stuck:
        print("Nothing was found; random walks prove nothing.")
        return 0
    states = [compiled.program.packing.unpack(words) for words in found.path]
    trace = build_trace(
        instance, rebuild(instance, compiled.project, states, Edges(compiled, instance))
    )
    broken = [p.name for bit, p in enumerate(instance.properties) if mask >> bit & 1]
    print(f"Broken after {len(trace.steps)} steps: {', '.join(broken) or 'deadlock'}.")
    sys.stdout.write(steps_text(trace))
    return 1

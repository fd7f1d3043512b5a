"""`eoscheck simulate`: random walks, quick and incomplete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from checker.cli.options import model_options, version_options
from checker.lang.errors import EoscheckError

if TYPE_CHECKING:
    from checker.explicit.compiled import Compiled
    from checker.explicit.engine_simulation import Simulation
    from checker.lang.model import Instance


@click.command(name="simulate")
@click.argument("target", default="kafka")
@version_options
@model_options
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--walks", type=click.IntRange(min=1), default=1000, show_default=True)
@click.option("--steps", type=click.IntRange(min=1), default=200, show_default=True)
def command(
    target: str,
    seed: int,
    walks: int,
    steps: int,
    kafka: str | None,
    client: str | None,
    **choice: Any,
) -> int:
    """Walk at random through TARGET; finding nothing proves nothing.

    TARGET is a Python file, a scenario, or kafka: the model of settings.
    """
    from checker.cli.target import instance_of_target
    from checker.explicit.compiled import compile_instance
    from checker.explicit.engine_simulation import simulate
    from checker.explicit.explorer import native_program
    from checker.lang.rules import ALWAYS

    asked = instance_of_target(target, choice, {"kafka": kafka, "client": client})
    names = [item.name for item in asked.properties if item.kind == ALWAYS]
    instance = asked.model.instance(asked.bounds, asked.parameters, names)
    compiled = compile_instance(instance)
    found = simulate(
        native_program(compiled, instance),
        compiled.initial(instance),
        seed=seed,
        walks=walks,
        max_steps=steps,
        ends={"observed", "deadlock"} if instance.model.deadlock else {"observed"},
    )
    return _tell(instance, compiled, found)


def _tell(instance: Instance, compiled: Compiled, result: Simulation) -> int:
    """Write what was found and return the exit code."""
    from checker.explicit.edges import Edges
    from checker.report.files import write_out
    from checker.report.steps import steps_text
    from checker.traces.replay import rebuild
    from checker.traces.trace import build_trace

    total = sum(walk.steps for walk in result.walks)
    summary = f"{len(result.walks):,} walks, {total:,} steps.\n"
    if result.found is None:
        write_out(f"{summary}Nothing was found; random walks prove nothing.\n")
        return 0
    states = [compiled.program.packing.unpack(words) for words in result.path]
    run = rebuild(instance, compiled.project, states, Edges(compiled, instance))
    trace = build_trace(instance, run)
    what = ", ".join(_broken(compiled, result.found.mask)) or "deadlock"
    write_out(f"{summary}Broken after {len(trace.steps)} steps: {what}.\n{steps_text(trace)}")
    return 1


def _broken(compiled: Compiled, mask: int) -> list[str]:
    """Return the properties that a state breaks; raise EoscheckError if one cannot be judged."""
    count = len(compiled.program.properties)
    for offset, leaf in enumerate(compiled.program.failures):
        if mask >> (count + offset) & 1:
            raise EoscheckError(f"model error: {leaf.message}", leaf.file, leaf.line)
    return [name for bit, name in enumerate(compiled.program.properties) if mask >> bit & 1]

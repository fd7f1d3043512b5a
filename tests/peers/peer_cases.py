"""The models that other tools search too, and how they are asked."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.tools import run_rumur, run_spin
from checker.cli.load import load_model
from checker.explicit.explorer import check
from checker.export import export, surplus
from checker.lang.slicing import slice_instance
from checker.settings.scenario_file import named_files, read_scenario
from specs import checked_model

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "tests" / "export"), str(ROOT / "tests" / "conformance")]
from export_models import MODELS
from zoo import CLUSTER, POST_OFFICE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.tools import Counts
    from checker.explicit.explorer import Checked
    from checker.lang import Model
    from checker.lang.slicing import Slice

# Quick to build; the searches are short.
SPIN = {"flags": ("-O0", "-w", "-DSAFETY", "-DNOREDUCE"), "search": ("-m200000", "-w18")}
RUMUR = {"flags": ("-O0", "-std=c11", "-mcx16", "-w")}
FORMS = {"spin": "promela", "rumur": "murphi"}
KINDS = (
    "lost_replies",
    "abandoned_connections",
    "delivery_timeouts",
    "producer_crashes",
    "leader_failures",
    "isr_shrinks",
    "follower_failures",
    "unclean_elections",
    "consumer_crashes",
    "offsets_expired",
)


@dataclass(frozen=True, eq=False)
class Case:
    """A model under given bounds and parameters; deadlocks are looked for in tests of their own."""

    model: Model
    bounds: dict[str, int] = field(default_factory=dict)
    parameters: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the name of the case."""
        used = {n: v for n, v in self.parameters.items() if v or not n.startswith("budgets.")}
        texts = [f"{n.split('.')[-1]}={v}" for n, v in {**self.bounds, **used}.items()]
        return " ".join([self.model.name, *texts])

    def check(self, properties: Sequence[str] | None = None) -> Checked:
        """Explore the case."""
        model = replace(self.model, deadlock=False)
        return check(model.instance(self.bounds, self.parameters, properties))

    def unbroken(self) -> Checked:
        """Explore the case for the properties that no run breaks: the others would end a search."""
        first = self.check()
        kept = [name for name, verdict in first.verdicts.items() if verdict != "broken"]
        return first if len(kept) == len(first.verdicts) else self.check(kept)


def search(kept: Slice, tool: str, witness: str | None = None) -> Counts:
    """Search a slice with another tool; what it counts beyond us is taken off."""
    text = export(kept, FORMS[tool], witness)
    found = run_spin(text, **SPIN) if tool == "spin" else run_rumur(text, **RUMUR)
    more = surplus(kept, FORMS[tool], witness)
    return replace(
        found, states=found.states - more.states, transitions=found.transitions - more.transitions
    )


def slice_of(case: Case, *properties: str) -> Slice:
    """Return the slice of a case for some of its properties."""
    return slice_instance(case.model.instance(case.bounds, case.parameters, properties))


def kafka(bounds: dict[str, int], settings: dict[str, int], **faults: int) -> Case:
    """Return a small scope of the Kafka model in which only these faults happen."""
    budgets = {f"budgets.{kind}": faults.get(kind, 0) for kind in KINDS}
    return Case(
        checked_model(), bounds, budgets | {f"settings.{k}": v for k, v in settings.items()}
    )


def scenario(name: str, release: tuple[int, int]) -> Case:
    """Return a scenario of transactions as brokers and clients of a release play it."""
    found = read_scenario(str(named_files()[name]))
    return Case(found.model(), {}, found.parameters(release, release))


IDEMPOTENT = load_model(str(ROOT / "bench/idempotent_producer.py"))
PETERSON = load_model(str(ROOT / "bench/peterson.py"))
EXAMPLES = [load_model(str(file)) for file in sorted((ROOT / "examples/models").glob("*.py"))]
ONE_REPLICA = {"replication_factor": 1, "min_insync_replicas": 1}

CASES = [
    Case(IDEMPOTENT, {"records": 4, "window": 3}),
    Case(IDEMPOTENT, {"records": 6, "window": 2}),
    Case(PETERSON, {"processes": 3}),
    Case(PETERSON, {"processes": 4}),
    *map(Case, EXAMPLES),
    Case(POST_OFFICE),
    Case(POST_OFFICE, {"room": 1}),
    Case(POST_OFFICE, {}, {"options.polite": 0}),
    Case(POST_OFFICE, {"nodes": 1}, {"options.most": -1}),
    Case(CLUSTER),
    Case(CLUSTER, {"room": 1}),
    *map(Case, MODELS),
    kafka({"records": 1}, {}, lost_replies=1, leader_failures=1, consumer_crashes=1),
    kafka({"records": 2, "replicas": 1}, ONE_REPLICA, lost_replies=1, producer_crashes=1),
    kafka(
        {"records": 2, "replicas": 2},
        {"acks": 1, "idempotence": 0, "replication_factor": 2, "min_insync_replicas": 1},
        abandoned_connections=1,
        leader_failures=1,
    ),
    scenario("no-faults", (4, 2)),
    scenario("late-marker", (4, 1)),
    scenario("zombie-consumer", (3, 9)),
]

"""The scopes in which mutants are tried: together they take every step of the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from checker.mutation.survey import Scope
from checker.settings.scenario_file import (
    client_release_of,
    find_scenario,
    release_of,
    switches_named,
)

HERE = Path(__file__).parent / "scopes"


@dataclass(frozen=True)
class Choice:
    """Versions and switches of a run, and parameters that no scenario file names."""

    kafka: str
    client: str = ""
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    more: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        switches = [*(f"+{name}" for name in self.on), *(f"-{name}" for name in self.off)]
        more = [f"{name}={value}" for name, value in self.more.items()]
        return " ".join([self.kafka, self.client, *switches, *more]).replace("  ", " ").strip()


P0, P1, P2, P3 = (Choice(kafka) for kafka in ("3.5", "3.9", "4.1", "4.2"))
OLD = Choice("2.4")
BOTH_VERSIONS = {"settings.raw_versions": 1}

SCOPES: dict[str, tuple[Choice, ...]] = {
    "no-faults": (P3, P1, P0),
    "late-marker": (P2, P3, P1),
    "late-end-txn": (P3, P0, P1, Choice("3.9", off=("KAFKA-18464", "KAFKA-9600"))),
    "late-produce-two-steps": (
        P3,
        P1,
        P0,
        Choice("3.9", "2.5"),
        Choice("3.9", off=("KAFKA-14884", "KAFKA-14920")),
    ),
    "late-add-partitions": (P1, P3, Choice("1.0")),
    "stale-coordinator": (P3, P1, Choice("3.9", off=("KAFKA-5121",))),
    "late-offset-commit": (P3, P1, P0),
    "zombie-consumer": (P3, P1, OLD),
    "by-consumer": (P3, P1, Choice("4.2", more={"settings.auto_commit": 1})),
    "failures": (P3, P1, P0),
    "raw-alone": (P3, P1, P0, Choice("4.2", more=BOTH_VERSIONS)),
    "raw-fenced": (P3, P1, Choice("4.2", more=BOTH_VERSIONS)),
    "rotation": (
        P3,
        P1,
        Choice("4.2", on=("PR-22096", "KAFKA-20310")),
        Choice("3.9", off=("KAFKA-5231",)),
    ),
}


def scope(name: str) -> Scope:
    """Return a scope with its runs."""
    own = HERE / f"{name}.toml"
    scenario = find_scenario(str(own) if own.exists() else name)
    return Scope(
        name,
        scenario.model(),
        {
            choice.name: scenario.parameters(
                release_of(choice.kafka),
                client_release_of(choice.client or choice.kafka),
                switches_named(choice.on),
                switches_named(choice.off),
            )
            | choice.more
            for choice in SCOPES[name]
        },
    )


def scopes() -> list[Scope]:
    """Return all scopes."""
    return [scope(name) for name in SCOPES]

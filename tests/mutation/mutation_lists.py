"""The checked-in lists: mutants that survive, with the reason, and a sample of the others."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from checker.mutation.mutants import Mutant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.mutation.survey import Survey

SURVIVORS = Path(__file__).with_name("survivors.toml")
SAMPLE = Path(__file__).with_name("sample.toml")
SAMPLED = {"late-produce-two-steps": 40, "zombie-consumer": 40, "late-end-txn": 40}
SEED = 20


def parsed(line: str) -> Mutant:
    """Return the mutant that a line speaks of; the inverse of str()."""
    place, change = line.rsplit(": ", 1)
    return Mutant(place, change)


@dataclass(frozen=True)
class Group:
    """Mutants that survive for one reason."""

    reason: str
    mutants: tuple[Mutant, ...]


def survivors() -> list[Group]:
    """Return the listed survivors, none before there is a list."""
    if not SURVIVORS.exists():
        return []
    table = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))
    return [
        Group(" ".join(row["reason"].split()), tuple(parsed(line) for line in row["mutants"]))
        for row in table["survivor"]
    ]


@dataclass(frozen=True)
class Sampled:
    """A mutant and the run that tells it from the model."""

    mutant: Mutant
    scope: str
    run: str


def sample() -> list[Sampled]:
    """Return the listed sample."""
    table = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    return [Sampled(parsed(row["mutant"]), row["scope"], row["run"]) for row in table["sampled"]]


def write_sample(survey: Survey) -> None:
    """Choose mutants of some scopes, other ones for another seed, and write them down."""
    lines: list[str] = []
    for scope, number in SAMPLED.items():
        there = [(str(m), f) for m, f in survey.distinct().items() if f.scope == scope]
        chosen = random.Random(SEED).sample(sorted(there, key=lambda item: item[0]), number)
        for mutant, fate in sorted(chosen, key=lambda item: item[0]):
            text = mutant.replace("\\", "\\\\").replace('"', '\\"')
            lines += ["[[sampled]]", f'mutant = "{text}"']
            lines += [f'scope = "{scope}"', f'run = "{fate.run}"', ""]
    SAMPLE.write_text("\n".join(lines), encoding="utf-8")


def listed(groups: Iterable[Group]) -> list[Mutant]:
    """Return all mutants of all groups."""
    return [mutant for group in groups for mutant in group.mutants]

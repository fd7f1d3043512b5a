"""The checked-in lists: mutants that survive, with the reason, and a sample of the others."""

from __future__ import annotations

import json
import random
import tomllib
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from checker.mutation.mutants import Mutant
from checker.mutation.survey import Fate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checker.mutation.survey import Survey

HERE = Path(__file__).parent
SAMPLED = {
    "transactions": {"no-faults": 30, "late-produce-two-steps": 30, "zombie-consumer": 30},
    "delivery": {"one fault": 40},
}
"""How many mutants are sampled, by model and scope."""
SEED = 20
RESULTS = Path("build")
"""Where a survey leaves all of its results, for the next one to begin with."""


def parsed(line: str) -> Mutant:
    """Return the mutant that a line speaks of; the inverse of str()."""
    place, change = line.rsplit(": ", 1)
    return Mutant(place, change)


# Survivors.


@dataclass(frozen=True)
class Group:
    """Mutants that survive for one reason; equivalent: no run of any scope could tell."""

    reason: str
    equivalent: bool
    mutants: tuple[Mutant, ...]


def survivors(model: str) -> list[Group]:
    """Return the listed survivors of a model, none before there is a list."""
    file = _survivors_file(model)
    if not file.exists():
        return []
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return [
        Group(
            " ".join(row["reason"].split()),
            row["equivalent"],
            tuple(parsed(line) for line in row["mutants"]),
        )
        for row in table["survivor"]
    ]


def listed(groups: Iterable[Group]) -> list[Mutant]:
    """Return all mutants of all groups."""
    return [mutant for group in groups for mutant in group.mutants]


def write_survivors(model: str, survey: Survey) -> list[Mutant]:
    """Write the survivors with the reasons that are known; return those without one.

    Where equal mutants are one, it keeps the one that has been listed.
    """
    known = survivors(model)
    there = set(listed(known))
    alive = [_chosen(group, there) for group in survey.alive()]
    kept = [Group(g.reason, g.equivalent, _among(g.mutants, alive)) for g in known]
    unknown = tuple(mutant for mutant in sorted(alive) if mutant not in there)
    groups = [g for g in (*kept, Group("", False, unknown)) if g.mutants]
    _survivors_file(model).write_text("\n".join(map(_table, groups)), encoding="utf-8")
    return list(unknown)


def _survivors_file(model: str) -> Path:
    return HERE / f"survivors-{model}.toml"


def _chosen(equals: list[Mutant], there: set[Mutant]) -> Mutant:
    return min(equals, key=lambda mutant: (mutant not in there, mutant))


def _among(mutants: tuple[Mutant, ...], alive: list[Mutant]) -> tuple[Mutant, ...]:
    return tuple(mutant for mutant in mutants if mutant in alive)


def _table(group: Group) -> str:
    lines = "".join(f"    {_quoted(str(mutant))},\n" for mutant in group.mutants)
    reason = f'"""\n{_wrapped(group.reason)}\n"""' if group.reason else '""'
    equivalent = str(group.equivalent).lower()
    return f"[[survivor]]\nreason = {reason}\nequivalent = {equivalent}\nmutants = [\n{lines}]\n"


def _wrapped(text: str, width: int = 100) -> str:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


# The sample.


@dataclass(frozen=True)
class Sampled:
    """A mutant and the run that tells it from the model."""

    mutant: Mutant
    scope: str
    run: str


def sample(model: str) -> list[Sampled]:
    """Return the listed sample of a model."""
    table = tomllib.loads(_sample_file(model).read_text(encoding="utf-8"))
    return [Sampled(parsed(row["mutant"]), row["scope"], row["run"]) for row in table["sampled"]]


def write_sample(model: str, survey: Survey) -> None:
    """Choose mutants of some scopes, other ones for another seed, and write them down."""
    lines: list[str] = []
    for scope, number in SAMPLED[model].items():
        there = {mutant: f for mutant, f in survey.distinct().items() if f.scope == scope}
        for mutant in sorted(_spread(there)[:number]):
            lines += ["[[sampled]]", f"mutant = {_quoted(str(mutant))}"]
            lines += [f"scope = {_quoted(scope)}", f"run = {_quoted(there[mutant].run)}", ""]
    _sample_file(model).write_text("\n".join(lines), encoding="utf-8")


def _sample_file(model: str) -> Path:
    return HERE / f"sample-{model}.toml"


def _spread(fates: Mapping[Mutant, Fate]) -> list[Mutant]:
    """Return mutants in such an order that the first ones are of many files and changes."""
    strata: dict[tuple[str, str], list[Mutant]] = {}
    for mutant in sorted(fates):
        strata.setdefault((mutant.place.partition(".")[0], mutant.change), []).append(mutant)
    chance = random.Random(SEED)
    columns = [strata[key] for key in sorted(strata)]
    for column in [columns, *columns]:
        chance.shuffle(column)
    rows = chain.from_iterable(zip_longest(*columns))
    return [mutant for mutant in rows if mutant is not None]


# Results, from one survey to the next.


def results(model: str) -> dict[Mutant, Fate]:
    """Return what the last survey in this folder found, nothing before there was one."""
    file = _results_file(model)
    if not file.exists():
        return {}
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    return {parsed(row[4]): Fate(row[0] or None, row[1], row[2], row[3]) for row in rows}


def write_results(model: str, survey: Survey) -> None:
    """Write what a survey found of every mutant."""
    rows = [
        "\t".join((fate.by or "", fate.scope, fate.run, fate.what, str(mutant)))
        for mutant, fate in sorted(survey.fates.items())
    ]
    RESULTS.mkdir(exist_ok=True)
    _results_file(model).write_text("\n".join(rows) + "\n", encoding="utf-8")


def _results_file(model: str) -> Path:
    return RESULTS / f"mutants-{model}.tsv"

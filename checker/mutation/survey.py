"""Tries every mutant of a model in several scopes, and says which of them nobody notices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.mutation.program import COUNT, ERROR, VERDICT, compile_mutants, trace_mutants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from checker.lang.model import Model
    from checker.lang.provenance import Span
    from checker.mutation.mutants import Mutant, Numbered
    from checker.mutation.program import MutantProgram, Shown

STRENGTH = {None: 0, COUNT: 1, ERROR: 2, VERDICT: 3}


@dataclass(frozen=True)
class Scope:
    """A model under given bounds, and the parameters of the runs that are made of it, by name."""

    name: str
    model: Model
    runs: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Fate:
    """How a mutant differs from the model (None: not at all), and the run that shows it."""

    by: str | None = None
    scope: str = ""
    run: str = ""


@dataclass
class Survey:
    """What is known of all mutants.

    fates: of each mutant; spans: where it stands; groups: in which places, by scope and number, it
    was found: mutants with the same places are one.
    """

    fates: dict[Mutant, Fate] = field(default_factory=dict)
    spans: dict[Mutant, Span] = field(default_factory=dict)
    places: dict[Mutant, set[tuple[str, int]]] = field(default_factory=dict)

    def distinct(self) -> dict[Mutant, Fate]:
        """Return one mutant of each group of equals, with its fate."""
        chosen: dict[frozenset[tuple[str, int]], Mutant] = {}
        for mutant in sorted(self.fates):
            chosen.setdefault(frozenset(self.places[mutant]), mutant)
        return {mutant: self.fates[mutant] for mutant in chosen.values()}

    def survivors(self) -> list[Mutant]:
        """Return the distinct mutants that no run tells from the model."""
        return sorted(mutant for mutant, fate in self.distinct().items() if fate.by is None)

    def score(self, *kinds: str) -> tuple[int, int]:
        """Return how many distinct mutants are told apart in one of these ways, and of how many."""
        fates = self.distinct().values()
        return sum(fate.by in kinds for fate in fates), len(fates)


def survey(
    scopes: Sequence[Scope], thorough: bool = False, tell: Callable[[str], None] | None = None
) -> Survey:
    """Try the mutants of all scopes.

    thorough: try further if only counts told a mutant apart, for a verdict that does.
    tell: is called with a line about each scope.
    """
    found = Survey()
    for scope in scopes:
        traced = trace_mutants(scope.model)
        for numbered in traced.mutants:
            _enter(found, scope, numbered)
        enough = STRENGTH[VERDICT if thorough else COUNT]
        open_ones = [m for m in traced.mutants if _strength(found, m) < enough]
        program = compile_mutants(traced, open_ones)
        originals = {name: program.original(run) for name, run in scope.runs.items()}
        for numbered in open_ones:
            for fate in _fates(program, scope, originals, numbered):
                _settle(found, numbered, fate)
                if STRENGTH[fate.by] >= enough:
                    break
        if tell is not None:
            tell(f"{scope.name}: {len(open_ones)} of {len(traced.mutants)} mutants tried")
    return found


def _enter(found: Survey, scope: Scope, numbered: Numbered) -> None:
    for mutant, span in zip(numbered.mutants, numbered.spans, strict=True):
        found.fates.setdefault(mutant, Fate())
        found.spans.setdefault(mutant, span)
        found.places.setdefault(mutant, set()).add((scope.name, numbered.number))


def _strength(found: Survey, numbered: Numbered) -> int:
    return min(STRENGTH[found.fates[mutant].by] for mutant in numbered.mutants)


def _settle(found: Survey, numbered: Numbered, fate: Fate) -> None:
    for mutant in numbered.mutants:
        if STRENGTH[fate.by] > STRENGTH[found.fates[mutant].by]:
            found.fates[mutant] = fate


def _fates(
    program: MutantProgram, scope: Scope, originals: Mapping[str, Shown], numbered: Numbered
) -> Iterator[Fate]:
    for name, run in scope.runs.items():
        yield Fate(program.fate(run, originals[name], numbered.number), scope.name, name)

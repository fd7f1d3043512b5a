"""Tries every mutant of a model in several scopes, and says which of them nobody notices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.mutation.program import (
    COUNT,
    ERROR,
    LENGTH,
    VERDICT,
    compile_mutants,
    trace_mutants,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.lang.model import Model
    from checker.lang.provenance import Span
    from checker.mutation.mutants import Mutant, Numbered
    from checker.mutation.program import MutantProgram, Traced

THOROUGH = 12_000
"""Runs with more states than that are only tried with mutants that nothing has told apart."""
STRENGTH = {None: 0, COUNT: 1, LENGTH: 2, ERROR: 3, VERDICT: 4}
KINDS = (VERDICT, ERROR, LENGTH, COUNT)


@dataclass(frozen=True)
class Scope:
    """A model under given bounds, and the parameters of the runs that are made of it, by name."""

    name: str
    model: Model
    runs: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Fate:
    """How a mutant differs from the model (None: not at all), and the run that shows it.

    what: the property that tells, if one does.
    """

    by: str | None = None
    scope: str = ""
    run: str = ""
    what: str = ""


@dataclass
class Survey:
    """What is known of all mutants.

    fates: of each mutant; spans: where it stands; places: as which number, by scope, it was found:
    mutants with the same places are one.
    """

    fates: dict[Mutant, Fate] = field(default_factory=dict)
    spans: dict[Mutant, Span] = field(default_factory=dict)
    places: dict[Mutant, set[tuple[str, int]]] = field(default_factory=dict)

    def groups(self) -> list[list[Mutant]]:
        """Return the mutants, those together that are one."""
        found: dict[frozenset[tuple[str, int]], list[Mutant]] = {}
        for mutant in sorted(self.fates):
            found.setdefault(frozenset(self.places[mutant]), []).append(mutant)
        return list(found.values())

    def alive(self) -> list[list[Mutant]]:
        """Return the groups that no run tells from the model."""
        return [group for group in self.groups() if self.fates[group[0]].by is None]

    def distinct(self) -> dict[Mutant, Fate]:
        """Return the first mutant of each group, with its fate."""
        return {group[0]: self.fates[group[0]] for group in self.groups()}

    def survivors(self) -> list[Mutant]:
        """Return the first mutant of each group that no run tells from the model."""
        return [group[0] for group in self.alive()]

    def score(self, *kinds: str) -> tuple[int, int]:
        """Return how many distinct mutants are told apart in one of these ways, and of how many."""
        fates = self.distinct().values()
        return sum(fate.by in kinds for fate in fates), len(fates)


def survey(
    scopes: Sequence[Scope],
    thorough: bool = False,
    tell: Callable[[str], None] | None = None,
    before: Mapping[Mutant, Fate] | None = None,
) -> Survey:
    """Try the mutants of all scopes.

    thorough: try further if only lengths or counts told a mutant apart, for more than that.
    tell: is called with a line about each scope. before: what an earlier survey found: the run
    that told a mutant apart then is tried first, and is enough if it does so again.
    """
    search = _Search(scopes, STRENGTH[ERROR if thorough else COUNT], before or {})
    for scope in scopes:
        traced = search.traced(scope)
        for numbered in traced.mutants:
            search.enter(scope, numbered)
    search.repeat()
    for scope in scopes:
        number = search.try_all(scope)
        if tell is not None:
            tell(f"{scope.name}: {number} of {len(search.traced(scope).mutants)} mutants tried")
    return search.found


class _Search:
    """A survey under way; enough: how strong a difference ends the search for a mutant."""

    def __init__(self, scopes: Sequence[Scope], enough: int, before: Mapping[Mutant, Fate]) -> None:
        self.scopes = scopes
        self.enough = enough
        self.before = before
        self.found = Survey()
        self.repeated: set[Mutant] = set()
        self._traced: dict[str, Traced] = {}

    def traced(self, scope: Scope) -> Traced:
        if scope.name not in self._traced:
            self._traced[scope.name] = trace_mutants(scope.model)
        return self._traced[scope.name]

    def enter(self, scope: Scope, numbered: Numbered) -> None:
        for mutant, span in zip(numbered.mutants, numbered.spans, strict=True):
            self.found.fates.setdefault(mutant, Fate())
            self.found.spans.setdefault(mutant, span)
            self.found.places.setdefault(mutant, set()).add((scope.name, numbered.number))

    def repeat(self) -> None:
        """Try each mutant in the run that told it apart before."""
        for scope in self.scopes:
            there: dict[int, tuple[Numbered, str]] = {}
            for numbered in self.traced(scope).mutants:
                for mutant in numbered.mutants:
                    known = self.before.get(mutant, Fate())
                    if known.scope == scope.name and known.run in scope.runs:
                        there[numbered.number] = numbered, known.run
            if there:
                tried = _Tried(self.traced(scope), scope, [n for n, _ in there.values()])
                for numbered, run in there.values():
                    self._settle(numbered, tried.fate(numbered, run))
                    if self._strength(numbered) > 0:
                        self.repeated.update(numbered.mutants)

    def try_all(self, scope: Scope) -> int:
        """Try the mutants of a scope of which too little is known; return how many."""
        still = [m for m in self.traced(scope).mutants if self._is_open(m)]
        if still:
            tried = _Tried(self.traced(scope), scope, still)
            for numbered in still:
                self._try(tried, numbered)
        return len(still)

    def _try(self, tried: _Tried, numbered: Numbered) -> None:
        for run in tried.scope.runs:
            is_large = tried.originals[run].figures[0] > THOROUGH
            if is_large and self._strength(numbered) > 0:
                continue
            self._settle(numbered, tried.fate(numbered, run))
            if self._strength(numbered) >= self.enough:
                return

    def _is_open(self, numbered: Numbered) -> bool:
        is_known = all(mutant in self.repeated for mutant in numbered.mutants)
        return not is_known and self._strength(numbered) < self.enough

    def _strength(self, numbered: Numbered) -> int:
        return min(STRENGTH[self.found.fates[mutant].by] for mutant in numbered.mutants)

    def _settle(self, numbered: Numbered, fate: Fate) -> None:
        for mutant in numbered.mutants:
            if STRENGTH[fate.by] > STRENGTH[self.found.fates[mutant].by]:
                self.found.fates[mutant] = fate


class _Tried:
    """A scope compiled with some mutants."""

    def __init__(self, traced: Traced, scope: Scope, mutants: Sequence[Numbered]) -> None:
        self.scope = scope
        self.program: MutantProgram = compile_mutants(traced, mutants)
        self.originals = {name: self.program.original(run) for name, run in scope.runs.items()}

    def fate(self, numbered: Numbered, run: str) -> Fate:
        found = self.program.difference(self.scope.runs[run], self.originals[run], numbered.number)
        if found is None:
            return Fate()
        return Fate(found.by, self.scope.name, run, found.what)

"""What is to be proved about a model, and about which finite instances of it the explorer is asked.

The words of the engine: a *lemma* is kept by every step, given all lemmas; an *implied* property
follows from the lemmas alone; a *step* property speaks about the states before and behind a step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from checker.lang.errors import LanguageError
from checker.lang.types import UNBOUNDED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.lang.model import Instance, Model
    from checker.lang.rules import Property
    from checker.lang.values import Record

INITIALLY = "<init>"
IMPLIES = "<implies>"
POSSIBLE = "<possible>"
RESERVED = (INITIALLY, IMPLIES, POSSIBLE)


@dataclass(frozen=True, eq=False)
class Claim:
    """A model with the properties that are claimed of it.

    lemmas, implied, covers: names of the model's properties. steps: properties of `pair`, a record
    of two worlds, `before` and `after`. parameters: what differs from the model's defaults. small:
    bounds of a finite instance in which counterexamples to induction are looked for; explored:
    bounds of the instance that the explorer is asked about.
    """

    model: Model
    lemmas: tuple[str, ...]
    implied: tuple[str, ...] = ()
    steps: tuple[Property[Any], ...] = ()
    pair: type[Record] | None = None
    covers: tuple[str, ...] = ()
    parameters: Mapping[str, int] = field(default_factory=dict)
    small: Mapping[str, int] = field(default_factory=dict)
    explored: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [*self.lemmas, *self.implied, *(s.name for s in self.steps), *self.covers]
        if not self.properties:
            raise LanguageError(f"nothing is claimed of {self.model.name}")
        for name in [*names, *(a.name for a in self.model.actions)]:
            if name in RESERVED or not name.isidentifier():
                raise LanguageError(f"{self.model.name}: the name {name!r} is not allowed")
        if len(set(names)) < len(names):
            raise LanguageError(f"{self.model.name}: a property is claimed twice")
        if self.steps and (self.pair is None or self.model.canonical):
            message = "step properties need a record of two worlds, and no canonical form"
            raise LanguageError(f"{self.model.name}: {message}")

    @property
    def properties(self) -> tuple[str, ...]:
        """The names of everything that is to be proved."""
        return (*self.lemmas, *self.implied, *(step.name for step in self.steps))

    def instance(self, bounds: Mapping[str, int] | None = None) -> Instance:
        """Return the model's instance under these bounds; without any, under no bounds at all."""
        if bounds is None:
            bounds = dict.fromkeys(self.model.bounds, UNBOUNDED)
        names: Sequence[str] = [*self.lemmas, *self.implied, *self.covers]
        return self.model.instance(bounds, self.parameters, names)

    def keys(self) -> list[tuple[str, str]]:
        """Return (action, property) of every obligation that there must be, in order."""
        actions = [a.name for a in self.model.actions]
        found = [(INITIALLY, name) for name in self.lemmas]
        found += [(action, name) for action in actions for name in self.lemmas]
        found += [(IMPLIES, name) for name in self.implied]
        found += [(action, step.name) for action in actions for step in self.steps]
        found += [(POSSIBLE, "<types>"), (POSSIBLE, INITIALLY)]
        return found + [(POSSIBLE, name) for name in (*actions, *self.covers)]

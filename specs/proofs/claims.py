"""What a proof model declares: its model, its lemmas, its guards, and what it leaves out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.lang import Model, Property, Record

REFUTED, NOT_INDUCTIVE, PROVED = "refuted", "not-inductive", "proved"


@dataclass(frozen=True)
class Mutant:
    """The model without some of its guards, and what becomes of the proof.

    expected: "refuted" by a run, "not-inductive" (no run was found), or still "proved"; then
    `reason` says why these guards are redundant in this model. steps: of the shortest run that
    breaks a guarantee; bounds: of the finite instance that has it, where they differ from the
    model's.
    """

    name: str
    without: tuple[str, ...]
    expected: str
    reason: str = ""
    steps: int = 0
    bounds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ProofModel:
    """A model that is proved for all sizes.

    guarantees: names of the properties that users ask for; lemmas: properties that every step
    keeps, guarantees among them included; implied: properties that follow from the lemmas; steps:
    properties of two successive states; covers: what must be possible. small, explored: bounds of
    finite instances. sources: for each guard what it does and where it stands in Kafka.
    inherited: mutants of the model that this one adds to. expected: the verdict of the whole.
    """

    name: str
    title: str
    model: Model
    guarantees: tuple[str, ...]
    lemmas: tuple[Property[Any], ...]
    implied: tuple[Property[Any], ...] = ()
    steps: tuple[Property[Any], ...] = ()
    pair: type[Record] | None = None
    covers: tuple[Property[Any], ...] = ()
    small: Mapping[str, int] = field(default_factory=dict)
    explored: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    mutants: tuple[Mutant, ...] = ()
    inherited: tuple[Mutant, ...] = ()
    not_covered: tuple[str, ...] = ()
    expected: str = PROVED


def inherited(
    mutants: tuple[Mutant, ...], bounds: Mapping[str, int], more_steps: int = 0
) -> tuple[Mutant, ...]:
    """Return the mutants of a model as those of one that adds to it.

    bounds: where their runs are; more_steps: by how much these are longer.
    """
    return tuple(
        replace(
            mutant,
            steps=mutant.steps + more_steps if mutant.steps else 0,
            bounds={**mutant.bounds, **bounds},
        )
        for mutant in mutants
    )

"""What a refinement declares: for each action the steps of the proof model that it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from checker.lang import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.lang import Model

Call = tuple[Action[Any], tuple[int, ...]]
"""A step of the proof model: an action with its arguments."""


@dataclass(frozen=True, eq=False)
class Scope:
    """A scenario without a file: a detailed model with its bounds and parameters."""

    model: Model
    bounds: Mapping[str, int]
    parameters: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Refinement:
    """A map from runs of the detailed model to runs of a proof model.

    sizes: bounds of the instance of the proof model that is wide enough for a detailed one;
    meanings: for each action of the detailed model a function that gets the detailed world before
    and behind it, the proof world before it and the action's arguments, and returns the steps of
    the proof model that it is, in order: none, one or several. outside: gets the detailed world
    before and behind a step and the action's name, and returns why the proof model does not speak
    about it, else "". detailed, proved: what the two worlds say, by name; they must agree on all
    that the detailed one names. scenarios: in which it is checked; scopes: those of them without a
    scenario file.
    """

    name: str
    proof: Model
    sizes: Callable[[Mapping[str, int]], Mapping[str, int]]
    meanings: Mapping[str, Callable[..., Sequence[Call]]]
    outside: Callable[[Any, Any, str], str]
    detailed: Callable[[Any], Mapping[str, object]]
    proved: Callable[[Any], Mapping[str, object]]
    scenarios: tuple[str, ...] = ()
    scopes: Mapping[str, Scope] = field(default_factory=dict)


def nothing(before: Any, after: Any, proof: Any, *arguments: int) -> Sequence[Call]:
    """No step of the proof model: nobody but a client or an application knows of it."""
    return ()

"""A named scenario: what exists, what may go wrong, which versions, and what is expected of it.

A scenario says which faults may happen, and where it matters who may be late; what must hold are
the general guarantees. Scenario files (specs/scenarios/*.toml) are read elsewhere.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from checker.lang import Model, Property
    from model.releases import Switch

IN_ALL = "in_all"
"""The budget of all kinds of faults together."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What a scenario about one model may name.

    model: the model's name in files; bounds: with the size that they have if not told;
    at_least_one: bounds of which there is nothing without one; budgets:
    kinds of faults; checked: the properties that are checked if none is named; facts: about the
    applications, with the words for each; constants: numbers of Kafka's own that a scenario may
    make smaller.
    """

    model: str
    bounds: Mapping[str, int]
    at_least_one: tuple[str, ...]
    budgets: tuple[str, ...]
    properties: Mapping[str, Property[Any]]
    checked: tuple[str, ...]
    facts: Mapping[str, Collection[str]]
    switches: tuple[Switch, ...]
    constants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expected:
    """What a scenario file says of one choice of versions and switches.

    broken: each broken property with the length of its shortest run; vacuous: witnesses that are
    not reached. All other properties hold. figures: states, transitions, depth, those that are
    given.
    """

    kafka: str
    client: str
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    broken: Mapping[str, int] = field(default_factory=dict)
    vacuous: tuple[str, ...] = ()
    figures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario(ABC):
    """What a scenario file says, whichever model it is about.

    bounds: sizes that differ from the model's own; application: facts about the applications;
    on, off: switches that differ from the versions; properties: those to check.
    """

    vocabulary: ClassVar[Vocabulary]

    name: str
    file: str
    title: str
    about: str = ""
    kafka: str = ""
    client: str = ""
    bounds: Mapping[str, int] = field(default_factory=dict)
    constants: Mapping[str, int] = field(default_factory=dict)
    application: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)
    on: tuple[Switch, ...] = ()
    off: tuple[Switch, ...] = ()
    properties: tuple[str, ...] = ()
    expected: tuple[Expected, ...] = ()
    large: bool = False

    @abstractmethod
    def model(self) -> Model:
        """Return the model: it has only the steps that this scenario may take, in any version."""

    @abstractmethod
    def sizes(self) -> dict[str, int]:
        """Return all bounds: those of the file, and room for the faults that may happen."""

    def problem_of_room(self) -> str:
        """Return which bound has no room for what the faults leave, "" if all have it."""
        return ""

    @property
    def faults_in_all(self) -> int:
        """How many faults a run may have: what the file says, or one of each that it allows."""
        kinds = sum(count for name, count in self.faults.items() if name != IN_ALL)
        return self.faults.get(IN_ALL, kinds)

    def budgets(self) -> dict[str, int]:
        """Return the model's `budgets` parameters: what the file does not name does not happen."""
        named = dict.fromkeys(self.vocabulary.budgets, 0) | dict(self.faults)
        return {f"budgets.{name}": n for name, n in {**named, IN_ALL: self.faults_in_all}.items()}

    def switched(
        self, on: tuple[Switch, ...], off: tuple[Switch, ...]
    ) -> tuple[tuple[Switch, ...], tuple[Switch, ...]]:
        """Return what is on and off: the scenario's own switches yield to those asked for."""
        on_here = tuple(switch for switch in self.on if switch not in off)
        off_here = tuple(switch for switch in self.off if switch not in on)
        return (*on_here, *on), (*off_here, *off)

"""Which model answers about a choice of settings, and how the choice becomes its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checker.lang.model import Model
    from checker.settings.choice import Choice
    from model.releases import Switch


@dataclass(frozen=True, eq=False)
class Pipeline:
    """What applications do, as one model sees it.

    name: of the model in answers; model_with: the model, with guarantees and witnesses, and the
    steps that fault budgets besides the default ones need; room: bounds that hold what faults
    leave, with the kind of faults of each; parameters: the model's settings for a choice under
    bounds, and the fault budgets that are not the model's default; assumptions: what the answer
    takes for granted; unexplored: what a choice may lose that no run shows, in words, "" if
    nothing; modes: the guarantees that each delivery mode needs; sentences: what each mode means;
    facts: the application facts that matter; switches: Kafka's tickets that a choice may have or
    lack whatever its versions say.
    """

    name: str
    model_with: Callable[[Mapping[str, int]], Model]
    room: Mapping[str, str]
    parameters: Callable[[Choice, Mapping[str, int]], dict[str, int]]
    assumptions: Callable[[Choice, Mapping[str, int]], tuple[str, ...]]
    unexplored: Callable[[Choice], str]
    modes: Mapping[str, tuple[str, ...]]
    sentences: Mapping[str, str]
    facts: tuple[str, ...]
    switches: tuple[Switch, ...]

    @property
    def model(self) -> Model:
        """The model under the default faults."""
        return self.model_with({})

"""The instance that TARGET names: a Python file with a MODEL, or the Kafka model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.cli.instance import file_instance
from checker.cli.load import load_model
from checker.lang.errors import EoscheckError

if TYPE_CHECKING:
    from checker.lang.model import Instance, Model

KAFKA = "kafka"
EFFECTS = "effects"


def model_of(target: str) -> Model:
    """Return the model that TARGET names; raise EoscheckError if there is none."""
    if target == KAFKA:
        from checker.settings.scenario import scenario_model

        return scenario_model()
    if target == EFFECTS:
        from specs.effects import checked_effects

        return checked_effects()
    if target.endswith(".py"):
        return load_model(target)
    raise EoscheckError(f"{target!r} is neither a Python file nor `{KAFKA}` or `{EFFECTS}`")


def instance_of_target(target: str, choice: dict[str, Any]) -> Instance:
    """Return the instance that TARGET and the options of `model_options` name."""
    return file_instance(model_of(target), **choice)

"""What TARGET names: the Kafka model of settings, a scenario, or a Python file with a MODEL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.cli.instance import file_instance
from checker.cli.load import load_model
from checker.cli.options import NOTHING_CHOSEN
from checker.lang.errors import EoscheckError
from specs.effects import WAYS, Way, checked_effects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checker.lang import Property
    from checker.lang.model import Instance, Model

KAFKA = "kafka"


def is_model(target: str) -> bool:
    """Return whether TARGET names a model itself, not a scenario."""
    return target == KAFKA or target.endswith(".py") or target in WAYS


def model_of(target: str) -> Model:
    """Return the model that TARGET names; raise EoscheckError if there is none."""
    if target == KAFKA:
        from checker.settings.scenario import scenario_model

        return scenario_model()
    if target in WAYS:
        return checked_effects()
    if target.endswith(".py"):
        return load_model(target)
    from checker.settings.scenario_file import find_scenario

    return find_scenario(target).model()


def properties_of(target: str) -> Iterable[Property[Any]]:
    """Return what can be checked of TARGET; of a scenario also what is not checked by default."""
    if is_model(target):
        return model_of(target).properties
    from checker.settings.scenario_file import find_scenario

    return find_scenario(target).vocabulary.properties.values()


def plain_instance(target: str) -> Instance:
    """Return the instance that TARGET names, with nothing changed."""
    return instance_of_target(target, NOTHING_CHOSEN, {})


def named_instance(target: str, choice: Mapping[str, Any]) -> Instance:
    """Return the instance of a model that TARGET and the options of `model_options` name.

    A name may stand for switches; what the options say of the same switches counts.
    """
    way = WAYS.get(target, Way(""))
    on, off = choice["switches_on"], choice["switches_off"]
    said = {*on, *off}
    switches = {
        "switches_on": (*(name for name in way.on if name not in said), *on),
        "switches_off": (*(name for name in way.off if name not in said), *off),
    }
    return file_instance(model_of(target), **{**choice, **switches})


def instance_of_target(
    target: str, choice: Mapping[str, Any], versions: Mapping[str, str | None]
) -> Instance:
    """Return the instance that TARGET and the options of `model_options` name.

    versions: `kafka` and `client`, of scenarios alone.
    """
    if is_model(target):
        given = [name for name, value in versions.items() if value]
        if given:
            raise EoscheckError(f"--{given[0]} is for scenarios, {target} is none")
        return named_instance(target, choice)
    from checker.cli.check_scenario import asked_for
    from checker.settings.scenario_file import find_scenario

    return asked_for(find_scenario(target), versions, choice).instance()

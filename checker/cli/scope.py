"""The instance that `eoscheck prove --bounded` and `--inductive` are asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.lang.errors import EoscheckError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.lang.model import Instance


@dataclass(frozen=True)
class Scope:
    """A scenario or model with the instance that it is; versions: in words, empty without any."""

    name: str
    versions: str
    instance: Instance


def scope_named(
    target: str, versions: Mapping[str, str | None], choice: Mapping[str, Any]
) -> Scope:
    """Return the scope of a scenario, a scenario file or a model.

    choice: the options of `model_options`. Raises EoscheckError for an unknown name.
    """
    from checker.cli.target import EFFECTS, KAFKA, instance_of_target

    if target.endswith(".py") or target in (EFFECTS, KAFKA):
        if any(versions.values()):
            raise EoscheckError(f"{target} has no versions: --kafka and --client are for scenarios")
        return Scope(target, "", _observed(instance_of_target(target, dict(choice)), target))
    return _scenario(target, versions, choice)


def _scenario(target: str, versions: Mapping[str, str | None], choice: Mapping[str, Any]) -> Scope:
    from checker.cli.check_scenario import asked_for
    from checker.settings.scenario_file import find_scenario

    asked = asked_for(find_scenario(target), versions, choice)
    words = [f"brokers {asked.kafka}, clients {asked.client}"]
    words += [f"with {switch.name}" for switch in (*asked.scenario.on, *asked.on)]
    words += [f"without {switch.name}" for switch in (*asked.scenario.off, *asked.off)]
    return Scope(asked.scenario.name, ", ".join(words), asked.instance())


def _observed(instance: Instance, target: str) -> Instance:
    if not instance.properties and not instance.model.deadlock:
        raise EoscheckError(f"{target} has no property: there is nothing to look for")
    return instance

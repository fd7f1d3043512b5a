"""What `eoscheck prove --bounded` and `--inductive` are asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.cli.target import instance_of_target, is_model, properties_of
from checker.lang.errors import EoscheckError
from checker.lang.rules import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.lang.model import Instance


@dataclass(frozen=True)
class Scope:
    """A scenario or model with the instance that it is; about: its versions and switches."""

    name: str
    about: str
    instance: Instance


def scope_named(
    target: str,
    versions: Mapping[str, str | None],
    choice: Mapping[str, Any],
    all_invariants: bool = False,
) -> Scope:
    """Return the scope of a scenario, a scenario file or a model.

    choice: the options of `model_options`; all_invariants: if no property is named, take all that
    must always hold, structural ones among them. Raises EoscheckError for an unknown name, and
    where there is nothing to look for.
    """
    if all_invariants and not choice["properties"]:
        names = [item.name for item in properties_of(target) if item.kind == ALWAYS]
        choice = {**choice, "properties": tuple(names)}
    words = [f"with {name}" for name in choice["switches_on"]]
    words += [f"without {name}" for name in choice["switches_off"]]
    if is_model(target):
        instance = instance_of_target(target, choice, versions)
    else:
        from checker.cli.check_scenario import asked_for
        from checker.settings.scenario_file import find_scenario

        asked = asked_for(find_scenario(target), versions, choice)
        instance, words = asked.instance(), [asked.versions, *words]
    if not instance.properties and not instance.model.deadlock:
        raise EoscheckError(f"{target} has no property: there is nothing to look for")
    return Scope(target, ", ".join(words), instance)

"""The scopes in which Z3 and the explorer are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.settings.scenario_file import find_scenario, parameters_at, switches_named
from specs import checked_model

if TYPE_CHECKING:
    from checker.lang.model import Instance

ONE_RECORD = {"records": 1, "in_flight": 1, "replicas": 1, "faults": 1}
TWO_RECORDS = {**ONE_RECORD, "records": 2}


def scenario_instance(name: str, kafka: str, without: tuple[str, ...] = ()) -> Instance:
    """Return the instance of a scenario for a version of brokers and clients."""
    scenario = find_scenario(name)
    off = switches_named(without, scenario.vocabulary.switches)
    parameters = parameters_at(scenario, kafka, kafka, off=off)
    return scenario.model().instance(parameters=parameters)


def first_model(bounds: dict[str, int], idempotence: int) -> Instance:
    """Return the model of plain and idempotent producers with a single replica."""
    settings = {"replication_factor": 1, "min_insync_replicas": 1, "idempotence": idempotence}
    return checked_model().instance(bounds, {f"settings.{n}": v for n, v in settings.items()})

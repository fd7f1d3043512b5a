"""`eoscheck check SCENARIO | FILE.toml`: the answer about a scenario."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from checker.cli.answers import model_reference
from checker.cli.options import numbers
from checker.lang.errors import EoscheckError
from checker.report.answer import Answer
from checker.settings.delivery_scenario import DeliveryScenario
from checker.settings.scenario_expected import differences, expected_of
from checker.settings.scenario_file import (
    find_scenario,
    parameters_at,
    problem_of_bound,
    problem_of_fault,
    switches_chosen,
)
from checker.settings.versions import client_version, version
from model.releases import switches_in_words
from specs.scenario import IN_ALL, Scenario
from specs.transaction_scenario import TransactionScenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.cli.run_options import RunOptions
    from checker.lang.model import Instance
    from model.releases import Switch

KIND = "scenario"
"""How an answer's `model` says that it is about a scenario."""


@dataclass(frozen=True)
class Asked:
    """A scenario as the command line asks for it: versions and switches besides its own."""

    scenario: Scenario
    kafka: str
    client: str
    on: tuple[Switch, ...]
    off: tuple[Switch, ...]
    changed: bool

    @property
    def versions(self) -> str:
        """Who meets, in words."""
        return f"brokers {self.kafka}, clients {self.client}"

    def instance(self) -> Instance:
        """Return the instance that is explored."""
        parameters = parameters_at(self.scenario, self.kafka, self.client, self.on, self.off)
        return self.scenario.model().instance(parameters=parameters)


def check_scenario(
    name: str, versions: Mapping[str, Any], choice: Mapping[str, Any], options: RunOptions
) -> tuple[Answer, Instance]:
    """Return the answer about a scenario, and the instance that was explored."""
    asked = asked_for(find_scenario(name), versions, choice)
    instance = asked.instance()
    if options.engine == "reference":
        from checker.cli.reference_answer import explored
    else:
        from checker.cli.compiled_answer import explored
    figures, answers = explored(instance, options)
    answer = Answer(
        asked.scenario.name,
        model_reference(instance, KIND, name),
        dict(instance.bounds),
        _budgets(instance),
        figures,
        answers,
        asked.kafka,
        asked.client,
        _settings(instance),
        dict(asked.scenario.application),
        (),
    )
    wrong = _differences(asked, answer)
    answer = replace(answer, differences=wrong)
    return replace(answer, assumptions=_remarks(asked, answer)), instance


def instance_again(name: str, bounds: dict[str, int], parameters: dict[str, int]) -> Instance:
    """Return the instance that an answer's `model` speaks about, to replay its runs."""
    scenario = find_scenario(name)
    known = (IN_ALL, *scenario.vocabulary.budgets)
    faults = {kind: parameters.get(f"budgets.{kind}", 0) for kind in known}
    return replace(scenario, bounds=bounds, faults=faults).model().instance(None, parameters)


def asked_for(scenario: Scenario, versions: Mapping[str, Any], choice: Mapping[str, Any]) -> Asked:
    """Return what the options make of a scenario; raise EoscheckError for an unknown name."""
    words = scenario.vocabulary
    bounds = _known(numbers(choice["bounds"], "bound"), "bound", tuple(words.bounds))
    faults = _known(numbers(choice["faults"], "fault"), "fault", (IN_ALL, *words.budgets))
    scope = {**words.bounds, **scenario.bounds, **bounds}
    _refuse("bound", [problem_of_bound(*pair, words) for pair in bounds.items()])
    _refuse("fault", [problem_of_fault(*pair, scope) for pair in faults.items()])
    properties = tuple(choice["properties"]) or scenario.properties
    _known(dict.fromkeys(properties, 0), "property", tuple(words.properties))
    on, off = switches_chosen(choice, words.switches)
    kafka = versions.get("kafka") or scenario.kafka
    client = versions.get("client") or (kafka if versions.get("kafka") else scenario.client)
    changed = bool(bounds or faults) or properties != scenario.properties
    merged = replace(
        scenario,
        bounds={**scenario.bounds, **bounds},
        faults={**scenario.faults, **faults},
        properties=properties,
    )
    _refuse("bound", [merged.problem_of_room()])
    return Asked(merged, kafka, client, on, off, changed)


def _refuse(option: str, problems: list[str]) -> None:
    """Raise EoscheckError for the first problem with what an option says."""
    for problem in filter(None, problems):
        raise EoscheckError(f"--{option} {problem}")


def _known(values: dict[str, int], what: str, known: tuple[str, ...]) -> dict[str, int]:
    for name in values:
        if name not in known:
            raise EoscheckError(f"there is no {what} {name!r}; it can be: {', '.join(known)}")
    return values


def _budgets(instance: Instance) -> dict[str, int]:
    found = {
        name.removeprefix("budgets."): value
        for name, value in instance.parameters.items()
        if name.startswith("budgets.")
    }
    return {IN_ALL: found.pop(IN_ALL)} | {name: count for name, count in found.items() if count}


def _settings(instance: Instance) -> dict[str, str]:
    columns = instance.schema.by_name
    return {
        name.removeprefix("settings."): columns[name].scalar.text(value).lower()
        for name, value in instance.parameters.items()
        if name.startswith("settings.")
    }


def _remarks(asked: Asked, answer: Answer) -> tuple[str, ...]:
    scenario = asked.scenario
    found = [asked.versions, *switches_in_words(*scenario.switched(asked.on, asked.off))]
    if isinstance(scenario, DeliveryScenario):
        found += scenario.remarks(version(asked.kafka), client_version(asked.client))
    if isinstance(scenario, TransactionScenario) and answer.faults.get("abandoned_connections"):
        found.append("may come late: " + (", ".join(scenario.late) or "nothing"))
    if answer.differences is not None and not answer.differences:
        found.append("the scenario file expects the same")
    return tuple(found)


def _differences(asked: Asked, answer: Answer) -> tuple[str, ...] | None:
    """Return what is not as the scenario file expects; None where it says nothing of this."""
    on, off = _names(asked)
    expected = expected_of(asked.scenario, asked.kafka, asked.client, on, off)
    if expected is None or asked.changed or answer.exploration.stopped is not None:
        return None
    return tuple(differences(expected, answer.properties, answer.exploration.as_json()))


def _names(asked: Asked) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(s.name for s in asked.on), tuple(s.name for s in asked.off)

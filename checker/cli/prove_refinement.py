"""`eoscheck prove --refinement`: is every step of the detailed model one of the proof model?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from checker.explicit.refinement import check_refinement
from checker.lang.errors import EoscheckError
from checker.report.files import json_text, write_answer
from checker.report.refinement_answer import FAILS, RefinementAnswer, ScenarioRefinement
from checker.report.refinement_text import refinement_text
from checker.settings.scenario_file import find_scenario, parameters_at, switches_named
from checker.traces.trace import build_trace
from model.transactions.versions import SWITCHES
from specs.refinement.registry import REFINEMENTS
from specs.transaction_scenario import TransactionScenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.lang.model import Instance
    from model.releases import Switch
    from specs.refinement.claims import Refinement, Scope
    from specs.scenario import Scenario


def check_refinements(
    scenarios: Sequence[str],
    models: Sequence[str],
    without: Sequence[str],
    form: str,
    output: str | None,
    quiet: bool,
) -> int:
    """Check these scenarios, by default all that are declared; return the exit code.

    without: switches of the detailed model (tickets) that are off.
    """
    off = switches_named(without, SWITCHES)
    found = []
    for declared, name in _chosen(scenarios, models):
        if not quiet:
            print(f"{declared.name}: {name} ...", file=sys.stderr, flush=True)
        found.append(check_scenario(declared, name, off))
    answer = RefinementAnswer(found)
    text = json_text(answer.as_json()) if form == "json" else refinement_text(answer)
    write_answer(text, output)
    return 1 if answer.verdict == FAILS else 0


def _chosen(scenarios: Sequence[str], models: Sequence[str]) -> list[tuple[Refinement, str]]:
    """Return what to check; a scenario that no map lists is one of transactions, if not told."""
    for name in models:
        if name not in REFINEMENTS:
            known = ", ".join(REFINEMENTS)
            raise EoscheckError(f"no refinement to a proof model {name!r} is declared; to: {known}")
    maps = [REFINEMENTS[name] for name in models or REFINEMENTS]
    if not scenarios:
        return [(declared, name) for declared in maps for name in declared.scenarios]
    others = maps if models else [REFINEMENTS["transactions"]]
    chosen: list[tuple[Refinement, str]] = []
    for name in scenarios:
        listing = [declared for declared in maps if name in declared.scenarios]
        if not listing:
            find_scenario(name)
        chosen += [(declared, name) for declared in listing or others]
    return chosen


def check_scenario(
    declared: Refinement, name: str, off: tuple[Switch, ...] = ()
) -> ScenarioRefinement:
    """Check a scenario against a proof model, for the versions that its file names."""
    if name in declared.scopes:
        instance, versions = _scope_instance(declared.scopes[name], name, off)
    else:
        instance, versions = _scenario_instance(find_scenario(name), off)
    checked = check_refinement(declared, instance)
    trace = None
    if checked.failure is not None:
        trace = build_trace(instance, checked.failure.run)
    actions = tuple(action.name for action in declared.proof.actions)
    return ScenarioRefinement(name, declared.name, versions, actions, checked, trace)


def _scope_instance(scope: Scope, name: str, off: tuple[Switch, ...]) -> tuple[Instance, str]:
    if off:
        raise EoscheckError(f"{name} has no switches: --without is for scenarios of transactions")
    sizes = ", ".join(f"{size}={number}" for size, number in scope.bounds.items())
    return scope.model.instance(scope.bounds, scope.parameters, ()), sizes


def _scenario_instance(scenario: Scenario, off: tuple[Switch, ...]) -> tuple[Instance, str]:
    if not isinstance(scenario, TransactionScenario):
        model = scenario.vocabulary.model
        raise EoscheckError(f"{scenario.name} is about {model}, which no proof model speaks of")
    parameters = parameters_at(scenario, scenario.kafka, scenario.client, off=off)
    versions = f"brokers {scenario.kafka}, clients {scenario.client}"
    if off:
        versions += f", without {', '.join(switch.name for switch in off)}"
    return scenario.model().instance(parameters=parameters, properties=()), versions

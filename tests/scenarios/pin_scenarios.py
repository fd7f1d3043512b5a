"""Writes what the scenarios show today into their files, after a deliberate change of the model.

    python tests/scenarios/pin_scenarios.py [NAME ...]

Which versions and switches a file pins: the families, and what the catalogue of bugs looks at.
"""

from __future__ import annotations

import sys
from pathlib import Path

from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import BROKEN, VACUOUS, check
from checker.lang.rules import ALWAYS
from checker.settings.bug_catalogue import catalogue
from checker.settings.scenario_file import (
    named_files,
    parameters_at,
    read_scenario,
    switches_named,
)
from model.releases import FAMILIES, in_words
from specs.scenario import Expected, Scenario

MARK = "[[expected]]"


def choices(scenario: Scenario) -> list[Expected]:
    """Return the versions and switches to pin, each once."""
    found = [Expected(in_words(release), in_words(release)) for release in FAMILIES.values()]
    for bug in catalogue().values():
        if bug.scenario != scenario.name:
            continue
        cases = [*bug.cases.values(), *([] if bug.before is None else [bug.before])]
        for case in [case for case in cases if case.expected != "not-applicable"]:
            on, off = (tuple(s.name for s in part) for part in (case.on, case.off))
            found.append(Expected(case.kafka, case.client, on, off))
            if case.expected == "broken" and bug.fix:
                fix = tuple(switch.name for switch in bug.fix)
                left = tuple(name for name in off if name not in fix)
                found.append(Expected(case.kafka, case.client, (*on, *fix), left))
    return [row for number, row in enumerate(found) if row not in found[:number]]


def rows(scenario: Scenario) -> list[str]:
    """Explore a scenario and return its tables of expectations."""
    plain = scenario.model().instance()
    compiled = compile_instance(plain)
    return [row(scenario, choice, plain, compiled) for choice in choices(scenario)]


def row(scenario: Scenario, choice: Expected, plain, compiled) -> str:
    known = scenario.vocabulary.switches
    on, off = (switches_named(names, known) for names in (choice.on, choice.off))
    parameters = parameters_at(scenario, choice.kafka, choice.client, on, off)
    checked = check(plain.with_parameters(parameters), compiled)
    assert checked.error is None and checked.complete, (scenario.name, choice, checked.capacities)
    kinds = {item.name: item.kind for item in plain.properties}
    broken = [
        f"{name} = {len(checked.runs[name]) - 1}"
        for name, verdict in checked.verdicts.items()
        if verdict == BROKEN and kinds[name] == ALWAYS
    ]
    vacuous = [name for name, verdict in checked.verdicts.items() if verdict == VACUOUS]
    found = checked.exploration
    lines = [MARK, f'kafka = "{choice.kafka}"']
    if choice.client != choice.kafka:
        lines.append(f'client = "{choice.client}"')
    for key, names in (("with", choice.on), ("without", choice.off), ("vacuous", vacuous)):
        if names:
            lines.append(f"{key} = [{', '.join(f'{chr(34)}{name}{chr(34)}' for name in names)}]")
    if broken:
        lines.append(f"broken = {{ {', '.join(broken)} }}")
    lines.append(f"states = {found.states}")
    lines.append(f"transitions = {found.transitions}")
    lines.append(f"depth = {found.depth}")
    return "\n".join(lines)


def main(names: list[str]) -> None:
    for name, file in named_files().items():
        if names and name not in names:
            continue
        text = Path(file).read_text(encoding="utf-8").partition(MARK)[0].rstrip()
        scenario = read_scenario(file)
        Path(file).write_text("\n\n".join([text, *rows(scenario)]) + "\n", encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])

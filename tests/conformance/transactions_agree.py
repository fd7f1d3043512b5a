"""Compares both explorers on a scenario: in what the compiled one stores of a state."""

from __future__ import annotations

from typing import Any

from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import check
from checker.explicit.reference import explore
from checker.lang.rules import ALWAYS
from checker.settings.scenario_file import named_files, read_scenario

Figures = tuple[int, int, int, frozenset[str]]


def both(name: str, release: tuple[int, int]) -> tuple[Figures, Figures]:
    """Return states, transitions, depth and what was seen, of the machine code and of Python."""
    scenario = read_scenario(str(named_files()[name]))
    instance = scenario.model().instance(parameters=scenario.parameters(release, release))
    program = compile_instance(instance)
    compiled, plain = check(instance, program), explore(instance, program.project)
    kinds = {item.name: item.kind for item in instance.properties}
    seen = frozenset(
        name
        for name, verdict in compiled.verdicts.items()
        if verdict == ("broken" if kinds[name] == ALWAYS else "holds")
    )
    return (*figures(compiled.exploration), seen), (*figures(plain), frozenset(plain.found))


def figures(result: Any) -> tuple[int, int, int]:
    """Return the counts of an exploration."""
    return result.states, result.transitions, result.depth

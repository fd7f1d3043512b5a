"""Explores scenarios for tests: a scenario's program is built once."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest

from checker.cli.answers import exploration_answer, property_answers
from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import check
from checker.lang.errors import EoscheckError
from checker.settings.scenario_expected import differences
from checker.settings.scenario_file import (
    find_scenario,
    named_files,
    parameters_at,
    read_scenario,
    switches_named,
)

if TYPE_CHECKING:
    from pathlib import Path

    from specs.scenario import Expected


@lru_cache
def program(name: str, properties: tuple[str, ...] | None = None):
    """Return a scenario's instance and its machine code; properties: those to check, if others."""
    scenario = find_scenario(name)
    if properties is not None:
        scenario = replace(scenario, properties=properties)
    plain = scenario.model().instance()
    return plain, compile_instance(plain)


def names_of(large: bool) -> list[str]:
    return [name for name, file in named_files().items() if read_scenario(file).large == large]


def parameters(name: str, row: Expected) -> dict[str, int]:
    scenario = find_scenario(name)
    on, off = (switches_named(names, scenario.vocabulary.switches) for names in (row.on, row.off))
    return parameters_at(scenario, row.kafka, row.client, on, off)


def wrong_in(name: str) -> list[str]:
    """Explore all that a scenario file expects; return what differs. Runs are replayed."""
    plain, compiled = program(name)
    wrong = []
    for row in find_scenario(name).expected:
        checked = check(plain.with_parameters(parameters(name, row)), compiled)
        figures = exploration_answer(checked).as_json()
        found = differences(row, property_answers(checked), figures)
        wrong += [f"{row.kafka}/{row.client} {row.on} {row.off}: {text}" for text in found]
    return wrong


def refusal(folder: Path, text: str) -> str:
    """Return why a scenario file with this text is refused, from behind its name on."""
    file = folder / "mine.toml"
    file.write_text(text)
    with pytest.raises(EoscheckError) as refused:
        read_scenario(str(file))
    message = str(refused.value)
    assert message.startswith(f"{file}:")
    return message.removeprefix(f"{file}:")

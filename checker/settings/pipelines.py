"""The pipeline that a choice of settings is about: plain, or with transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.settings.modes import MODES, SENTENCES
from checker.settings.pipeline import Pipeline
from checker.settings.producer import TRANSACTIONAL_ID
from checker.settings.scenario import (
    FACTS,
    assumptions_of,
    parameters_of,
    scenario_model,
)
from checker.settings.transactions import transactional_pipeline
from model.versions import SWITCHES

if TYPE_CHECKING:
    from checker.settings.choice import Choice


def is_transactional(choice: Choice) -> bool:
    """Return whether the producer has a transactional.id."""
    return choice.producer.value(TRANSACTIONAL_ID).value is not None


def pipeline_of(choice: Choice) -> Pipeline:
    """Return the pipeline that a choice is about."""
    if is_transactional(choice):
        return transactional_pipeline(choice)
    return Pipeline(
        name="kafka",
        model_with=lambda _: scenario_model(),
        room={},
        parameters=parameters_of,
        assumptions=assumptions_of,
        unexplored=lambda _: "",
        modes=MODES,
        sentences=SENTENCES,
        facts=FACTS,
        switches=SWITCHES,
    )

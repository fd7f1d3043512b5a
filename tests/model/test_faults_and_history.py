"""Budgets of faults, and what is remembered of the consuming application."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from kafka_world import Kafka

from checker.explicit.compiled import Compiled, compile_instance
from checker.explicit.explorer import check
from checker.explicit.program import Fired
from model.faults import Fault, Faults, forget_kinds, suffer
from model.history import note_processed
from model.settings import Budgets
from model.world import ACTIONS, NEEDS, kafka_model

if TYPE_CHECKING:
    from checker.lang.model import Instance


STARTS_NOTHING = (Fault.UNCLEAN_ELECTIONS, Fault.OFFSETS_EXPIRED)
"""Faults that happen only behind another one."""


@pytest.mark.parametrize("kind", list(Fault))
def test_a_fault_is_counted(kind: Fault) -> None:
    kafka = Kafka(**{kind.value: 1})
    kafka.change(suffer, kind)
    assert kafka.see(lambda w: (w.faults.in_all, getattr(w.faults, kind))) == (1, 1)


def test_kinds_counters_and_budgets_have_the_same_names() -> None:
    names = [kind.value for kind in Fault]
    assert list(Faults.annotations()) == ["in_all", *names]
    assert sorted(Budgets.annotations()) == sorted(["in_all", *names])


@cache
def whole_model() -> tuple[Instance, Compiled]:
    instance = kafka_model().instance({"faults": 1}, {"budgets.in_all": 1})
    return instance, compile_instance(instance, coverage=True)


@pytest.mark.parametrize("kind", list(Fault))
def test_nothing_happens_that_needs_another_fault(kind: Fault) -> None:
    instance, compiled = whole_model()
    budgets = {f"budgets.{each}": int(each == kind) for each in Fault}
    settings = {"settings.delivery_outlasts_ids": 1, "settings.unclean_leader_election": 1}
    found = check(instance.with_parameters({**settings, **budgets}), compiled, traces=False)
    fired = {
        key.action
        for key, times in zip(compiled.program.counters, found.exploration.counters, strict=True)
        if isinstance(key, Fired) and times
    }
    missing = {a.name for a in ACTIONS} - {a.name for a in kafka_model((), [kind]).actions}
    assert fired & missing == set()
    assert fired & {action.name for action in NEEDS} or kind in STARTS_NOTHING


@pytest.mark.parametrize(
    ("bounds", "budget", "happened", "forgotten"),
    [
        ({}, 2, 1, False),
        ({}, 2, 2, True),
        ({"faults": 3}, 2, 2, True),
        ({"faults": 3}, 3, 2, False),
        ({"faults": 1}, 1, 1, True),
    ],
)
def test_kinds_are_forgotten_when_no_more_may_happen(
    bounds: dict[str, int], budget: int, happened: int, forgotten: bool
) -> None:
    kafka = Kafka(bounds, in_all=budget)
    for kind in [Fault.LOST_REPLIES, Fault.ISR_SHRINKS][:happened]:
        kafka.change(suffer, kind)
    kafka.change(forget_kinds)
    assert kafka.see(lambda w: w.faults.in_all) == happened
    assert kafka.see(lambda w: w.faults.lost_replies) == (not forgotten)


def test_the_bound_limits_the_budget() -> None:
    kafka = Kafka({"faults": 1})
    kafka.change(suffer, Fault.LOST_REPLIES)
    kafka.change(forget_kinds)
    assert kafka.see(lambda w: w.faults.lost_replies) == 0


@pytest.mark.parametrize(
    ("processed", "times", "overtaken"),
    [
        ([0], [1, 0, 0], []),
        ([0, 1, 2], [1, 1, 1], []),
        ([0, 0], [2, 0, 0], []),
        ([0, 0, 0], [2, 0, 0], []),
        ([1, 0], [1, 1, 0], [0]),
        ([2, 1], [0, 1, 1], [1]),
        ([0, 1, 0], [2, 1, 0], []),
        ([1, 0, 2], [1, 1, 1], [0]),
        ([1, 0, 0], [2, 1, 0], [0]),
        ([2, 0, 1], [1, 1, 1], [0, 1]),
        ([2, 0, 2, 1], [1, 1, 2], [0, 1]),
    ],
)
def test_processing_is_remembered(
    processed: list[int], times: list[int], overtaken: list[int]
) -> None:
    kafka = Kafka({"records": 3})
    for record in processed:
        kafka.change(note_processed, record)
    assert kafka.see(lambda w: [w.history.processed[r] for r in range(3)]) == times
    assert kafka.see(lambda w: [r for r in range(3) if w.history.overtaken[r]]) == overtaken

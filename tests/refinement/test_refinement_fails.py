"""The check says where a guard is missing, or a declaration wrong."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

import model.partition
from checker.cli.prove_refinement import check_scenario
from checker.lang.errors import LanguageError
from checker.settings.scenario_file import switches_named
from model.sorts import Error
from model.transactions.versions import SWITCHES
from specs.refinement.claims import nothing
from specs.refinement.failover import FAILOVER
from specs.refinement.idempotence import IDEMPOTENCE
from specs.refinement.transactions import TRANSACTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.report.refinement_answer import ScenarioRefinement
    from specs.refinement.claims import Refinement


def failure_of(found: ScenarioRefinement) -> tuple[int, str, str]:
    """Return the length of the run, its last action, and what is wrong."""
    assert found.checked.failure is not None
    assert found.trace is not None
    last = found.trace.steps[-1]
    return len(found.trace.steps), last.action, found.checked.failure.problem


@pytest.mark.parametrize(
    ("declared", "scenario", "ticket", "failure"),
    [
        (
            TRANSACTIONS,
            "late-marker",
            "KAFKA-19446",
            (9, "take_late_marker", "write_commit_marker is not possible: INVALID_PRODUCER_EPOCH"),
        ),
        (
            TRANSACTIONS,
            "no-faults",
            "KAFKA-18575",
            (6, "take_batch", "append_more is not possible: no transaction of this epoch is open"),
        ),
        (
            FAILOVER,
            "stale-coordinator",
            "KAFKA-5121",
            (
                7,
                "take_late_marker",
                "write_commit_marker is not possible: TRANSACTION_COORDINATOR_FENCED",
            ),
        ),
    ],
    ids=["strict marker", "epoch of the open transaction", "epoch of the coordinator"],
)
def test_a_guard_that_is_off_is_found(
    declared: Refinement, scenario: str, ticket: str, failure: tuple[int, str, str]
) -> None:
    found = check_scenario(declared, scenario, switches_named((ticket,), SWITCHES))
    assert failure_of(found) == failure
    assert ticket in found.versions


def test_a_leader_that_checks_no_sequence_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model.partition, "check_numbers", lambda world, request: Error.NONE)
    _, action, problem = failure_of(check_scenario(IDEMPOTENCE, "idempotent-producer"))
    assert action == "take_late_request"
    assert problem == "append is not possible: OUT_OF_ORDER_SEQUENCE_NUMBER"


def with_meaning(declared: Refinement, **meanings: Any) -> Refinement:
    return dataclasses.replace(declared, meanings={**declared.meanings, **meanings})


def test_a_step_that_is_not_declared_shows_in_the_log() -> None:
    declared = with_meaning(TRANSACTIONS, take_batch=nothing)
    _, action, problem = failure_of(check_scenario(declared, "no-faults"))
    assert action == "take_batch"
    assert problem == (
        "the state of producer id 0 is ONGOING, epoch 0 in the detailed model and "
        "EMPTY, epoch 0 in the proof model"
    )


def test_a_wrong_outcome_shows_in_what_became_of_records() -> None:
    def says_committed(world: Any) -> Mapping[str, object]:
        facts = TRANSACTIONS.proved(world)
        outcomes = "what became of the records of partition 0"
        return {**facts, outcomes: tuple("COMMITTED" for _ in facts[outcomes])}  # type: ignore[attr-defined]

    declared = dataclasses.replace(TRANSACTIONS, proved=says_committed)
    _, action, problem = failure_of(check_scenario(declared, "no-faults"))
    assert action == "take_batch"
    assert problem.startswith("what became of the records of partition 0 is ('OPEN',)")


def test_an_action_without_a_declaration_is_an_error() -> None:
    meanings = {k: v for k, v in TRANSACTIONS.meanings.items() if k != "write_marker"}
    declared = dataclasses.replace(TRANSACTIONS, meanings=meanings)
    with pytest.raises(LanguageError, match="nothing is declared of write_marker"):
        check_scenario(declared, "no-faults")


def test_a_proof_instance_that_is_too_narrow_is_an_error() -> None:
    def narrow(bounds: Mapping[str, int]) -> Mapping[str, int]:
        return {**TRANSACTIONS.sizes(bounds), "offsets": 1}

    declared = dataclasses.replace(TRANSACTIONS, sizes=narrow)
    with pytest.raises(LanguageError, match="too narrow: append_first needs offset=2"):
        check_scenario(declared, "no-faults")

"""The scopes in which mutants are tried: together they take every step of the model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import delivery_structure
import transaction_structure

from checker.mutation.survey import Scope
from checker.settings.scenario_expected import expected_of
from checker.settings.scenario_file import (
    find_scenario,
    parameters_at,
    switches_named,
)
from model.settings import Budgets, Commit, OffsetReset, OnError, Processing, Restart
from model.transactions.settings import OnAbort
from specs import checked_model
from specs.transaction_scenario import BUDGETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from specs.scenario import Expected, Scenario

HERE = Path(__file__).parent / "scopes"


@dataclass(frozen=True)
class Choice:
    """Versions and switches of a run, and parameters that no scenario file names."""

    kafka: str
    client: str = ""
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    more: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str:
        switches = [*(f"+{name}" for name in self.on), *(f"-{name}" for name in self.off)]
        more = [f"{name}={value}" for name, value in self.more]
        words = [self.kafka, self.client, *switches, *more]
        return " ".join(word for word in words if word)

    def parameters(self, scenario: Scenario) -> dict[str, int]:
        known = scenario.vocabulary.switches
        on, off = (switches_named(names, known) for names in (self.on, self.off))
        return parameters_at(scenario, self.kafka, self.client or self.kafka, on, off) | dict(
            self.more
        )


P0, P1, P2, P3 = (Choice(kafka) for kafka in ("3.5", "3.9", "4.1", "4.2"))
OLD = Choice("2.4")
BOTH_VERSIONS = (("settings.raw_versions", 1),)
SINGLE_STEP = (("settings.two_step_verification", 0),)
ONE_IN_ALL = (("budgets.in_all", 1),)
TWO_IN_ALL = (("budgets.in_all", 2),)
EACH_TWICE = tuple((f"budgets.{name}", 2) for name in BUDGETS)


def fact(brokers: str, field: str, value: int) -> Choice:
    """Return a run with another fact about the applications."""
    return Choice(brokers, more=((f"settings.{field}", value),))


SCOPES: dict[str, tuple[Choice, ...]] = {
    "no-faults": (P3, P1, P0, fact("4.2", "may_abort", 0), fact("3.9", "may_abort", 0)),
    "late-marker": (P2, P3, P1, Choice("4.2", off=("KAFKA-19999",))),
    "late-end-txn": (
        P3,
        P0,
        P1,
        Choice("3.9", off=("KAFKA-18464", "KAFKA-9600")),
        Choice("4.2", off=("KAFKA-18464",)),
        Choice("4.2", on=("KAFKA-20785",)),
    ),
    "late-produce-two-steps": (
        P3,
        P1,
        P0,
        Choice("3.9", "2.4"),
        Choice("3.9", off=("KAFKA-14884", "KAFKA-14920")),
        Choice("3.9", more=SINGLE_STEP),
    ),
    "late-add-partitions": (P1, P3, Choice("1.0")),
    "stale-coordinator": (
        P3,
        P1,
        Choice("3.9", off=("KAFKA-5121",)),
        Choice("4.2", off=("KAFKA-19999",)),
        Choice("4.2", more=TWO_IN_ALL),
    ),
    "late-offsets": (P1, P2, fact("3.9", "on_abort", OnAbort.CONTINUE)),
    "repeated-completion-zombie": (Choice("2.6"), P0),
    "late-offset-commit": (P3, P1, P0, fact("4.2", "on_abort", OnAbort.CONTINUE)),
    "zombie-consumer": (
        P3,
        P1,
        OLD,
        fact("4.2", "group_metadata", 0),
        fact("4.2", "shared_id", 1),
        fact("4.2", "auto_offset_reset", OffsetReset.LATEST),
        fact("4.2", "auto_offset_reset", OffsetReset.NONE),
    ),
    "by-consumer": (
        P3,
        P1,
        fact("4.2", "auto_commit", 1),
        Choice("4.2", more=(("budgets.rebalances", 1),)),
    ),
    "slow-consumer": (P3, P1, P0, Choice("3.9", "2.5", off=("KIP-360",))),
    "slow-two-steps": (P3, P1, Choice("3.9", off=("KAFKA-14884", "KAFKA-14920"))),
    "many-faults": (
        P3,
        P1,
        Choice("3.9", more=ONE_IN_ALL),
        Choice("3.9", more=EACH_TWICE),
        Choice("4.2", off=("KAFKA-19999",)),
    ),
    "bump-retried": (P1, P3, Choice("3.9", on=("PR-22096",))),
    "two-outputs": (P3, P1, P0),
    "two-ids": (P3, P1, P0),
    "unclean": (P3, P1, Choice("4.0")),
    "failures": (P3, P1, P0, Choice("4.0"), Choice("3.9", more=EACH_TWICE)),
    "late-batches": (P3, P1, P0, Choice("3.9", "2.4")),
    "three-batches": (P3, P1, Choice("4.2", "3.1")),
    "refused-records": (P3, P1, Choice("4.2", "3.1")),
    "refused-batches": (P3, P1, P0, Choice("4.0", off=("KAFKA-14920",))),
    "raw-alone": (
        P3,
        P1,
        P0,
        Choice("4.0"),
        Choice("3.9", off=("KAFKA-14920",)),
        Choice("3.9", more=BOTH_VERSIONS),
        Choice("4.2", more=BOTH_VERSIONS),
    ),
    "raw-client-ahead": (P1, Choice("2.5")),
    "raw-fenced": (P3, P1, Choice("4.2", more=BOTH_VERSIONS)),
    "last-epoch": (
        P3,
        P1,
        Choice("4.0"),
        Choice("4.2", on=("KAFKA-20090",)),
        Choice("4.0", on=("KAFKA-20090",)),
    ),
    "rotation": (
        P3,
        P1,
        Choice("4.2", on=("PR-22096", "KAFKA-20310")),
        Choice("3.9", on=("PR-22096",)),
        Choice("3.9", off=("KAFKA-5231",)),
        Choice("3.9", off=("KAFKA-9600",)),
        Choice("4.2", off=("KAFKA-18464",)),
    ),
}


@cache
def read_scope(name: str) -> Scenario:
    """Return a scope of these tests, or a scenario that comes with eoscheck."""
    own = HERE / f"{name}.toml"
    return find_scenario(str(own) if own.exists() else name)


def matching(scenario: Scenario, choice: Choice) -> Expected | None:
    """Return what the file expects of a run, if it says so."""
    if choice.more:
        return None
    return expected_of(scenario, choice.kafka, choice.client or choice.kafka, choice.on, choice.off)


def scope(name: str) -> Scope:
    """Return a scope with its runs."""
    scenario = read_scope(name)
    runs = {choice.name: choice.parameters(scenario) for choice in SCOPES[name]}
    model = scenario.model()
    properties = (*model.properties, *transaction_structure.STRUCTURE)
    return Scope(name, replace(model, properties=properties), runs)


def scopes() -> list[Scope]:
    """Return all scopes."""
    return [scope(name) for name in SCOPES]


NO_ACKS = {"settings.acks": 0, "settings.retries": 0, "settings.idempotence": 0}
PLAIN = {"settings.idempotence": 0}
EXPIRING = {"budgets.offsets_expired": 1}
AUTOMATIC = {"settings.auto_commit": 1}
ONE_REPLICA = {"settings.replication_factor": 1, "settings.min_insync_replicas": 1}
TWO_REPLICAS = {"settings.replication_factor": 2, "settings.min_insync_replicas": 1}
UNCLEAN = {"settings.unclean_leader_election": 1}
OFTEN_EMPTY = {
    "budgets.in_all": 4,
    "budgets.consumer_crashes": 2,
    "budgets.offsets_expired": 1,
}
OFTEN_UNCLEAN = {
    "budgets.in_all": 4,
    "budgets.isr_shrinks": 1,
    "budgets.follower_failures": 1,
    "budgets.unclean_elections": 1,
}
RESTARTING = {
    "budgets.in_all": 4,
    "budgets.lost_replies": 1,
    "budgets.broker_restarts": 2,
    "budgets.leader_failures": 1,
}
EXPIRING_TWICE = {
    "budgets.in_all": 3,
    "budgets.lost_replies": 1,
    "budgets.abandoned_connections": 1,
    "budgets.delivery_timeouts": 2,
}
OLD_BROKERS = {"settings.eligible_leader_replicas": 0, "settings.strict_min_isr": 0}
BEFORE_2_4 = {
    "settings.keeps_deleted_ids": 0,
    "settings.accepts_unknown_ids": 0,
    "settings.new_epoch_for_unknown_id": 0,
}

DELIVERY: dict[str, dict[str, int]] = {
    "idempotent": {},
    "plain": {**PLAIN, "settings.acks": 1},
    "plain, one in flight": {**PLAIN, "settings.max_in_flight": 1},
    "no acknowledgements": NO_ACKS,
    "errors are ignored": {**PLAIN, "settings.on_error": OnError.IGNORE},
    "stops at errors": {"settings.on_error": OnError.STOP, "settings.restart": Restart.SKIP},
    "one attempt": {"settings.retries": 0, "settings.on_error": OnError.STOP},
    "automatic commit": {**AUTOMATIC, **EXPIRING},
    "other thread": {**AUTOMATIC, "settings.processing": Processing.OTHER_THREAD},
    "committed before": {"settings.commit": Commit.BEFORE_PROCESSING},
    "latest": {**EXPIRING, "settings.auto_offset_reset": OffsetReset.LATEST},
    "no reset": {**EXPIRING, "settings.auto_offset_reset": OffsetReset.NONE},
    "unclean": {**UNCLEAN, **TWO_REPLICAS},
    "unclean, no reset": {
        **UNCLEAN,
        **ONE_REPLICA,
        "settings.auto_offset_reset": OffsetReset.NONE,
    },
    "one replica": ONE_REPLICA,
    "old brokers": {**OLD_BROKERS, "settings.min_insync_replicas": 1},
    "old brokers, two replicas needed": OLD_BROKERS,
    "unclean old brokers": {**UNCLEAN, **OLD_BROKERS},
    "ids expire": {"settings.delivery_outlasts_ids": 1, "budgets.producer_id_expirations": 1},
    "a broker restarts": {"budgets.broker_restarts": 1},
    "one batch is remembered": {"settings.retained_batches": 1},
    "records are deleted": {"budgets.deletions": 1, "budgets.producer_id_expirations": 1},
    "records are deleted, before 2.4": {**BEFORE_2_4, "budgets.deletions": 1},
    "followers before leader epochs": {"settings.leader_epoch_truncation": 0},
    "all replicas are needed": {"settings.min_insync_replicas": 3},
    "more are needed than there are": {
        "settings.replication_factor": 2,
        "settings.min_insync_replicas": 3,
    },
    "automatic commit, committed before": {
        **AUTOMATIC,
        "settings.commit": Commit.BEFORE_PROCESSING,
    },
    "records are deleted, one replica": {**ONE_REPLICA, "budgets.deletions": 1},
    "unclean, before leader epochs": {
        **UNCLEAN,
        **TWO_REPLICAS,
        "settings.leader_epoch_truncation": 0,
    },
}
"""Settings of runs of the model without transactions."""
TWO_FAULTS = (
    "idempotent",
    "plain",
    "stops at errors",
    "one attempt",
    "unclean",
    "unclean, no reset",
    "one replica",
    "unclean old brokers",
    "ids expire",
    "a broker restarts",
    "one batch is remembered",
    "records are deleted",
    "records are deleted, before 2.4",
    "followers before leader epochs",
    "all replicas are needed",
    "records are deleted, one replica",
    "unclean, before leader epochs",
)
"""Those that are explored with two faults too."""


def delivery_scopes() -> list[Scope]:
    """Return the scopes of the model without transactions, the small one first."""
    each_twice = {f"budgets.{name}": 2 for name in Budgets.__annotations__}
    one, two = {"budgets.in_all": 1}, {"budgets.in_all": 2}
    few_faults = dict.fromkeys(each_twice, 0)
    few = ("idempotent", "plain")
    return [
        _delivery_scope(
            "one fault",
            {"faults": 1},
            {name: {**run, **one} for name, run in DELIVERY.items()} | {"no room for two": two},
        ),
        _delivery_scope(
            "two replicas, four faults",
            {"replicas": 2, "faults": 4},
            {
                "offsets expire": {**few_faults, **ONE_REPLICA, **OFTEN_EMPTY},
                "unclean twice": {**few_faults, **UNCLEAN, **TWO_REPLICAS, **OFTEN_UNCLEAN},
                "restarts, and another leads": {**few_faults, **TWO_REPLICAS, **RESTARTING},
                "restarts, and loses its log": {**few_faults, **ONE_REPLICA, **RESTARTING},
            },
        ),
        _delivery_scope(
            "three records, one replica",
            {"records": 3, "replicas": 1, "faults": 3},
            {name: {**DELIVERY[name], **ONE_REPLICA, **two} for name in few}
            | {"expires twice": {**few_faults, **ONE_REPLICA, **EXPIRING_TWICE}},
        ),
        _delivery_scope(
            "two faults",
            {},
            {name: {**DELIVERY[name], **two} for name in TWO_FAULTS}
            | {"room for more": one, "each twice": each_twice},
        ),
    ]


def _delivery_scope(name: str, bounds: dict[str, int], runs: dict[str, dict[str, int]]) -> Scope:
    model = checked_model()
    properties = (*model.properties, *delivery_structure.STRUCTURE)
    return Scope(
        name, replace(model, properties=properties, bounds={**model.bounds, **bounds}), runs
    )


SURVEYED: dict[str, Callable[[], list[Scope]]] = {
    "transactions": scopes,
    "delivery": delivery_scopes,
}
"""The scopes of each model whose mutants are tried."""


def surveyed(model: str, name: str) -> Scope:
    """Return a scope of a model."""
    return next(each for each in SURVEYED[model]() if each.name == name)

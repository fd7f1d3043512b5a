"""Scenarios of the transaction model: who may be late, and what applications do.

A scenario has only the steps that it may take, whatever the versions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from model.settings import OffsetReset
from model.transactions import late, producer
from model.transactions.faults import Fault
from model.transactions.settings import Budgets, Isolation, OnAbort
from model.transactions.versions import SWITCHES, settings_of
from model.transactions.world import BOUNDS, transactions_model
from specs.scenario import IN_ALL, Scenario, Vocabulary
from specs.structure import STRUCTURE
from specs.transaction_witnesses import WITNESSES
from specs.transactions import GUARANTEES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.lang import Action, Model, Property
    from model.releases import Release, Switch

PROPERTIES: Mapping[str, Property[Any]] = {p.name: p for p in (*GUARANTEES, *STRUCTURE, *WITNESSES)}
CHECKED = tuple(p.name for p in (*GUARANTEES, *WITNESSES))
"""What is checked if nothing is named: all but the structural invariants."""
BUDGETS = tuple(name for name in Budgets.__annotations__ if name != IN_ALL)
AT_LEAST_ONE = (
    "producers",
    "transactions",
    "batches",
    "partitions",
    "transactional_ids",
    "producer_ids",
    "batch_records",
)
"""Bounds of which there is nothing without one."""
CONSTANTS = ("maximum_epoch",)
"""Numbers of Kafka's own that a scenario may make smaller."""

_RESEND = (late.abandon_batch, producer.resend_batch)
AT_FAILOVER = "WriteTxnMarkers of a coordinator that fails"
LATE: Mapping[str, tuple[Action[Any], ...]] = {
    "InitProducerId": (late.abandon_request, late.take_late_init_producer_id),
    "AddPartitionsToTxn": (late.abandon_request, late.take_late_add_partition),
    "EndTxn": (late.abandon_request, late.take_late_end_txn),
    "Produce": (
        *_RESEND,
        late.expire_batch_in_flight,
        late.take_late_batch,
        late.ask_about_late_batch,
    ),
    "TxnOffsetCommit": (*_RESEND, late.take_late_offset_commit, late.ask_about_late_batch),
    "WriteTxnMarkers": (late.abandon_marker, late.take_late_marker),
    AT_FAILOVER: (late.fail_coordinator_with_marker, late.take_late_marker),
}
"""The requests that may come late, and the steps that only then are possible."""
ALL_LATE = tuple(name for name in LATE if name != AT_FAILOVER)

FACTS: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "offsets": ("offsets_in_transaction", {"in-transaction": 1, "by-consumer": 0}),
    "group-metadata": ("group_metadata", {"yes": 1, "no": 0}),
    "transactional-id": ("shared_id", {"stable": 1, "per-restart": 0, "per-process": 0}),
    "on-abort": ("on_abort", {"seek": OnAbort.SEEK, "continue": OnAbort.CONTINUE}),
    "reset": (
        "auto_offset_reset",
        {
            "earliest": OffsetReset.EARLIEST,
            "latest": OffsetReset.LATEST,
            "none": OffsetReset.NONE,
        },
    ),
    "aborts": ("may_abort", {"by-choice": 1, "after-errors": 0}),
    "raw-versions": ("raw_versions", {"one": 0, "any": 1}),
    "raw-epochs": ("raw_ahead", {"held": 0, "ahead": 1}),
    "reads": (
        "isolation",
        {"committed": Isolation.READ_COMMITTED, "uncommitted": Isolation.READ_UNCOMMITTED},
    ),
}
"""Facts about the applications: the field of Settings, and its value for each word."""


@dataclass(frozen=True)
class TransactionScenario(Scenario):
    """A scenario of the transaction model.

    late: which requests may come late, of those that an abandoned connection can hold;
    two_steps: verification and append are steps of their own.
    """

    vocabulary: ClassVar[Vocabulary] = Vocabulary(
        "transactions",
        BOUNDS,
        AT_LEAST_ONE,
        BUDGETS,
        PROPERTIES,
        CHECKED,
        {name: tuple(words) for name, (_, words) in FACTS.items()},
        SWITCHES,
        CONSTANTS,
    )

    properties: tuple[str, ...] = CHECKED
    late: tuple[str, ...] = ALL_LATE
    two_steps: bool = False

    def model(self) -> Model:
        """Return the model: it has only the steps that this scenario may take, in any version."""
        model = transactions_model(
            self.faults,
            [PROPERTIES[name] for name in self.properties],
            self.sizes(),
            two_steps=self.two_steps,
        )
        left_out = self._left_out()
        kept = [action for action in model.actions if action not in left_out]
        if AT_FAILOVER in self.late:
            kept += [action for action in LATE[AT_FAILOVER] if action not in kept]
        return replace(model, actions=tuple(kept))

    def _left_out(self) -> set[Action[Any]]:
        """Return the steps of abandoned connections that nothing in this scenario needs."""
        kept = {action for name in self.late for action in LATE[name]}
        if self.faults.get(Fault.DELIVERY_TIMEOUTS, 0) > 0:
            kept |= set(_RESEND)
        if self.sizes()["batches"] > 1:
            kept.add(producer.resend_batch)
        return {action for actions in LATE.values() for action in actions} - kept

    def sizes(self) -> dict[str, int]:
        """Return all bounds: those of the file, and room for the faults that may happen."""
        failovers = self.faults.get(Fault.COORDINATOR_FAILOVERS, 0)
        room = {
            "abandoned": max(1, self._left_behind()),
            "faults": max(1, self.faults_in_all),
            "coordinator_epochs": failovers,
        }
        return {**BOUNDS, **room, **self.bounds}

    def _left_behind(self) -> int:
        """Return how many requests may be on connections that were given up."""
        failovers = self.faults.get(Fault.COORDINATOR_FAILOVERS, 0)
        with_marker = failovers if AT_FAILOVER in self.late else 0
        return self.faults.get(Fault.ABANDONED_CONNECTIONS, 0) + with_marker

    def problem_of_room(self) -> str:
        """Return whether one request would take the place of another that may still come."""
        least = min(self._left_behind(), self.faults_in_all)
        if self.bounds.get("abandoned", least) >= least:
            return ""
        return f"abandoned must be at least {least}: so many requests may come late at once"

    def parameters(
        self,
        brokers: Release,
        clients: Release,
        on: tuple[Switch, ...] = (),
        off: tuple[Switch, ...] = (),
    ) -> dict[str, int]:
        """Return the model's parameters for these versions; on, off: switches besides its own."""
        values = settings_of(brokers, clients, *self.switched(on, off))
        values |= {FACTS[name][0]: FACTS[name][1][word] for name, word in self.application.items()}
        values |= self.constants
        values["two_step_verification"] = int(self.two_steps)
        return {f"settings.{name}": int(value) for name, value in values.items()} | self.budgets()

"""The detailed model's transactions with failover of coordinators as runs of `failover`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang import bound
from model.transactions.partition import EntryKind
from specs.proofs import failover
from specs.proofs.transactions import Kind
from specs.refinement.agreement import all_partitions, detailed_facts, proof_facts
from specs.refinement.claims import Refinement
from specs.refinement.coordinator import CoordinatorMeanings
from specs.refinement.transactions import meanings_in, outside_of_both, scopes_of, sizes
from specs.refinement.vocabulary import MANY_COORDINATORS
from specs.transaction_scenario import AT_FAILOVER, TransactionScenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.transactions.world import World
    from specs.refinement.claims import Call


def fail_coordinator(before: World, after: World, proof: failover.World) -> list[Call]:
    """A new coordinator is elected; it reads the log before it first acts."""
    epoch = after.coordinator.epoch
    return [(failover.elect, (producer, epoch)) for producer in range(bound("producer_ids"))]


def fail_coordinator_with_marker(
    before: World, after: World, proof: failover.World, transactional_id: int, partition: int
) -> list[Call]:
    """The marker that is on its way was sent; then another coordinator is elected."""
    coordinator = CoordinatorMeanings(MANY_COORDINATORS)
    sent = coordinator.abandon_marker(before, after, proof, transactional_id, partition)
    return [*sent, *fail_coordinator(before, after, proof)]


def detailed(world: World) -> Mapping[str, object]:
    """Return what a detailed world says, with the epochs of coordinators."""
    facts = detailed_facts(world)
    facts["the coordinator's epoch"] = int(world.coordinator.epoch)
    for partition in all_partitions():
        log = world.partitions[partition].log
        markers = (EntryKind.COMMIT, EntryKind.ABORT)
        facts[f"the coordinator epochs of the markers of partition {partition}"] = tuple(
            int(log[position].coordinator_epoch)
            for position in range(log.length)
            if log[position].kind in markers
        )
        for producer in range(bound("producer_ids")):
            known = world.partitions[partition].producers[producer].coordinator_epoch
            name = f"the coordinator epoch that partition {partition} knows of {producer}"
            facts[name] = max(int(known), 0)
    return facts


def proved(world: failover.World) -> Mapping[str, object]:
    """Return what a proof world says, with the epochs of coordinators."""
    facts = proof_facts(world)
    facts["the coordinator's epoch"] = int(world.newest[0])
    for partition in range(bound("partitions")):
        log = world.log[partition]
        facts[f"the coordinator epochs of the markers of partition {partition}"] = tuple(
            int(world.written_by[partition][offset])
            for offset in range(bound("offsets") + 1)
            if log[offset].kind in (Kind.COMMIT, Kind.ABORT)
        )
        for producer in range(bound("producers")):
            name = f"the coordinator epoch that partition {partition} knows of {producer}"
            facts[name] = int(world.stored[partition][producer])
    return facts


def sizes_with_coordinators(bounds: Mapping[str, int]) -> Mapping[str, int]:
    """Return bounds of the proof model."""
    return {**sizes(bounds), "coordinator_epochs": bounds["coordinator_epochs"]}


SCOPES = scopes_of(
    TransactionScenario(
        "stale-coordinator-alone",
        __file__,
        "As stale-coordinator, on one partition",
        bounds={"producers": 1, "transactions": 2, "partitions": 1},
        faults={"coordinator_failovers": 1},
        late=(AT_FAILOVER,),
    ),
    TransactionScenario(
        "two-producers-failover",
        __file__,
        "A second producer starts, the coordinator fails",
        bounds={"producers": 2, "transactions": 1, "partitions": 1},
        faults={"coordinator_failovers": 1},
        late=(),
    ),
    TransactionScenario(
        "late-requests-failover",
        __file__,
        "As coordinator-failover, with a transaction of each producer",
        bounds={"producers": 2, "transactions": 1, "partitions": 1},
        faults={"abandoned_connections": 1, "coordinator_failovers": 1},
    ),
)
FAILOVER = Refinement(
    name="failover",
    proof=failover.MODEL,
    sizes=sizes_with_coordinators,
    meanings={
        **meanings_in(MANY_COORDINATORS),
        "fail_coordinator": fail_coordinator,
        "fail_coordinator_with_marker": fail_coordinator_with_marker,
    },
    outside=outside_of_both,
    detailed=detailed,
    proved=proved,
    scenarios=("stale-coordinator", *SCOPES),
    scopes=SCOPES,
)

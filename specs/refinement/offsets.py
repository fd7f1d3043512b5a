"""The detailed model's consume-transform-produce applications as runs of `offsets`.

The partition of __consumer_offsets is one more partition, with one group and one input partition;
its leader is the group coordinator, who knows the generation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from checker.lang import NONE, bound
from model.transactions.group_coordinator import is_offset_committed
from model.transactions.partition import is_undecided
from specs.proofs import offsets
from specs.refinement import transactions
from specs.refinement.agreement import detailed_facts, proof_facts
from specs.refinement.claims import Refinement
from specs.refinement.observed import is_appended
from specs.refinement.vocabulary import (
    ONE_COORDINATOR,
    Append,
    first_record,
    further_record,
    written_as,
)
from specs.transaction_scenario import TransactionScenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.transactions.world import World
    from specs.refinement.claims import Call


def _first(new: Append) -> Call:
    if new.partition < bound("partitions"):
        return first_record(new)
    return offsets.commit_offsets_first, tuple(new)


def _more(new: Append) -> Call:
    if new.partition < bound("partitions"):
        return further_record(new)
    numbers = (new.partition, new.producer, new.epoch, new.generation, new.offset)
    return offsets.commit_offsets_more, numbers


WITH_OFFSETS = replace(
    ONE_COORDINATOR,
    written=written_as(offsets.write_commit_marker, offsets.write_abort_marker),
    first=_first,
    more=_more,
)


def rebalance(before: World, after: World, proof: offsets.World, producer: int) -> list[Call]:
    """The group goes on with the next generation; members may not have noticed."""
    return [(offsets.rebalance, (bound("partitions"), after.group.generation))]


def outside(before: World, after: World, action: str) -> str:
    """Return why `offsets` does not speak about a step."""
    settings = before.settings
    is_fenced = settings.group_metadata and settings.group_fencing
    if bound("groups") and not is_fenced and is_appended(before, after, bound("partitions")):
        return "a commit of offsets without a generation"
    return transactions.outside(before, after, action)


def detailed(world: World) -> Mapping[str, object]:
    """Return what a detailed world says, with the offsets that wait and those that count."""
    facts = detailed_facts(world)
    if not bound("groups"):
        return facts
    log = world.partitions[bound("partitions")].log
    count = [place for place in range(log.length) if is_offset_committed(world, place)]
    facts["the group's generation"] = int(world.group.generation)
    facts["the commit of offsets that counts"] = count[-1] if count else NONE
    for producer in range(bound("producer_ids")):
        wait = [
            place
            for place in range(log.length)
            if is_undecided(log[place]) and log[place].producer_id == producer
        ]
        facts[f"the offsets of producer id {producer} that wait"] = wait[-1] if wait else NONE
    return facts


def proved(world: offsets.World) -> Mapping[str, object]:
    """Return what a proof world says; offsets are in its last partition."""
    facts = proof_facts(world)
    partition = bound("partitions") - 1
    facts["the group's generation"] = int(world.generation[partition])
    installed = world.installed[partition]
    facts["the commit of offsets that counts"] = int(installed.record) if installed.held else NONE
    for producer in range(bound("producers")):
        pending = world.pending[partition][producer]
        name = f"the offsets of producer id {producer} that wait"
        facts[name] = int(pending.record) if pending.held else NONE
    return facts


def sizes(bounds: Mapping[str, int]) -> Mapping[str, int]:
    """Return bounds of the proof model."""
    return {**transactions.sizes(bounds), "generations": bounds["generations"]}


_ONE_INPUT = {
    "producers": 2,
    "transactions": 1,
    "partitions": 1,
    "groups": 1,
    "inputs": 1,
    "generations": 1,
}
_EACH_ONCE = {
    "abandoned_connections": 1,
    "delivery_timeouts": 1,
    "transaction_timeouts": 1,
    "coordinator_failovers": 1,
    "leader_failovers": 1,
    "rebalances": 1,
}
_ONE_FAULT = TransactionScenario(
    "consume-transform-produce-one-fault",
    __file__,
    "As consume-transform-produce, with one input record, one partition and one fault",
    bounds=_ONE_INPUT,
    faults={"in_all": 1, **_EACH_ONCE},
)
_TWO_FAULTS = replace(
    _ONE_FAULT,
    name="consume-transform-produce-two-faults",
    title="As consume-transform-produce, with one input record and one partition",
    faults={**_ONE_FAULT.faults, "in_all": 2},
)
SCOPES = transactions.scopes_of(
    TransactionScenario(
        "transforming-application",
        __file__,
        "Two processes transform one input record; the group rebalances; requests may be late",
        bounds=_ONE_INPUT,
        faults={"abandoned_connections": 1, "rebalances": 1},
        late=("TxnOffsetCommit", "Produce"),
    ),
    _ONE_FAULT,
    _TWO_FAULTS,
)
"""Smaller than consume-transform-produce, whose states are millions."""
OFFSETS = Refinement(
    name="offsets",
    proof=offsets.MODEL,
    sizes=sizes,
    meanings={**transactions.meanings_in(WITH_OFFSETS), "rebalance": rebalance},
    outside=outside,
    detailed=detailed,
    proved=proved,
    scenarios=("late-offset-commit", "zombie-consumer", *SCOPES),
    scopes=SCOPES,
)

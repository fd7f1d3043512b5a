"""Faults that happened in a run: each kind has a budget, and so have all kinds together.

Kafka: none of this is Kafka's; the faults themselves are actions of the roles that they befall.
Left out: faults without a budget.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from checker.lang import Record, bound, procedure, require, where
from model.sorts import FaultCount

if TYPE_CHECKING:
    from model.world import World


class Fault(StrEnum):
    """The kinds of faults; budgets and counters have the same names."""

    LOST_REPLIES = "lost_replies"
    ABANDONED_CONNECTIONS = "abandoned_connections"
    DELIVERY_TIMEOUTS = "delivery_timeouts"
    PRODUCER_CRASHES = "producer_crashes"
    LEADER_FAILURES = "leader_failures"
    ISR_SHRINKS = "isr_shrinks"
    FOLLOWER_FAILURES = "follower_failures"
    UNCLEAN_ELECTIONS = "unclean_elections"
    BROKER_RESTARTS = "broker_restarts"
    PRODUCER_ID_EXPIRATIONS = "producer_id_expirations"
    DELETIONS = "deletions"
    CONSUMER_CRASHES = "consumer_crashes"
    OFFSETS_EXPIRED = "offsets_expired"


class Faults(Record):
    """How many faults of each kind happened, and how many in all."""

    in_all: FaultCount
    lost_replies: FaultCount
    abandoned_connections: FaultCount
    delivery_timeouts: FaultCount
    producer_crashes: FaultCount
    leader_failures: FaultCount
    isr_shrinks: FaultCount
    follower_failures: FaultCount
    unclean_elections: FaultCount
    broker_restarts: FaultCount
    producer_id_expirations: FaultCount
    deletions: FaultCount
    consumer_crashes: FaultCount
    offsets_expired: FaultCount


def most_in_all(world: Any) -> int:
    """Return how many faults may happen in a run: the budget, within the bound."""
    budget: int = world.budgets.in_all
    return where(budget < bound("faults"), budget, bound("faults"))


def suffer(world: Any, kind: StrEnum) -> None:
    """Count a fault; block where its budget or that of all faults is used up.

    world: one with counters `faults` and `budgets` that have a field of the kind's name.
    """
    faults, budgets = world.faults, world.budgets
    happened: int = getattr(faults, kind)
    require(faults.in_all < most_in_all(world), "no more faults may happen in this run")
    require(happened < getattr(budgets, kind), f"no more {kind.replace('_', ' ')} may happen")
    faults.in_all = faults.in_all + 1
    setattr(faults, kind, happened + 1)


@procedure
def forget_kinds(world: "World") -> None:
    """Canonical form: when no more faults may happen, it does not matter which ones did."""
    if world.faults.in_all == most_in_all(world):
        for kind in Fault:
            setattr(world.faults, kind, 0)

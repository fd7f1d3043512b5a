"""Faults that happened in a run, by kind.

Kafka: none of this is Kafka's; the faults themselves are actions of the roles that they befall.
Left out: faults without a budget; the end of a process, which is a zombie that stays silent while
another one starts with its transactional id, or gets its input partition (rebalances).
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from checker.lang import Record, procedure
from model.faults import most_in_all, suffer
from model.sorts import FaultCount

if TYPE_CHECKING:
    from model.transactions.world import World

__all__ = ["Fault", "Faults", "forget_kinds", "most_in_all", "suffer"]


class Fault(StrEnum):
    """The kinds of faults; budgets and counters have the same names."""

    ABANDONED_CONNECTIONS = "abandoned_connections"
    DELIVERY_TIMEOUTS = "delivery_timeouts"
    TRANSACTION_TIMEOUTS = "transaction_timeouts"
    COORDINATOR_FAILOVERS = "coordinator_failovers"
    LEADER_FAILOVERS = "leader_failovers"
    UNCLEAN_ELECTIONS = "unclean_elections"
    PRODUCER_EXPIRIES = "producer_expiries"
    REBALANCES = "rebalances"
    REFUSED_BATCHES = "refused_batches"
    REFUSED_RECORDS = "refused_records"


class Faults(Record):
    """How many faults of each kind happened, and how many in all."""

    in_all: FaultCount
    abandoned_connections: FaultCount
    delivery_timeouts: FaultCount
    transaction_timeouts: FaultCount
    coordinator_failovers: FaultCount
    leader_failovers: FaultCount
    unclean_elections: FaultCount
    producer_expiries: FaultCount
    rebalances: FaultCount
    refused_batches: FaultCount
    refused_records: FaultCount


@procedure
def forget_kinds(world: "World") -> None:
    """Canonical form: when no more faults may happen, it does not matter which ones did."""
    if world.faults.in_all == most_in_all(world):
        for kind in Fault:
            setattr(world.faults, kind, 0)

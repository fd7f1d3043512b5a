"""The names of the roles that only transactions have, as traces and diagrams show them.

Kafka: TransactionCoordinator.
Left out: the roles of every model (model.roles).
"""

from model.roles import APPLICATION, CONSUMER, FOLLOWERS, GROUP_COORDINATOR, LEADER, PRODUCER

COORDINATOR = "transaction coordinator"
RAW_CLIENT = "raw client"

IN_ORDER = (
    RAW_CLIENT,
    APPLICATION,
    CONSUMER,
    PRODUCER,
    COORDINATOR,
    GROUP_COORDINATOR,
    LEADER,
    FOLLOWERS,
)
"""From the application to the replicas, as diagrams show them."""

OF_A_PROCESS = {"producer": (APPLICATION, CONSUMER, PRODUCER)}
"""The roles that each process has for itself, by the argument of actions that says which one."""

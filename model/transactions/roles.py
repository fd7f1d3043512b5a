"""The names of the roles that only transactions have, as traces and diagrams show them.

Kafka: TransactionCoordinator.
Left out: the roles of every model (model.roles).
"""

COORDINATOR = "transaction coordinator"
RAW_CLIENT = "raw client"

"""The names of the roles, as traces and diagrams show them.

Kafka: the clients, the brokers' parts, and the applications around them.
Left out: the controller quorum and the brokers themselves.
"""

APPLICATION = "application"
PRODUCER = "producer"
LEADER = "leader"
FOLLOWERS = "followers"
CONTROLLER = "controller"
GROUP_COORDINATOR = "group coordinator"
CONSUMER = "consumer"

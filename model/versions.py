"""Which release of Kafka, on brokers and in clients, has which part of plain delivery.

Kafka: release notes, and the commits that name each ticket.
Left out: clusters that were upgraded and kept an older `eligible.leader.replicas.version`, other
than by the switch KIP-966.
"""

from model.releases import Switch, flag

SWITCHES: tuple[Switch, ...] = (
    Switch(
        "KAFKA-15583",
        flag("strict_min_isr"),
        "The high watermark moves only while the ISR has min.insync.replicas members, or all "
        "replicas if there are fewer.",
        brokers=(3, 7),
    ),
    Switch(
        "KIP-966",
        flag("eligible_leader_replicas"),
        "Replicas that left an ISR which was too small may still be elected, before any other.",
        brokers=(4, 1),
    ),
)

"""Which release of Kafka, on brokers and in clients, has which part of plain delivery.

Kafka: release notes, and the commits that name each ticket.
Left out: clusters that were upgraded and kept an older `eligible.leader.replicas.version`, other
than by the switch KIP-966.
"""

from model.releases import Switch, flag

SWITCHES: tuple[Switch, ...] = (
    Switch(
        "KIP-101",
        flag("leader_epoch_truncation"),
        "A follower of a new leader cuts off what that leader does not have; before, it cut its "
        "log at the high watermark that it knew.",
        brokers=(0, 11),
    ),
    Switch(
        "KAFKA-15583",
        flag("strict_min_isr"),
        "The high watermark moves only while the ISR has min.insync.replicas members, or all "
        "replicas if there are fewer.",
        brokers=(3, 7),
    ),
    Switch(
        "KAFKA-7190",
        flag("keeps_deleted_ids"),
        "A partition leader remembers a producer id when its last record is deleted.",
        brokers=(2, 4),
    ),
    Switch(
        "KAFKA-8710",
        flag("accepts_unknown_ids"),
        "A producer id that is not known may begin with any sequence; before, a batch with "
        "another sequence than 0 was answered UNKNOWN_PRODUCER_ID.",
        brokers=(2, 5),
    ),
    Switch(
        "KIP-360",
        flag("new_epoch_for_unknown_id"),
        "An idempotent producer that is told UNKNOWN_PRODUCER_ID after its records were deleted "
        "begins a new epoch; before, it used the numbers of its epoch again.",
        clients=(2, 5),
    ),
    Switch(
        "KIP-966",
        flag("eligible_leader_replicas"),
        "Replicas that left an ISR which was too small may still be elected, before any other.",
        brokers=(4, 1),
    ),
)

"""Charts and runs of the size and shape that users will see."""

from itertools import pairwise

from diagrams import Chart, Move, Run, RunStep

TRANSACTION = Chart(
    "Transaction coordinator: state of a transaction",
    (
        "EMPTY",
        "ONGOING",
        "PREPARE_COMMIT",
        "PREPARE_ABORT",
        "COMPLETE_COMMIT",
        "COMPLETE_ABORT",
        "DEAD",
        "PREPARE_EPOCH_FENCE",
    ),
    "EMPTY",
    (
        Move("EMPTY", "ONGOING", ("add_partitions", "add_offsets")),
        Move("EMPTY", "EMPTY", ("init_producer_id",)),
        Move("EMPTY", "PREPARE_ABORT", ("end_txn",)),
        Move("EMPTY", "DEAD", ("expire_transactional_id",)),
        Move(
            "ONGOING",
            "ONGOING",
            (
                "add_partitions",
                "add_offsets",
                "txn_offset_commit",
                "verify_partition",
                "append_batch",
            ),
        ),
        Move("ONGOING", "PREPARE_COMMIT", ("end_txn",)),
        Move("ONGOING", "PREPARE_ABORT", ("end_txn", "abort_timed_out")),
        Move("ONGOING", "PREPARE_EPOCH_FENCE", ("init_producer_id",)),
        Move("PREPARE_EPOCH_FENCE", "PREPARE_ABORT", ("end_txn_fenced",)),
        Move("PREPARE_COMMIT", "COMPLETE_COMMIT", ("markers_written",)),
        Move("PREPARE_ABORT", "COMPLETE_ABORT", ("markers_written",)),
        Move("COMPLETE_COMMIT", "EMPTY", ("init_producer_id",)),
        Move("COMPLETE_COMMIT", "ONGOING", ("add_partitions",)),
        Move("COMPLETE_COMMIT", "PREPARE_ABORT", ("end_txn",)),
        Move("COMPLETE_COMMIT", "DEAD", ("expire_transactional_id",)),
        Move("COMPLETE_ABORT", "EMPTY", ("init_producer_id",)),
        Move("COMPLETE_ABORT", "ONGOING", ("add_partitions",)),
        Move("COMPLETE_ABORT", "PREPARE_ABORT", ("end_txn",)),
        Move("COMPLETE_ABORT", "DEAD", ("expire_transactional_id",)),
    ),
)

BATCH = Chart(
    "Producer: state of a batch",
    ("QUEUED", "IN_FLIGHT", "RETRY", "ACKNOWLEDGED", "FAILED", "EXPIRED"),
    "QUEUED",
    (
        Move("QUEUED", "IN_FLIGHT", ("send_batch",)),
        Move("QUEUED", "EXPIRED", ("delivery_timeout",)),
        Move("IN_FLIGHT", "ACKNOWLEDGED", ("receive_success",)),
        Move("IN_FLIGHT", "RETRY", ("receive_retriable_error", "request_timeout", "disconnect")),
        Move("IN_FLIGHT", "FAILED", ("receive_fatal_error", "out_of_order_sequence")),
        Move("IN_FLIGHT", "EXPIRED", ("delivery_timeout",)),
        Move("RETRY", "IN_FLIGHT", ("resend_batch",)),
        Move("RETRY", "EXPIRED", ("delivery_timeout",)),
        Move("RETRY", "FAILED", ("retries_exhausted",)),
        Move("EXPIRED", "QUEUED", ("application_resends",)),
        Move("ACKNOWLEDGED", "QUEUED", ("crash_producer",), forbidden=True),
    ),
)

REPLICA = Chart(
    "Partition: state of a replica",
    ("OFFLINE", "FOLLOWER", "FOLLOWER_IN_SYNC", "LEADER"),
    "FOLLOWER",
    (
        Move("FOLLOWER", "FOLLOWER", ("replicate", "truncate")),
        Move("FOLLOWER", "FOLLOWER_IN_SYNC", ("expand_isr",)),
        Move("FOLLOWER_IN_SYNC", "FOLLOWER", ("shrink_isr",)),
        Move("FOLLOWER_IN_SYNC", "LEADER", ("elect_clean",)),
        Move("FOLLOWER", "LEADER", ("elect_unclean",)),
        Move("LEADER", "FOLLOWER", ("become_follower",)),
        Move("LEADER", "OFFLINE", ("crash_broker",)),
        Move("FOLLOWER", "OFFLINE", ("crash_broker",)),
        Move("FOLLOWER_IN_SYNC", "OFFLINE", ("crash_broker",)),
        Move("OFFLINE", "FOLLOWER", ("restart_broker",)),
        Move("LEADER", "LEADER", ("append_batch",)),
        Move("FOLLOWER_IN_SYNC", "FOLLOWER_IN_SYNC", ("replicate",)),
        Move("OFFLINE", "LEADER", ("elect_unclean",)),
    ),
)

CONSUMER = Chart(
    "Consumer",
    ("UNASSIGNED", "FETCHING", "PROCESSING", "COMMITTING", "CRASHED"),
    "UNASSIGNED",
    (
        Move("UNASSIGNED", "FETCHING", ("assign_partition",)),
        Move("FETCHING", "PROCESSING", ("poll_records",)),
        Move("PROCESSING", "COMMITTING", ("finish_processing",)),
        Move("COMMITTING", "FETCHING", ("commit_acknowledged",)),
        Move("FETCHING", "FETCHING", ("poll_nothing",)),
        Move("PROCESSING", "PROCESSING", ("process_record",)),
        Move("FETCHING", "UNASSIGNED", ("rebalance",)),
        Move("PROCESSING", "UNASSIGNED", ("rebalance",)),
        Move("COMMITTING", "UNASSIGNED", ("rebalance",)),
        Move("FETCHING", "CRASHED", ("crash_consumer",)),
        Move("PROCESSING", "CRASHED", ("crash_consumer",)),
        Move("COMMITTING", "CRASHED", ("crash_consumer",)),
        Move("CRASHED", "UNASSIGNED", ("restart_consumer",)),
    ),
)


def _large_chart() -> Chart:
    states = tuple(f"STATE_{name}" for name in "ABCDEFGHIJ")
    chain = [Move(one, other, ("send_batch",)) for one, other in pairwise(states)]
    stays = [Move(states[place], states[place], ("append_batch", "replicate")) for place in (2, 5)]
    leaps = [
        Move(states[3 * step % 10], states[(3 * step + 2 + step % 4) % 10], ("request_timeout",))
        for step in range(14)
    ]
    return Chart("Ten states", states, states[0], (*chain, *stays, *leaps))


LARGE = _large_chart()
CHARTS = {
    "transaction": TRANSACTION,
    "batch": BATCH,
    "replica": REPLICA,
    "consumer": CONSUMER,
    "large": LARGE,
}

DUPLICATE = Run(
    "A record is processed twice: a retry after a lost reply, without idempotence",
    ("producer", "partition leader", "follower", "consumer"),
    (
        RunStep(
            1,
            "producer",
            "The producer sends batch 1 with record r1 to the leader (acks=all).",
            "send",
            "partition leader",
            ("in flight: {} → {batch 1}",),
        ),
        RunStep(
            2, "follower", "The follower asks the leader for records.", "send", "partition leader"
        ),
        RunStep(
            3,
            "partition leader",
            "The leader appends r1 at offset 0.",
            "receive",
            "producer",
            ("leader log: [] → [r1]",),
        ),
        RunStep(3, "partition leader", "It answers the follower.", "send", "follower"),
        RunStep(
            4,
            "follower",
            "The follower appends r1.",
            "receive",
            "partition leader",
            ("follower log: [] → [r1]", "high watermark: 0 → 1"),
        ),
        RunStep(5, "partition leader", "The acknowledgement is lost.", "lost", "producer"),
        RunStep(
            6,
            "producer",
            "The request times out after request.timeout.ms; the producer queues batch 1 again "
            "because retries=2147483647.",
            "local",
            None,
            ("batch 1: IN_FLIGHT → RETRY", "retries left: 1 → 0"),
        ),
        RunStep(7, "producer", "The producer sends batch 1 again.", "send", "partition leader"),
        RunStep(
            8,
            "partition leader",
            "The leader does not recognise the batch and appends r1 at offset 1.",
            "receive",
            "producer",
            ("leader log: [r1] → [r1, r1]",),
        ),
        RunStep(9, "producer", "The producer crashes.", "crash"),
        RunStep(
            10,
            "consumer",
            "The consumer fetches and processes r1 at offset 0 and again at offset 1.",
            "receive",
            "partition leader",
            ("processed: {} → {r1 twice}",),
        ),
        RunStep(11, "", "Nothing is in flight and nobody will retry.", "note"),
    ),
    "BROKEN no duplicates: record r1 was processed 2 times, because enable.idempotence=false "
    "(producer.properties:4)",
)

LOSS = Run(
    "A record is lost: failover to a replica that did not have it",
    ("producer", "broker 1", "broker 2", "consumer group", "consumer"),
    (
        RunStep(1, "producer", "The producer sends r1 (acks=1).", "send", "broker 1"),
        RunStep(
            2,
            "broker 1",
            "Broker 1 appends r1 and acknowledges it before broker 2 has it.",
            "receive",
            "producer",
            ("broker 1 log: [] → [r1]", "accepted: {} → {r1}"),
        ),
        RunStep(3, "broker 1", "Broker 1 crashes.", "crash"),
        RunStep(4, "broker 1", "The controller elects broker 2.", "failover", "broker 2"),
        RunStep(5, "broker 2", "A late copy of a fetch arrives.", "late", "consumer"),
        RunStep(6, "broker 1", "Broker 1 restarts and truncates its log.", "local"),
        RunStep(7, "broker 2", "Its log was empty all the time.", "note"),
    ),
    "BROKEN no loss: r1 was accepted and is in no log",
)

CROWD = Run(
    "Twelve roles",
    tuple(f"member {place} of the group" for place in range(12)),
    tuple(
        RunStep(
            step + 1,
            f"member {step} of the group",
            "A message goes to another member, with an explanation that fills more than a line "
            "of a terminal whatever the width.",
            "send",
            f"member {(5 * step + 3) % 12} of the group",
            ("generation: 1 → 2",),
        )
        for step in range(12)
    ),
)
SHORT = Run("One step", ("producer",), (RunStep(1, "producer", "It does nothing.", "local"),))
RUNS = {"duplicate": DUPLICATE, "loss": LOSS, "crowd": CROWD, "short": SHORT}

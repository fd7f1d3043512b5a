"""Which settings delivery guarantees depend on, and what each of them changes, in one sentence."""

from __future__ import annotations

from checker.settings.values import Role

MEANINGS: dict[Role, dict[str, str]] = {
    Role.PRODUCER: {
        "acks": "Whom a send waits for: nobody (0), the leader (1), or every in-sync replica "
        "(all); with less than all, a record that was acknowledged can be lost.",
        "retries": "How often a failed send is repeated: with 0 a lost request is a lost record, "
        "with more and without idempotence a lost answer is a duplicate.",
        "enable.idempotence": "Lets the broker recognise repeated batches by sequence number: no "
        "duplicates and no reordering by retries while one producer lives.",
        "max.in.flight.requests.per.connection": "How many batches are under way at once: with "
        "more than 1 and without idempotence a retry can overtake, which reorders records.",
        "delivery.timeout.ms": "When a send is given up: its record may be in the log all the "
        "same, and the application cannot know.",
        "transactional.id": "Names the producer across restarts, fences its older incarnations "
        "and allows transactions.",
        "transaction.timeout.ms": "After how long the coordinator aborts an open transaction.",
    },
    Role.CONSUMER: {
        "group.id": "The group under whose name offsets are committed; without it none are.",
        "enable.auto.commit": "Commits the positions of earlier polls in the background, whether "
        "or not their records were processed.",
        "auto.commit.interval.ms": "How often positions are committed in the background.",
        "enable.auto.offset.store": "librdkafka only: what counts as position is the record last "
        "handed over (true) or the one that the application stores after its work (false).",
        "auto.offset.reset": "Where to start without a committed offset: latest skips records, "
        "earliest repeats them, none stops.",
        "isolation.level": "Whether records of open and aborted transactions are returned "
        "(read_uncommitted) or only committed ones (read_committed).",
        "max.poll.interval.ms": "How long processing may take before the group hands the "
        "partition to another member, which repeats what was not committed.",
    },
    Role.BROKER: {
        "default.replication.factor": "How many brokers hold a copy of a topic that names no "
        "number itself: with 1 the loss of one disk loses its records.",
        "min.insync.replicas": "How many copies a record needs before acks=all is answered: with "
        "1 an acknowledged record can be on one broker only.",
        "unclean.leader.election.enable": "Whether a replica that lags may become leader: then "
        "records that were acknowledged vanish.",
        "offsets.topic.replication.factor": "How many brokers hold a copy of the committed "
        "offsets: with 1 the loss of one disk loses them.",
        "transaction.state.log.replication.factor": "How many brokers hold a copy of what "
        "transaction coordinators decided: with 1 the loss of one disk loses it.",
        "transaction.state.log.min.isr": "How many copies a coordinator's decision needs before it "
        "counts: with 1 it can be on one broker only.",
        "transaction.version": "Not a broker's setting but a feature level of the cluster "
        "(kafka-features.sh, since 4.0): below 2, transactions have no epochs of their own.",
        "transaction.max.timeout.ms": "The longest transaction.timeout.ms that a coordinator "
        "accepts: a producer with a longer one cannot start.",
        "transaction.partition.verification.enable": "Whether a leader asks the coordinator "
        "before it takes a transactional record (since 3.6): off, late records make "
        "transactions hang.",
        "producer.id.expiration.ms": "After how long without a batch a producer id is forgotten "
        "(since 3.4): a batch that is sent again later is taken for a new one.",
    },
}

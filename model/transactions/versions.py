"""Which release of Kafka, on brokers and in clients, has which part of the transaction protocol.

Kafka: release notes, and the commits that name each ticket; ProduceRequest.json, EndTxnRequest.json
and TxnOffsetCommitRequest.json say which request version a release speaks.
Left out: patch releases that got a fix earlier than the release it is listed under; clusters whose
transaction.version was not raised after an upgrade, other than by the switch KAFKA-14562.
"""

from collections.abc import Iterable

from model.releases import Release, Switch, flag, forced, released
from model.transactions.sorts import Version

VERSION_1: Release = (3, 8)  # TRANSACTION_ABORTABLE: Produce v11, EndTxn v4 (KAFKA-16314)
VERSION_2: Release = (4, 0)  # Produce v12, EndTxn v5

SWITCHES: tuple[Switch, ...] = (
    Switch(
        "KAFKA-14561",
        flag("verification"),
        "A partition leader asks the coordinator whether a transaction is open before it appends "
        "its first batch (KIP-890 part 1; transaction.partition.verification.enable).",
        brokers=(3, 6),
    ),
    Switch(
        "KAFKA-14562",
        {
            "cluster_version": (Version.V0, Version.V2),
            "client_version": (Version.V1, Version.V2),
        },
        "Every transaction has an epoch of its own, and a batch adds its partition (KIP-890 part "
        "2; transaction.version=2).",
        brokers=(4, 0),
        clients=(4, 0),
    ),
    Switch(
        "KAFKA-15449",
        flag("offset_verification"),
        "Offset commits in transactions are verified too (KIP-890 part 1).",
        brokers=(3, 7),
    ),
    Switch(
        "KAFKA-14884",
        flag("verification_guard"),
        "A marker that comes between a batch's verification and its append undoes the "
        "verification.",
        brokers=(3, 6),
    ),
    Switch(
        "KAFKA-14920",
        flag("lowest_sequence"),
        "While a batch is being verified, one with a higher sequence is not appended before it.",
        brokers=(3, 6),
    ),
    Switch(
        "KAFKA-18202",
        flag("first_sequence"),
        "The first batch of an epoch must begin at sequence 0 (transaction version 2).",
        brokers=(4, 1),
    ),
    Switch(
        "KAFKA-18575",
        flag("epoch_aware_open"),
        "A transaction counts as open in a partition for batches of its own epoch alone.",
        brokers=(4, 0),
    ),
    Switch(
        "KAFKA-19446",
        flag("strict_marker"),
        "A marker of transaction version 2 needs a higher epoch than the partition has seen "
        "(KIP-1228).",
        brokers=(4, 2),
    ),
    Switch(
        "KAFKA-19999",
        flag("idempotent_marker"),
        "A marker of the partition's own epoch is accepted where no transaction is open: it "
        "repeats one.",
        brokers=(4, 2),
    ),
    Switch(
        "KAFKA-5121",
        flag("coordinator_check"),
        "A partition leader refuses a marker of a transaction coordinator that was replaced "
        "(TRANSACTION_COORDINATOR_FENCED).",
    ),
    Switch(
        "KAFKA-9600",
        flag("strict_end"),
        "EndTxn needs the epoch that the coordinator has; a higher one was accepted before.",
        brokers=(2, 6),
    ),
    Switch(
        "KAFKA-6119",
        flag("bump_on_timeout"),
        "A transaction that is aborted after transaction.timeout.ms gets a new epoch, which "
        "fences its producer.",
        brokers=(1, 1),
    ),
    Switch(
        "KAFKA-5231",
        flag("bump_on_fence"),
        "A transaction that initTransactions() of another producer aborts gets a new epoch.",
        brokers=(0, 11),
    ),
    Switch(
        "KAFKA-10080",
        flag("single_completion"),
        "Of two threads that find a transaction's markers acknowledged, one completes it.",
        brokers=(2, 7),
    ),
    Switch(
        "KAFKA-18464",
        flag("end_checks_pending_first"),
        "EndTxn is told to wait for a transaction that is completing before its epoch is looked "
        "at.",
        brokers=(4, 0),
    ),
    Switch(
        "KAFKA-18660",
        flag("add_checks_pending_first"),
        "A partition that is added is told to wait for a transaction that is completing before its "
        "producer id and epoch are looked at.",
        brokers=(4, 0),
    ),
    Switch(
        "KAFKA-19367",
        flag("fence_bumps_once"),
        "The coordinator's own abort raises the epoch once; it did so twice (transaction version "
        "2).",
        brokers=(4, 1),
    ),
    Switch(
        "KAFKA-20090",
        flag("rotate_on_fence"),
        "The coordinator's own abort at the last epoch rotates the producer id (transaction "
        "version 2).",
        released=False,
    ),
    Switch(
        "KAFKA-20785",
        flag("late_end_is_fenced"),
        "A commit that comes after the coordinator's own abort is answered with PRODUCER_FENCED.",
        released=False,
    ),
    Switch(
        "KAFKA-20310",
        flag("persist_previous_id"),
        "A coordinator that takes over knows the producer id before the last rotation.",
        released=False,
    ),
    Switch(
        "PR-22096",
        flag("persist_last_epoch"),
        "A coordinator that takes over knows the epoch before the last bump.",
        released=False,
    ),
    Switch(
        "KAFKA-17507",
        flag("offsets_with_marker"),
        "A group coordinator answers a marker when the offsets that it decides count.",
        brokers=(4, 0),
    ),
    Switch(
        "KIP-447",
        flag("group_fencing"),
        "Offset commits in transactions are refused from members of an older generation of the "
        "group (KAFKA-9365), if sendOffsetsToTransaction() is given its metadata.",
        brokers=(2, 5),
        clients=(2, 5),
    ),
    Switch(
        "KAFKA-9346",
        flag("require_stable"),
        "A consumer is not told a committed offset while a transaction may change it "
        "(UNSTABLE_OFFSET_COMMIT).",
        brokers=(2, 5),
        clients=(2, 5),
    ),
    Switch(
        "KIP-360",
        flag("client_bump"),
        "A producer raises its epoch after an abortable error (KAFKA-8710, KAFKA-8805).",
        brokers=(2, 5),
        clients=(2, 5),
    ),
    Switch(
        "KAFKA-9279",
        flag("refused_record_fails"),
        "A transaction with a record that send() refuses, as one that is too large, can only be "
        "aborted.",
        clients=(3, 2),
    ),
)


def settings_of(
    brokers: Release,
    clients: Release,
    on: Iterable[Switch] = (),
    off: Iterable[Switch] = (),
) -> dict[str, int]:
    """Return the values of Settings for brokers and clients of these releases.

    on, off: switches that are set whatever the release has.
    """
    values = released(SWITCHES, brokers, clients)
    values["cluster_version"] = int(Version.V2 if brokers >= VERSION_2 else Version.V0)
    values["client_version"] = int(spoken_version(brokers, clients))
    return values | forced(on, off)


def spoken_version(brokers: Release, clients: Release) -> Version:
    """Return the transaction version of a client's requests: the newest that both know."""
    older = min(brokers, clients)
    if older >= VERSION_2:
        return Version.V2
    return Version.V1 if older >= VERSION_1 else Version.V0

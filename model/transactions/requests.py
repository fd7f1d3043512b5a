"""Requests as they travel: what a batch carries, and what is left on an abandoned connection.

Kafka: ProduceRequest, TxnOffsetCommitRequest, InitProducerIdRequest, AddPartitionsToTxnRequest,
EndTxnRequest, WriteTxnMarkersRequest.
Left out: several partitions in one request.
"""

from enum import IntEnum

from checker.lang import NONE, Record, Subset
from model.transactions.sorts import (
    CoordinatorEpoch,
    OptionalEpoch,
    OptionalGeneration,
    OptionalProducerId,
    OptionalSequence,
    Partition,
    RecordCount,
    RecordPlace,
    TransactionalId,
    Value,
    Version,
)


class Kind(IntEnum):
    """Which request it is."""

    NOTHING = 0
    INIT_PRODUCER_ID = 1
    BUMP_EPOCH = 2  # InitProducerId with producer id and epoch (KIP-360)
    ADD_PARTITION = 3  # AddPartitionsToTxn, AddOffsetsToTxn
    COMMIT = 4  # EndTxn
    ABORT = 5  # EndTxn
    PRODUCE = 6
    TXN_OFFSET_COMMIT = 7
    COMMIT_MARKER = 8  # WriteTxnMarkers
    ABORT_MARKER = 9  # WriteTxnMarkers


class Asked(IntEnum):
    """What the partition leader knows from the coordinator about a batch it is about to append.

    STALE: it was verified, but a marker has ended the transaction since then (VerificationGuard).
    """

    NOT_YET = 0
    VERIFIED = 1
    STALE = 2


class Batch(Record):
    """A batch as it was when it left the client; sequence NONE: an offset commit."""

    producer_id: OptionalProducerId = NONE
    epoch: OptionalEpoch = NONE
    sequence: OptionalSequence = NONE
    records: RecordCount = 1
    value: Value = 0
    transactional: bool = True
    version: Version = Version.V2


class LateRequest(Record):
    """A request on an abandoned connection; it may be taken later or never.

    behind: which other batches of its transaction, for the same partition, come after it.
    """

    kind: Kind = Kind.NOTHING
    transactional_id: TransactionalId = 0
    producer_id: OptionalProducerId = NONE
    epoch: OptionalEpoch = NONE
    partition: Partition = 0
    sequence: OptionalSequence = NONE
    value: Value = 0
    behind: Subset[RecordPlace]
    version: Version = Version.V0
    generation: OptionalGeneration = NONE
    coordinator_epoch: CoordinatorEpoch = 0
    asked: Asked = Asked.NOT_YET

"""Numbers and names that the roles of transactions share.

Kafka: TransactionVersion, RequestUtils (which request version speaks which transaction version).
Left out: the wrap of sequence numbers; batches of several records in explored scopes (where a
transaction has several records for a partition, each is a batch of its own).
"""

from enum import IntEnum
from typing import Annotated

from checker.lang import NONE, Identity, Numeric, bound
from checker.lang.types import Bounds


def all_transactions(bounds: Bounds) -> int:
    """Return how many transactions all applications begin at most."""
    return max(1, bounds["producers"] * bounds["transactions"])


def all_records(bounds: Bounds) -> int:
    """Return how many records for one partition all transactions have at most."""
    return all_transactions(bounds) * bounds["batches"]


def later_batches(bounds: Bounds) -> int:
    """Return how many batches of a transaction can stand behind another one for a partition."""
    return bounds["batches"] - 1


def acknowledged_room(bounds: Bounds) -> int:
    """Return the highest acknowledged sequence that matters: one batch alone is always the next."""
    return bounds["sequences"] if bounds["batches"] > 1 else NONE


def begun_room(bounds: Bounds) -> int:
    """Return how many transactions one application begins, or requests a raw client sends."""
    return max(bounds["transactions"], bounds["raw_requests"])


def all_partitions(bounds: Bounds) -> int:
    """Return how many partitions there are, with the one of __consumer_offsets."""
    return bounds["partitions"] + bounds["groups"]


def log_room(bounds: Bounds) -> int:
    """Return how many batches and markers a partition's log has room for."""
    return bounds["log"]


def due_room(bounds: Bounds) -> int:
    """Return how many markers may wait until a group's offsets in memory show them."""
    return max(1, bounds["completions"])


def deleted_room(bounds: Bounds) -> int:
    """Return how many batches and markers can be deleted."""
    return bounds["log"] if bounds.get("raw_clients", 0) else 0


def lowest_epoch(bounds: Bounds) -> int:
    """Return the lowest epoch of a batch; a raw client may leave it out."""
    return NONE if bounds.get("raw_clients", 0) else 0


def value_room(bounds: Bounds) -> int:
    """Return the highest value that a batch can carry."""
    return all_records(bounds) - 1


# An instance of the producing application: a process, from its start to its end.
ProducerSlot = Annotated[int, Identity("Producer", size="producers")]
OptionalProducerSlot = Annotated[int, Identity("Producer", size="producers", optional=True)]
# A transaction that an application begins.
TransactionNumber = Annotated[int, Identity("Transaction", size=all_transactions)]
# A record that an application sends: those of a transaction for one partition have numbers in
# order. The records of a transaction for different partitions have the same numbers.
RecordNumber = Annotated[int, Identity("Record", size=all_records)]
# Which of a transaction's records for a partition.
RecordPlace = Annotated[int, Identity("RecordPlace", size="batches")]
Behind = Annotated[int, Numeric("Behind", high=later_batches)]
Begun = Annotated[int, Numeric("Begun", high=begun_room)]

TransactionalId = Annotated[int, Identity("TransactionalId", size="transactional_ids")]
# A partition of the output topic, or (the last one) of __consumer_offsets.
Partition = Annotated[int, Identity("Partition", size=all_partitions)]
DataPartition = Annotated[int, Identity("DataPartition", size="partitions")]

ProducerId = Annotated[int, Identity("ProducerId", size="producer_ids")]
OptionalProducerId = Annotated[int, Identity("ProducerId", size="producer_ids", optional=True)]
Epoch = Annotated[int, Numeric("Epoch", high="epochs")]
BatchEpoch = Annotated[int, Numeric("Epoch", low=lowest_epoch, high="epochs")]
OptionalEpoch = Annotated[int, Numeric("Epoch", low=NONE, high="epochs")]
CoordinatorEpoch = Annotated[int, Numeric("CoordinatorEpoch", high="coordinator_epochs")]
OptionalCoordinatorEpoch = Annotated[
    int, Numeric("CoordinatorEpoch", low=NONE, high="coordinator_epochs")
]
Sequence = Annotated[int, Numeric("Sequence", high="sequences")]
OptionalSequence = Annotated[int, Numeric("Sequence", low=NONE, high="sequences")]
AcknowledgedSequence = Annotated[int, Numeric("Sequence", low=NONE, high=acknowledged_room)]
RecordCount = Annotated[int, Numeric("RecordCount", low=1, high="batch_records")]
Position = Annotated[int, Identity("Position", size=log_room)]
OptionalPosition = Annotated[int, Identity("Position", size=log_room, optional=True)]
# 0 unless records may be deleted (the bound "raw_clients").
LogStart = Annotated[int, Numeric("LogStart", high=deleted_room)]
LogEnd = Annotated[int, Numeric("LogEnd", high=log_room)]
# What a batch carries: the number of its record, which stands for its content.
Value = Annotated[int, Numeric("Value", high=value_room)]
InputOffset = Annotated[int, Numeric("InputOffset", high="inputs")]
InputPlace = Annotated[int, Identity("InputPlace", size="inputs")]
Generation = Annotated[int, Numeric("Generation", high="generations")]
OptionalGeneration = Annotated[int, Numeric("Generation", low=NONE, high="generations")]

# A connection that was given up while a request was on it.
Abandoned = Annotated[int, Identity("Abandoned", size="abandoned")]


class Version(IntEnum):
    """The transaction version that a request speaks (KIP-890).

    V0: up to Produce v10 and TxnOffsetCommit v3, which do not know TRANSACTION_ABORTABLE; V1:
    Produce v11, EndTxn v4; V2: Produce v12, EndTxn v5, TxnOffsetCommit v5.
    """

    V0 = 0
    V1 = 1
    V2 = 2


def record_of(transaction: int, place: int) -> int:
    """Return the number of a transaction's record: its first one for a partition, and so on."""
    return transaction * bound("batches") + place


def transaction_with(record: int) -> int:
    """Return the transaction of a record."""
    return record // bound("batches") if bound("batches") > 1 else record

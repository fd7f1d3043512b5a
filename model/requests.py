"""The produce request: one batch of one record on its way to the partition's leader.

Kafka: ProduceRequest, DefaultRecordBatch (producer id, producer epoch, base sequence).
Left out: several partitions in a request; acks and timeout, which are the same in all of them.
"""

from checker.lang import NONE, Record
from model.sorts import Epoch, OptionalSequence, ProducerId, RecordNumber


class ProduceRequest(Record):
    """A batch as it was when it left the client.

    producer_id, epoch, sequence: as the client had numbered it then; sequence NONE without
    idempotence; expired: the client gave up the batch since then and ignores the answer.
    """

    record: RecordNumber
    producer_id: ProducerId
    epoch: Epoch
    sequence: OptionalSequence = NONE
    expired: bool = False

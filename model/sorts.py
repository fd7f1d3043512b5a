"""Numbers, names and error codes that the roles share.

Kafka: org.apache.kafka.common.protocol.Errors (names and codes).
Left out: the wrap of sequence numbers after 2147483647 and of epochs after 32767.
"""

from enum import IntEnum
from typing import Annotated

from checker.lang import NONE, Identity, Numeric
from checker.lang.types import Bounds


def log_room(bounds: Bounds) -> int:
    """Return how many batches a log can need: every record once, and what each fault repeats.

    A fault makes the client, the application or an abandoned connection repeat at most what was in
    flight.
    """
    return bounds["records"] + bounds["faults"] * bounds["in_flight"]


def numbers_room(bounds: Bounds) -> int:
    """Return how many sequence numbers one producer session can need."""
    return bounds["records"] + bounds["faults"]


# A record's number is its place in the application's source; it stands for the record's content.
RecordNumber = Annotated[int, Numeric("Record", high=lambda bounds: bounds["records"] - 1)]
# How often the consuming application processed a record: never, once, or more often.
Times = Annotated[int, Numeric("Times", high=2)]

Offset = Annotated[int, Numeric("Offset", high=log_room)]
OptionalOffset = Annotated[int, Numeric("Offset", low=NONE, high=log_room)]
# A place in the log where a batch stands.
Position = Annotated[int, Identity("Position", size=log_room)]
Sequence = Annotated[int, Numeric("Sequence", high=numbers_room)]
OptionalSequence = Annotated[int, Numeric("Sequence", low=NONE, high=numbers_room)]
ProducerId = Annotated[int, Numeric("ProducerId", high="faults")]
Epoch = Annotated[int, Numeric("Epoch", high=numbers_room)]

ReplicaId = Annotated[int, Identity("Replica", size="replicas")]
# A place among the requests on a connection, the oldest being 0.
Place = Annotated[int, Identity("Place", size="in_flight")]
# A connection that was given up while requests were on it.
Abandoned = Annotated[int, Identity("Abandoned", size="faults")]

FaultCount = Annotated[int, Numeric("Faults", high="faults")]


class Error(IntEnum):
    """What a request is answered with; NETWORK_EXCEPTION is the client's own."""

    UNKNOWN_SERVER_ERROR = -1
    NONE = 0
    REQUEST_TIMED_OUT = 7
    NETWORK_EXCEPTION = 13
    COORDINATOR_NOT_AVAILABLE = 15
    NOT_ENOUGH_REPLICAS = 19
    NOT_ENOUGH_REPLICAS_AFTER_APPEND = 20
    ILLEGAL_GENERATION = 22
    UNKNOWN_MEMBER_ID = 25
    OUT_OF_ORDER_SEQUENCE_NUMBER = 45
    INVALID_PRODUCER_EPOCH = 47
    INVALID_TXN_STATE = 48
    INVALID_PRODUCER_ID_MAPPING = 49
    CONCURRENT_TRANSACTIONS = 51
    TRANSACTION_COORDINATOR_FENCED = 52
    UNKNOWN_PRODUCER_ID = 59
    UNSTABLE_OFFSET_COMMIT = 88
    PRODUCER_FENCED = 90
    TRANSACTION_ABORTABLE = 120

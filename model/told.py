"""What people are told of a step besides its sentence: how a batch is numbered and answered.

Kafka: ProduceRequest, org.apache.kafka.common.protocol.Errors.
Left out: anything that a rule reads; these words are asked for while a run is shown.
"""

from typing import Any

from checker.lang import NONE
from checker.lang.telling import Call, Told
from model import connections, producer
from model.partition import append_batch, is_repeated
from model.sorts import Error


def _numbers(request: Any) -> str:
    """Return what idempotence compares; "" without a producer id."""
    if request.sequence == NONE:
        return ""
    return f"epoch {int(request.epoch)}, sequence {int(request.sequence)}"


def _oldest(call: Call) -> str:
    return _numbers(call["world"].connection.requests[0])


def _oldest_late(call: Call) -> str:
    return _numbers(call["world"].late[call["connection"]].requests[0])


def _appended(call: Call) -> str:
    error, end = call.result
    return Error(int(error)).name if error != Error.NONE else f"offset {int(end) - 1}"


def _repeated(call: Call) -> str:
    return "it is in the log already" if call.result else ""


def _answered(call: Call) -> str:
    error = Error(int(call["error"]))
    if error == Error.NETWORK_EXCEPTION:
        return f"the client sees {error.name}"
    return "" if error == Error.NONE else error.name


TOLD: Told = {
    connections.take_request: _oldest,
    connections.lose_reply: _oldest,
    connections.take_late_request: _oldest_late,
    append_batch: _appended,
    is_repeated: _repeated,
    producer.handle_response: _answered,
}
"""Of actions what they carry, of helpers what came of them."""

"""What people are told of a step besides its sentence: what a request carries, how it is answered.

Kafka: the fields of the requests, org.apache.kafka.common.protocol.Errors.
Left out: anything that a rule reads; these words are asked for while a run is shown.
"""

from typing import Any

from checker.lang import NONE, bound
from checker.lang.telling import Call, Told
from model.sorts import Error
from model.transactions import connections, consumer, failover, late, markers
from model.transactions.add_partitions import add_partition, verify_partition
from model.transactions.coordinator import (
    TxnState,
    complete,
    end_transaction,
    init_producer_id,
    prepare,
)
from model.transactions.group_coordinator import (
    append_plain_commit,
    handle_offset_commit,
    handle_txn_offset_commit,
)
from model.transactions.partition import handle_marker, handle_produce, put_in_log
from model.transactions.producer_state import is_repeated
from model.transactions.requests import Kind
from model.transactions.transaction_manager import (
    ManagerState,
    fail_fatally,
    finish_without_request,
    let_abort,
)

_KINDS = {
    Kind.INIT_PRODUCER_ID: "InitProducerId",
    Kind.BUMP_EPOCH: "InitProducerId",
    Kind.ADD_PARTITION: "AddPartitionsToTxn",
    Kind.COMMIT: "EndTxn COMMIT",
    Kind.ABORT: "EndTxn ABORT",
    Kind.PRODUCE: "Produce",
    Kind.TXN_OFFSET_COMMIT: "TxnOffsetCommit",
    Kind.COMMIT_MARKER: "COMMIT",
    Kind.ABORT_MARKER: "ABORT",
}


def _partition(number: int) -> str:
    return f"partition {number}" if number < bound("partitions") else "__consumer_offsets"


def _offsets(number: int) -> str:
    """Return which topic a step's partition is of, where it is that of offsets."""
    return "" if number < bound("partitions") else _partition(number)


def _names_offsets(call: Call) -> str:
    return _offsets(call["partition"])


def _numbers(epoch: int, sequence: int = NONE, generation: int = NONE) -> str:
    """Return the numbers of a request, without those that it does not have."""
    named = (("epoch", epoch), ("sequence", sequence), ("generation", generation))
    return ", ".join(f"{name} {int(number)}" for name, number in named if number != NONE)


def _joined(*texts: str) -> str:
    return ", ".join(text for text in texts if text)


def _client(call: Call) -> Any:
    return call["world"].clients[call["producer"]]


def _init_carries(call: Call) -> str:
    client = _client(call)
    return _numbers(client.epoch) if client.request == Kind.BUMP_EPOCH else ""


def _add_carries(call: Call) -> str:
    client = _client(call)
    return _joined(_partition(client.partition), _numbers(client.epoch))


def _end_carries(call: Call) -> str:
    client = _client(call)
    return _joined("COMMIT" if client.request == Kind.COMMIT else "ABORT", _numbers(client.epoch))


def _request_carries(call: Call) -> str:
    client = _client(call)
    epoch = NONE if client.request == Kind.INIT_PRODUCER_ID else client.epoch
    place = _partition(client.partition) if client.request == Kind.ADD_PARTITION else ""
    return _joined(_KINDS[client.request], place, _numbers(epoch))


def _batch_carries(call: Call) -> str:
    batch = connections.batch_of(call["world"], call["producer"], call["partition"])
    return _numbers(batch.epoch, batch.sequence)


def _offset_carries(call: Call) -> str:
    generation = connections.generation_of(call["world"], call["producer"])
    return _numbers(_client(call).epoch, generation=generation)


def _marker_carries(call: Call) -> str:
    coordinator = call["world"].coordinator
    transaction = coordinator.transactions[call["transactional_id"]]
    kind = "COMMIT" if transaction.state == TxnState.PREPARE_COMMIT else "ABORT"
    return _joined(
        _offsets(call["partition"]),
        kind,
        _numbers(transaction.epoch),
        _coordinator_epoch(coordinator.epoch),
    )


def _coordinator_epoch(epoch: int) -> str:
    return f"coordinator epoch {int(epoch)}" if bound("coordinator_epochs") > 0 else ""


def _late_carries(call: Call) -> str:
    request = call["world"].late[call["connection"]]
    kind = Kind(request.kind)
    is_marker = kind in (Kind.COMMIT_MARKER, Kind.ABORT_MARKER)
    what = _KINDS[kind].removeprefix("EndTxn ") if is_marker or "EndTxn" in _KINDS[kind] else ""
    is_placed = is_marker or kind in (Kind.ADD_PARTITION, Kind.PRODUCE)
    return _joined(
        what,
        _partition(request.partition) if is_placed else "",
        _numbers(request.epoch, request.sequence, request.generation),
        _coordinator_epoch(request.coordinator_epoch) if is_marker else "",
    )


def _error(result: Any) -> str:
    """Return the error that a handler returned, first if it returned more; "" if none."""
    error = Error(int(result[0] if isinstance(result, tuple) else result))
    return "" if error == Error.NONE else error.name


def _refused(call: Call) -> str:
    return _error(call.result)


def _identity(call: Call) -> str:
    _, producer_id, epoch = call.result
    return _error(call.result) or f"producer id {int(producer_id)}, epoch {int(epoch)}"


def _ended(call: Call) -> str:
    _, _, epoch = call.result
    return _error(call.result) or (f"the next epoch is {int(epoch)}" if epoch != NONE else "")


def _added(call: Call) -> str:
    error = _error(call.result)
    return f"coordinator: {error}" if error else f"{_partition(call['partition'])} is added"


def _verified(call: Call) -> str:
    error = _error(call.result)
    return f"coordinator: {error or 'it is in the transaction'}"


def _prepared(call: Call) -> str:
    """Return what is decided; what is complete already was told when it was completed."""
    transaction = call["world"].coordinator.transactions[call["transactional_id"]]
    state, epoch = TxnState(transaction.state), f"epoch {int(transaction.epoch)}"
    is_complete = state in (TxnState.COMPLETE_COMMIT, TxnState.COMPLETE_ABORT)
    return epoch if is_complete else f"{state.name} with {epoch}"


def _completed(call: Call) -> str:
    transaction = call["world"].coordinator.transactions[call["transactional_id"]]
    return TxnState(transaction.state).name


def _appended(call: Call) -> str:
    log = call["world"].partitions[call["partition"]].log
    return f"appended at offset {int(log.length) - 1}"


def _marked(call: Call) -> str:
    return _error(call.result) or _appended(call)


def _committed(call: Call) -> str:
    world = call["world"]
    log = world.partitions[bound("partitions")].log
    return f"offset {int(world.contents[call['transaction']])} at offset {int(log.length) - 1}"


def _polled(call: Call) -> str:
    return f"input record {int(_client(call).position) - 1}"


def _position(call: Call) -> str:
    return f"position {int(_client(call).position)}"


def _commit_carries(call: Call) -> str:
    client = _client(call)
    return _joined(f"offset {int(client.position)}", _numbers(NONE, generation=client.generation))


def _repeated(call: Call) -> str:
    return "it is in the log already" if call.result else ""


def _failed(call: Call) -> str:
    state = ManagerState(_client(call).state)
    is_failed = state in (ManagerState.ABORTABLE_ERROR, ManagerState.FATAL_ERROR)
    return f"producer {int(call['producer'])}: {state.name}" if is_failed else ""


def _unsent(call: Call) -> str:
    return "no EndTxn: nothing reached the coordinator"


TOLD: Told = {
    connections.take_init_producer_id: _init_carries,
    connections.take_add_partition: _add_carries,
    connections.take_end_txn: _end_carries,
    connections.ask_coordinator: _batch_carries,
    connections.take_batch: _batch_carries,
    connections.refuse_batch: _batch_carries,
    connections.take_offset_commit: _offset_carries,
    late.abandon_request: _request_carries,
    late.abandon_batch: _batch_carries,
    late.expire_batch_in_flight: _batch_carries,
    late.abandon_marker: _marker_carries,
    late.fail_coordinator_with_marker: _marker_carries,
    late.take_late_init_producer_id: _late_carries,
    late.take_late_add_partition: _late_carries,
    late.take_late_end_txn: _late_carries,
    late.ask_about_late_batch: _late_carries,
    late.take_late_batch: _late_carries,
    late.take_late_offset_commit: _late_carries,
    late.take_late_marker: _late_carries,
    markers.write_marker: _marker_carries,
    failover.fail_leader: _names_offsets,
    failover.elect_unclean: _names_offsets,
    failover.expire_producer: _names_offsets,
    consumer.commit_offset: _commit_carries,
    consumer.close_consumer: _commit_carries,
    consumer.poll_input: _polled,
    consumer.return_to_committed: _position,
    init_producer_id: _identity,
    end_transaction: _ended,
    prepare: _prepared,
    complete: _completed,
    add_partition: _added,
    verify_partition: _verified,
    is_repeated: _repeated,
    put_in_log: _appended,
    handle_marker: _marked,
    append_plain_commit: _committed,
    handle_produce: _refused,
    connections.verify_and_append: _refused,
    handle_txn_offset_commit: _refused,
    handle_offset_commit: _refused,
    fail_fatally: _failed,
    let_abort: _failed,
    finish_without_request: _unsent,
}
"""Of actions what they carry, of helpers what came of them."""

"""Requests of a raw client, injected into the model's broker-side handlers.

Each function runs one request to completion on a world and returns its answer; producer ids and
coordinator epochs in it are the model's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import broker_view as view

from checker.lang import NONE
from model.sorts import Error
from model.transactions.add_partitions import add_partition, verify_partition
from model.transactions.coordinator import end_transaction, fresh_producer_id, init_producer_id
from model.transactions.group_coordinator import (
    committed_offset,
    handle_offset_commit,
    handle_txn_offset_commit,
    has_open_offsets,
)
from model.transactions.partition import (
    delete_records,
    handle_marker,
    handle_produce,
    last_stable_offset,
    verify_batch,
)
from model.transactions.requests import Batch
from model.transactions.sorts import Version

if TYPE_CHECKING:
    from collections.abc import Callable

    from broker_names import Names
    from recorded import Step

    from model.transactions.world import World

# The first version of each request that knows PRODUCER_FENCED.
KNOWS_FENCED = {"InitProducerId": 4, "AddPartitionsToTxn": 2, "AddOffsetsToTxn": 2, "EndTxn": 2}
# The first versions that speak transaction versions 1 and 2.
SPEAKS = {"Produce": (11, 12), "TxnOffsetCommit": (4, 5), "EndTxn": (0, 5)}


@dataclass(frozen=True)
class Request:
    """A request in the model's terms.

    producer_id: the model's; is_member, is_empty: what the group's handshakes said before.
    """

    step: Step
    names: Names
    producer_id: int = NONE
    is_member: bool = False
    is_empty: bool = True
    generation: int = 0

    def __getitem__(self, key: str) -> Any:
        return self.step.request[key]

    @property
    def transactional_id(self) -> int:
        """The transactional id as a number."""
        return self.names.transactional_id(self["txid"])

    @property
    def version(self) -> Version:
        """The transaction version that the request speaks."""
        first, second = SPEAKS[self.step.api]
        if self.step.version >= second:
            return Version.V2
        return Version.V1 if self.step.version >= first else Version.V0


@dataclass(frozen=True)
class Answer:
    """What a request is answered with."""

    code: int
    response: dict[str, Any] = field(default_factory=dict)


def fenced(request: Request, error: int) -> int:
    """Return an error as old request versions know it."""
    if error == Error.PRODUCER_FENCED and request.step.version < KNOWS_FENCED[request.step.api]:
        return Error.INVALID_PRODUCER_EPOCH
    return error


def init(world: World, request: Request) -> Answer:
    if request["txid"] is None:
        return Answer(Error.NONE, {"pid": fresh_producer_id(world), "epoch": 0})
    epoch = request.step.request.get("epoch", NONE)
    error, producer_id, epoch = init_producer_id(
        world, request.transactional_id, request.producer_id, epoch
    )
    return Answer(fenced(request, error), {"pid": producer_id, "epoch": epoch})


def add_partitions(world: World, request: Request) -> Answer:
    codes = []
    for partition in sorted(request["parts"]):
        who = request.transactional_id, request.producer_id, request["epoch"]
        if request.step.request.get("verify_only"):
            error = verify_partition(world, *who, partition)
        else:
            version = Version.V2 if request.step.version >= 4 else Version.V0
            error = add_partition(world, *who, partition, version)
        codes.append(int(fenced(request, error)))
    return Answer(next((code for code in codes if code), 0), {"partition_errors": codes})


def add_offsets(world: World, request: Request) -> Answer:
    error = add_partition(
        world,
        request.transactional_id,
        request.producer_id,
        request["epoch"],
        view.OFFSETS,
        Version.V0,
    )
    return Answer(fenced(request, error))


def end(world: World, request: Request) -> Answer:
    error, producer_id, epoch = end_transaction(
        world,
        request.transactional_id,
        request.producer_id,
        request["epoch"],
        request["commit"],
        request.version,
    )
    speaks = request.version == Version.V2
    return Answer(fenced(request, error), {"pid": producer_id, "epoch": epoch} if speaks else {})


def batch_of(request: Request) -> tuple[Batch, int]:
    """Return the batch of a Produce request, and the transactional id (0 if it names none)."""
    transactional = request["txid"] is not None
    batch = Batch(
        producer_id=request.producer_id,
        epoch=request["epoch"],
        sequence=request["seq"],
        records=len(request["values"]),
        value=request.names.value(request["values"]),
        transactional=transactional,
        version=request.version,
    )
    return batch, request.transactional_id if transactional else 0


def produce(world: World, request: Request) -> Answer:
    """A batch; `log_start` is told unless the coordinator's answer or the first look refused it."""
    partition = request["part"]
    batch, transactional_id = batch_of(request)
    end_before = view.end(world, partition)
    error = handle_produce(world, partition, transactional_id, batch)
    base = NONE
    if error == Error.NONE:
        base = view.base_offset(world, partition, batch, end_before)
    return Answer(error, {"base_offset": base, "log_start": view.log_start(world, partition)})


def is_refused_early(world: World, request: Request) -> bool:
    """Return whether a batch is refused before the leader tries to append it."""
    batch, transactional_id = batch_of(request)
    return verify_batch(world, request["part"], transactional_id, batch) != Error.NONE


def txn_offset_commit(world: World, request: Request) -> Answer:
    world.group.generation = request.generation
    batch = Batch(
        producer_id=request.producer_id,
        epoch=request["epoch"],
        value=request.names.offset(request["offset"]),
        version=request.version,
    )
    error = handle_txn_offset_commit(
        world,
        request.transactional_id,
        batch,
        request.step.request.get("generation", NONE),
        request.is_member,
    )
    return Answer(error)


def offset_commit(world: World, request: Request) -> Answer:
    world.group.generation = request.generation
    error = handle_offset_commit(
        world,
        request.names.offset(request["offset"]),
        request.step.request.get("generation", NONE),
        request.is_member,
        request.is_empty,
    )
    return Answer(error)


def offset_fetch(world: World, request: Request) -> Answer:
    return fetch_offset(world, request["require_stable"])


def fetch_offset(world: World, require_stable: bool) -> Answer:
    if require_stable and has_open_offsets(world):
        return Answer(Error.UNSTABLE_OFFSET_COMMIT, {"offset": NONE})
    return Answer(Error.NONE, {"offset": committed_offset(world)})


def write_txn_markers(world: World, request: Request) -> Answer:
    codes = [
        int(
            handle_marker(
                world,
                partition,
                request.producer_id,
                request["epoch"],
                request["commit"],
                request["cep"],
                Version.V1,
            )
        )
        for partition in sorted(request["parts"])
    ]
    return Answer(next((code for code in codes if code), 0), {"partition_errors": codes})


def delete(world: World, request: Request) -> Answer:
    partition = request["part"]
    delete_records(world, partition, view.position_of(world, partition, request["offset"]))
    return Answer(Error.NONE, {"low_watermark": view.log_start(world, partition)})


def list_offsets(world: World, request: Request) -> Answer:
    partition = request["part"]
    position = world.partitions[partition].log.length
    if request["isolation"] == 1:
        position = last_stable_offset(world, partition)
    return Answer(Error.NONE, {"offset": view.offset_of(world, partition, position)})


def describe_transactions(world: World, request: Request) -> Answer:
    return Answer(Error.NONE, view.transaction(world, request.transactional_id))


def describe_producers(world: World, request: Request) -> Answer:
    found = [
        {"part": partition, "err": 0, "producers": view.producers(world, partition)}
        for partition in request["parts"]
    ]
    return Answer(Error.NONE, {"partitions": found})


HANDLERS: dict[str, Callable[[World, Request], Answer]] = {
    "InitProducerId": init,
    "AddPartitionsToTxn": add_partitions,
    "AddOffsetsToTxn": add_offsets,
    "EndTxn": end,
    "Produce": produce,
    "TxnOffsetCommit": txn_offset_commit,
    "OffsetCommit": offset_commit,
    "OffsetFetch": offset_fetch,
    "WriteTxnMarkers": write_txn_markers,
    "DeleteRecords": delete,
    "ListOffsets": list_offsets,
    "DescribeTransactions": describe_transactions,
    "DescribeProducers": describe_producers,
}

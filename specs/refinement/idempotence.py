"""The detailed model's idempotent producer as runs of the proof model `idempotence`.

A batch has one record here, so it ends at its sequence number + 1. A batch counts as sent when it
gets its number: when it first leaves, and when the client begins a new epoch and numbers what it
still holds from 0 (such a batch may never leave under that number).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from checker.lang import NONE, bound
from model.partition import is_repeated
from model.producer import BatchState
from model.replication import has_enough_replicas
from model.settings import Acks
from model.world import kafka_model
from specs.proofs import idempotence
from specs.refinement.claims import Refinement, Scope, nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from model.requests import ProduceRequest
    from model.world import World
    from specs.refinement.claims import Call

PARTITION = 0
NO_STEP = (
    "send_record",
    "crash_producer",
    "abandon_connection",
    "fetch",
    "fetch_all",
    "rejoin_isr",
    "drop_lagging_replica",
    "drop_lagging_replicas",
    "fail_follower",
    "fail_leader",
)
"""What does not change numbers or the log.

A process that crashes comes back with a producer id that was never used. A new leader judges by its
log; where that is shorter the step is outside of the domain.
"""


def numbered(before: World, after: World) -> list[Call]:
    """The client begins a new epoch and numbers the batches that it holds."""
    old, new = before.producer.numbers, after.producer.numbers
    if new.producer_id != old.producer_id or new.epoch == old.epoch:
        return []
    producer = new.producer_id
    calls: list[Call] = [(idempotence.bump_epoch, (producer, new.epoch))]
    for end in range(1, int(new.next_sequence) + 1):
        calls.append((idempotence.send, (producer, PARTITION, end)))
    return calls


def taken(before: World, after: World, request: ProduceRequest) -> list[Call]:
    """A leader takes a batch: appended, recognised as a duplicate, or refused."""
    end = request.sequence + 1
    batch = (PARTITION, request.producer_id, request.epoch, request.sequence, end)
    length = before.partition.log.length
    if after.partition.log.length > length:
        return [(idempotence.append, (*batch, length))]
    is_refused = before.settings.acks == Acks.ALL and not has_enough_replicas(before)
    if is_repeated(before, request) and not is_refused:
        return [(idempotence.recognise_duplicate, batch)]
    return []


def answered(before: World, after: World, request: ProduceRequest) -> list[Call]:
    """The client learns what became of a batch, and may begin a new epoch."""
    record = request.record
    is_told = before.producer.batches[record].state != BatchState.ACKNOWLEDGED
    calls: list[Call] = []
    if is_told and after.producer.batches[record].state == BatchState.ACKNOWLEDGED:
        numbers = (request.epoch, request.sequence, request.sequence + 1)
        reply = (request.producer_id, PARTITION, *numbers)
        calls.append((idempotence.receive_success, reply))
    return [*calls, *numbered(before, after)]


def send_batch(before: World, after: World, proof: idempotence.World, record: int) -> list[Call]:
    """A batch leaves: a new one is sent, one that has its number already is sent again."""
    sequence = after.producer.batches[record].sequence
    if before.producer.batches[record].sequence == sequence:
        return []
    producer = after.producer.numbers.producer_id
    return [(idempotence.send, (producer, PARTITION, sequence + 1))]


def expire_batch(before: World, after: World, proof: idempotence.World, record: int) -> list[Call]:
    """The client gives a batch up; what is in flight stays there. A new epoch may begin."""
    return numbered(before, after)


def take_request(before: World, after: World, proof: idempotence.World, record: int) -> list[Call]:
    """The leader takes a batch, and may answer at once."""
    request = before.connection.requests[0]
    return [*taken(before, after, request), *answered(before, after, request)]


def answer_request(
    before: World, after: World, proof: idempotence.World, record: int
) -> list[Call]:
    """The leader answers when its followers have the batch, or when it has waited too long."""
    return answered(before, after, before.connection.requests[0])


def lose_reply(before: World, after: World, proof: idempotence.World, record: int) -> list[Call]:
    """The leader takes the batch unless it has done so; the client learns nothing."""
    if before.connection.waits_for != NONE:
        return numbered(before, after)
    return [*taken(before, after, before.connection.requests[0]), *numbered(before, after)]


def take_late_request(
    before: World, after: World, proof: idempotence.World, connection: int, record: int
) -> list[Call]:
    """The leader takes a batch that comes late; nobody reads the answer."""
    return taken(before, after, before.late[connection].requests[0])


def outside(before: World, after: World, action: str) -> str:
    """Return why the proof model does not speak about a step."""
    if not before.settings.idempotence:
        return "a producer without idempotence"
    if after.partition.log.length < before.partition.log.length:
        return "truncation of a log"
    return ""


def detailed(world: World) -> Mapping[str, object]:
    """Return what a detailed world says: the log, what the leader knows, the client's numbers."""
    log = world.partition.log
    entries = [
        (int(log[o].producer_id), int(log[o].epoch), int(log[o].sequence))
        for o in range(log.length)
    ]
    facts: dict[str, object] = {"the log": tuple(entries)}
    for producer in range(bound("faults") + 1):
        last = next((entry for entry in reversed(entries) if entry[0] == producer), None)
        expected = "nothing" if last is None else f"{last[2] + 1} in epoch {last[1]}"
        facts[f"what the leader expects of producer id {producer}"] = expected
    numbers = world.producer.numbers
    facts[f"what producer id {int(numbers.producer_id)} sends next"] = (
        f"{int(numbers.next_sequence)} in epoch {int(numbers.epoch)}"
    )
    return facts


def proved(world: idempotence.World) -> Mapping[str, object]:
    """Return what a proof world says."""
    log = world.log[PARTITION]
    written = [o for o in range(bound("offsets") + 1) if log[o].written]
    facts: dict[str, object] = {
        "the log": tuple(
            (int(log[o].producer), int(log[o].epoch), int(log[o].first)) for o in written
        )
    }
    for producer in range(bound("producers")):
        state = world.leader[PARTITION][producer]
        expected = f"{int(state.next)} in epoch {int(state.epoch)}" if state.known else "nothing"
        facts[f"what the leader expects of producer id {producer}"] = expected
        epoch = int(world.client_epoch[producer])
        following = int(world.next[producer][epoch][PARTITION])
        facts[f"what producer id {producer} sends next"] = f"{following} in epoch {epoch}"
    return facts


def sizes(bounds: Mapping[str, int]) -> Mapping[str, int]:
    """Return bounds of the proof model."""
    room = bounds["records"] + bounds["faults"]
    return {
        "producers": bounds["faults"] + 1,
        "partitions": 1,
        "epochs": room,
        "sequences": room,
        "offsets": bounds["records"] + bounds["faults"] * bounds["in_flight"],
    }


MEANINGS: Mapping[str, Callable[..., Sequence[Call]]] = {
    **dict.fromkeys(NO_STEP, nothing),
    "send_batch": send_batch,
    "expire_batch": expire_batch,
    "take_request": take_request,
    "answer_request": answer_request,
    "lose_reply": lose_reply,
    "take_late_request": take_late_request,
}
_WHOLE = kafka_model()
PRODUCER_SIDE = replace(
    _WHOLE,
    actions=tuple(a for a in _WHOLE.actions if a.name in (*MEANINGS, "elect_unclean")),
)
"""The model without consumers, who change nothing that producers or brokers see."""
ALONE = {"settings.replication_factor": 1, "settings.min_insync_replicas": 1}
SCOPES = {
    "idempotent-producer": Scope(
        PRODUCER_SIDE,
        {"records": 3, "in_flight": 2, "replicas": 1, "faults": 2},
        {**ALONE, "budgets.producer_crashes": 0},
    ),
    "idempotent-producer-failover": Scope(
        PRODUCER_SIDE,
        {"records": 2, "in_flight": 2, "replicas": 2, "faults": 1},
        {
            "settings.replication_factor": 2,
            "settings.min_insync_replicas": 1,
            "budgets.in_all": 1,
        },
    ),
}
IDEMPOTENCE = Refinement(
    name="idempotence",
    proof=idempotence.MODEL,
    sizes=sizes,
    meanings=MEANINGS,
    outside=outside,
    detailed=detailed,
    proved=proved,
    scenarios=tuple(SCOPES),
    scopes=SCOPES,
)

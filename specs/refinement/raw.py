"""What the requests of a raw client are in the proof models: the same as any other client's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.transactions.raw import RAW
from model.transactions.requests import Asked, Batch
from specs.proofs.transactions import request_commit
from specs.refinement.observed import is_member

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from model.transactions.world import World
    from specs.proofs import transactions
    from specs.refinement.claims import Call
    from specs.refinement.coordinator import CoordinatorMeanings
    from specs.refinement.leader import LeaderMeanings


def raw_meanings(
    coordinator: CoordinatorMeanings, leader: LeaderMeanings
) -> Mapping[str, Callable[..., Sequence[Call]]]:
    """Return the meanings of a raw client's requests, which are handled as they are sent."""

    def send_raw_init(
        before: World, after: World, proof: transactions.World, epoch: int
    ) -> list[Call]:
        return coordinator.initialised(before, after, proof, 0)

    def send_raw_add_partition(
        before: World, after: World, proof: transactions.World, epoch: int, partition: int
    ) -> list[Call]:
        producer = before.clients[RAW].producer_id
        if not is_member(after, partition, producer, epoch):
            return []
        first = coordinator.words.before_acting(proof, producer)
        return [*first, (coordinator.words.add_for_client, (partition, producer, epoch))]

    def send_raw_batch(
        before: World,
        after: World,
        proof: transactions.World,
        epoch: int,
        partition: int,
        sequence: int,
        version: int,
    ) -> list[Call]:
        producer = before.clients[RAW].producer_id
        batch = Batch(producer_id=producer, epoch=epoch, sequence=sequence)
        return leader.handled(before, after, proof, partition, batch, Asked.NOT_YET)

    def send_raw_end_txn(
        before: World,
        after: World,
        proof: transactions.World,
        epoch: int,
        commit: bool,
        version: int,
    ) -> list[Call]:
        producer = before.clients[RAW].producer_id
        asked: list[Call] = [(request_commit, (producer, epoch))] if commit else []
        return [*asked, *coordinator.decided(before, after, proof, 0, epoch, commit)]

    return {
        "send_raw_init": send_raw_init,
        "send_raw_add_partition": send_raw_add_partition,
        "send_raw_batch": send_raw_batch,
        "send_raw_end_txn": send_raw_end_txn,
    }

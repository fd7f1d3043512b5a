"""What the partition leader's steps are in the proof models.

In transaction version 2 a batch does at most three things: its leader asks the coordinator, the
coordinator adds the partition and says yes, the leader appends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang import bound
from model.transactions import connections, late
from model.transactions.partition import must_ask
from model.transactions.requests import Asked, Batch, Kind
from specs.proofs.transactions import ask
from specs.refinement.observed import is_appended, is_member
from specs.refinement.vocabulary import Append, Marker

if TYPE_CHECKING:
    from model.transactions.world import World
    from specs.proofs import transactions
    from specs.refinement.claims import Call
    from specs.refinement.vocabulary import Vocabulary


def question_for(proof: transactions.World, partition: int, producer: int) -> int:
    """Return the verification guard under way at a leader, else one that was never used there."""
    state = proof.leader[partition][producer]
    if state.guarded:
        return state.guard
    epochs, questions = range(bound("epochs") + 1), 0
    while any(proof.asked.has(partition, producer, e, questions) for e in epochs):
        questions += 1
    return questions


class LeaderMeanings:
    """Meanings of the partition leader's actions; TxnOffsetCommit is a batch for one more."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words

    def take_batch(
        self, before: World, after: World, proof: transactions.World, producer: int, partition: int
    ) -> list[Call]:
        """A batch arrives: asked about and added where that is due, then appended or refused."""
        batch = connections.batch_of(before, producer, partition)
        asked = before.clients[producer].partitions[partition].asked
        return self.handled(before, after, proof, partition, batch, asked)

    def ask_coordinator(
        self, before: World, after: World, proof: transactions.World, producer: int, partition: int
    ) -> list[Call]:
        """The same, up to the coordinator's answer; the append is a step of its own."""
        return self.take_batch(before, after, proof, producer, partition)

    def take_offset_commit(
        self, before: World, after: World, proof: transactions.World, producer: int
    ) -> list[Call]:
        """TxnOffsetCommit is a batch for the partition of __consumer_offsets."""
        return self.take_batch(before, after, proof, producer, bound("partitions"))

    def take_late_batch(
        self, before: World, after: World, proof: transactions.World, connection: int
    ) -> list[Call]:
        """A late batch does what an early one does."""
        request = before.late[connection]
        batch = late.batch_of(request)
        return self.handled(before, after, proof, request.partition, batch, request.asked)

    def ask_about_late_batch(
        self, before: World, after: World, proof: transactions.World, connection: int
    ) -> list[Call]:
        """The same, up to the coordinator's answer."""
        return self.take_late_batch(before, after, proof, connection)

    def take_late_offset_commit(
        self, before: World, after: World, proof: transactions.World, connection: int
    ) -> list[Call]:
        """A late TxnOffsetCommit is a late batch."""
        return self.take_late_batch(before, after, proof, connection)

    def handled(
        self,
        before: World,
        after: World,
        proof: transactions.World,
        partition: int,
        batch: Batch,
        asked: int,
    ) -> list[Call]:
        """Ask, add, append: as far as it went.

        A leader asks unless it was asked before, the batch is of an older epoch than it knows, or
        the transaction is open there. The first record of a transaction needs the answer.
        """
        producer, epoch = int(batch.producer_id), int(batch.epoch)
        is_new = must_ask(before, partition, batch)
        is_old = before.partitions[partition].producers[producer].epoch > epoch
        question = question_for(proof, partition, producer)
        calls: list[Call] = []
        if asked == Asked.NOT_YET and is_new and not is_old:
            calls.append((ask, (partition, producer, epoch, question)))
            if is_member(after, partition, producer, epoch):
                calls += self.words.before_acting(proof, producer)
                calls.append((self.words.add, (partition, producer, epoch, question)))
        if is_appended(before, after, partition):
            end = before.partitions[partition].log.length
            generation = before.group.generation
            new = Append(partition, producer, epoch, question, generation, end)
            calls.append(self.words.first(new) if is_new else self.words.more(new))
        return calls

    def take_late_marker(
        self, before: World, after: World, proof: transactions.World, connection: int
    ) -> list[Call]:
        """A late marker is written if its epochs allow it; the coordinator learns nothing."""
        request = before.late[connection]
        if not is_appended(before, after, request.partition):
            return []
        commit = request.kind == Kind.COMMIT_MARKER
        markers = proof.commit_markers if commit else proof.abort_markers
        keys = request.producer_id, request.partition
        ends = (e for e in range(request.epoch) if markers.has(*keys, e, request.epoch))
        marker = Marker(commit, *keys, next(ends, 0), request.epoch, request.coordinator_epoch)
        return [self.words.written(marker, before.partitions[request.partition].log.length)]

"""What the transaction coordinator's steps are in the proof models.

A step is told from what it changed in the coordinator's memory: a refused request changes nothing
and is no step. Every decision of transaction version 2 raises the epoch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang import NONE
from model.transactions.coordinator import TxnState, is_preparing
from model.transactions.producer import transactional_id_of
from model.transactions.requests import Kind
from specs.proofs.transactions import request_commit
from specs.refinement.observed import is_appended, is_complete
from specs.refinement.vocabulary import Marker

if TYPE_CHECKING:
    from model.transactions.world import World
    from specs.proofs import transactions
    from specs.refinement.claims import Call
    from specs.refinement.vocabulary import Vocabulary


class CoordinatorMeanings:
    """Meanings of the coordinator's actions, and of the client's decision to commit."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words

    def commit_transaction(
        self, before: World, after: World, proof: transactions.World, producer: int
    ) -> list[Call]:
        """EndTxn(commit) is sent, though it may leave later and be handled never or often."""
        client = before.clients[producer]
        return [(request_commit, (client.producer_id, client.epoch))]

    def take_init_producer_id(
        self, before: World, after: World, proof: transactions.World, producer: int
    ) -> list[Call]:
        """InitProducerId: a new epoch, the end of an open transaction, or nothing."""
        return self.initialised(before, after, proof, transactional_id_of(before, producer))

    def take_late_init_producer_id(
        self, before: World, after: World, proof: transactions.World, connection: int
    ) -> list[Call]:
        """A late InitProducerId does what an early one does."""
        return self.initialised(before, after, proof, before.late[connection].transactional_id)

    def initialised(
        self, before: World, after: World, proof: transactions.World, transactional_id: int
    ) -> list[Call]:
        """Over an open transaction it aborts that, and the client must ask again.

        A producer id that is handed out for the first time is one of those that the proof model has
        had all along, with epoch 0.
        """
        old = before.coordinator.transactions[transactional_id]
        new = after.coordinator.transactions[transactional_id]
        if old.state == TxnState.ONGOING and new.state != TxnState.ONGOING:
            return self.aborted(after, proof, transactional_id)
        if old.epoch in (NONE, new.epoch):
            return []
        first = self.words.before_acting(proof, new.producer_id)
        return [*first, (self.words.init, (new.producer_id, new.epoch))]

    def take_end_txn(
        self, before: World, after: World, proof: transactions.World, producer: int
    ) -> list[Call]:
        """EndTxn: a decision, or nothing if it is refused or repeats the one that was taken."""
        client = before.clients[producer]
        transactional_id = transactional_id_of(before, producer)
        commit = client.request == Kind.COMMIT
        return self.decided(before, after, proof, transactional_id, client.epoch, commit)

    def take_late_end_txn(
        self, before: World, after: World, proof: transactions.World, connection: int
    ) -> list[Call]:
        """A late EndTxn does what an early one does."""
        late = before.late[connection]
        commit = late.kind == Kind.COMMIT
        return self.decided(before, after, proof, late.transactional_id, late.epoch, commit)

    def decided(
        self,
        before: World,
        after: World,
        proof: transactions.World,
        transactional_id: int,
        epoch: int,
        commit: bool,
    ) -> list[Call]:
        """Prepare is written to the coordinator's log, with the next epoch."""
        old = before.coordinator.transactions[transactional_id]
        new = after.coordinator.transactions[transactional_id]
        if new.epoch == old.epoch:
            return []
        if not commit:
            return self.aborted(after, proof, transactional_id)
        first = self.words.before_acting(proof, new.producer_id)
        return [*first, (self.words.commit, (new.producer_id, epoch, new.epoch))]

    def aborted(self, after: World, proof: transactions.World, transactional_id: int) -> list[Call]:
        """Prepare, and Complete at once where no partition must be told."""
        new = after.coordinator.transactions[transactional_id]
        calls = self.words.before_acting(proof, new.producer_id)
        calls.append((self.words.abort, (new.producer_id, new.epoch)))
        if is_complete(new):
            calls.append((self.words.complete, (new.producer_id,)))
        return calls

    def abort_timed_out_transaction(
        self, before: World, after: World, proof: transactions.World, transactional_id: int
    ) -> list[Call]:
        """The coordinator may abort at any time; the proof model knows no clock."""
        return self.aborted(after, proof, transactional_id)

    def marker_of(
        self, before: World, proof: transactions.World, transactional_id: int, partition: int
    ) -> Marker:
        """Return the marker that the coordinator sends to a partition."""
        txn = before.coordinator.transactions[transactional_id]
        return Marker(
            txn.state == TxnState.PREPARE_COMMIT,
            txn.producer_id,
            partition,
            proof.coordinator[txn.producer_id].ended_epoch,
            txn.epoch,
            before.coordinator.epoch,
        )

    def abandon_marker(
        self,
        before: World,
        after: World,
        proof: transactions.World,
        transactional_id: int,
        partition: int,
    ) -> list[Call]:
        """The marker is sent; what is sent may be handled at any later time."""
        marker = self.marker_of(before, proof, transactional_id, partition)
        return [*self.words.before_acting(proof, marker.producer), self.words.sent(marker)]

    def write_marker(
        self,
        before: World,
        after: World,
        proof: transactions.World,
        transactional_id: int,
        partition: int,
    ) -> list[Call]:
        """The marker is sent, written unless it is refused, and Complete may follow."""
        marker = self.marker_of(before, proof, transactional_id, partition)
        calls = [*self.words.before_acting(proof, marker.producer), self.words.sent(marker)]
        if is_appended(before, after, partition):
            calls.append(self.words.written(marker, before.partitions[partition].log.length))
        if not is_preparing(after.coordinator.transactions[transactional_id]):
            calls.append((self.words.complete, (marker.producer,)))
        return calls

    def complete_transaction(
        self, before: World, after: World, proof: transactions.World, transactional_id: int
    ) -> list[Call]:
        """Complete is written when all markers are acknowledged."""
        producer = before.coordinator.transactions[transactional_id].producer_id
        return [*self.words.before_acting(proof, producer), (self.words.complete, (producer,))]

"""How a proof model of transactions calls its steps: one map serves the models that share them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from specs.proofs import failover, transactions

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.lang import Action
    from specs.refinement.claims import Call


class Marker(NamedTuple):
    """A control marker: which transaction it ends, and the epochs that it carries."""

    commit: bool
    producer: int
    partition: int
    ends: int
    epoch: int
    coordinator: int


class Append(NamedTuple):
    """A record that a leader appends; a transaction's first one waits for an answer to a question.

    generation: of the consumer group, if the record is a commit of offsets.
    """

    partition: int
    producer: int
    epoch: int
    question: int
    generation: int
    offset: int


@dataclass(frozen=True)
class Vocabulary:
    """The actions of a proof model that others call differently, or with other arguments.

    first, more: the first record of a transaction at a partition, and a further one; before_acting:
    what a coordinator must do first in this proof state.
    """

    init: Action[Any]
    add: Action[Any]
    add_for_client: Action[Any]
    commit: Action[Any]
    abort: Action[Any]
    complete: Action[Any]
    sent: Callable[[Marker], Call]
    written: Callable[[Marker, int], Call]
    first: Callable[[Append], Call]
    more: Callable[[Append], Call]
    before_acting: Callable[[Any, int], list[Call]]


def _sent(marker: Marker) -> Call:
    send_commit, send_abort = transactions.send_commit_marker, transactions.send_abort_marker
    return send_commit if marker.commit else send_abort, (marker.producer, marker.partition)


def written_as(commit: Action[Any], abort: Action[Any]) -> Callable[[Marker, int], Call]:
    """Return how a marker at an offset is written, as one of two actions."""

    def written(marker: Marker, offset: int) -> Call:
        arguments = (marker.partition, marker.producer, marker.ends, marker.epoch, offset)
        return commit if marker.commit else abort, arguments

    return written


def first_record(new: Append) -> Call:
    """Return the step in which a leader appends the first record of a transaction."""
    arguments = (new.partition, new.producer, new.epoch, new.question, new.offset)
    return transactions.append_first, arguments


def further_record(new: Append) -> Call:
    """Return the step in which a leader appends a further record of a transaction."""
    return transactions.append_more, (new.partition, new.producer, new.epoch, new.offset)


def _nothing_first(proof: Any, producer: int) -> list[Call]:
    return []


ONE_COORDINATOR = Vocabulary(
    transactions.init_producer,
    transactions.add_partition,
    transactions.add_for_client,
    transactions.commit_transaction,
    transactions.abort_transaction,
    transactions.complete,
    _sent,
    written_as(transactions.write_commit_marker, transactions.write_abort_marker),
    first_record,
    further_record,
    _nothing_first,
)


def _sent_by_one(marker: Marker) -> Call:
    send_commit, send_abort = failover.send_commit_marker, failover.send_abort_marker
    arguments = (
        marker.producer,
        marker.partition,
        marker.ends,
        marker.epoch,
        marker.coordinator,
    )
    return send_commit if marker.commit else send_abort, arguments


def _written_of_one(marker: Marker, offset: int) -> Call:
    write_commit, write_abort = failover.write_commit_marker, failover.write_abort_marker
    arguments = (
        marker.partition,
        marker.producer,
        marker.ends,
        marker.epoch,
        marker.coordinator,
        offset,
    )
    return write_commit if marker.commit else write_abort, arguments


def _load_first(proof: failover.World, producer: int) -> list[Call]:
    return [] if proof.loaded.has(producer) else [(failover.load, (producer,))]


MANY_COORDINATORS = Vocabulary(
    failover.init_producer,
    failover.add_partition,
    failover.add_for_client,
    failover.commit_transaction,
    failover.abort_transaction,
    failover.complete,
    _sent_by_one,
    _written_of_one,
    first_record,
    further_record,
    _load_first,
)

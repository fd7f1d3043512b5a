"""Connections that are given up: what is left on them, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from transaction_world import GROUP, World, entry

from checker.lang import NONE
from model.transactions import connections, late, producer
from model.transactions.batches import SendState, follow_leader
from model.transactions.coordinator import TxnState
from model.transactions.requests import Asked, Kind
from model.transactions.sorts import Version
from model.transactions.transaction_manager import ManagerState


def left(world: World, *names: str) -> tuple[Any, ...]:
    return tuple(world.get(f"late[0].{name}") for name in names)


def waiting(kind: Kind, **fields: Any) -> World:
    """A request on an abandoned connection; fields of it by name, others are settings."""
    own = ("producer_id", "epoch", "partition", "sequence", "value", "version", "asked")
    names = (*own, "generation", "coordinator_epoch")
    places = {"producer_id": 0, "epoch": 0, "version": Version.V2}
    places |= {k: v for k, v in fields.items() if k in names}
    world = World(fields.pop("sizes", None), **{k: v for k, v in fields.items() if k not in names})
    return world.put(**{f"late_0__{name}": v for name, v in {"kind": kind, **places}.items()})


class TestGivingUp:
    def test_a_request_to_the_coordinator(self) -> None:
        world = World(client_version=Version.V1)
        assert world.blocked(late.abandon_request, 0) == "no request is under way"
        world.do(producer.send_record, 0, 1).do(late.abandon_request, 0)
        assert left(world, "kind", "partition", "producer_id", "epoch", "version") == (
            Kind.ADD_PARTITION,
            1,
            0,
            0,
            Version.V1,
        )
        assert world.get("clients[0].request") == Kind.ADD_PARTITION
        assert world.blocked(late.abandon_request, 0) == "no more abandoned connections may happen"

    def test_the_first_init_producer_id_names_no_producer_id(self) -> None:
        world = World().do(producer.start_producer, 1).do(late.abandon_request, 1)
        assert left(world, "kind", "producer_id", "epoch") == (Kind.INIT_PRODUCER_ID, NONE, NONE)

    @pytest.mark.parametrize(("ask", "kind"), [(True, Kind.COMMIT), (False, Kind.ABORT)])
    def test_an_end_txn(self, ask: bool, kind: Kind) -> None:
        step = producer.commit_transaction if ask else producer.abort_transaction
        world = World().do(producer.send_record, 0, 0)
        world.put(clients_0__partitions_0__batches_0__state=SendState.ACKNOWLEDGED)
        world.do(step, 0).do(late.abandon_request, 0)
        assert left(world, "kind", "epoch") == (kind, 0)

    def test_an_end_txn_that_waits_is_not_on_a_connection(self) -> None:
        world = World().do(producer.send_record, 0, 0).do(producer.commit_transaction, 0)
        assert world.blocked(late.abandon_request, 0) == "no request is under way"

    def test_a_batch(self) -> None:
        world = World()
        assert world.blocked(late.abandon_batch, 0, 0) == "no batch is in flight"
        world.do(producer.send_record, 0, 0).do(late.abandon_batch, 0, 0)
        assert left(world, "kind", "sequence", "value") == (Kind.PRODUCE, 0, 0)
        assert world.get("clients[0].partitions[0].batches[0].state") == SendState.RETRYING

    @pytest.mark.parametrize(("named", "generation"), [(1, 0), (0, NONE)])
    def test_an_offset_commit(self, named: int, generation: int) -> None:
        world = World(GROUP, group_metadata=named).do(producer.send_outputs, 0)
        world.do(late.abandon_batch, 0, 2)
        assert left(world, "kind", "sequence", "generation", "partition") == (
            Kind.TXN_OFFSET_COMMIT,
            NONE,
            generation,
            2,
        )

    def test_a_batch_that_expires_in_flight(self) -> None:
        world = World(GROUP)
        assert world.blocked(late.expire_batch_in_flight, 0, 0) == "no batch is in flight"
        world.do(producer.send_outputs, 0)
        world.do(late.expire_batch_in_flight, 0, 0)
        assert left(world, "kind", "sequence") == (Kind.PRODUCE, 0)
        assert world.get("clients[0].state") == ManagerState.ABORTABLE_ERROR
        assert world.get("clients[0].partitions[0].batches[0].state") == SendState.FAILED

    @pytest.mark.parametrize("retry", ["refused", "new leader"])
    def test_a_batch_that_was_put_back_does_not_expire_as_one_that_was_not(
        self, retry: str
    ) -> None:
        world = World({"faults": 3}, in_all=3).do(producer.send_record, 0, 0)
        world.do(producer.send_record, 0, 1)
        if retry == "refused":
            world.do(connections.refuse_batch, 0, 0)
        else:
            world.change(lambda w: follow_leader(w, 0))
        assert world.blocked(late.expire_batch_in_flight, 0, 0) == (
            "the batch may have been sent before"
        )
        world.do(late.expire_batch_in_flight, 0, 1)
        assert left(world, "kind", "partition") == (Kind.PRODUCE, 1)

    def test_one_on_another_connection_that_was_given_up_does_not_count(self) -> None:
        world = World({"abandoned": 2, "faults": 3}, abandoned_connections=2, in_all=3)
        world.do(producer.send_record, 0, 0).do(producer.send_record, 0, 1)
        world.do(late.abandon_batch, 0, 0).do(late.expire_batch_in_flight, 0, 1)
        assert [world.get(f"late[{i}].partition") for i in range(2)] == [0, 1]

    def test_a_marker(self) -> None:
        world = World()
        assert world.blocked(late.abandon_marker, 0, 1) == "no marker is under way"
        world.put(
            coordinator__transactions_0__state=TxnState.PREPARE_ABORT,
            coordinator__transactions_0__epoch=1,
            coordinator__transactions_0__unacknowledged={1},
        )
        world.do(late.abandon_marker, 0, 1)
        assert left(world, "kind", "epoch", "partition") == (Kind.ABORT_MARKER, 1, 1)
        assert world.get("coordinator.transactions[0].unacknowledged") == {1}


class TestTakenLate:
    @pytest.mark.parametrize(
        ("step", "reason"),
        [
            (late.take_late_init_producer_id, "no InitProducerId is left there"),
            (late.take_late_add_partition, "no AddPartitionsToTxn is left there"),
            (late.take_late_end_txn, "no EndTxn is left there"),
            (late.take_late_batch, "no batch is left there"),
            (late.take_late_offset_commit, "no TxnOffsetCommit is left there"),
            (late.take_late_marker, "no control marker is left there"),
        ],
    )
    def test_nothing_is_left(self, step: Any, reason: str) -> None:
        assert World(GROUP).blocked(step, 0) == reason

    def test_an_init_producer_id_fences(self) -> None:
        world = waiting(Kind.INIT_PRODUCER_ID, producer_id=NONE, epoch=NONE)
        world.do(late.take_late_init_producer_id, 0)
        assert world.get("coordinator.transactions[0].epoch") == 1
        assert left(world, "kind") == (Kind.NOTHING,)

    @pytest.mark.parametrize(("epoch", "after"), [(0, 1), (4, 0)])
    def test_a_bump_needs_the_epoch(self, epoch: int, after: int) -> None:
        world = waiting(Kind.BUMP_EPOCH, epoch=epoch).do(late.take_late_init_producer_id, 0)
        assert world.get("coordinator.transactions[0].epoch") == after

    @pytest.mark.parametrize(
        ("state", "epoch", "after"),
        [
            (TxnState.COMPLETE_COMMIT, 0, TxnState.ONGOING),
            (TxnState.COMPLETE_COMMIT, 1, TxnState.COMPLETE_COMMIT),
            (TxnState.PREPARE_COMMIT, 0, TxnState.PREPARE_COMMIT),
        ],
    )
    def test_an_addition_opens_the_next_transaction(
        self, state: TxnState, epoch: int, after: TxnState
    ) -> None:
        world = waiting(Kind.ADD_PARTITION, partition=1)
        world.put(coordinator__transactions_0__state=state)
        world.put(coordinator__transactions_0__epoch=epoch).do(late.take_late_add_partition, 0)
        assert world.get("coordinator.transactions[0].state") == after

    @pytest.mark.parametrize(
        ("kind", "epoch", "version", "after"),
        [
            (Kind.COMMIT, 0, Version.V1, TxnState.PREPARE_COMMIT),
            (Kind.ABORT, 0, Version.V1, TxnState.PREPARE_ABORT),
            (Kind.COMMIT, 1, Version.V2, TxnState.ONGOING),
        ],
    )
    def test_an_end_txn_decides_what_is_open(
        self, kind: Kind, epoch: int, version: Version, after: TxnState
    ) -> None:
        world = waiting(kind, version=version).put(
            coordinator__transactions_0__state=TxnState.ONGOING,
            coordinator__transactions_0__epoch=epoch,
            coordinator__transactions_0__partitions={0},
        )
        world.do(late.take_late_end_txn, 0)
        assert world.get("coordinator.transactions[0].state") == after
        assert left(world, "kind") == (Kind.NOTHING,)

    @pytest.mark.parametrize(
        ("settings", "appended"),
        [({}, False), ({"verification": 0}, True)],
    )
    def test_a_batch_after_its_transaction(self, settings: dict[str, int], appended: bool) -> None:
        world = waiting(Kind.PRODUCE, sequence=0, value=0, version=Version.V1, **settings)
        world.put(coordinator__transactions_0__state=TxnState.COMPLETE_ABORT)
        world.do(late.take_late_batch, 0)
        assert (len(world.log()) == 1) is appended
        assert world.state()["in_transaction"] is appended
        assert left(world, "kind") == (Kind.NOTHING,)

    @pytest.mark.parametrize(("generation", "appended"), [(0, False), (1, True), (NONE, True)])
    def test_an_offset_commit(self, generation: int, appended: bool) -> None:
        world = waiting(Kind.TXN_OFFSET_COMMIT, sizes=GROUP, partition=2, generation=generation)
        world.put(group__generation=1).do(late.take_late_offset_commit, 0)
        assert (len(world.log(2)) == 1) is appended

    @pytest.mark.parametrize(
        ("kind", "word"), [(Kind.COMMIT_MARKER, "COMMIT"), (Kind.ABORT_MARKER, "ABORT")]
    )
    @pytest.mark.parametrize(("strict", "appended"), [(0, True), (1, False)])
    def test_a_marker_ends_what_is_open(
        self, kind: Kind, word: str, strict: int, appended: bool
    ) -> None:
        world = waiting(kind, epoch=1, strict_marker=strict).put(
            partitions_0__producers_0__epoch=1,
            partitions_0__producers_0__in_transaction=True,
            partitions_0__log=[entry(epoch=1, value=1)],
        )
        world.do(late.take_late_marker, 0)
        assert [kinds for kinds, *_ in world.log()][1:] == [word] * appended
        assert world.state()["in_transaction"] is not appended
        assert left(world, "kind") == (Kind.NOTHING,)


class TestTwoSteps:
    def test_one_step(self) -> None:
        assert waiting(Kind.PRODUCE).blocked(late.ask_about_late_batch, 0) == (
            "verification and append are one step"
        )

    def test_first_asked_then_appended(self) -> None:
        world = waiting(Kind.PRODUCE, sequence=0, two_step_verification=1)
        assert world.blocked(late.take_late_batch, 0) == "the coordinator must be asked first"
        world.do(late.ask_about_late_batch, 0)
        assert left(world, "asked") == (Asked.VERIFIED,)
        assert world.blocked(late.ask_about_late_batch, 0) == "the coordinator has answered"
        assert len(world.do(late.take_late_batch, 0).log()) == 1

    def test_a_refused_one_is_gone(self) -> None:
        world = waiting(Kind.PRODUCE, sequence=0, epoch=3, two_step_verification=1)
        world.do(late.ask_about_late_batch, 0)
        assert left(world, "kind") == (Kind.NOTHING,)
        assert world.blocked(late.ask_about_late_batch, 0) == "no batch is left there"

    def test_not_asked_where_the_transaction_is_open(self) -> None:
        world = waiting(Kind.PRODUCE, sequence=0, two_step_verification=1).put(
            partitions_0__producers_0__epoch=0, partitions_0__producers_0__in_transaction=True
        )
        assert world.blocked(late.ask_about_late_batch, 0) == "the transaction is open here"
        assert len(world.do(late.take_late_batch, 0).log()) == 1

"""The producer client: what the application may do, and how it reacts to every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from transaction_world import GROUP, World, plain_instance

from checker.lang import NONE
from model.sorts import Error
from model.transactions import connections, late, producer
from model.transactions import transaction_manager as manager
from model.transactions.batches import SendState
from model.transactions.coordinator import TxnState
from model.transactions.history import Intent
from model.transactions.requests import Kind
from model.transactions.settings import OnAbort
from model.transactions.sorts import Version
from model.transactions.transaction_manager import ManagerState

if TYPE_CHECKING:
    from checker.lang import Action

READY, OPEN = ManagerState.READY, ManagerState.IN_TRANSACTION
COMMITTING, ABORTING = ManagerState.COMMITTING_TRANSACTION, ManagerState.ABORTING_TRANSACTION
ABORTABLE, FATAL = ManagerState.ABORTABLE_ERROR, ManagerState.FATAL_ERROR
OLD = {"client_version": Version.V1}
OLDEST = {"client_version": Version.V0, "client_bump": 0}


def client(state: ManagerState = READY, sizes: Any = None, **given: Any) -> World:
    """Producer 0 in a state; its fields by name, others are settings; it began a transaction."""
    fields = {k: v for k, v in given.items() if k in FIELDS or k.startswith("partitions_")}
    world = World(sizes, **{k: v for k, v in given.items() if k not in fields})
    begun = {} if state == READY else {"begun": 1}
    places = {**begun, "state": state, **fields}
    return world.put(**{f"clients_0__{name}": value for name, value in places.items()})


FIELDS = {
    *("request", "partition", "bump_required", "bump_enqueued", "begun", "position"),
    *("generation", "offset_due", "seek_due", "epoch", "producer_id"),
}
IN_FLIGHT = {
    "partitions_0__batches_0__state": SendState.IN_FLIGHT,
    "partitions_0__batches_0__sequence": 0,
}


def see(world: World, *names: str) -> tuple[Any, ...]:
    return tuple(world.get(f"clients[0].{name}") for name in names)


def intent(world: World, transaction: int = 0) -> Intent:
    return Intent(world.get(f"history.transactions[{transaction}].intent"))


def test_start_producer() -> None:
    world = World()
    assert world.blocked(producer.start_producer, 0) == "it is running"
    world.do(producer.start_producer, 1)
    assert world.get("clients[1].state") == ManagerState.INITIALIZING
    assert world.get("clients[1].request") == Kind.INIT_PRODUCER_ID
    assert world.blocked(producer.start_producer, 1) == "it is running"


class TestSending:
    def test_the_first_record_begins_a_transaction(self) -> None:
        world = client()
        world.do(producer.send_record, 0, 1)
        assert see(world, "state", "begun", "request") == (OPEN, 1, Kind.NOTHING)
        assert see(
            world, "partitions[1].batches[0].state", "partitions[1].batches[0].sequence"
        ) == (
            SendState.IN_FLIGHT,
            0,
        )
        assert see(world, "partitions[1].added", "partitions[1].next_sequence") == (True, 1)
        assert intent(world) == Intent.OPEN
        assert world.blocked(producer.send_record, 0, 1) == (
            "the transaction has all its records for this partition"
        )
        assert world.do(producer.send_record, 0, 0).get("clients[0].begun") == 1

    def test_before_version_2_the_partition_is_added_first(self) -> None:
        world = client(**OLD).do(producer.send_record, 0, 1)
        assert see(world, "request", "partition") == (Kind.ADD_PARTITION, 1)
        assert see(world, "partitions[1].batches[0].state", "partitions[1].added") == (
            SendState.WAITING,
            False,
        )
        assert world.blocked(producer.send_record, 0, 0) == (
            "a request to the coordinator is under way"
        )

    @pytest.mark.parametrize("state", [s for s in ManagerState if s not in (READY, OPEN)])
    def test_other_states(self, state: ManagerState) -> None:
        assert client(state).blocked(producer.send_record, 0, 0) == (
            "the producer is not ready to send"
        )

    def test_as_many_transactions_as_the_scope_has(self) -> None:
        world = client(begun=2)
        assert world.blocked(producer.send_record, 0, 0) == "the application has begun them all"

    def test_a_transforming_application_sends_everything_at_once(self) -> None:
        world = client(sizes=GROUP)
        assert world.blocked(producer.send_record, 0, 0) == (
            "all outputs of an input record are sent at once"
        )
        assert world.blocked(producer.send_offsets, 0) == "the offset is sent with the outputs"
        world.do(producer.send_outputs, 0)
        flying = [see(world, f"partitions[{p}].batches[0].state")[0] for p in range(3)]
        assert flying == [SendState.IN_FLIGHT] * 3
        assert see(world, "position", "partitions[2].batches[0].sequence") == (1, NONE)
        assert world.get("contents[0]") == 1
        assert world.blocked(producer.send_outputs, 0) == "the producer is not ready to send"

    def test_the_offset_stays_out_where_the_consumer_commits_it(self) -> None:
        world = client(sizes=GROUP, offsets_in_transaction=0).do(producer.send_outputs, 0)
        assert see(world, "partitions[2].batches[0].state") == (SendState.NOTHING,)

    def test_before_version_2_one_after_the_other(self) -> None:
        world = client(sizes=GROUP, **OLD)
        assert world.blocked(producer.send_outputs, 0) == "outputs are sent one by one"
        assert world.blocked(producer.send_record, 0, 1) == "another record is sent first"
        assert world.blocked(producer.send_offsets, 0) == "no transaction is open"
        world.do(producer.send_record, 0, 0)
        assert world.blocked(producer.send_offsets, 0) == "its records are not sent yet"
        world.put(clients_0__request=Kind.NOTHING).do(producer.send_record, 0, 1)
        world.put(clients_0__request=Kind.NOTHING).do(producer.send_offsets, 0)
        assert see(world, "request", "partition", "partitions[2].batches[0].state") == (
            Kind.ADD_PARTITION,
            2,
            SendState.WAITING,
        )
        assert world.blocked(producer.send_offsets, 0) == "the transaction has its offset"
        world = client(OPEN, GROUP, offsets_in_transaction=0, **OLD)
        assert world.blocked(producer.send_offsets, 0) == "the consumer commits the offsets"
        assert client(OPEN).blocked(producer.send_offsets, 0) == "the application consumes nothing"

    @pytest.mark.parametrize(
        ("places", "reason"),
        [
            ({"group__owner": 1}, "the input partition is assigned to another member"),
            ({"group__generation": 1}, "it has not joined the group again"),
            ({"clients_0__offset_due": True}, "the position is to be committed first"),
            ({"clients_0__seek_due": True}, "the application must seek back first"),
            ({"clients_0__position": 2}, "the input is consumed"),
        ],
    )
    def test_who_polls(self, places: dict[str, Any], reason: str) -> None:
        assert client(sizes=GROUP).put(**places).blocked(producer.send_outputs, 0) == reason


def test_resend_and_expire_a_batch() -> None:
    world = client(OPEN, **IN_FLIGHT)
    assert world.blocked(producer.resend_batch, 0, 0) == "no batch is to be sent again"
    assert world.blocked(producer.expire_batch, 0, 0) == (
        "the batch is not waiting to be sent again"
    )
    world.put(clients_0__partitions_0__batches_0__state=SendState.RETRYING)
    world.do(producer.resend_batch, 0, 0)
    assert see(world, "partitions[0].batches[0].state", "partitions[0].batches[0].sequence") == (
        SendState.IN_FLIGHT,
        0,
    )


@pytest.mark.parametrize(
    ("step", "partitions"),
    [
        (producer.expire_batch, {0, 1}),
        (late.expire_batch_in_flight, {0, 1}),
        (producer.resend_batch, {0, 1, 2}),
    ],
)
def test_an_offset_commit_is_sent_again_but_does_not_expire(
    step: Action[Any], partitions: set[int]
) -> None:
    steps = plain_instance(tuple(sorted(GROUP.items()))).steps
    assert {each.arguments[1] for each in steps if each.action is step} == partitions


@pytest.mark.parametrize(
    ("settings", "state", "bumps"),
    [({}, ABORTABLE, False), (OLD, ABORTABLE, True), (OLDEST, FATAL, False)],
)
def test_an_expired_batch_was_perhaps_appended(
    settings: dict[str, int], state: ManagerState, bumps: bool
) -> None:
    world = client(OPEN, **IN_FLIGHT, **settings)
    world.put(clients_0__partitions_0__batches_0__state=SendState.RETRYING)
    world.put(clients_0__partitions_0__next_sequence=1)
    world.do(producer.expire_batch, 0, 0)
    assert see(world, "state", "bump_required") == (state, bumps)
    assert see(world, "partitions[0].batches[0].state") == (
        SendState.NOTHING if state == FATAL else SendState.FAILED,
    )
    assert see(world, "partitions[0].next_sequence") == (0 if state == FATAL else 1,)


class TestRefusedRecords:
    def test_the_transaction_can_only_be_aborted(self) -> None:
        world = client().do(producer.refuse_record, 0, 1)
        assert see(world, "state", "begun", "bump_required") == (ABORTABLE, 1, False)
        assert see(world, "partitions[1].batches[0].state", "partitions[1].added") == (
            SendState.FAILED,
            False,
        )
        assert see(world, "request", "partitions[1].next_sequence") == (Kind.NOTHING, 0)
        assert world.get("faults.refused_records") == 1
        assert world.blocked(producer.commit_transaction, 0) == "no transaction is open"
        world.do(producer.abort_transaction, 0)
        assert (see(world, "state"), intent(world)) == ((READY,), Intent.ABORTED)
        assert world.get("history.records[0].promised") == set()

    def test_before_version_2_the_epoch_is_bumped(self) -> None:
        world = client(**OLD).do(producer.refuse_record, 0, 0)
        assert see(world, "state", "bump_required") == (ABORTABLE, True)
        world.do(producer.abort_transaction, 0)
        assert see(world, "state", "request") == (ManagerState.INITIALIZING, Kind.BUMP_EPOCH)

    def test_an_old_client_commits_the_rest(self) -> None:
        world = client(refused_record_fails=0).do(producer.send_record, 0, 0)
        world.do(producer.refuse_record, 0, 1).do(connections.take_batch, 0, 0)
        assert see(world, "state") == (OPEN,)
        world.do(producer.commit_transaction, 0).do(connections.take_end_txn, 0)
        assert (see(world, "state"), intent(world)) == ((READY,), Intent.COMMITTED)
        assert world.get("history.records[0].promised") == {0, 1}

    def test_nothing_leaves_if_it_was_the_only_record(self) -> None:
        world = client(refused_record_fails=0).do(producer.refuse_record, 0, 0)
        world.do(producer.commit_transaction, 0)
        assert see(world, "state", "request") == (READY, Kind.NOTHING)
        assert intent(world) == Intent.COMMITTED
        assert world.get("history.records[0].promised") == {0}

    def test_a_transforming_application_goes_on(self) -> None:
        world = client(sizes=GROUP, refused_record_fails=0, **OLD)
        assert world.blocked(producer.refuse_record, 0, 1) == "another record is sent first"
        world.do(producer.refuse_record, 0, 0).do(producer.send_record, 0, 1)
        assert see(world, "position", "partition") == (1, 1)

    def test_not_now(self) -> None:
        world = client(refused_records=0)
        assert world.blocked(producer.refuse_record, 0, 0) == "no more refused records may happen"
        assert client(COMMITTING).blocked(producer.refuse_record, 0, 0) == (
            "the producer is not ready to send"
        )
        assert client(OPEN, **IN_FLIGHT).blocked(producer.refuse_record, 0, 0) == (
            "the transaction has all its records for this partition"
        )
        assert client(sizes=GROUP).blocked(producer.refuse_record, 0, 0) == (
            "all outputs of an input record are sent at once"
        )


class TestCommit:
    def test_it_waits_for_batches_in_flight(self) -> None:
        world = client(OPEN, partitions_0__added=True, **IN_FLIGHT).do(
            producer.commit_transaction, 0
        )
        assert see(world, "state", "request") == (COMMITTING, Kind.COMMIT)
        assert intent(world) == Intent.COMMIT_ASKED
        assert world.blocked(connections.take_end_txn, 0) == "EndTxn waits for a batch in flight"

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            ({"state": READY}, "no transaction is open"),
            ({"request": Kind.ADD_PARTITION}, "a request to the coordinator is under way"),
        ],
    )
    def test_not_now(self, given: dict[str, Any], reason: str) -> None:
        world = client(**{"state": OPEN, **given})
        assert world.blocked(producer.commit_transaction, 0) == reason

    def test_a_transforming_application_has_sent_all(self) -> None:
        world = client(OPEN, GROUP, partitions_0__added=True, **IN_FLIGHT)
        world.put(clients_0__partitions_1__batches_0__state=SendState.IN_FLIGHT)
        reason = "a record or the offset is not sent yet"
        assert world.blocked(producer.commit_transaction, 0) == reason
        world.put(clients_0__partitions_2__batches_0__state=SendState.IN_FLIGHT)
        assert world.blocked(producer.commit_transaction, 0) == reason
        world.put(clients_0__partitions_2__batches_0__state=SendState.ACKNOWLEDGED)
        assert world.do(producer.commit_transaction, 0).get("clients[0].state") == COMMITTING


class TestAbort:
    def test_by_its_own_decision(self) -> None:
        world = client(OPEN, partitions_0__added=True).do(producer.abort_transaction, 0)
        assert see(world, "state", "request") == (ABORTING, Kind.ABORT)
        assert intent(world) == Intent.ABORT_ASKED

    def test_nothing_leaves_if_nothing_reached_the_coordinator(self) -> None:
        world = client(OPEN).do(producer.abort_transaction, 0)
        assert see(world, "state", "request") == (READY, Kind.NOTHING)
        assert intent(world) == Intent.ABORTED

    def test_a_bump_that_is_due_is_enqueued(self) -> None:
        world = client(ABORTABLE, bump_required=True).do(producer.abort_transaction, 0)
        assert see(world, "state", "request") == (ManagerState.INITIALIZING, Kind.BUMP_EPOCH)

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            ({"state": READY}, "no transaction is open"),
            ({"state": FATAL}, "no transaction is open"),
            ({"state": OPEN, "may_abort": 0}, "the application has no reason to abort"),
            (
                {"state": ABORTABLE, "request": Kind.ADD_PARTITION},
                "a request to the coordinator is under way",
            ),
        ],
    )
    def test_not_now(self, given: dict[str, Any], reason: str) -> None:
        assert client(**given).blocked(producer.abort_transaction, 0) == reason

    def test_after_an_error_whatever_the_application_wants(self) -> None:
        world = client(ABORTABLE, may_abort=0).do(producer.abort_transaction, 0)
        assert see(world, "state") == (READY,)


NEVER = (Error.PRODUCER_FENCED, Error.INVALID_PRODUCER_ID_MAPPING)
AGAIN = (Error.NOT_ENOUGH_REPLICAS, Error.CONCURRENT_TRANSACTIONS)
ABORTS = (
    Error.INVALID_PRODUCER_EPOCH,
    Error.INVALID_TXN_STATE,
    Error.OUT_OF_ORDER_SEQUENCE_NUMBER,
    Error.TRANSACTION_ABORTABLE,
)


class TestAnswersToABatch:
    def react(self, error: Error, state: ManagerState = OPEN, **settings: int) -> World:
        world = client(state, **IN_FLIGHT, partitions_0__next_sequence=1, **settings)
        if state == COMMITTING:
            world.put(clients_0__request=Kind.COMMIT)
        world.change(lambda w: manager.handle_produce_response(w, 0, 0, 0, error))
        return world

    def test_none(self) -> None:
        world = self.react(Error.NONE)
        assert see(world, "state", "partitions[0].batches[0].state") == (
            OPEN,
            SendState.ACKNOWLEDGED,
        )

    @pytest.mark.parametrize("error", AGAIN)
    def test_it_is_sent_again(self, error: Error) -> None:
        world = self.react(error)
        assert see(
            world, "partitions[0].batches[0].state", "partitions[0].batches[0].sequence"
        ) == (
            SendState.IN_FLIGHT,
            0,
        )

    @pytest.mark.parametrize("error", NEVER)
    def test_fatal(self, error: Error) -> None:
        assert see(self.react(error), "state", "request") == (FATAL, Kind.NOTHING)

    @pytest.mark.parametrize("error", ABORTS)
    @pytest.mark.parametrize(("settings", "bumps"), [({}, False), (OLD, True), (OLDEST, False)])
    def test_abortable(self, error: Error, settings: dict[str, int], bumps: bool) -> None:
        world = self.react(error, **settings)
        assert see(world, "state", "bump_required") == (ABORTABLE, bumps)
        assert see(world, "partitions[0].batches[0].state") == (SendState.FAILED,)
        assert see(world, "partitions[0].next_sequence") == (0,)

    def test_abortable_while_it_commits(self) -> None:
        world = self.react(Error.INVALID_TXN_STATE, COMMITTING, **OLD)
        assert see(world, "state", "request", "bump_required") == (ABORTABLE, Kind.NOTHING, False)

    def test_abortable_while_it_aborts(self) -> None:
        world = self.react(Error.INVALID_TXN_STATE, ABORTING)
        assert see(world, "state", "partitions[0].batches[0].state") == (ABORTING, SendState.FAILED)


@pytest.mark.parametrize(
    ("error", "state", "batch"),
    [
        (Error.NONE, OPEN, SendState.ACKNOWLEDGED),
        (Error.ILLEGAL_GENERATION, ABORTABLE, SendState.FAILED),
        (Error.TRANSACTION_ABORTABLE, ABORTABLE, SendState.FAILED),
        (Error.NOT_ENOUGH_REPLICAS, OPEN, SendState.IN_FLIGHT),
        (Error.CONCURRENT_TRANSACTIONS, OPEN, SendState.IN_FLIGHT),
        (Error.INVALID_PRODUCER_EPOCH, FATAL, SendState.NOTHING),
        (Error.INVALID_TXN_STATE, FATAL, SendState.NOTHING),
    ],
)
def test_answers_to_an_offset_commit(error: Error, state: ManagerState, batch: SendState) -> None:
    world = client(OPEN, GROUP, partitions_2__batches_0__state=SendState.IN_FLIGHT, **OLD)
    world.change(lambda w: manager.handle_offset_commit_response(w, 0, 2, error))
    assert see(world, "state", "partitions[2].batches[0].state") == (state, batch)
    assert see(world, "bump_required") == (False,)


@pytest.mark.parametrize(
    ("error", "state", "request_", "batch"),
    [
        (Error.NONE, OPEN, Kind.NOTHING, SendState.IN_FLIGHT),
        (Error.CONCURRENT_TRANSACTIONS, OPEN, Kind.ADD_PARTITION, SendState.WAITING),
        (Error.PRODUCER_FENCED, FATAL, Kind.NOTHING, SendState.NOTHING),
        (Error.INVALID_TXN_STATE, FATAL, Kind.NOTHING, SendState.NOTHING),
    ],
)
def test_answers_to_an_addition(
    error: Error, state: ManagerState, request_: Kind, batch: SendState
) -> None:
    world = client(OPEN, request=Kind.ADD_PARTITION, partition=1, **OLD)
    world.put(clients_0__partitions_1__batches_0__state=SendState.WAITING)
    world.change(lambda w: manager.handle_add_response(w, 0, error))
    assert see(world, "state", "request", "partitions[1].batches[0].state") == (
        state,
        request_,
        batch,
    )
    assert see(world, "partitions[1].added") == (error == Error.NONE,)


class TestAnswersToEndTxn:
    def react(self, error: Error, state: ManagerState, **given: Any) -> World:
        request = Kind.COMMIT if state == COMMITTING else Kind.ABORT
        places = {
            "partitions_0__batches_0__state": SendState.ACKNOWLEDGED,
            "partitions_0__next_sequence": 3,
        }
        world = client(state, request=request, **{**places, **given})
        identity = (0, 5) if error == Error.NONE and "client_version" not in given else (NONE, NONE)
        world.change(lambda w: manager.handle_end_response(w, 0, error, *identity))
        return world

    def test_committed(self) -> None:
        world = self.react(Error.NONE, COMMITTING)
        assert see(world, "state", "request", "epoch") == (READY, Kind.NOTHING, 5)
        assert see(world, "partitions[0].next_sequence", "partitions[0].batches[0].state") == (
            0,
            SendState.NOTHING,
        )
        assert intent(world) == Intent.COMMITTED
        assert world.get("history.records[0].promised") == {0}

    def test_aborted(self) -> None:
        world = self.react(Error.NONE, ABORTING)
        assert see(world, "state", "seek_due") == (READY, False)
        assert intent(world) == Intent.ABORTED
        assert world.get("history.records[0].promised") == set()

    def test_before_version_2_epoch_and_sequences_go_on(self) -> None:
        world = self.react(Error.NONE, COMMITTING, **OLD)
        assert see(world, "state", "epoch", "partitions[0].next_sequence") == (READY, 0, 3)

    @pytest.mark.parametrize(("enqueued", "sent"), [(True, Kind.BUMP_EPOCH), (False, Kind.NOTHING)])
    def test_a_bump_that_is_due_comes_next(self, enqueued: bool, sent: Kind) -> None:
        world = self.react(Error.NONE, ABORTING, bump_required=True, bump_enqueued=enqueued, **OLD)
        assert see(world, "state", "request") == (ManagerState.INITIALIZING, sent)

    def test_it_waits(self) -> None:
        world = self.react(Error.CONCURRENT_TRANSACTIONS, COMMITTING)
        assert see(world, "state", "request") == (COMMITTING, Kind.COMMIT)

    @pytest.mark.parametrize("error", [*NEVER, Error.INVALID_TXN_STATE])
    def test_fatal(self, error: Error) -> None:
        world = self.react(error, COMMITTING)
        assert see(world, "state", "request") == (FATAL, Kind.NOTHING)
        assert intent(world) != Intent.COMMITTED

    def test_a_transforming_application_has_more_to_do(self) -> None:
        due = {"sizes": GROUP, "offsets_in_transaction": 0}
        assert see(self.react(Error.NONE, COMMITTING, **due), "offset_due") == (True,)
        due = {"sizes": GROUP}
        assert see(self.react(Error.NONE, COMMITTING, **due), "offset_due") == (False,)
        for on_abort in OnAbort:
            world = self.react(Error.NONE, ABORTING, sizes=GROUP, on_abort=on_abort)
            assert see(world, "seek_due") == (on_abort == OnAbort.SEEK,)


class TestAnswersToInitProducerId:
    def react(self, error: Error, request: Kind) -> World:
        world = client(
            ManagerState.INITIALIZING, request=request, bump_required=True, begun=0, **OLD
        )
        world.put(clients_0__partitions_0__next_sequence=4)
        world.change(lambda w: manager.handle_init_response(w, 0, error, 1, 6))
        return world

    @pytest.mark.parametrize("request_", [Kind.INIT_PRODUCER_ID, Kind.BUMP_EPOCH])
    def test_none(self, request_: Kind) -> None:
        world = self.react(Error.NONE, request_)
        assert see(world, "state", "producer_id", "epoch") == (READY, 1, 6)
        assert see(world, "request", "bump_required") == (Kind.NOTHING, False)
        assert see(world, "partitions[0].next_sequence") == (0,)

    def test_it_waits(self) -> None:
        world = self.react(Error.CONCURRENT_TRANSACTIONS, Kind.BUMP_EPOCH)
        assert see(world, "state", "request") == (ManagerState.INITIALIZING, Kind.BUMP_EPOCH)

    def test_fatal(self) -> None:
        assert see(self.react(Error.PRODUCER_FENCED, Kind.BUMP_EPOCH), "state") == (FATAL,)

    def test_nothing_older_may_become_visible_from_now_on(self) -> None:
        world = World().put(clients_1__state=ManagerState.INITIALIZING)
        world.put(clients_1__request=Kind.INIT_PRODUCER_ID)
        world.put(partitions_0__log=[{"kind": 1, "outcome": 1, "value": 0}])
        world.change(lambda w: manager.handle_init_response(w, 1, Error.NONE, 0, 1))
        assert world.get("history.records[0].barred") == {1}
        assert world.get("history.records[1].barred") == {0, 1}
        assert world.get("history.records[2].barred") == set()


class TestTaking:
    """The brokers take requests; the handlers' own tables say what they answer."""

    def test_init_producer_id(self) -> None:
        world = World().do(producer.start_producer, 1)
        assert world.blocked(connections.take_init_producer_id, 0) == (
            "no InitProducerId is under way"
        )
        world.do(connections.take_init_producer_id, 1)
        assert world.get("clients[1].state") == READY
        assert world.get("clients[1].epoch") == 1

    def test_a_bump_names_producer_id_and_epoch(self) -> None:
        world = client(
            ManagerState.INITIALIZING, request=Kind.BUMP_EPOCH, bump_required=True, **OLD
        )
        world.do(connections.take_init_producer_id, 0)
        assert see(world, "state", "epoch") == (READY, 1)
        assert world.get("coordinator.transactions[0].last_epoch") == 0
        world = client(ManagerState.INITIALIZING, request=Kind.BUMP_EPOCH, epoch=3, **OLD)
        world.do(connections.take_init_producer_id, 0)
        assert see(world, "state") == (FATAL,)

    def test_add_partitions_to_txn(self) -> None:
        world = client(**OLD)
        assert world.blocked(connections.take_add_partition, 0) == (
            "no AddPartitionsToTxn is under way"
        )
        world.do(producer.send_record, 0, 1).do(connections.take_add_partition, 0)
        assert world.get("coordinator.transactions[0].state") == TxnState.ONGOING
        assert world.get("coordinator.transactions[0].partitions") == {1}
        assert see(world, "partitions[1].batches[0].state", "request") == (
            SendState.IN_FLIGHT,
            Kind.NOTHING,
        )

    def test_a_batch(self) -> None:
        world = client()
        assert world.blocked(connections.take_batch, 0, 0) == "no batch is in flight"
        world.do(producer.send_record, 0, 0).do(connections.take_batch, 0, 0)
        assert world.log() == [("TRANSACTIONAL", "OPEN", 0, 0)]
        assert see(world, "partitions[0].batches[0].state") == (SendState.ACKNOWLEDGED,)

    def test_end_txn(self) -> None:
        world = client()
        assert world.blocked(connections.take_end_txn, 0) == "no EndTxn is under way"
        world.do(producer.send_record, 0, 0).do(connections.take_batch, 0, 0)
        world.do(producer.commit_transaction, 0).do(connections.take_end_txn, 0)
        assert world.get("coordinator.transactions[0].state") == TxnState.PREPARE_COMMIT
        assert see(world, "state", "epoch") == (READY, 1)

    def test_a_txn_offset_commit(self) -> None:
        assert client().blocked(connections.take_offset_commit, 0) == (
            "the application consumes nothing"
        )
        world = client(sizes=GROUP)
        assert world.blocked(connections.take_offset_commit, 0) == (
            "no TxnOffsetCommit is under way"
        )
        world.do(producer.send_outputs, 0).do(connections.take_offset_commit, 0)
        assert world.log(2) == [("TRANSACTIONAL", "OPEN", 0, 0)]
        assert see(world, "partitions[2].batches[0].state") == (SendState.ACKNOWLEDGED,)

    @pytest.mark.parametrize(("named", "state"), [(1, ABORTABLE), (0, OPEN)])
    def test_a_member_of_an_older_generation(self, named: int, state: ManagerState) -> None:
        world = client(sizes=GROUP, group_metadata=named).do(producer.send_outputs, 0)
        world.put(group__generation=1).do(connections.take_offset_commit, 0)
        assert see(world, "state") == (state,)


class TestTwoSteps:
    """Verification is a step of its own where a run is cut so."""

    def test_one_step(self) -> None:
        world = client().do(producer.send_record, 0, 0)
        assert world.blocked(connections.ask_coordinator, 0, 0) == (
            "verification and append are one step"
        )

    def test_first_asked_then_appended(self) -> None:
        world = client(two_step_verification=1)
        assert world.blocked(connections.ask_coordinator, 0, 0) == "no batch is in flight"
        world.do(producer.send_record, 0, 0)
        assert world.blocked(connections.take_batch, 0, 0) == "the coordinator must be asked first"
        world.do(connections.ask_coordinator, 0, 0)
        assert world.blocked(connections.ask_coordinator, 0, 0) == "the coordinator has answered"
        world.do(connections.take_batch, 0, 0)
        assert world.log() == [("TRANSACTIONAL", "OPEN", 0, 0)]

    def test_not_asked_where_the_transaction_is_open(self) -> None:
        world = client(two_step_verification=1).do(producer.send_record, 0, 0)
        world.put(partitions_0__producers_0__epoch=0)
        world.put(partitions_0__producers_0__in_transaction=True)
        assert world.blocked(connections.ask_coordinator, 0, 0) == "the transaction is open here"
        assert world.do(connections.take_batch, 0, 0).log() == [("TRANSACTIONAL", "OPEN", 0, 0)]

    def test_a_refusal_reaches_the_client(self) -> None:
        world = client(two_step_verification=1).do(producer.send_record, 0, 0)
        world.put(coordinator__transactions_0__epoch=1).do(connections.ask_coordinator, 0, 0)
        assert see(world, "state", "partitions[0].batches[0].state") == (
            ABORTABLE,
            SendState.FAILED,
        )


@pytest.mark.parametrize(
    ("state", "begun", "left"),
    [(FATAL, 1, NONE), (READY, 2, NONE), (READY, 1, 0), (OPEN, 2, 0)],
)
def test_the_canonical_form_forgets_who_is_done(state: ManagerState, begun: int, left: int) -> None:
    world = client(state, begun=begun)
    world.change(producer.forget_finished)
    assert see(world, "producer_id") == (left,)

"""What is told of the steps of transactions: what requests carry, how they are answered."""

from __future__ import annotations

import random

from transaction_world import EVERY_FAULT

from checker.lang.errors import Blocked, CapacityReached
from checker.lang.telling import TellingMachine
from checker.traces.replay import replay
from checker.traces.trace import Trace, build_trace
from model.sorts import Error
from model.transactions.told import TOLD
from model.transactions.world import transactions_model

SIZES = {"partitions": 1, "groups": 1, "inputs": 1, "generations": 1, "coordinator_epochs": 1}
ZERO, ONE = {"producer": "0"}, {"producer": "1"}
MARKER = {"transactional_id": "0", "partition": "0"}
ID = {"transactional_id": "0"}
BATCH = {"producer": "0", "partition": "0"}
VERSION_2 = {"settings.client_version": 2, "settings.cluster_version": 2}


def told(*calls: tuple[str, dict[str, str]], **parameters: int) -> Trace:
    """Return the run that these calls make, in transaction version 2 unless told otherwise."""
    model = transactions_model(EVERY_FAULT, (), SIZES)
    plain = model.instance()
    names = [name for name in plain.parameters if name.startswith("budgets.")]
    values = dict.fromkeys(names, 1) | {"budgets.in_all": 2} | VERSION_2
    values |= {f"settings.{name}": value for name, value in parameters.items()}
    instance = plain.with_parameters(values)
    return build_trace(instance, replay(instance, calls))


def last(trace: Trace) -> tuple[str, str]:
    return trace.steps[-1].carries, trace.steps[-1].outcome


SENT = ("send_outputs", ZERO)
TAKEN = ("take_batch", BATCH)
OFFSET = ("take_offset_commit", ZERO)
COMMIT = ("commit_transaction", ZERO)
END = ("take_end_txn", ZERO)


def test_a_batch_that_is_added_and_appended() -> None:
    trace = told(SENT, TAKEN)
    assert last(trace) == (
        "epoch 0, sequence 0",
        "partition 0 is added; appended at offset 0",
    )
    assert trace.steps[-1].words.endswith(
        "of producer 0 (epoch 0, sequence 0) → partition 0 is added; appended at offset 0"
    )


def test_the_end_of_a_transaction_and_its_markers() -> None:
    ended = (SENT, TAKEN, OFFSET, COMMIT, END)
    assert last(told(*ended)) == (
        "COMMIT, epoch 0",
        "PREPARE_COMMIT with epoch 1; the next epoch is 1",
    )
    assert last(told(*ended, ("write_marker", MARKER))) == (
        "COMMIT, epoch 1, coordinator epoch 0",
        "appended at offset 1",
    )


def test_the_topic_of_offsets_has_its_name() -> None:
    """Its number is that after the last partition of the output."""
    offsets = {"partition": "1"}
    ended = (SENT, TAKEN, OFFSET, COMMIT, END)
    for step in ("write_marker", "abandon_marker"):
        trace = told(*ended, (step, MARKER | offsets))
        assert trace.steps[-1].carries.startswith("__consumer_offsets, COMMIT, epoch 1")
    markers = (("write_marker", MARKER), ("write_marker", MARKER | offsets))
    done = (*ended, *markers, ("complete_transaction", ID))
    for partition, carries in (("1", "__consumer_offsets"), ("0", "")):
        expired = ("expire_producer", {"partition": partition, "producer_id": "0"})
        assert told(*done, expired).steps[-1].carries == carries


def test_what_a_consumer_polls_and_commits() -> None:
    assert last(told(SENT)) == ("", "input record 0")
    ended = (SENT, TAKEN, COMMIT, END, ("write_marker", MARKER), ("complete_transaction", ID))
    trace = told(*ended, ("commit_offset", ZERO), offsets_in_transaction=0)
    assert [(step.carries, step.outcome) for step in trace.steps[-2:]] == [
        ("", "COMPLETE_COMMIT"),
        ("offset 1, generation 0", "offset 1 at offset 0"),
    ]
    joined = (("rebalance", ONE), ("start_producer", ONE), ("take_init_producer_id", ONE))
    assert last(told(*joined, ("join_group", ONE))) == ("", "position 0")


def test_an_abort_of_nothing_is_complete_at_once() -> None:
    run = (SENT, ("expire_batch_in_flight", BATCH), ("abort_transaction", ZERO), END)
    trace = told(*run, offsets_in_transaction=0)
    assert trace.steps[1].outcome == "producer 0: ABORTABLE_ERROR"
    assert last(trace) == ("ABORT, epoch 0", "COMPLETE_ABORT; epoch 1; the next epoch is 1")


def test_a_record_that_send_refuses() -> None:
    refused = ("refuse_record", BATCH)
    old = {"client_version": 0, "offsets_in_transaction": 0}
    assert last(told(refused, **old)) == ("", "input record 0; producer 0: ABORTABLE_ERROR")
    trace = told(refused, COMMIT, refused_record_fails=0, **old)
    assert trace.steps[0].words.startswith(
        "Producer 0's send() of a record to partition 0 fails at once"
    )
    assert last(trace) == ("", "no EndTxn: nothing reached the coordinator")


def test_a_zombie_is_refused_and_gives_up() -> None:
    start = (SENT, ("start_producer", ONE), ("take_init_producer_id", ONE))
    assert last(told(*start)) == ("", "producer id 0, epoch 1")
    assert last(told(*start, OFFSET)) == (
        "epoch 0, generation 0",
        "coordinator: PRODUCER_FENCED; INVALID_PRODUCER_EPOCH; producer 0: FATAL_ERROR",
    )


def test_a_late_marker_names_its_place_and_numbers() -> None:
    run = (SENT, TAKEN, OFFSET, COMMIT, END, ("abandon_marker", MARKER))
    trace = told(*run, ("write_marker", MARKER), ("take_late_marker", {"connection": "0"}))
    assert trace.steps[5].carries == "COMMIT, epoch 1, coordinator epoch 0"
    assert trace.steps[7].carries == "COMMIT, partition 0, epoch 1, coordinator epoch 0"
    assert trace.steps[7].outcome == "appended at offset 2"
    strict = told(
        *run,
        ("write_marker", MARKER),
        ("take_late_marker", {"connection": "0"}),
        strict_marker=1,
        idempotent_marker=0,
    )
    assert strict.steps[7].outcome == "INVALID_PRODUCER_EPOCH"


def test_who_gives_up_was_told_an_error() -> None:
    """In random walks, the outcome of a step after which a client gives up names an error."""
    instance = transactions_model(EVERY_FAULT, (), SIZES).instance()
    names = [name for name in instance.parameters if name.startswith("budgets.")]
    instance = instance.with_parameters(dict.fromkeys(names, 2) | VERSION_2)
    machine = TellingMachine(instance.layout, instance.parameters, TOLD)
    chance, codes, seen = random.Random(7), {error.name for error in Error}, set()
    for _ in range(20):
        vector = instance.initial()[0]
        for _ in range(300):
            step = chance.choice(instance.steps)
            try:
                said = machine.tell(vector, step.action.rule, step.values)
            except (Blocked, CapacityReached):
                continue
            vector = tuple(machine.cells)
            if "FATAL_ERROR" in said.outcome:
                found = codes & set(said.outcome.split("; "))
                assert found, (str(step), said)
                seen |= found
    assert seen >= {"INVALID_PRODUCER_EPOCH"}


def test_words_are_given_for_rules_of_the_model_alone() -> None:
    actions = {item.name for item in transactions_model(EVERY_FAULT, (), SIZES).actions}
    known = {key.name for key in TOLD if hasattr(key, "to")}
    missing = known - actions
    assert missing <= {"ask_coordinator", "ask_about_late_batch", "fail_coordinator_with_marker"}
    late = {name for name in actions if name.startswith(("take_", "abandon_"))}
    assert late <= known

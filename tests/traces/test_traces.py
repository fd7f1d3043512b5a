"""Runs as data: what each step changed, replays, why a step is not possible, ITF."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from bank import MODEL

from checker.cli.answers import trace_of
from checker.explicit.explorer import check
from checker.explicit.reference import Reference
from checker.lang.errors import EoscheckError
from checker.report.steps import answers_text, steps_text
from checker.traces.itf import to_itf
from checker.traces.replay import replay
from checker.traces.trace import build_trace
from checker.traces.why_not import why_not

if TYPE_CHECKING:
    from checker.traces.replay import Run

ORDER = ("order", {"client": "1", "amount": "2"})
TAKEN = ("pay_out", {"lost": "no"})
LOST = ("pay_out", {"lost": "yes"})
SHUT = ("shut", {})


def run_of(*calls: tuple[str, dict[str, str]]) -> Run:
    return replay(MODEL.instance(), calls)


def test_a_step_tells_its_sentence_and_only_what_changed() -> None:
    trace = build_trace(MODEL.instance(), run_of(ORDER, LOST, SHUT))
    assert steps_text(trace) == (
        "  1. client: Client 1 orders 2\n"
        "       served: {} → {1}\n"
        "       visits[1]: 0 → 1\n"
        "       orders: [] → [2]\n"
        "  2. bank: The bank takes an order; lost on its way: yes\n"
        "       orders: [2] → []\n"
        "  3. bank: The bank shuts\n"
        "       door: OPEN → SHUT\n"
    )


def test_a_step_as_contract_c2_writes_it() -> None:
    trace = build_trace(MODEL.instance(), run_of(ORDER, LOST))
    assert trace.as_json()[1] == {
        "action": "pay_out",
        "role": "bank",
        "arguments": {"lost": "yes"},
        "text": "The bank takes an order; lost on its way: yes",
        "changes": [{"place": "orders", "before": "[2]", "after": "[]"}],
    }
    assert [step.kind for step in trace.steps] == ["", "lost"]


def test_a_run_without_steps_says_so() -> None:
    assert steps_text(build_trace(MODEL.instance(), run_of())) == (
        "The initial state already breaks it.\n"
    )


@pytest.mark.parametrize(
    ("calls", "sentence"),
    [
        ((TAKEN,), "step 1, pay_out(0), is not possible: there is no order"),
        ((ORDER, SHUT), "step 2, shut(), is not possible: orders are waiting"),
        ((ORDER, ("open", {})), "there is no action 'open'; actions are: order, pay_out, shut"),
        ((("order", {"client": "7", "amount": "1"}),), "order has no arguments (client=7, amount"),
        ((("order", {"client": "0"}),), "it takes: client, amount"),
    ],
)
def test_a_run_that_is_not_possible(calls: Any, sentence: str) -> None:
    with pytest.raises(EoscheckError) as error:
        run_of(*calls)
    assert sentence in str(error.value)


def test_every_counterexample_can_be_replayed() -> None:
    checked = check(MODEL.instance())
    trace = trace_of(checked, "within_limit")
    assert len(trace.steps) == 4
    again = run_of(*((step.action, dict(step.arguments)) for step in trace.steps))
    assert tuple(state for _, state in again) == trace.states
    holds = [
        Reference(MODEL.instance()).holds(state, MODEL.properties[0].rule) for state in trace.states
    ]
    assert holds == [True] * 4 + [False]


def test_a_replay_stops_where_a_capacity_does() -> None:
    calls = [ORDER, TAKEN] * 3
    with pytest.raises(EoscheckError, match=r"step 6, pay_out.*fails"):
        run_of(*calls)


def test_the_first_reason_that_blocks_with_the_values_it_looked_at() -> None:
    instance = MODEL.instance()
    run = run_of(ORDER)
    (answer,) = why_not(instance, run[1][1], "shut")
    assert not answer.possible
    assert answer.reason == "orders are waiting"
    assert answer.values == {"orders.length": "1"}
    assert answer.file.endswith("bank.py")
    text = answers_text("shut", 1, [answer])
    assert text == "shut after step 1:\n  () no: orders are waiting [orders.length=1]\n"


def test_what_is_possible_is_said_for_each_argument() -> None:
    instance = MODEL.instance()
    answers = why_not(instance, run_of(ORDER)[1][1], "order")
    possible = {tuple(a.arguments.values()) for a in answers if a.possible}
    assert possible == {(client, amount) for client in "01" for amount in "12"}
    refused = {a.reason for a in answers if not a.possible}
    assert refused == {"nobody orders that much"}


def value_of(itf: Any) -> Any:
    """Read ITF values back: numbers, sets and maps of plain Python."""
    if isinstance(itf, dict) and "#bigint" in itf:
        return int(itf["#bigint"])
    if isinstance(itf, dict) and "#set" in itf:
        return {value_of(item) for item in itf["#set"]}
    if isinstance(itf, dict) and "#map" in itf:
        return {value_of(key): value_of(value) for key, value in itf["#map"]}
    if isinstance(itf, list):
        return [value_of(item) for item in itf]
    return itf


def test_itf_keeps_every_state() -> None:
    instance = MODEL.instance()
    trace = build_trace(instance, run_of(ORDER, ORDER, TAKEN))
    document = json.loads(json.dumps(to_itf(instance, trace, "a run")))
    assert document["#meta"]["format"] == "ITF"
    assert document["#meta"]["description"] == "a run"
    assert document["vars"] == ["balance", "door", "served", "visits", "orders", "steps"]
    states = [
        {name: value_of(state[name]) for name in document["vars"]} for state in document["states"]
    ]
    assert states == [
        {
            "balance": balance,
            "door": "OPEN",
            "served": served,
            "visits": {0: 0, 1: visits},
            "orders": orders,
            "steps": visits,
        }
        for balance, served, visits, orders in [
            (0, set(), 0, []),
            (0, {1}, 1, [2]),
            (0, {1}, 2, [2, 2]),
            (2, {1}, 2, [2]),
        ]
    ]


def test_itf_says_which_step_led_to_a_state_so_that_it_can_be_replayed() -> None:
    instance = MODEL.instance()
    trace = build_trace(instance, run_of(ORDER, LOST, SHUT))
    metas = [state["#meta"] for state in to_itf(instance, trace, "")["states"]]
    assert metas[0] == {"index": 0}
    calls = [(meta["action"], meta["arguments"]) for meta in metas[1:]]
    assert tuple(state for _, state in replay(instance, calls)) == trace.states

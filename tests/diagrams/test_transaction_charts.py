"""The charts of transactions: what exploration sees is drawn, and what is drawn is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from checker.cli.chart_moves import moves_of
from checker.cli.diagram import chart_of_transactions
from checker.explicit.reference import Reference, explore
from checker.lang import Record
from checker.lang.charts import chart_of
from diagrams import Chart, render
from diagrams.role_chart import seen_chart
from model.charts import EVENTS, SCENE_FAULTS, TRANSACTION_CHARTS, Scene
from model.transactions.coordinator import TxnState
from model.transactions.faults import Fault
from model.transactions.sorts import Version
from model.transactions.transaction_manager import ManagerState
from model.transactions.world import transactions_model

if TYPE_CHECKING:
    from checker.lang import Instance, State

pytestmark = [pytest.mark.xdist_group("transaction-charts"), pytest.mark.timeout(900)]

Pair = tuple[int, int]
Named = dict[tuple[int, int], set[str]]

# Kafka's client allows it; no run of ours has a bump pending while it commits.
NEVER = {
    "transaction manager": {(ManagerState.COMMITTING_TRANSACTION, ManagerState.INITIALIZING)},
}

TINY = {
    "producers": 2,
    "transactions": 1,
    "partitions": 1,
    "groups": 1,
    "inputs": 1,
    "generations": 1,
    "faults": 1,
    "log": 6,
}
TINY_SCENES = (
    Scene({}, (Fault.TRANSACTION_TIMEOUTS,)),
    Scene({"client_version": Version.V0, "cluster_version": Version.V0}, most=0),
    Scene({"offsets_in_transaction": 0}, (Fault.REBALANCES,)),
)


def table(enum: type[State]) -> set[Pair]:
    """The moves that MAY_FOLLOW lists."""
    return {(s, t) for s, targets in (chart_of(enum) or {}).items() for t in targets}


@pytest.mark.parametrize("name", list(TRANSACTION_CHARTS))
def test_what_is_seen_is_what_the_table_allows(name: str) -> None:
    chart = TRANSACTION_CHARTS[name]
    assert set(moves_of(chart)) == table(chart.enum) - NEVER.get(name, set())


def scenes() -> list[Instance]:
    plain = transactions_model({k: 1 for s in TINY_SCENES for k in s.faults}, (), TINY).instance()
    return [plain.with_parameters(scene.parameters()) for scene in TINY_SCENES]


@pytest.fixture(scope="module")
def interpreted() -> dict[str, Named]:
    """The moves and their actions that the interpreter sees, by chart."""
    found: dict[str, Named] = {name: {} for name in TRANSACTION_CHARTS}
    of_enum = {chart.enum: name for name, chart in TRANSACTION_CHARTS.items() if not chart.view}
    pending: list[tuple[type[State], Pair]] = []
    become, apply = Record.become, Reference.apply

    def noted_become(self: Record, state: State) -> None:
        name, enum = self._state_field(state)
        move = (enum, (int(getattr(self, name)), int(state)))
        become(self, state)
        pending.append(move)

    def noted_apply(self: Reference, state: Any, step: Any) -> Any:
        pending.clear()
        successor = apply(self, state, step)
        words = step.action.name
        for enum, pair in pending:
            found[of_enum[enum]].setdefault(pair, set()).add(words)
        for name, chart in TRANSACTION_CHARTS.items():
            if chart.view is not None:
                note_view(self, name, (state, successor), words)
        return successor

    def note_view(self: Reference, name: str, ends: tuple[Any, Any], words: str) -> None:
        chart = TRANSACTION_CHARTS[name]
        for each in range(self.instance.bounds[chart.of]):
            machine = self.instance.machine()
            old, new = (int(machine.run(end, chart.view, (each,))) for end in ends)
            if old != new:
                found[name].setdefault((old, new), set()).add(words)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Record, "become", noted_become)
        patch.setattr(Reference, "apply", noted_apply)
        for instance in scenes():
            assert explore(instance).complete
    return found


@pytest.mark.parametrize("name", list(TRANSACTION_CHARTS))
def test_what_the_interpreter_sees_is_drawn(name: str, interpreted: dict[str, Named]) -> None:
    drawn = {pair: set(words) for pair, words in moves_of(TRANSACTION_CHARTS[name]).items()}
    seen = interpreted[name]
    assert len(seen) >= 4
    for pair, words in seen.items():
        assert words <= drawn[pair]


def chart_named(name: str) -> Chart:
    return chart_of_transactions(name)


def test_the_moves_of_a_transaction_name_their_actions() -> None:
    moves = {(m.source, m.target): m.labels for m in chart_named("transaction coordinator").moves}
    assert moves["ONGOING", "PREPARE_ABORT"] == (
        "InitProducerId",
        "EndTxn",
        "late InitProducerId",
        "late EndTxn",
        "transaction.timeout.ms",
    )
    assert moves["PREPARE_COMMIT", "COMPLETE_COMMIT"] == (
        "WriteTxnMarkers",
        "all markers acknowledged",
    )
    assert "Produce v12" in moves["EMPTY", "ONGOING"]
    assert "AddPartitionsToTxn" in moves["EMPTY", "ONGOING"]


def test_the_moves_of_an_offset_name_their_actions() -> None:
    moves = {(m.source, m.target): m.labels for m in chart_named("group coordinator").moves}
    assert moves["NO_OFFSET", "STABLE"] == ("commitSync()", "close()")
    assert moves["UNSTABLE_OFFSET_COMMIT", "STABLE"] == ("WriteTxnMarkers", "late WriteTxnMarkers")


@pytest.mark.parametrize("name", list(TRANSACTION_CHARTS))
@pytest.mark.parametrize("form", ["svg", "png", "dot", "mermaid"])
def test_every_chart_in_every_format(name: str, form: str) -> None:
    drawn = render(chart_named(name), form)
    text = drawn.decode("latin-1") if isinstance(drawn, bytes) else drawn
    assert form == "png" or all(state.name in text for state in TRANSACTION_CHARTS[name].enum)
    assert "FORBIDDEN" not in text


def test_a_move_that_the_table_does_not_list_is_forbidden() -> None:
    pair = (TxnState.PREPARE_COMMIT, TxnState.ONGOING)
    chart = seen_chart(TxnState, "A bug", {pair: ["leave too early"]})
    wrong = [m for m in chart.moves if m.forbidden]
    assert [(m.source, m.target, m.labels) for m in wrong] == [
        ("PREPARE_COMMIT", "ONGOING", ("leave too early",))
    ]


@pytest.mark.parametrize("name", list(TRANSACTION_CHARTS))
def test_every_move_has_a_word_of_kafka(name: str) -> None:
    """No label is the name of a rule."""
    actions = {action for found in moves_of(TRANSACTION_CHARTS[name]).values() for action in found}
    assert actions <= set(EVENTS)


def test_events_are_those_of_actions() -> None:
    model = transactions_model(SCENE_FAULTS, (), {"groups": 1, "inputs": 1, "generations": 1})
    names = {action.name for action in model.actions}
    assert set(EVENTS) <= names
    assert all(set(chart.events) <= set(EVENTS) for chart in TRANSACTION_CHARTS.values())

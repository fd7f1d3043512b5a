"""Small worlds, explored by the interpreter: which moves and actions there are, canonical forms."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from checker.explicit.reference import Reference, ReferenceResult, explore
from checker.lang import Instance, Record, State
from model.charts import CHARTS
from model.faults import Fault
from model.settings import Acks, Commit, OffsetReset, OnError, Restart
from model.world import ACTIONS, kafka_model

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.xdist_group("charts")

SMALL = {"records": 1, "in_flight": 1, "faults": 2}

# Settings, and the kinds of faults of which one may happen.
SCENES: list[tuple[dict[str, int], set[Fault]]] = [
    (
        {"restart": Restart.SKIP, "on_error": OnError.RETRY, "replication_factor": 1},
        {Fault.LOST_REPLIES, Fault.PRODUCER_CRASHES, Fault.DELIVERY_TIMEOUTS},
    ),
    (
        {"restart": Restart.RESEND, "on_error": OnError.STOP, "replication_factor": 1},
        {Fault.ABANDONED_CONNECTIONS, Fault.PRODUCER_CRASHES, Fault.DELIVERY_TIMEOUTS},
    ),
    (
        {"acks": Acks.NONE, "idempotence": 0, "replication_factor": 1, "auto_commit": 1},
        {Fault.CONSUMER_CRASHES, Fault.OFFSETS_EXPIRED},
    ),
    (
        {"replication_factor": 1, "auto_offset_reset": OffsetReset.NONE},
        {Fault.CONSUMER_CRASHES, Fault.LEADER_FAILURES},
    ),
    (
        {
            "replication_factor": 1,
            "auto_offset_reset": OffsetReset.NONE,
            "commit": Commit.BEFORE_PROCESSING,
        },
        {Fault.CONSUMER_CRASHES, Fault.LEADER_FAILURES},
    ),
    (
        {
            "replication_factor": 1,
            "keeps_deleted_ids": 0,
            "accepts_unknown_ids": 0,
            "leader_epoch_truncation": 0,
        },
        {Fault.PRODUCER_ID_EXPIRATIONS, Fault.DELETIONS},
    ),
    (
        {"unclean_leader_election": 1, "min_insync_replicas": 2, "auto_commit": 1},
        {
            Fault.ISR_SHRINKS,
            Fault.FOLLOWER_FAILURES,
            Fault.LEADER_FAILURES,
            Fault.UNCLEAN_ELECTIONS,
        },
    ),
]

Move = tuple[type[State], State, State]


def scenes() -> Iterator[Instance]:
    for settings, kinds in SCENES:
        yield scene(SMALL, settings, kinds)
    yield scene({**SMALL, "records": 2}, {"replication_factor": 1}, {Fault.BROKER_RESTARTS})


def scene(bounds: dict[str, int], settings: dict[str, int], kinds: set[Fault]) -> Instance:
    parameters = {f"settings.{name}": int(value) for name, value in settings.items()}
    parameters |= {f"budgets.{kind}": int(kind in kinds) for kind in Fault}
    return kafka_model().instance(bounds, parameters)


@pytest.fixture(scope="module")
def seen() -> tuple[set[str], set[Move], list[tuple[Instance, ReferenceResult]]]:
    """The actions that fired, the moves that were made, and what was explored."""
    fired: set[str] = set()
    moves: set[Move] = set()
    become, apply = Record.become, Reference.apply

    def noted_become(self: Record, state: State) -> None:
        name, enum = self._state_field(state)
        move = (enum, enum(getattr(self, name)), enum(state))
        become(self, state)
        moves.add(move)

    def noted_apply(self: Reference, state: Any, step: Any) -> Any:
        successor = apply(self, state, step)
        fired.add(step.action.name)
        return successor

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Record, "become", noted_become)
        patch.setattr(Reference, "apply", noted_apply)
        explored = [(instance, explore(instance)) for instance in scenes()]
    return fired, moves, explored


def test_nothing_is_wrong_and_there_is_room(seen: Any) -> None:
    for _, result in seen[2]:
        assert result.complete
        assert result.error is None
        assert not result.capacities


def test_every_action_fires(seen: Any) -> None:
    assert {action.name for action in ACTIONS} - seen[0] == set()


@pytest.mark.parametrize("role", list(CHARTS))
def test_the_moves_are_those_of_the_chart(seen: Any, role: str) -> None:
    enum = CHARTS[role]
    table = sys.modules[enum.__module__].MAY_FOLLOW
    assert set(table) == set(enum)
    drawn = {(enum, source, target) for source in table for target in table[source]}
    assert {move for move in seen[1] if move[0] is enum} == drawn


def test_a_canonical_form_of_a_canonical_form_is_itself(seen: Any) -> None:
    for instance, result in seen[2]:
        machine = instance.machine()
        for state in list(result.parents)[::7]:
            machine.cells[:] = state
            instance.clean(machine)
            assert tuple(machine.cells) == state

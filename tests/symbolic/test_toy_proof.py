"""One source, explored for a few nodes and proved for any number of them."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from distributed_lock import CARELESS, LEMMAS, MODEL, Epoch, Node, World

from checker.explicit.reference import explore
from checker.lang import (
    NONE,
    UNBOUNDED,
    Array,
    Identity,
    LanguageError,
    Model,
    Record,
    Subset,
    action,
    always,
    bound,
    count,
    exists,
    for_each,
    forall,
    require,
    where,
)
from checker.symbolic import INITIALLY, impossible_actions, obligations, prove

ANY_NUMBER = {"nodes": UNBOUNDED, "epochs": UNBOUNDED}
NAMES = [lemma.name for lemma in LEMMAS]


def unbounded(model: Model, properties: list[str] | None = None) -> Any:
    return model.instance(ANY_NUMBER, properties=properties)


@pytest.mark.parametrize(("nodes", "epochs", "states"), [(2, 2, 18), (3, 3, 129)])
def test_a_few_nodes_are_explored(nodes: int, epochs: int, states: int) -> None:
    result = explore(MODEL.instance({"nodes": nodes, "epochs": epochs}))
    assert result.states == states
    assert set(result.found) == {"lock_comes_back"}
    assert result.error is None and result.complete


def test_any_number_of_nodes_is_proved_from_the_same_source() -> None:
    results = prove(unbounded(MODEL, NAMES))
    keys = [(r.obligation.action, r.obligation.invariant) for r in results]
    assert keys == [(a, n) for a in (INITIALLY, "grant", "accept") for n in NAMES]
    assert {r.verdict for r in results} == {"proved"}


def test_the_proof_is_about_steps_that_can_happen() -> None:
    assert impossible_actions(unbounded(MODEL, NAMES)) == []


def test_an_absurd_invariant_makes_every_action_impossible() -> None:
    @always("Never")
    def absurd(world: World) -> bool:
        return exists(Node, lambda a: world.held.has(a) and not world.held.has(a))

    model = Model("absurd", World, MODEL.actions, [absurd], bounds=MODEL.bounds)
    assert impossible_actions(unbounded(model)) == ["grant", "accept"]


def test_a_careless_node_is_caught_by_both() -> None:
    explored = explore(CARELESS.instance({"nodes": 2, "epochs": 2}))
    assert "one_holder" in explored.found
    refuted = {
        (r.obligation.action, r.obligation.invariant): r
        for r in prove(unbounded(CARELESS))
        if r.verdict == "refuted"
    }
    assert {action for action, _ in refuted} == {"accept_old"}
    model = refuted["accept_old", "one_holder"].countermodel
    assert model is not None
    taker, epoch = model.arguments["taker"], model.arguments["epoch"]
    assert model.tables["transfer"][taker, epoch] == "True"
    assert int(model.tables["epoch"][(taker,)]) >= int(epoch)
    assert f"transfer[{taker}, {epoch}] = True" in str(model)


def test_a_property_alone_is_not_inductive() -> None:
    results = prove(unbounded(MODEL, ["one_lock_per_epoch"]))
    assert [r.verdict for r in results] == ["proved", "proved", "refuted"]


def test_little_work_ends_in_unknown() -> None:
    results = prove(unbounded(MODEL, NAMES), rlimit=10)
    unknown = [r for r in results if r.verdict == "unknown"]
    assert unknown and all(r.reason for r in unknown)


def test_a_wrong_start_is_refuted() -> None:
    def start(world: World, first: Node, second: Node) -> None:
        world.held.add(first)
        world.held.add(second)

    model = Model("two", World, [], LEMMAS, start=start, bounds=MODEL.bounds)
    results = prove(unbounded(model, ["one_holder"]))
    assert [(r.obligation.action, r.verdict) for r in results] == [(INITIALLY, "refuted")]


Leader = Annotated[int, Identity("Node", size="nodes", optional=True)]


class Election(Record):
    """Who leads, and who knows whom."""

    leader: Leader
    knows: Array[Node, Leader]
    ready: Subset[Node]


@action("node")
def elect(world: Election, node: Node) -> None:
    """Node {node} leads."""
    require(world.leader == NONE, "somebody leads")
    world.leader = node


@action("node")
def learn(world: Election, node: Node, again: bool) -> None:
    """Node {node} learns who leads."""
    world.knows[node] = where(again, world.knows[node], world.leader)
    world.ready.put(node, world.knows[node] != NONE)


@action("node")
def step_down(world: Election) -> None:
    """The leader stops; it must be ready."""
    require(world.leader != NONE, "nobody leads")
    require(world.leader in world.ready, "it is not ready")
    world.ready.discard(world.leader)
    world.ready.add(world.leader)


@always("Whoever is ready knows the leader")
def ready_knows(world: Election) -> bool:
    return forall(Node, lambda n: not world.ready.has(n) or world.knows[n] == world.leader)


@always("Whoever is ready knows somebody")
def ready_knows_somebody(world: Election) -> bool:
    return forall(Node, lambda n: not world.ready.has(n) or world.knows[n] != NONE)


@always("Nobody knows a leader that is none")
def known_is_leader(world: Election) -> bool:
    return forall(Node, lambda n: world.knows[n] == NONE or world.knows[n] == world.leader)


ELECTION = Model(
    "election",
    Election,
    [elect, learn, step_down],
    [ready_knows, ready_knows_somebody, known_is_leader],
    bounds={"nodes": 2},
)


def test_optional_members_of_an_unbounded_sort() -> None:
    assert not explore(ELECTION.instance()).found
    results = prove(ELECTION.instance({"nodes": UNBOUNDED}))
    assert {r.verdict for r in results} == {"proved"}
    assert len(results) == 4 * 3


def test_a_none_as_an_index_is_a_model_error_that_the_proof_finds() -> None:
    @action("node")
    def mark(world: Election) -> None:
        """Mark whoever leads, even nobody."""
        world.ready.add(world.leader)
        world.knows[world.leader] = world.leader

    model = Model("marked", Election, [mark], ELECTION.properties, bounds={"nodes": 2})
    assert explore(model.instance()).error is not None
    results = prove(model.instance({"nodes": UNBOUNDED}))
    assert {r.verdict for r in results if r.obligation.action == "mark"} == {"refuted"}


def test_a_canonical_form_is_part_of_every_step() -> None:
    def forget(world: Election) -> None:
        if world.leader != NONE and not world.ready.has(world.leader):
            world.leader = NONE

    @always("Whoever leads is ready")
    def leader_is_ready(world: Election) -> bool:
        return world.leader == NONE or world.ready.has(world.leader)

    def verdicts(canonical: list[Any]) -> set[str]:
        model = Model("kept", Election, [elect], [leader_is_ready], None, canonical, {"nodes": 2})
        return {r.verdict for r in prove(model.instance({"nodes": UNBOUNDED}))}

    assert verdicts([forget]) == {"proved"}
    assert verdicts([]) == {"proved", "refuted"}


def _act(rule: Any) -> Any:
    return action("node")(rule)


def smaller(world: World, a: Node, b: Node) -> None:
    require(a < b, "not smaller")
    world.held.add(a)


def first_of_all(world: World) -> None:
    world.held.add(0)


def counted(world: World) -> None:
    require(count(Node, world.held.has) == 1, "not one")
    world.held.add(0)


def one_later(world: World, a: Node) -> None:
    world.epoch[a] = world.epoch[a] + 1


def in_turn(world: World) -> None:
    for node in for_each(Node):
        world.held.discard(node)


def as_many(world: World, a: Node) -> None:
    require(bound("nodes") > 2, "few")


@pytest.mark.parametrize(
    ("rule", "bounds", "sentence"),
    [
        (smaller, ANY_NUMBER, "the members of Node have no order in a proof"),
        (first_of_all, ANY_NUMBER, "0 is no member of Node in a proof"),
        (counted, ANY_NUMBER, "a proof cannot count the members of Node"),
        (one_later, {"nodes": UNBOUNDED, "epochs": 3}, "a proof needs Epoch to be unbounded"),
        (in_turn, ANY_NUMBER, "for_each over the unbounded sort Node"),
        (as_many, ANY_NUMBER, "the bound 'nodes' is not a number here"),
    ],
)
def test_what_a_proof_cannot_speak_about(rule: Any, bounds: Any, sentence: str) -> None:
    model = Model("odd", World, [_act(rule)], LEMMAS, bounds=MODEL.bounds)
    with pytest.raises(LanguageError, match=sentence):
        prove(model.instance(bounds))


def test_an_unbounded_model_cannot_be_explored() -> None:
    with pytest.raises(LanguageError, match="unbounded: give it a size"):
        explore(unbounded(MODEL))


def test_there_must_be_something_to_prove() -> None:
    model = Model("nothing", World, MODEL.actions, [], bounds=MODEL.bounds)
    with pytest.raises(LanguageError, match="no property that must always hold"):
        obligations(unbounded(model))


def test_numbers_may_stay_bounded() -> None:
    bounds = {"nodes": UNBOUNDED, "epochs": 2}
    results = prove(MODEL.instance(bounds, properties=NAMES))
    assert {r.verdict for r in results} == {"proved"}
    assert Epoch is not Node

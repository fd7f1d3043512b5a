"""One source, explored for a few nodes and proved for any number of them."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from distributed_lock import CARELESS, LEMMAS, MODEL, Epoch, Node, World, accept_old

from checker.explicit.reference import explore
from checker.lang import (
    NONE,
    UNBOUNDED,
    Action,
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
from checker.lang.rules import ALWAYS
from checker.symbolic import (
    INITIALLY,
    NOT_INDUCTIVE,
    PROVED,
    REFUTED,
    UNKNOWN,
    Claim,
    Effort,
    Proof,
    obligations,
    prove,
)
from checker.symbolic.obligations import Generator
from checker.symbolic.rendering import Rendering
from checker.symbolic.solving import decide

NAMES = [lemma.name for lemma in LEMMAS]


SMALL = {"nodes": 2, "epochs": 2}


def claim(model: Model, names: Any = None, **more: Any) -> Claim:
    chosen = names or [p.name for p in model.properties if p.kind == ALWAYS]
    return Claim(model, tuple(chosen), **more)


def verdicts(proof: Proof) -> dict[tuple[str, str], str]:
    return {o.obligation.key: o.verdict for o in proof.outcomes if not o.obligation.wants_model}


def failing(proof: Proof) -> set[tuple[str, str]]:
    return {key for key, verdict in verdicts(proof).items() if verdict != PROVED}


@pytest.mark.parametrize(("nodes", "epochs", "states"), [(2, 2, 18), (3, 3, 129)])
def test_a_few_nodes_are_explored(nodes: int, epochs: int, states: int) -> None:
    result = explore(MODEL.instance({"nodes": nodes, "epochs": epochs}))
    assert result.states == states
    assert set(result.found) == {"lock_comes_back"}
    assert result.error is None and result.complete


def test_any_number_of_nodes_is_proved_from_the_same_source() -> None:
    proof = prove(claim(MODEL, NAMES, covers=("lock_comes_back",), small=SMALL))
    assert list(verdicts(proof)) == [(a, n) for a in (INITIALLY, "grant", "accept") for n in NAMES]
    assert proof.rendering.orders
    assert {o.verdict for o in proof.outcomes} == {PROVED}
    assert len(proof.outcomes) == 3 * 7 + 2 + 2 + 1
    assert {item.verdict for item in proof.properties} == {PROVED}


def test_an_absurd_lemma_proves_nothing() -> None:
    @always("Never")
    def absurd(world: World) -> bool:
        return exists(Node, lambda a: world.held.has(a) and not world.held.has(a))

    model = Model("absurd", World, MODEL.actions, [absurd], bounds=MODEL.bounds)
    proof = prove(claim(model), explorer=False)
    assert [o.obligation.name for o in proof.vacuous] == ["grant", "accept"]
    assert [item.verdict for item in proof.properties] == [NOT_INDUCTIVE]


def test_a_careless_node_is_caught_by_both() -> None:
    proof = prove(claim(CARELESS, small=SMALL, explored=SMALL))
    assert {action for action, _ in failing(proof)} == {"accept_old"}
    assert proof.word is not None and "one_holder" in proof.word.runs
    item = next(p for p in proof.properties if p.name == "one_holder")
    assert item.verdict == REFUTED
    outcome = next(o for o in item.failed if o.obligation.key == ("accept_old", "one_holder"))
    example = outcome.example
    assert example is not None and example.step is not None and example.after is not None
    taker, epoch = example.step.arguments
    assert f"transfer(node {taker}, epoch {epoch})" in example.facts()
    assert f"held(node {taker})" in example.changes()
    assert outcome.reached in ("reached", "not reached")


def test_without_a_small_instance_the_solver_speaks() -> None:
    model = Model("careless", World, [accept_old], LEMMAS, bounds=MODEL.bounds)
    proof = prove(claim(model))
    found = [o.decision.countermodel for o in proof.outcomes if o.obligation.key in failing(proof)]
    assert any(more is not None and "transfer[" in str(more) for more in found)
    assert {item.verdict for item in proof.properties} & {NOT_INDUCTIVE, UNKNOWN}


def test_a_property_alone_is_not_inductive() -> None:
    proof = prove(claim(MODEL, ["one_lock_per_epoch"], small=SMALL, explored=SMALL))
    assert list(verdicts(proof).values()) == [PROVED, PROVED, NOT_INDUCTIVE]
    assert [item.verdict for item in proof.properties] == [NOT_INDUCTIVE]


def test_little_work_ends_in_unknown() -> None:
    proof = prove(claim(MODEL, NAMES), Effort(rlimit=10, second=1))
    assert UNKNOWN in verdicts(proof).values()
    assert proof.verdict == UNKNOWN


def test_a_wrong_start_is_refuted() -> None:
    def start(world: World, first: Node, second: Node) -> None:
        world.held.add(first)
        world.held.add(second)

    model = Model("two", World, MODEL.actions, LEMMAS, start=start, bounds=MODEL.bounds)
    proof = prove(claim(model, ["one_holder"], small=SMALL, explored=SMALL))
    assert (INITIALLY, "one_holder") in failing(proof)
    assert proof.verdict == REFUTED


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
    results = verdicts(prove(claim(ELECTION)))
    assert set(results.values()) == {PROVED}
    assert len(results) == 4 * 3


def test_a_none_as_an_index_is_a_model_error_that_the_proof_finds() -> None:
    @action("node")
    def mark(world: Election) -> None:
        """Mark whoever leads, even nobody."""
        world.ready.add(world.leader)
        world.knows[world.leader] = world.leader

    model = Model("marked", Election, [mark], ELECTION.properties, bounds={"nodes": 2})
    assert explore(model.instance()).error is not None
    results = verdicts(prove(claim(model), explorer=False))
    assert {v for (action, _), v in results.items() if action == "mark"} == {NOT_INDUCTIVE}


def test_a_canonical_form_is_part_of_every_step() -> None:
    def forget(world: Election) -> None:
        if world.leader != NONE and not world.ready.has(world.leader):
            world.leader = NONE

    @always("Whoever leads is ready")
    def leader_is_ready(world: Election) -> bool:
        return world.leader == NONE or world.ready.has(world.leader)

    def found(canonical: list[Any]) -> set[str]:
        model = Model("kept", Election, [elect], [leader_is_ready], None, canonical, {"nodes": 2})
        return set(verdicts(prove(claim(model), explorer=False)).values())

    assert found([forget]) == {PROVED}
    assert found([]) == {PROVED, NOT_INDUCTIVE}


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
    ("rule", "sentence"),
    [
        (smaller, "the members of Node have no order in a proof"),
        (first_of_all, "0 is no member of Node in a proof"),
        (counted, "a proof cannot count the members of Node"),
        (in_turn, "for_each over the unbounded sort Node"),
        (as_many, "the bound 'nodes' is not a number here"),
    ],
)
def test_what_a_proof_cannot_speak_about(rule: Any, sentence: str) -> None:
    model = Model("odd", World, [_act(rule)], LEMMAS, bounds=MODEL.bounds)
    with pytest.raises(LanguageError, match=sentence):
        prove(claim(model))


def test_a_capacity_has_no_place_in_a_proof() -> None:
    model = Model("odd", World, [_act(one_later)], LEMMAS, bounds=MODEL.bounds)
    half = claim(model)
    with pytest.raises(LanguageError, match="a proof needs Epoch to be unbounded"):
        Generator(half, half.instance({"nodes": UNBOUNDED, "epochs": 3})).all()


def test_arithmetic_makes_numbers_of_an_order() -> None:
    def hold(world: World, a: Node) -> None:
        world.epoch[a] = world.epoch[a] + 1
        world.held.add(a)

    @always("Who holds the lock has an epoch above 0")
    def positive(world: World) -> bool:
        return forall(Node, lambda n: not world.held.has(n) or world.epoch[n] >= 1)

    model = Model("counting", World, [_act(hold)], [positive], bounds=MODEL.bounds)
    proof = prove(claim(model))
    assert not proof.rendering.orders
    assert proof.verdict == PROVED


def test_an_unbounded_model_cannot_be_explored() -> None:
    with pytest.raises(LanguageError, match="unbounded: give it a size"):
        explore(claim(MODEL).instance())


def test_there_must_be_something_to_prove() -> None:
    model = Model("nothing", World, MODEL.actions, [], bounds=MODEL.bounds)
    with pytest.raises(LanguageError, match="nothing is claimed of nothing"):
        Claim(model, ())


def test_reserved_names_cannot_be_taken() -> None:
    def rule(world: World) -> None:
        world.held.clear()

    taken = Action(rule, INITIALLY, "node", "Take a name.", "here", 1)
    model = Model("taken", World, [taken], LEMMAS, bounds=MODEL.bounds)
    with pytest.raises(LanguageError, match="the name '<init>' is not allowed"):
        claim(model)


def test_some_sorts_may_stay_bounded() -> None:
    half = claim(MODEL, NAMES)
    instance = half.instance({"nodes": UNBOUNDED, "epochs": 2})
    for obligation in obligations(half, instance):
        if not obligation.wants_model:
            decision = decide(instance, obligation, Rendering(), Effort())
            assert decision.verdict == PROVED, obligation.key
    assert Epoch is not Node

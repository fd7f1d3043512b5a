"""Properties of two successive states are those of a model that remembers one step."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from distributed_lock import BOUNDS, CARELESS, LEMMAS, MODEL, Epoch, Node, World

from checker.cli.prove_run import claim_of
from checker.explicit.reference import Reference, ReferenceResult
from checker.lang import Model, Record, always, forall
from checker.lang.slicing import Projection
from checker.symbolic import Claim
from checker.symbolic.counterexample import Pairs
from checker.symbolic.history import explore_steps
from specs.proofs.registry import PROOFS

if TYPE_CHECKING:
    from checker.lang.concrete import Vector
    from checker.lang.model import Instance


class Pair(Record):
    before: World
    after: World


@always("A node's epoch never goes down")
def epochs_grow(pair: Pair) -> bool:
    return forall(Node, lambda n: pair.before.epoch[n] <= pair.after.epoch[n])


@always("What was locked once stays on record")
def locks_stay(pair: Pair) -> bool:
    return forall(
        Node, Epoch, lambda n, e: not pair.before.locked.has(n, e) or pair.after.locked.has(n, e)
    )


def claim(model: Model) -> Claim:
    names = tuple(item.name for item in LEMMAS)
    steps = (epochs_grow, locks_stay)
    return Claim(model, names, steps=steps, pair=Pair, small=BOUNDS, explored=BOUNDS)


def by_hand(of: Claim, name: str) -> tuple[int | None, int]:
    """Return the length of a shortest run whose last step breaks a step property, and how many
    pairs of successive states there are; the first one counts as one, and of a state before a
    step only what the properties read.
    """
    instance = of.model.instance(of.explored, of.parameters, ())
    reference, pairs = Reference(instance), Pairs(of, instance)
    depth = dict.fromkeys(reference.initial(), 0)
    seen = {(_read(instance, state), state) for state in depth}
    waiting, found = deque(depth), None
    while waiting:
        state = waiting.popleft()
        for _, successor in reference.successors(state, ReferenceResult()):
            seen.add((_read(instance, state), successor))
            if found is None and not pairs.holds(state, successor, name):
                found = depth[state] + 1
            if successor not in depth:
                depth[successor] = depth[state] + 1
                waiting.append(successor)
    return found, len(seen)


def _read(instance: Instance, state: Vector) -> Vector:
    columns = [c for c in instance.schema.columns if c.name in ("epoch", "locked")]
    return Projection(instance.layout, tuple(columns))(state)


def test_what_the_interpreter_finds_is_found() -> None:
    of = claim(CARELESS)
    word = explore_steps(of, ["epochs_grow", "locks_stay"])
    assert set(word.runs) == {"epochs_grow"} and word.complete
    length, pairs = by_hand(of, "epochs_grow")
    assert len(word.runs["epochs_grow"]) - 1 == length == 5
    assert word.states == pairs


def test_what_holds_is_explored_to_the_end() -> None:
    of = claim(MODEL)
    word = explore_steps(of, ["epochs_grow", "locks_stay"])
    assert word.complete and not word.runs and word.successive
    assert by_hand(of, "epochs_grow") == (None, word.states)


def test_a_read_is_not_repeatable_without_the_last_stable_offset() -> None:
    of = claim_of(PROOFS["transactions"], ["last_stable_offset"])
    word = explore_steps(of, ["reads_are_repeatable"])
    states = word.runs["reads_are_repeatable"]
    assert len(states) - 1 == 6
    pairs = Pairs(of, word.instance)
    assert not pairs.holds(states[-2], states[-1], "reads_are_repeatable")

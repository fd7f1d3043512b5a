"""The explorer's word about a state, for a model with a canonical form."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Annotated, Any

from checker.explicit.reference import Reference, explore
from checker.lang import Model, Numeric, Record, action, always, require
from checker.symbolic import finite
from checker.symbolic.claim import Claim
from checker.symbolic.counterexample import Counterexample
from checker.symbolic.finite import NOT_REACHED, REACHED, ExploredExamples

if TYPE_CHECKING:
    import pytest

Number = Annotated[int, Numeric("Number", high="numbers")]


class World(Record):
    number: Number
    noted: Number


@action("counter")
def count(world: World) -> None:
    """It counts, one short of the end."""
    require(world.number + 1 < 3, "it is done")
    world.number = world.number + 1


@action("counter")
def copied(world: World) -> None:
    """The number is copied."""
    world.noted = world.number


def forget(world: World) -> None:
    if world.number < 2:
        world.noted = 0


@always("A copy is no larger")
def no_larger(world: World) -> bool:
    return world.noted <= world.number


MODEL = Model("copies", World, [count, copied], [no_larger], None, [forget], bounds={"numbers": 3})
CLAIM = Claim(MODEL, ("no_larger",))


def test_a_state_is_reached_if_its_canonical_form_is() -> None:
    """As the interpreter says of every state of the types."""
    one = CLAIM.instance({"numbers": 3})
    reached, reference = set(explore(one).parents), Reference(one)
    explored, words = ExploredExamples(CLAIM), {}
    for state in product(range(4), repeat=2):
        words[state] = explored.word(Counterexample(one, state))
        assert words[state] == (REACHED if reference.cleaned(state) in reached else NOT_REACHED)
    assert (1, 1) not in reached and words[1, 1] == REACHED
    assert words[3, 3] == NOT_REACHED


def test_equal_bounds_are_explored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checks: list[Any] = []
    check = finite.check
    monkeypatch.setattr(finite, "check", lambda *a, **k: checks.append(a) or check(*a, **k))
    explored = ExploredExamples(CLAIM)
    for numbers in (3, 3, 4, 3):
        example = Counterexample(CLAIM.instance({"numbers": numbers}), (0, 0))
        assert explored.word(example) == REACHED
    assert len(checks) == 2

"""What a model tells of a step besides its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from checker.lang import Model, Numeric, Record, action, function, procedure, require
from checker.lang.telling import StepTold, TellingMachine

if TYPE_CHECKING:
    from checker.lang.telling import Call


Amount = Annotated[int, Numeric("Amount", high=9)]


class Account(Record):
    """Money, and how often some was taken."""

    money: Amount
    taken: Amount


class World(Record):
    """One account."""

    account: Account


@function
def is_enough(world: World, amount: int = 1) -> bool:
    """Return whether there is enough money."""
    return world.account.money >= amount


@procedure
def take(world: World, amount: int) -> int:
    """Take money if there is enough; return what was taken."""
    if not is_enough(world, amount):
        return 0
    world.account.money = world.account.money - amount
    return amount


@action("customer", to="bank")
def visit(world: World, again: bool) -> None:
    """Take 2."""
    require(world.account.taken < 2, "twice is enough")
    world.account.taken = world.account.taken + take(world, 2)
    if again:
        take(world, amount=2)


def said(call: Call) -> str:
    enough = "enough" if is_enough(call["world"]) else "nothing"
    return f"{call['amount']} asked, {call.result} given, {enough} left"


TOLD = {
    visit: lambda call: f"has {call['world'].account.money}, again {call['again']}",
    take: said,
    is_enough: lambda call: "" if call.result else f"not even {call['amount']}",
}


def told(money: int, again: bool, words: object = TOLD) -> StepTold:
    instance = Model("bank", World, [visit], bounds={}).instance()
    machine = TellingMachine(instance.layout, instance.parameters, words)  # type: ignore[arg-type]
    return machine.tell((money, 0), visit.rule, (again,))


def test_an_action_is_asked_before_the_step_and_a_helper_when_it_returns() -> None:
    assert told(3, False) == StepTold("has 3, again False", "2 asked, 2 given, enough left")


def test_helpers_are_told_in_the_order_in_which_they_return() -> None:
    assert told(2, True) == StepTold(
        "has 2, again True",
        "2 asked, 2 given, nothing left; not even 2; 2 asked, 0 given, nothing left",
    )


def test_the_same_words_are_said_once() -> None:
    assert told(4, True, {take: lambda call: "taken"}) == StepTold("", "taken")


def test_a_model_that_tells_nothing() -> None:
    assert told(4, True, {}) == StepTold("", "")

"""A toy model for tests of traces: an account with a limit, and orders that may get lost."""

from __future__ import annotations

from typing import Annotated

from checker.lang import (
    Array,
    Capacity,
    Identity,
    Model,
    Numeric,
    Parameters,
    Queue,
    Record,
    State,
    Subset,
    action,
    always,
    ghost,
    require,
)

Client = Annotated[int, Identity("Client", size=2)]
Amount = Annotated[int, Numeric("Amount", high=5)]
Count = Annotated[int, Numeric("Count", high=9)]


class Door(State):
    OPEN = 0
    SHUT = 1


MAY_FOLLOW = {Door.OPEN: (Door.SHUT,), Door.SHUT: (Door.OPEN,)}


class Settings(Parameters):
    limit: Amount = 3


class World(Record):
    balance: Amount
    door: Door
    served: Subset[Client]
    visits: Array[Client, Count]
    orders: Annotated[Queue[Amount], Capacity(2, "orders")]
    steps: Annotated[Count, ghost]
    settings: Settings


@action("client", to="bank")
def order(world: World, client: Client, amount: Amount) -> None:
    """Client {client} orders {amount}."""
    require(world.door == Door.OPEN, "the bank is shut")
    require(0 < amount < 3, "nobody orders that much")
    require(world.orders.length < 2, "the queue is full")
    world.orders.put(amount)
    world.served.add(client)
    world.visits[client] = world.visits[client] + 1
    world.steps = world.steps + 1


@action("bank", to="client", kind="receive")
def pay_out(world: World, lost: bool) -> None:
    """The bank takes an order; lost on its way: {lost}."""
    require(world.orders.length > 0, "there is no order")
    amount = world.orders.take()
    if not lost:
        world.balance = world.balance + amount


@action("bank")
def shut(world: World) -> None:
    """The bank shuts."""
    require(world.door == Door.OPEN, "it is shut already")
    require(world.orders.length == 0, "orders are waiting")
    world.become(Door.SHUT)


@always("The balance stays within the limit")
def within_limit(world: World) -> bool:
    return world.balance <= world.settings.limit


MODEL = Model(name="bank", world=World, actions=[order, pay_out, shut], properties=[within_limit])

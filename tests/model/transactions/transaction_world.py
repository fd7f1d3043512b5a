"""A world of the model of transactions that a test puts together, moves and looks at."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from checker.lang.errors import Blocked
from model.transactions.faults import Fault
from model.transactions.partition import Entry, EntryKind, Outcome
from model.transactions.producer_state import BatchMetadata
from model.transactions.requests import Batch
from model.transactions.world import start, transactions_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.lang import Action, Instance

GROUP = {"groups": 1, "inputs": 2, "generations": 2}
PLAIN: dict[str, int] = {}
EVERY_FAULT = {str(kind): 1 for kind in Fault}
_SIZES = {"coordinator_epochs": 3, "producer_ids": 3, "partitions": 2, "log": 8, "sequences": 9}


@cache
def plain_instance(sizes: tuple[tuple[str, int], ...]) -> Instance:
    """Return the model with every action that these sizes have."""
    return transactions_model(EVERY_FAULT, (), {**_SIZES, **dict(sizes)}, two_steps=True).instance()


class World:
    """One world: `do` takes a step, `blocked` tells why not, `put` and `get` reach any place.

    sizes: bounds that are not the default; settings and budgets are given by name: two faults of
    all kinds, one of each, unless told otherwise. Steps have their effect without canonical forms.
    """

    def __init__(self, sizes: dict[str, int] | None = None, **parameters: int) -> None:
        plain = plain_instance(tuple(sorted((sizes or {}).items())))
        names = {c.name for c in plain.schema.columns if c.parameter}
        values = {f"budgets.{kind}": 1 for kind in Fault}
        for name, value in parameters.items():
            full = next(n for n in (f"settings.{name}", f"budgets.{name}") if n in names)
            values[full] = int(value)
        self.machine = plain.with_parameters(values).machine()
        self.change(start)

    def change(self, rule: Callable[..., Any], *arguments: Any) -> Any:
        """Run any function on the world and return what it returns."""
        return self.machine.run(tuple(self.machine.cells), rule, arguments)

    def do(self, step: Action[Any], *arguments: Any) -> World:
        """Take a step."""
        self.change(step.rule, *arguments)
        return self

    def blocked(self, step: Action[Any], *arguments: Any) -> str:
        """Return why a step is not possible."""
        before = tuple(self.machine.cells)
        try:
            self.do(step, *arguments)
        except Blocked as reason:
            self.machine.cells[:] = before
            return reason.text
        raise AssertionError(f"{step.name}{arguments} is possible")

    def put(self, **places: Any) -> World:
        """Set places of the world: `clients_0__state` is `clients[0].state`.

        A set or a list fills a set of the world, or a sequence by its elements' fields.
        """
        for place, value in places.items():
            self.change(_set, _path(place), value)
        return self

    def get(self, place: str) -> Any:
        """Return what stands at a place such as `clients[0].state`."""
        return self.change(lambda world: _plain(_reach(world, _steps(place))))

    def log(self, partition: int = 0) -> list[tuple[str, str, int, int]]:
        """Return a partition's log: kind, outcome, epoch and content of each entry."""
        return list(self.change(lambda world: list(_entries(world, partition))))

    def state(self, partition: int = 0, producer_id: int = 0) -> dict[str, Any]:
        """Return what a partition knows of a producer id."""
        place = f"partitions[{partition}].producers[{producer_id}]"
        fields = ("epoch", "in_transaction", "coordinator_epoch", "guard.epoch")
        found = {name: self.get(f"{place}.{name}") for name in fields}
        found["window"] = self.change(
            lambda world: [int(b.sequence) for b in _reach(world, _steps(f"{place}.window"))]
        )
        return found


def batch(**fields: Any) -> Callable[[], Batch]:
    """Return a function that makes a batch: producer id 0, epoch 0, sequence 0 unless told."""
    return lambda: Batch(**{"producer_id": 0, "epoch": 0, "sequence": 0, **fields})


def entry(kind: EntryKind = EntryKind.TRANSACTIONAL, **fields: Any) -> dict[str, Any]:
    """Return the fields of an entry of a log; a transactional one is open unless told."""
    return {"kind": kind, **fields}


COMMITTED = {"outcome": Outcome.COMMITTED}
ABORTED = {"outcome": Outcome.ABORTED}


def _entries(world: Any, partition: int) -> Iterator[tuple[str, str, int, int]]:
    log = world.partitions[partition].log
    for position in range(int(log.length)):
        found = log[position]
        outcome = Outcome(found.outcome).name if found.kind == EntryKind.TRANSACTIONAL else ""
        yield EntryKind(found.kind).name, outcome, int(found.epoch), int(found.value)


def _path(place: str) -> str:
    """`clients_0__state` as `clients[0].state`."""
    return re.sub(r"_(\d+)(?=__|$)", r"[\1]", place).replace("__", ".")


def _steps(path: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in re.findall(r"\w+", path)]


def _reach(world: Any, steps: list[str | int]) -> Any:
    for step in steps:
        world = world[step] if isinstance(step, int) else getattr(world, step)
    return world


def _plain(value: Any) -> Any:
    return value if not hasattr(value, "has") else {k for k in range(8) if _has(value, k)}


def _has(members: Any, key: int) -> bool:
    sizes = members.node.keys
    return bool(key < (sizes[0].size or 0) and members.has(key))


def _set(world: Any, path: str, value: Any) -> None:
    *rest, last = _steps(path)
    holder = _reach(world, rest)
    if isinstance(value, set):
        getattr(holder, str(last)).clear()
        for member in value:
            getattr(holder, str(last)).add(member)
    elif isinstance(value, list):
        _fill(getattr(holder, str(last)), value)
    elif isinstance(last, int):
        holder[last] = value
    else:
        setattr(holder, last, value)


def _fill(sequence: Any, values: list[Any]) -> None:
    """Fill a log with entries, or a window with sequence numbers."""
    sequence.clear()
    for value in values:
        if isinstance(value, dict):
            sequence.append(Entry(**value))
        else:
            sequence.put(BatchMetadata(sequence=value))

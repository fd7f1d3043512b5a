"""A world of the Kafka model that a test puts together, moves and looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from checker.lang.errors import Blocked
from model.producer import BatchState
from model.requests import ProduceRequest
from model.world import kafka_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.lang import Action
    from model.world import World

T = TypeVar("T")
MODEL = kafka_model()


class Kafka:
    """One world: `do` takes a step, `blocked` tells why not, `change` and `see` reach anywhere.

    Settings and budgets are given by name; steps have their effect without the canonical forms.
    """

    def __init__(self, bounds: Any = None, **parameters: Any) -> None:
        names = {c.name for c in MODEL.instance(bounds).schema.columns if c.parameter}
        values = {
            next(n for n in (f"settings.{name}", f"budgets.{name}") if n in names): int(value)
            for name, value in parameters.items()
        }
        self.machine = MODEL.instance(bounds, values).machine()
        self.change(MODEL.start)

    def change(self, rule: Callable[..., Any] | None, *arguments: Any) -> Any:
        """Run any function on the world."""
        assert rule is not None
        return self.machine.run(tuple(self.machine.cells), rule, arguments)

    def see(self, rule: Callable[[World], T]) -> T:
        """Return what a function says about the world."""
        found: T = self.change(rule)
        return found

    def do(self, step: Action[Any], *arguments: Any) -> Kafka:
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

    def log(self) -> list[int]:
        """Return the records in the log."""
        return self.see(lambda w: [stored.record for stored in w.partition.log])

    def stored(self) -> list[tuple[int, int, int, int]]:
        """Return the log: record, producer id, epoch and sequence."""
        return self.see(
            lambda w: [(s.record, s.producer_id, s.epoch, s.sequence) for s in w.partition.log]
        )

    def states(self) -> list[str]:
        """Return the states of the batches."""
        return self.see(lambda w: [BatchState(b).name for b in states(w)])

    def queue(self) -> list[int]:
        """Return the records that wait to be sent."""
        return self.see(lambda w: list(w.producer.accumulator))

    def wire(self) -> list[int]:
        """Return the records on the connection."""
        return self.see(lambda w: [request.record for request in w.connection.requests])

    def late(self) -> list[list[int]]:
        """Return the records on each abandoned connection."""
        return self.see(lambda w: [[r.record for r in late.requests] for late in lates(w)])

    def numbers(self) -> tuple[int, int, int, int, int]:
        """Return producer id, epoch, next, last acknowledged and unresolved sequence."""
        return self.see(
            lambda w: (
                w.producer.numbers.producer_id,
                w.producer.numbers.epoch,
                w.producer.numbers.next_sequence,
                w.producer.numbers.last_acknowledged,
                w.producer.numbers.unresolved,
            )
        )

    def sequences(self) -> list[int]:
        """Return the sequences of the batches."""
        return self.see(lambda w: [w.producer.batches[r].sequence for r in records(w)])


def records(world: World) -> range:
    """Return the numbers of the records."""
    return range(world.producer.accumulator.room)


def states(world: World) -> list[int]:
    """Return the states of the batches."""
    return [world.producer.batches[record].state for record in records(world)]


def lates(world: World) -> list[Any]:
    """Return the abandoned connections."""
    return [world.late[k] for k in range(world.late.node.keys[0].size or 0)]


def request(record: int, sequence: int = -1, epoch: int = 0, producer_id: int = 0) -> Any:
    """Return a function that makes a request."""
    return lambda: ProduceRequest(
        record=record, sequence=sequence, epoch=epoch, producer_id=producer_id
    )

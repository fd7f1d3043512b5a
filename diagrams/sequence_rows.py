"""What a run looks like row by row, whatever it is drawn with."""

from dataclasses import dataclass
from enum import Enum

from diagrams.sequence import Run, RunStep


class Shape(Enum):
    """What a row shows on the lifelines."""

    POINT = "point"  # something happens at one role
    SENT = "sent"  # an arrow with an open head: the message is on its way
    DELIVERED = "delivered"  # an arrow with a full head: the message is taken
    TAKEN = "taken"  # a message that an earlier row shows on its way is taken
    LOST = "lost"  # an arrow that ends in a cross
    ABANDONED = "abandoned"  # a broken arrow that stops on the way
    LATE = "late"  # a broken arrow with a full head
    CRASH = "crash"
    FAULT = "fault"  # a crash after which the role goes on
    HANDOVER = "handover"  # the work of one role goes over to another
    REMARK = "remark"


@dataclass(frozen=True)
class Row:
    """One row of a sequence diagram; roles are positions, counted from 0.

    `number` is None where the row belongs to the step above. An arrow runs from `start` to
    `end`. `taken_from` is the number of the step that sent what a TAKEN or LATE row takes. `down`
    are the roles that have crashed and not acted since; handing over work is done to a role.
    """

    number: int | None
    band: int
    shape: Shape
    start: int | None
    end: int | None
    text: str
    changes: tuple[str, ...]
    taken_from: int | None
    down: frozenset[int]


_SHAPES = {
    "local": Shape.POINT,
    "send": Shape.SENT,
    "receive": Shape.DELIVERED,
    "lost": Shape.LOST,
    "abandon": Shape.ABANDONED,
    "late": Shape.LATE,
    "crash": Shape.CRASH,
    "fault": Shape.FAULT,
    "failover": Shape.HANDOVER,
    "note": Shape.REMARK,
}
_TOWARDS_THE_ROLE = (Shape.DELIVERED, Shape.LATE)


def rows(run: Run) -> tuple[Row, ...]:
    """The rows of a run, in order."""
    places = {role: place for place, role in enumerate(run.roles)}
    origins = _origins(run)
    found: list[Row] = []
    down: frozenset[int] = frozenset()
    band = 0
    for position, step in enumerate(run.steps):
        new = position == 0 or run.steps[position - 1].number != step.number
        band += new and position > 0
        own = places.get(step.role)
        shape, start, end = _drawn(step, places, position in origins)
        if own is not None and shape not in (Shape.REMARK, Shape.HANDOVER):
            down -= {own}
        found.append(
            Row(
                number=step.number if new else None,
                band=band,
                shape=shape,
                start=start,
                end=end,
                text=step.text,
                changes=step.changes,
                taken_from=step.takes or origins.get(position),
                down=down,
            )
        )
        if own is not None and shape is Shape.CRASH:
            down |= {own}
    return tuple(found)


def _drawn(
    step: RunStep, places: dict[str, int], is_taken: bool
) -> tuple[Shape, int | None, int | None]:
    """The shape of a step and the ends of its arrow."""
    own = places.get(step.role)
    other = None if step.target is None else places[step.target]
    shape = Shape.TAKEN if is_taken else _SHAPES[step.kind]
    if shape is Shape.HANDOVER and other is None:
        shape = Shape.FAULT
    if shape in (Shape.CRASH, Shape.FAULT, Shape.REMARK, Shape.POINT):
        return shape, own, None
    if other == own or other is None:
        return Shape.POINT, own, None
    if shape in _TOWARDS_THE_ROLE or shape is Shape.TAKEN:
        return shape, other, own
    return shape, own, other


def _origins(run: Run) -> dict[int, int]:
    """The position of each `receive` whose message was sent in the run, with the number of the
    step that sent it."""
    waiting: dict[tuple[str, str], list[RunStep]] = {}
    origins: dict[int, int] = {}
    for position, step in enumerate(run.steps):
        if step.target is None or step.target == step.role:
            continue
        if step.kind == "send":
            waiting.setdefault((step.role, step.target), []).append(step)
        elif step.kind in ("receive", "late") and step.takes is None:
            sent = _taken(step, waiting.get((step.target, step.role), []))
            if sent is not None and step.kind == "receive":
                origins[position] = sent.number
    return origins


def _taken(step: RunStep, waiting: list[RunStep]) -> RunStep | None:
    """Remove and return the message that a step takes.

    The oldest that fits; but where several are about the very same thing, all but the last are
    copies that were given up: a late step takes the first of them, others the last.
    """
    fitting = [sent for sent in waiting if _agree(sent, step)]
    if not fitting:
        return None
    same = [sent for sent in fitting if sent.subject and sent.subject == fitting[0].subject]
    found = same[-1] if same and step.kind == "receive" else fitting[0]
    waiting.remove(found)
    return found


def _agree(one: RunStep, other: RunStep) -> bool:
    """Whether two steps are about the same thing as far as both say."""
    said = dict(one.subject)
    return all(said.get(name, value) == value for name, value in other.subject)

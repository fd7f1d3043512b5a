"""A state chart as neutral data: what is drawn, not how."""

from dataclasses import dataclass

from diagrams.errors import InvalidDiagram


@dataclass(frozen=True)
class Move:
    """One arrow of a state chart.

    `labels` name what causes the move, in the order they are shown. A forbidden move is one
    that the chart does not allow; it is drawn in red, as a warning.
    """

    source: str
    target: str
    labels: tuple[str, ...] = ()
    forbidden: bool = False


@dataclass(frozen=True)
class Chart:
    """The states of one role and the moves between them.

    States and moves are drawn in the order given. Moves with the same source, target and
    `forbidden` are one arrow with all their labels.

    Raises:
        InvalidDiagram: no state, a state listed twice, or a move or start outside the states.
    """

    title: str
    states: tuple[str, ...]
    initial: str | None
    moves: tuple[Move, ...]

    def __post_init__(self) -> None:
        known = set(self.states)
        if not known:
            raise InvalidDiagram(f"The chart {self.title!r} has no states.")
        if len(known) != len(self.states):
            raise InvalidDiagram(f"The chart {self.title!r} lists a state twice.")
        ends = [end for move in self.moves for end in (move.source, move.target)]
        if self.initial is not None:
            ends.append(self.initial)
        for end in ends:
            if end not in known:
                raise InvalidDiagram(f"The chart {self.title!r} has no state {end!r}.")

    def arrows(self) -> tuple[Move, ...]:
        """The moves with parallel ones merged: one per (source, target, forbidden)."""
        merged: dict[tuple[str, str, bool], dict[str, None]] = {}
        for move in self.moves:
            labels = merged.setdefault((move.source, move.target, move.forbidden), {})
            labels.update(dict.fromkeys(move.labels))
        return tuple(
            Move(source, target, tuple(labels), forbidden)
            for (source, target, forbidden), labels in merged.items()
        )

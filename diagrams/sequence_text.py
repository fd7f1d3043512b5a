"""Runs as plain text for a terminal, by default at most 100 columns wide."""

from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len

from diagrams.logs_text import logs_text
from diagrams.sequence import Run
from diagrams.sequence_rows import Row, Shape, rows
from diagrams.words import clean, wrap

COLUMNS = 100
LEAST_COLUMNS = 60
NUMBER_COLUMNS = 5
LEAST_TEXT_COLUMNS = 32
NARROWEST_LANE = 7
WIDEST_LANE = 16
ABANDONED = (
    "╌○ is left on a connection that was given up; ╌7► is taken late, after it was left in step 7."
)
_CROSS = "\N{BOX DRAWINGS LIGHT DIAGONAL CROSS}"
_LINES = {Shape.LOST: "╌", Shape.ABANDONED: "╌", Shape.LATE: "╌", Shape.HANDOVER: "═"}
_MARKS = {
    **{Shape.POINT: "●", Shape.TAKEN: "●", Shape.REMARK: "○"},
    **{Shape.CRASH: _CROSS, Shape.FAULT: _CROSS},
}


def run_text(run: Run, columns: int = COLUMNS) -> str:
    """The run with a lifeline for each role and what happens beside it.

    Roles that are too many to leave room for text have the text below their lifelines; with
    more than 19 roles the lines are longer than 100 columns.

    Args:
        run: What happened.
        columns: The width of the terminal; less than LEAST_COLUMNS counts as that.
    """
    lanes = _Lanes.for_run(run, max(columns, LEAST_COLUMNS))
    lines = [*lanes.header(run.roles), lanes.lifelines(frozenset())]
    if run.title:
        lines = [*wrap(run.title, lanes.columns, cell_len), "", *lines]
    for row in rows(run):
        lines += _step(row, lanes)
    if any(step.kind == "abandon" for step in run.steps):
        lines += ["", *wrap(ABANDONED, lanes.columns, cell_len)]
    if run.logs:
        lines += ["", *logs_text(run.logs, lanes.columns)]
    if run.broken is not None:
        lines += ["", *_banner(run.broken, lanes.columns)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


@dataclass(frozen=True)
class _Lanes:
    """The columns of the lifelines; names wider than a lane take turns to be high."""

    count: int
    width: int
    columns: int
    take_turns: bool

    @classmethod
    def for_run(cls, run: Run, columns: int) -> "_Lanes":
        count = len(run.roles)
        longest = max(cell_len(word) for role in run.roles for word in clean(role).split() or [""])
        beside_text = (columns - NUMBER_COLUMNS - LEAST_TEXT_COLUMNS) // count
        above_text = max((columns - NUMBER_COLUMNS) // count, 5)
        most = min(beside_text if beside_text >= NARROWEST_LANE else above_text, WIDEST_LANE)
        wanted = max(longest + 2, 11)
        if wanted <= most:
            return cls(count, wanted, columns, False)
        return cls(count, max(min(most, longest // 2 + 2), min(most, 9)), columns, count > 1)

    @property
    def end(self) -> int:
        """The first column after the lanes."""
        return NUMBER_COLUMNS + self.count * self.width

    @property
    def room(self) -> int:
        """The columns left for text beside the lanes."""
        return self.columns - self.end

    def middle(self, role: int) -> int:
        """The column of a role's lifeline."""
        return NUMBER_COLUMNS + role * self.width + self.width // 2

    def header(self, roles: tuple[str, ...]) -> list[str]:
        """The names of the roles, each above its lifeline, the last lines level."""
        if not self.take_turns:
            return self._names(roles, range(self.count), self.width - 1)
        room = min(2 * self.width - 2, 2 * (NUMBER_COLUMNS + self.width // 2))
        high = self._names(roles, range(0, self.count, 2), room)
        low = self._names(roles, range(1, self.count, 2), room)
        between = [self.middle(role) for role in range(0, self.count, 2)]
        return [*high, *(_with_marks(line, between) for line in low)]

    def _names(self, roles: tuple[str, ...], shown: range, room: int) -> list[str]:
        """The names of some of the roles, the last lines level."""
        names = {role: wrap(roles[role], room, cell_len) for role in shown}
        height = max(len(name) for name in names.values())
        lines = []
        for level in range(height):
            line = ""
            for role, name in names.items():
                above = height - len(name)
                text = name[level - above] if level >= above else ""
                start = self.middle(role) - max(cell_len(text) - 1, 0) // 2
                line += " " * (start - cell_len(line)) + text
            lines.append(line)
        return lines

    def lifelines(self, down: frozenset[int]) -> str:
        """A line with nothing but the lifelines; those of roles that are down are dotted."""
        line = [" "] * self.end
        for role in range(self.count):
            line[self.middle(role)] = "┊" if role in down else "│"
        return "".join(line)


def _with_marks(line: str, columns: list[int]) -> str:
    """The line with a lifeline in each of the columns where it is blank."""
    letters = list(line.ljust(max(columns) + 1))
    for column in columns:
        if cell_len(line) == len(line) and letters[column] == " ":
            letters[column] = "│"
    return "".join(letters)


def _step(row: Row, lanes: _Lanes) -> list[str]:
    beside = lanes.room >= LEAST_TEXT_COLUMNS
    indent = lanes.end if beside else NUMBER_COLUMNS
    words = wrap(row.text, lanes.columns - indent, cell_len)
    for change in row.changes:
        first, *others = wrap(change, lanes.columns - indent - 2, cell_len) or [""]
        words += [f"· {first}", *(f"  {other}" for other in others)]
    if not beside:
        return [_picture(row, lanes), *(" " * indent + word for word in words)]
    after = row.down | {row.start} if row.shape is Shape.CRASH else row.down
    empty = lanes.lifelines(frozenset(role for role in after if role is not None))
    pairs = zip_longest([_picture(row, lanes)], words)
    return [f"{left or empty}{word or ''}" for left, word in pairs]


def _picture(row: Row, lanes: _Lanes) -> str:
    """The lifelines with the arrow or the mark of one row."""
    line = list(lanes.lifelines(row.down))
    if row.number is not None:
        line[:NUMBER_COLUMNS] = f"{row.number:>{NUMBER_COLUMNS - 2}}  "
    if row.start is None:
        return "".join(line)
    start = lanes.middle(row.start)
    if row.end is None:
        line[start] = _MARKS[row.shape]
        return "".join(line)
    end = lanes.middle(row.end)
    if row.shape is Shape.TAKEN:
        _draw_taken(line, row, start, end)
    else:
        _draw_arrow(line, row.shape, start, end)
        if row.shape is Shape.LATE and row.taken_from is not None:
            _draw_sender(line, row.taken_from, start, end)
    return "".join(line)


def _draw_arrow(line: list[str], shape: Shape, start: int, end: int) -> None:
    ahead = 1 if end > start else -1
    for column in range(start + ahead, end, ahead):
        line[column] = "┼" if line[column] in "│┊" else _LINES.get(shape, "─")
    line[start] = "├" if end > start else "┤"
    if shape is Shape.LOST:
        line[end - 2 * ahead : end : ahead] = [_CROSS, " "]
    elif shape is Shape.ABANDONED:
        line[end - 2 * ahead : end : ahead] = ["○", " "]
    elif shape is Shape.SENT:
        line[end - ahead] = ">" if end > start else "<"
    else:
        line[end - ahead] = "►" if end > start else "◄"


def _draw_taken(line: list[str], row: Row, start: int, end: int) -> None:
    """The end of an arrow whose beginning an earlier row shows, with that row's number."""
    assert row.taken_from is not None
    line[end] = _MARKS[row.shape]
    line[end - 1 if end > start else end + 1] = "►" if end > start else "◄"
    _draw_sender(line, row.taken_from, start, end)


def _draw_sender(line: list[str], step: int, start: int, end: int) -> None:
    """The number of the step that sent what an arrow ends with, before its head."""
    sent_in = str(step)
    first = end - 1 - len(sent_in) if end > start else end + 2
    line[first : first + len(sent_in)] = sent_in


def _banner(text: str, columns: int) -> list[str]:
    words = wrap(text, columns - 4, cell_len)
    width = max((cell_len(word) for word in words), default=0)
    frame = "═" * (width + 2)
    inside = [f"║ {word}{' ' * (width - cell_len(word))} ║" for word in words]
    return [f"╔{frame}╗", *inside, f"╚{frame}╝"]

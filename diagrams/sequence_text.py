"""Runs as plain text for a terminal, at most 100 columns wide."""

from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len

from diagrams.sequence import Run
from diagrams.sequence_rows import Row, Shape, rows
from diagrams.words import clean, wrap

COLUMNS = 100
NUMBER_COLUMNS = 5
LEAST_TEXT_COLUMNS = 40
NARROWEST_LANE = 7
WIDEST_LANE = 16
_CROSS = "\N{BOX DRAWINGS LIGHT DIAGONAL CROSS}"
_LINES = {Shape.LOST: "╌", Shape.LATE: "╌", Shape.HANDOVER: "═"}
_MARKS = {Shape.POINT: "●", Shape.TAKEN: "●", Shape.CRASH: _CROSS, Shape.REMARK: "○"}


def run_text(run: Run) -> str:
    """The run with a lifeline for each role and what happens beside it.

    Roles that are too many to leave room for text have the text below their lifelines; with
    more than 19 roles the lines are longer than 100 columns.
    """
    lanes = _Lanes.for_run(run)
    lines = [clean(run.title), "", *lanes.header(run.roles), lanes.lifelines(frozenset())]
    for row in rows(run):
        lines += _step(row, lanes)
    if run.broken is not None:
        lines += ["", *_banner(run.broken)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


@dataclass(frozen=True)
class _Lanes:
    """The columns of the lifelines."""

    count: int
    width: int

    @classmethod
    def for_run(cls, run: Run) -> "_Lanes":
        count = len(run.roles)
        longest = max(cell_len(word) for role in run.roles for word in clean(role).split() or [""])
        beside_text = (COLUMNS - NUMBER_COLUMNS - LEAST_TEXT_COLUMNS) // count
        above_text = max((COLUMNS - NUMBER_COLUMNS) // count, 5)
        most = beside_text if beside_text >= NARROWEST_LANE else above_text
        return cls(count, min(max(longest + 2, 11), most, WIDEST_LANE))

    @property
    def end(self) -> int:
        """The first column after the lanes."""
        return NUMBER_COLUMNS + self.count * self.width

    @property
    def room(self) -> int:
        """The columns left for text beside the lanes."""
        return COLUMNS - self.end

    def middle(self, role: int) -> int:
        """The column of a role's lifeline."""
        return NUMBER_COLUMNS + role * self.width + self.width // 2

    def header(self, roles: tuple[str, ...]) -> list[str]:
        """The names of the roles, each above its lifeline, the last lines level."""
        names = [wrap(role, self.width - 1, cell_len) for role in roles]
        height = max(len(name) for name in names)
        lines = []
        for level in range(height):
            line = " " * NUMBER_COLUMNS
            for name in names:
                above = height - len(name)
                line += _centred(name[level - above] if level >= above else "", self.width)
            lines.append(line)
        return lines

    def lifelines(self, down: frozenset[int]) -> str:
        """A line with nothing but the lifelines; those of roles that are down are dotted."""
        line = [" "] * self.end
        for role in range(self.count):
            line[self.middle(role)] = "┊" if role in down else "│"
        return "".join(line)


def _step(row: Row, lanes: _Lanes) -> list[str]:
    beside = lanes.room >= LEAST_TEXT_COLUMNS
    indent = lanes.end if beside else NUMBER_COLUMNS
    words = wrap(row.text, COLUMNS - indent, cell_len)
    for change in row.changes:
        first, *others = wrap(change, COLUMNS - indent - 2, cell_len) or [""]
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
    return "".join(line)


def _draw_arrow(line: list[str], shape: Shape, start: int, end: int) -> None:
    ahead = 1 if end > start else -1
    for column in range(start + ahead, end, ahead):
        line[column] = "┼" if line[column] in "│┊" else _LINES.get(shape, "─")
    line[start] = "├" if end > start else "┤"
    if shape is Shape.LOST:
        line[end - 2 * ahead : end : ahead] = [_CROSS, " "]
    elif shape is Shape.SENT:
        line[end - ahead] = ">" if end > start else "<"
    else:
        line[end - ahead] = "►" if end > start else "◄"


def _draw_taken(line: list[str], row: Row, start: int, end: int) -> None:
    """The end of an arrow whose beginning an earlier row shows, with that row's number."""
    line[end] = _MARKS[row.shape]
    sent_in = str(row.taken_from)
    if end > start:
        line[end - 1] = "►"
        line[end - 1 - len(sent_in) : end - 1] = sent_in
    else:
        line[end + 1] = "◄"
        line[end + 2 : end + 2 + len(sent_in)] = sent_in


def _banner(text: str) -> list[str]:
    words = wrap(text, COLUMNS - 4, cell_len)
    width = max((cell_len(word) for word in words), default=0)
    frame = "═" * (width + 2)
    inside = [f"║ {word}{' ' * (width - cell_len(word))} ║" for word in words]
    return [f"╔{frame}╗", *inside, f"╚{frame}╝"]


def _centred(text: str, width: int) -> str:
    before = max((width - cell_len(text) + 1) // 2, 0)
    return (" " * before + text).ljust(width - cell_len(text) + len(text))

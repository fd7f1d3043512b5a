"""The matrix as a table: in a terminal, as Markdown and as HTML, with any words in it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from checker.report.matrix import Cell, Explored, Matrix, RowAnswer
from checker.report.matrix_html import matrix_html
from checker.report.matrix_text import WIDTH, matrix_markdown, matrix_text
from specs.transactions import GUARANTEES

EVIL = '<b>|"x"&*_`'


def matrix(*verdicts: str) -> Matrix:
    """A mode with one guarantee for each verdict, and one that is asked for less."""
    cells = {f"g{n}_{v}": Cell(v, 7 if v == "broken" else None) for n, v in enumerate(verdicts)}
    sentences = {name: f"{EVIL} of {name}" for name in cells}
    explored = {
        "none": Explored({"in_all": 0}, 1234, True, cells),
        "nothing of the kind": None,
        "all": Explored({"in_all": 2, "crashes": 1}, 5678, True, cells),
    }
    settings, scope = {"group.id": EVIL}, {"records": 2}
    full = RowAnswer("full", f"Full {EVIL}", "full", settings, scope, sentences, explored)
    first = dict(list(cells.items())[:1])
    few = {**explored, "all": Explored({"in_all": 2}, 5678, True, first), "none": None}
    one = RowAnswer("one", "One", None, {}, scope, dict.fromkeys(first, EVIL), few)
    columns = {name: f"what {name} is {EVIL}" for name in explored}
    return Matrix("4.2", "3.9", columns, "all", (full, one))


class Page(HTMLParser):
    """Counts the elements of a page and keeps its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.titles: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.titles += [value or "" for name, value in attrs if name == "title"]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_page_holds_every_text_as_text() -> None:
    page = Page(matrix_html(matrix("holds", "broken")))
    assert page.open == []
    assert "b" not in page.tags
    assert page.tags.count("table") == 4
    text = "".join(page.words)
    assert f"Full {EVIL}" in text
    assert f"group.id={EVIL}" in text
    assert "BROKEN in 7" in text
    assert f"{EVIL} of g0_holds" in page.titles
    assert "5,678 states, faults: in_all=2, crashes=1" in page.titles
    assert f"g0 holds{EVIL} of g0_holds{EVIL}" in text
    assert f"nonewhat none is {EVIL}" in text


def test_a_page_explains_every_verdict_in_its_colour() -> None:
    """The legend says each cell's words as a cell does, under the same class."""
    page = matrix_html(matrix("holds", "broken"))
    legend = page.partition('<table class="legend">')[2].partition("</table>")[0]
    for verdict in ("holds", "broken", "vacuous", "inconclusive", "not-applicable"):
        shown = Cell(verdict, 7 if verdict == "broken" else None).words
        assert f'<td class="{verdict}">{shown.replace("7", "N")}</td>' in legend
        assert f".{verdict}" in page.partition("</style>")[0]


def test_markdown_holds_every_text_as_text() -> None:
    text = matrix_markdown(matrix("holds", "broken"))
    assert "<b>" not in text
    assert "## Full \\<b\\>\\|" in text
    tables = [line for line in text.splitlines() if line.startswith("| ")]
    assert tables
    assert [line.replace("\\|", "").count("|") for line in tables] == [4] * 9 + [3] * 3


def test_a_terminal_shows_all_of_it() -> None:
    lines = matrix_text(matrix("holds", "broken", "inconclusive", "vacuous")).splitlines()
    assert max(map(len, lines)) <= WIDTH
    text = "\n".join(lines)
    assert "brokers 4.2, clients 3.9" in text
    assert "Where it holds, all states of the scope were explored: records=2;" in text
    assert "states: none 1,234, all 5,678." in text
    assert "not decided" in text
    (row,) = (line for line in lines if line.startswith("g1 broken"))
    assert row.split() == ["g1", "broken", "BROKEN", "in", "7", "-"]


def test_all_guarantees_of_kafka_fit_a_terminal() -> None:
    cells = {item.name: Cell("broken", 17) for item in GUARANTEES}
    explored = {name: Explored({}, 1, True, cells) for name in ("transaction timeouts", "all")}
    sentences = {item.name: item.sentence for item in GUARANTEES}
    row = RowAnswer("exactly-once: all", "All", "none", {}, {}, sentences, explored)
    columns = dict.fromkeys(explored, "what it is")
    lines = matrix_text(Matrix("4.2", "4.2", columns, "all", (row,))).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert any(line.startswith("  transaction timeouts BROKEN") for line in lines)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        (("holds", "broken"), 0),
        (("broken",), 0),
        (("holds", "inconclusive"), 3),
        (("vacuous", "holds"), 4),
        (("vacuous", "inconclusive"), 3),
    ],
)
def test_the_exit_code_says_whether_every_cell_is_decided(
    verdicts: tuple[str, ...], code: int
) -> None:
    assert matrix(*verdicts).exit_code == code


@pytest.mark.parametrize("verdict", ["holds", "vacuous", "inconclusive"])
def test_the_first_line_claims_no_more_than_was_explored(verdict: str) -> None:
    made = matrix("broken", verdict)
    is_explored = verdict != "inconclusive"
    claims = (matrix_text(made), matrix_markdown(made), matrix_html(made))
    assert [("every cell was explored" in text.lower()) for text in claims] == [is_explored] * 3
    assert [("not every cell is decided" in text.lower()) for text in claims] == [
        not is_explored
    ] * 3


def test_cells_that_no_mode_has_are_not_applicable() -> None:
    document = matrix("holds", "broken").as_json()
    assert [row["cells"] for row in document["rows"]] == [
        {"g0_holds": "holds", "g1_broken": "broken"},
        {"g0_holds": "holds", "g1_broken": "not-applicable"},
    ]
    assert document["rows"][0]["by_fault"]["nothing of the kind"] is None

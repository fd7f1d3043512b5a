"""The matrix of delivery modes for a terminal and as Markdown."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from checker.report.matrix import listed, scope_line, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.report.matrix import Matrix, RowAnswer

WIDTH = 100
INDENT = 2
NOTE = "BROKEN in N: N steps, the shortest run that breaks it; -: the mode has no such thing."
_MARKUP = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>|#"})

Rows = list[list[str]]


def matrix_text(matrix: Matrix) -> str:
    """Return the matrix: one table of all modes, then one of each mode with every kind of fault."""
    lines = [_headline(matrix), "", *_aligned(summary(matrix)), "", *_wrapped(NOTE)]
    for row in matrix.rows:
        lines += ["", row.title, ""]
        lines += [*_wrapped(f"Settings: {listed(row.settings)}.", "  ")]
        lines += [*_wrapped(f"Really gives: {row.gives or 'not decided'}.", "  "), ""]
        lines += [f"  {line}" for line in _aligned(details(matrix, row))]
        lines += ["", *_wrapped(scope_line(row), "  ")]
    lines += ["", "Faults:"]
    for name, what in matrix.columns.items():
        lines += _wrapped(f"{name}: {what}.", "  ")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def matrix_markdown(matrix: Matrix) -> str:
    """Return the matrix as Markdown."""
    lines = [_escaped(_headline(matrix)), "", *_table(summary(matrix)), "", _escaped(NOTE)]
    for row in matrix.rows:
        lines += ["", f"## {_escaped(row.title)}", ""]
        lines += [f"Settings: {_escaped(listed(row.settings))}.", ""]
        lines += [f"Really gives: {_escaped(row.gives or 'not decided')}.", ""]
        lines += [*_table(details(matrix, row)), "", _escaped(scope_line(row))]
    lines += ["", "## Faults", ""]
    lines += [f"- {_escaped(name)}: {_escaped(what)}." for name, what in matrix.columns.items()]
    return "\n".join(lines) + "\n"


def summary(matrix: Matrix) -> Rows:
    """Return the table mode x guarantee, with all faults."""
    head = ["", *(row.mode for row in matrix.rows)]
    body = [
        [words(name), *(row.cell(name, matrix.last).words for row in matrix.rows)]
        for name in matrix.guarantees
    ]
    return [head, *body, ["really gives", *(row.gives or "not decided" for row in matrix.rows)]]


def details(matrix: Matrix, row: RowAnswer) -> Rows:
    """Return the table fault x guarantee of one mode."""
    shown = [name for name in matrix.columns if row.explored[name] is not None]
    head = ["", *(words(name) for name in row.sentences)]
    return [head, *([name, *(row.cell(g, name).words for g in row.sentences)] for name in shown)]


def _headline(matrix: Matrix) -> str:
    clients = "" if matrix.client == matrix.kafka else f", clients {matrix.client}"
    return f"Delivery modes, {matrix.coverage}: brokers {matrix.kafka}{clients}."


def _aligned(rows: Rows) -> list[str]:
    """Return a table whose cells are broken at spaces, so that it fits a terminal."""
    widths, between = _widths(rows)
    lines = []
    for number, row in enumerate(rows):
        cells = [textwrap.wrap(t, w) or [""] for t, w in zip(row, widths, strict=True)]
        for level in range(max(map(len, cells))):
            texts = [cell[level] if level < len(cell) else "" for cell in cells]
            lines.append(between.join(f"{t:{w}}" for t, w in zip(texts, widths, strict=True)))
        if number == 0:
            lines.append(between.join("-" * width for width in widths))
    return lines


def _widths(rows: Rows) -> tuple[list[int], str]:
    """Return the widths of columns, and what is between them.

    Each is as wide as its longest word; where there is room, as its longest cell, then its head.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(len(word) for text in c for word in text.split() or [""]) for c in columns]
    widths[0] = max(map(len, columns[0]))
    between = "  " if sum(widths) + 2 * len(widths) + INDENT <= WIDTH else " "
    room = WIDTH - INDENT - sum(widths) - len(between) * (len(widths) - 1)
    for first in (1, 0):
        for place, column in enumerate(columns):
            wanted = max(map(len, column[first:]), default=0) - widths[place]
            if 0 < wanted <= room:
                widths[place] += wanted
                room -= wanted
    return widths, between


def _table(rows: Rows) -> list[str]:
    head, *body = [f"| {' | '.join(_escaped(text) for text in row)} |" for row in rows]
    return [head, "|" + " --- |" * len(rows[0]), *body]


def _escaped(text: str) -> str:
    return text.translate(_MARKUP)


def _wrapped(text: str, indent: str = "") -> Sequence[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
    )

"""The matrix of delivery modes as one HTML page, without anything from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from checker.report.matrix import NOT_APPLICABLE, listed, scope_line, words
from checker.report.matrix_text import NOTE

if TYPE_CHECKING:
    from checker.report.matrix import Cell, Explored, Matrix, RowAnswer

_STYLE = (
    "body{font-family:Verdana,DejaVu Sans,sans-serif;color:#1f2933;margin:2em;max-width:80em}"
    "table{border-collapse:collapse;margin:1em 0}"
    "th,td{border:1px solid #9aa5b1;padding:.3em .6em;text-align:left;font-size:.9em}"
    "th{background:#e8f1fb}.holds{background:#e6f4ea}.broken{background:#fdecea;color:#c62828}"
    ".inconclusive,.vacuous{background:#fff3d1}.not-applicable{color:#9aa5b1}"
)


def matrix_html(matrix: Matrix) -> str:
    """Return the page; every text is escaped."""
    clients = "" if matrix.client == matrix.kafka else f", clients {matrix.client}"
    title = f"Delivery modes of Kafka: brokers {matrix.kafka}{clients}"
    body = [f"<h1>{escape(title)}</h1>", "<p>Every cell was explored.</p>", _summary(matrix)]
    body.append(f"<p>{escape(NOTE)}</p>")
    body += [_mode(matrix, row) for row in matrix.rows]
    body.append("<h2>Faults</h2>\n<dl>")
    body += [
        f"<dt>{escape(name)}</dt><dd>{escape(what)}</dd>" for name, what in matrix.columns.items()
    ]
    body.append("</dl>")
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    page = "\n".join(body)
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>\n{page}\n</body></html>\n'


def _summary(matrix: Matrix) -> str:
    guarantees = "".join(f"<th>{escape(words(name))}</th>" for name in matrix.guarantees)
    rows = [f"<tr><th></th>{guarantees}<th>really gives</th></tr>"]
    for row in matrix.rows:
        found = row.explored[matrix.last]
        cells = "".join(_cell(row.cell(name, matrix.last), found) for name in matrix.guarantees)
        gives = escape(row.gives or "not decided")
        rows.append(f"<tr><th>{escape(row.mode)}</th>{cells}<td>{gives}</td></tr>")
    return "<table>\n" + "\n".join(rows) + "\n</table>"


def _mode(matrix: Matrix, row: RowAnswer) -> str:
    head = "".join(
        f'<th title="{escape(sentence)}">{escape(words(name))}</th>'
        for name, sentence in row.sentences.items()
    )
    lines = [f"<h2>{escape(row.title)}</h2>", f"<p>Settings: {escape(listed(row.settings))}.</p>"]
    lines += ["<table>", f"<tr><th></th>{head}</tr>"]
    for column in matrix.columns:
        found = row.explored[column]
        if found is not None:
            cells = "".join(_cell(row.cell(name, column), found) for name in row.sentences)
            lines.append(f"<tr><th>{escape(column)}</th>{cells}</tr>")
    return "\n".join([*lines, "</table>", f"<p>{escape(scope_line(row))}</p>"])


def _cell(cell: Cell, found: Explored | None) -> str:
    """A cell, whose title says how much was explored for it."""
    scope = ""
    if found is not None and cell.verdict != NOT_APPLICABLE:
        faults = listed({name: n for name, n in found.faults.items() if n}) or "none"
        scope = f' title="{escape(f"{found.states:,} states, faults: {faults}")}"'
    return f'<td class="{escape(cell.verdict)}"{scope}>{escape(cell.words)}</td>'

"""The matrix of delivery modes as one HTML page, without anything from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from checker.report.matrix import NOT_APPLICABLE, listed, scope_line, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.report.matrix import Cell, Explored, Matrix, RowAnswer

_STYLE = (
    "body{font-family:Verdana,DejaVu Sans,sans-serif;color:#1f2933;margin:2em;max-width:80em}"
    "table{border-collapse:collapse;margin:1em 0;display:block;overflow-x:auto}"
    "th,td{border:1px solid #9aa5b1;padding:.3em .6em;text-align:left;font-size:.9em}"
    "th{background:#e8f1fb}.holds{background:#e6f4ea}.broken{background:#fdecea;color:#c62828}"
    ".inconclusive,.vacuous{background:#fff3d1}.not-applicable{color:#52606d}"
    "td{white-space:nowrap}dt{font-weight:bold;margin-top:.4em}"
)
_LEGEND = (
    ("holds", "holds", "every run of the scope was looked at, and none breaks it"),
    ("broken", "BROKEN in N", "the shortest run that breaks it has N steps"),
    ("vacuous", "vacuous", "it holds, but what some run should show was never seen"),
    ("inconclusive", "inconclusive", "not all of the scope was explored"),
    ("not-applicable", "-", "the mode has no such thing"),
)


def matrix_html(matrix: Matrix) -> str:
    """Return the page; every text is escaped."""
    clients = "" if matrix.client == matrix.kafka else f", clients {matrix.client}"
    title = f"Delivery modes of Kafka: brokers {matrix.kafka}{clients}"
    body = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{matrix.coverage.capitalize()}.</p>",
        _summary(matrix),
    ]
    body.append(_legend())
    body += [_mode(matrix, row) for row in matrix.rows]
    body.append(_listing("Guarantees", _sentences(matrix)))
    body.append(_listing("Faults", [(name, [what]) for name, what in matrix.columns.items()]))
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head += f"<title>{escape(title)}</title><style>{_STYLE}</style>"
    page = "\n".join(body)
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>\n{page}\n</body></html>\n'


def _legend() -> str:
    """What the words in the cells mean, in their colours."""
    rows = [
        f'<tr><td class="{kind}">{escape(shown)}</td><td>{escape(meaning)}</td></tr>'
        for kind, shown, meaning in _LEGEND
    ]
    return '<table class="legend">\n' + "\n".join(rows) + "\n</table>"


def _sentences(matrix: Matrix) -> list[tuple[str, list[str]]]:
    """Each guarantee with its sentences: with transactions it can be another one."""
    found: dict[str, dict[str, None]] = {}
    for row in matrix.rows:
        for name, sentence in row.sentences.items():
            found.setdefault(words(name), {})[sentence] = None
    return [(name, list(sentences)) for name, sentences in found.items()]


def _listing(title: str, items: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Names with what they are."""
    rows = [
        f"<dt>{escape(name)}</dt>" + "".join(f"<dd>{escape(text)}</dd>" for text in texts)
        for name, texts in items
    ]
    return "\n".join([f"<h2>{escape(title)}</h2>", "<dl>", *rows, "</dl>"])


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

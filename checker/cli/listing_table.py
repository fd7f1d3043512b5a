"""Tables of `eoscheck list`, as wide as the terminal."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING

from checker.report.files import write_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.lang.model import Instance


def show_table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Write rows in columns; the last column, which may be long, goes below the others."""
    widths = [max(len(row[k]) for row in [headings, *rows]) for k in range(len(headings) - 1)]
    room = max(60, min(100, shutil.get_terminal_size().columns)) - 4
    lines = []
    for row in [headings, *rows]:
        cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join(cells).rstrip())
        lines += [f"    {line}" for line in textwrap.wrap(row[-1], room)]
    write_out("\n".join(lines) + "\n")


def parameters_of(instance: Instance, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return parameters with their values."""
    columns, values = instance.schema.by_name, instance.parameters
    return [(name.rpartition(".")[2], columns[name].scalar.text(values[name])) for name in names]


def show_values(rows: Sequence[tuple[str, str]]) -> None:
    """Write names with their defaults, each pair on one line."""
    width = max([len("name"), *(len(name) for name, _ in rows)])
    lines = [f"{name:{width}}  {value}" for name, value in [("name", "default"), *rows]]
    write_out("\n".join(lines) + "\n" if rows else "none\n")

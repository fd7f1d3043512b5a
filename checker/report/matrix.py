"""The matrix of delivery modes as data: what contract C2 writes, and what tables show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.report.answer import BROKEN, HOLDS

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "eoscheck/matrix@1"
NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True)
class Cell:
    """What exploring showed of one guarantee; steps: of the shortest run that breaks it."""

    verdict: str
    steps: int | None = None

    @property
    def words(self) -> str:
        """The cell in a table."""
        if self.verdict == BROKEN:
            return f"BROKEN in {self.steps}"
        return "-" if self.verdict == NOT_APPLICABLE else self.verdict

    def as_json(self) -> dict[str, Any]:
        """Return the cell for the document."""
        return {"verdict": self.verdict, "steps": self.steps}


@dataclass(frozen=True)
class Explored:
    """One exploration: the faults that were allowed, how much there was, a cell per guarantee."""

    faults: Mapping[str, int]
    states: int
    complete: bool
    cells: Mapping[str, Cell]

    def as_json(self) -> dict[str, Any]:
        """Return the exploration for the document."""
        return {
            "faults": dict(self.faults),
            "states": self.states,
            "complete": self.complete,
            "cells": {name: cell.as_json() for name, cell in self.cells.items()},
        }


@dataclass(frozen=True)
class RowAnswer:
    """One delivery mode.

    gives: the mode that its settings really give; settings: with the facts about the applications;
    scope: the sizes that were explored; sentences: of the guarantees that it is asked for;
    explored: by kind of fault, None where there is none.
    """

    mode: str
    title: str
    gives: str | None
    settings: Mapping[str, str]
    scope: Mapping[str, int]
    sentences: Mapping[str, str]
    explored: Mapping[str, Explored | None]

    def cell(self, guarantee: str, column: str) -> Cell:
        """Return a cell; not applicable where the mode has no such guarantee or fault."""
        found = self.explored[column]
        return Cell(NOT_APPLICABLE) if found is None else found.cells.get(guarantee, _NONE)


_NONE = Cell(NOT_APPLICABLE)


@dataclass(frozen=True)
class Matrix:
    """The whole matrix.

    columns: what each kind of fault is; last: the one with all faults, which the cells of contract
    C2 speak about.
    """

    kafka: str
    client: str
    columns: Mapping[str, str]
    last: str
    rows: tuple[RowAnswer, ...]

    @property
    def guarantees(self) -> tuple[str, ...]:
        """The guarantees of all modes, those that most have first."""
        asked = [name for row in self.rows for name in row.sentences]
        names = dict.fromkeys(asked)
        return tuple(sorted(names, key=lambda name: -asked.count(name)))

    def as_json(self) -> dict[str, Any]:
        """Return the document of contract C2."""
        return {
            "schema": SCHEMA,
            "kafka": self.kafka,
            "client": self.client,
            "faults": dict(self.columns),
            "rows": [self._row(row) for row in self.rows],
        }

    def _row(self, row: RowAnswer) -> dict[str, Any]:
        return {
            "mode": row.mode,
            "gives": row.gives,
            "settings": dict(row.settings),
            "scope": dict(row.scope),
            "guarantees": dict(row.sentences),
            "cells": {name: row.cell(name, self.last).verdict for name in self.guarantees},
            "by_fault": {
                name: None if found is None else found.as_json()
                for name, found in row.explored.items()
            },
        }

    @property
    def exit_code(self) -> int:
        """Contract C1 for a table: 0 if every cell is decided, else 3, or 4 for vacuous ones."""
        verdicts = {
            cell.verdict
            for row in self.rows
            for found in row.explored.values()
            if found is not None
            for cell in found.cells.values()
        }
        open_ones = verdicts - {HOLDS, BROKEN}
        if not open_ones:
            return 0
        return 4 if open_ones == {"vacuous"} else 3

    @property
    def coverage(self) -> str:
        """Whether every cell was explored, in words."""
        return "not every cell is decided" if self.exit_code == 3 else "every cell was explored"


def words(name: str) -> str:
    """Return a guarantee's name in words."""
    return name.replace("_", " ")


def listed(values: Mapping[str, object]) -> str:
    """Return values as people write them on a command line."""
    return ", ".join(f"{name}={value}" for name, value in values.items())


def scope_line(row: RowAnswer) -> str:
    """Say what "holds" means in a row: how much was explored."""
    states = [f"{name} {e.states:,}" for name, e in row.explored.items() if e is not None]
    whole = all(e.complete for e in row.explored.values() if e is not None)
    extent = "all states of the scope were explored" if whole else "NOT all states were explored"
    return f"Where it holds, {extent}: {listed(row.scope)}; states: {', '.join(states)}."

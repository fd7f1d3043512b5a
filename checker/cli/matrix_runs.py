"""Explores the settings of every delivery mode under every kind of fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.cli.answers import raise_model_error
from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import BROKEN, HOLDS, VACUOUS, check
from checker.lang.errors import EoscheckError
from checker.lang.rules import ALWAYS
from checker.report.matrix import Cell, Explored, Matrix, RowAnswer
from checker.settings.matrix_rows import ALL, COLUMNS, ROWS
from checker.settings.modes import mode_of
from checker.settings.pipelines import pipeline_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checker.explicit.compiled import Compiled
    from checker.explicit.explorer import Checked, Limits
    from checker.lang.model import Instance
    from checker.settings.matrix_rows import FaultColumn, ModeRow
    from checker.settings.pipeline import Pipeline
    from checker.settings.versions import Version

BUDGETS = "budgets."
IN_ALL = f"{BUDGETS}in_all"
MOST = 2
"""How many faults a run may have."""


def explore_matrix(
    kafka: Version,
    client: Version,
    bounds: Mapping[str, int],
    limits: Limits,
    told: Callable[[str], None],
) -> Matrix:
    """Return the matrix; told: is called with what is explored next.

    Raises EoscheckError for a bound that no model has.
    """
    _check_bounds(bounds, kafka, client)
    runs = _Runs(bounds, limits)
    rows = []
    for row in ROWS:
        told(row.mode)
        rows.append(runs.row(row, kafka, client))
    columns = {column.name: column.what for column in COLUMNS}
    return Matrix(str(kafka), str(client), columns, ALL, tuple(rows))


def _check_bounds(bounds: Mapping[str, int], kafka: Version, client: Version) -> None:
    """Raise EoscheckError for a bound that no model has, or that is 0."""
    models = [pipeline_of(row.choice(kafka, client)).model for row in ROWS]
    known = dict.fromkeys(name for model in models for name in model.bounds)
    for name, value in bounds.items():
        if name not in known:
            raise EoscheckError(f"there is no bound {name!r}; bounds are: {', '.join(known)}")
        if value == 0:
            raise EoscheckError(f"--bound {name} must be at least 1")


class _Runs:
    """The explorations; code is shared by all that differ in parameters alone."""

    def __init__(self, bounds: Mapping[str, int], limits: Limits) -> None:
        self.bounds = bounds
        self.limits = limits
        self.instance: Instance | None = None
        self.compiled: Compiled | None = None

    def row(self, row: ModeRow, kafka: Version, client: Version) -> RowAnswer:
        """Explore the settings of one mode under every kind of fault."""
        choice = row.choice(kafka, client)
        pipeline = pipeline_of(choice)
        sizes = pipeline.model.bounds
        own = {name: size for name, size in self.bounds.items() if name in sizes}
        plain = pipeline.model.instance({**sizes, **own})
        if self.instance is None or self.instance.model is not plain.model:
            self.instance, self.compiled = plain, compile_instance(plain)
        chosen = plain.with_parameters(pipeline.parameters(choice, plain.bounds))
        explored = {column.name: self._explore(chosen, pipeline, column) for column in COLUMNS}
        last = explored[ALL]
        assert last is not None
        gives = mode_of({name: cell.verdict for name, cell in last.cells.items()}, pipeline.modes)
        sentences = {item.name: item.sentence for item in plain.properties if item.kind == ALWAYS}
        return RowAnswer(
            row.mode, row.title, gives, row.settings, dict(plain.bounds), sentences, explored
        )

    def _explore(
        self, instance: Instance, pipeline: Pipeline, column: FaultColumn
    ) -> Explored | None:
        budgets = _budgets(instance, pipeline, column)
        if budgets is None:
            return None
        checked = check(instance.with_parameters(budgets), self.compiled, self.limits)
        raise_model_error(checked)
        asked = [item for item in instance.properties if item.kind == ALWAYS]
        return Explored(
            {name.removeprefix(BUDGETS): count for name, count in budgets.items()},
            checked.exploration.states,
            checked.complete,
            {item.name: _cell(checked, item.name) for item in asked},
        )


def _budgets(instance: Instance, pipeline: Pipeline, column: FaultColumn) -> dict[str, int] | None:
    """Return the budgets of a kind of fault, None where the model knows no such faults."""
    names = [name for name in instance.parameters if name.startswith(BUDGETS)]
    if column.kinds is None:
        return {name: instance.parameters[name] for name in names}
    if pipeline.name not in column.kinds:
        return None
    kinds = {f"{BUDGETS}{kind}" for kind in column.kinds[pipeline.name]}
    return {name: MOST if name == IN_ALL else int(name in kinds) for name in names}


def _cell(checked: Checked, name: str) -> Cell:
    """Return the verdict; what holds is vacuous where a witness was not reached."""
    verdict = checked.verdicts[name]
    if verdict == BROKEN:
        return Cell(verdict, len(checked.runs[name]) - 1)
    if verdict == HOLDS and VACUOUS in checked.verdicts.values():
        return Cell(VACUOUS)
    return Cell(verdict)

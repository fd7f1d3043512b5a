"""Looks for a known bug: its scenario in every family of versions, and with the fix."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from checker.cli.answers import raise_model_error, trace_of
from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import BROKEN, Limits, check
from checker.lang.rules import ALWAYS
from checker.report.bugs import BugAnswer, CaseAnswer
from checker.settings.bug_catalogue import HOLDS, NOT_APPLICABLE, VIOLATED
from checker.settings.scenario_file import find_scenario, parameters_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.explicit.compiled import Compiled
    from checker.explicit.explorer import Checked
    from checker.lang.model import Instance
    from checker.settings.bug_catalogue import Bug, Case
    from specs.scenario import Scenario

INCONCLUSIVE = "inconclusive"
VACUOUS = "vacuous"


def reproduce(bug: Bug, limits: Limits, traces: bool) -> BugAnswer:
    """Explore a bug's scenario in every family, where it is older, and with its fix."""
    listed = BugAnswer(
        bug.name,
        bug.title,
        bug.tickets,
        bug.affected,
        bug.story,
        bug.violates,
        bug.scenario,
        bug.fixed_by,
        bug.changes,
        bug.reason,
        bug.remark,
    )
    if not bug.scenario:
        return listed
    runs = _Runs(bug, find_scenario(bug.scenario), limits, traces)
    families = {name: runs.explore(case) for name, case in bug.cases.items()}
    before = None if bug.before is None else runs.explore(bug.before)
    cases = [*bug.cases.values(), *([] if bug.before is None else [bug.before])]
    broken = [case for case in cases if case.expected == BROKEN]
    fixed = {case.label: runs.explore(_with_fix(case, bug), fixed=True) for case in broken}
    return replace(listed, families=families, before=before, fixed=fixed)


def _with_fix(case: Case, bug: Bug) -> Case:
    on = (*case.on, *(switch for switch in bug.fix if switch not in case.on))
    off = tuple(switch for switch in case.off if switch not in bug.fix)
    return replace(case, on=on, off=off, expected=HOLDS)


class _Runs:
    """The explorations of one bug: one program, other values of its parameters."""

    def __init__(self, bug: Bug, scenario: Scenario, limits: Limits, traces: bool) -> None:
        self.bug = bug
        self.scenario = scenario
        self.limits = limits
        self.traces = traces
        self.plain: Instance = scenario.model().instance()
        self.compiled: Compiled = compile_instance(self.plain)

    def explore(self, case: Case, fixed: bool = False) -> CaseAnswer:
        """Return the verdict of one case; fixed: with what the fix changes in the scenario."""
        if case.expected == NOT_APPLICABLE:
            return CaseAnswer(case.words, NOT_APPLICABLE, NOT_APPLICABLE)
        scenario = self.bug.changed(self.scenario) if fixed else self.scenario
        parameters = parameters_at(scenario, case.kafka, case.client, case.on, case.off)
        began = time.perf_counter()
        checked = check(self.plain.with_parameters(parameters), self.compiled, self.limits)
        raise_model_error(checked)
        broken = {
            item.name: len(checked.runs[item.name]) - 1
            for item in self.plain.properties
            if item.kind == ALWAYS and checked.verdicts[item.name] == BROKEN
        }
        shown, steps = self._shown(broken)
        trace = trace_of(checked, shown) if shown and self.traces else None
        return CaseAnswer(
            case.words,
            _verdict(checked, broken),
            case.expected,
            steps,
            checked.exploration.states,
            time.perf_counter() - began,
            broken,
            shown,
            trace,
        )

    def _shown(self, broken: Mapping[str, int]) -> tuple[str, int | None]:
        """Return the guarantee whose run tells this bug's story, and the run's length.

        Of those that the bug is known for, the one that is broken first.
        """
        known = {VIOLATED[name] for name in self.bug.violates if name in VIOLATED}
        fitting = [name for name in broken if name in known] or list(broken)
        if not fitting:
            return "", None
        shown = min(fitting, key=lambda name: broken[name])
        return shown, broken[shown]


def _verdict(checked: Checked, broken: dict[str, int]) -> str:
    if broken:
        return BROKEN
    if not checked.complete:
        return INCONCLUSIVE
    return VACUOUS if VACUOUS in checked.verdicts.values() else HOLDS

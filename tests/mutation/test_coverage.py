"""Every step of the model happens somewhere, and every guarantee can be broken."""

import importlib
import pkgutil

import pytest
from mutation_scopes import SCOPES, Choice, matching, read_scope
from scope_runs import seen

import model.transactions
from checker.lang import Action
from checker.settings.scenario_file import named_files, read_scenario
from specs.transactions import GUARANTEES

pytestmark = [pytest.mark.xdist_group("coverage"), pytest.mark.timeout(900)]

# Scopes whose first run of each version takes all steps; the file says what else they show.
COVERING = (
    "late-marker",
    "late-end-txn",
    "late-produce-two-steps",
    "late-add-partitions",
    "stale-coordinator",
    "late-offsets",
    "repeated-completion-zombie",
    "late-offset-commit",
    "zombie-consumer",
    "by-consumer",
    "refused-batches",
    "refused-records",
    "failures",
    "raw-alone",
    "raw-client-ahead",
)


def all_actions():
    modules = pkgutil.iter_modules(model.transactions.__path__)
    members = [vars(importlib.import_module(f"model.transactions.{m.name}")) for m in modules]
    return {item.name for each in members for item in each.values() if isinstance(item, Action)}


@pytest.fixture(scope="module")
def runs():
    return {(name, choice): seen(name, choice) for name in COVERING for choice in SCOPES[name]}


def test_every_step_happens_in_some_scope(runs):
    fired = frozenset().union(*(run.fired for run in runs.values()))
    assert sorted(all_actions() - fired) == []


def test_runs_have_the_figures_that_the_files_pin(runs):
    pinned = {}
    for name, choice in runs:
        row = matching(read_scope(name), choice)
        if row is not None:
            expected = tuple(row.figures[key] for key in ("states", "transitions", "depth"))
            pinned[name, choice] = expected, frozenset(row.broken)
    found = {key: (runs[key].figures, runs[key].broken) for key in pinned}
    assert found == pinned
    assert {name for name, _ in pinned} == set(COVERING)


def test_every_guarantee_is_broken_by_some_version_switch_or_setting(runs):
    broken = frozenset().union(*(run.broken for run in runs.values()))
    for file in named_files().values():
        for row in read_scenario(file).expected:
            broken |= set(row.broken)
    assert {guarantee.name for guarantee in GUARANTEES} - broken == set()


def test_a_step_that_is_not_in_a_scope_is_missed():
    assert "elect_unclean" not in seen("late-marker", Choice("4.2")).fired
    assert "elect_unclean" in all_actions()

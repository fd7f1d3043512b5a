"""SPIN and Rumur find the errors that we find, and the witnesses that we reach."""

from __future__ import annotations

import pytest
from export_models import BROKEN
from peer_cases import CASES, FORMS, SPIN, Case, kafka, search, slice_of
from zoo import POST_OFFICE

from bench.tools import run_spin
from checker.explicit.explorer import DEADLOCK, check
from checker.export import export
from checker.lang import Model, Record, action, require
from checker.lang.rules import ALWAYS, SOMETIMES
from checker.lang.slicing import slice_instance

ERRORS = {name: case for name, case in BROKEN.items() if name != "a deadlock"}
PLAIN = kafka(
    {"records": 1, "replicas": 2},
    {"acks": 1, "replication_factor": 2, "min_insync_replicas": 1},
    leader_failures=1,
)
SMALL = [case for case in CASES if case.model.name != "kafka"]


def named(case: Case, kind: str, verdict: str) -> list[str]:
    """Return the properties of a kind that have this verdict."""
    verdicts = case.check().verdicts
    return [p.name for p in case.model.properties if p.kind == kind and verdicts[p.name] == verdict]


@pytest.mark.parametrize("tool", FORMS)
@pytest.mark.parametrize("what", ERRORS)
def test_what_is_wrong_with_a_model_is_found(what: str, tool: str) -> None:
    model, witness = ERRORS[what]
    assert search(slice_of(Case(model), *names(model)), tool, witness).error is not None


def names(model: Model) -> list[str]:
    return [item.name for item in model.properties]


@pytest.mark.parametrize("tool", FORMS)
def test_a_guarantee_of_kafka_is_broken_alike(tool: str) -> None:
    assert named(PLAIN, ALWAYS, "broken") == ["no_loss"]
    assert search(slice_of(PLAIN, "no_loss"), tool).error is not None
    assert search(slice_of(PLAIN, "no_duplicates", "order"), tool).error is None


@pytest.mark.parametrize("tool", FORMS)
def test_witnesses_are_reached_alike(tool: str) -> None:
    pairs = [
        (case, name, verdict)
        for case in SMALL[:12]
        for verdict in ("holds", "vacuous")
        for name in named(case, SOMETIMES, verdict)
    ]
    assert {verdict for _, _, verdict in pairs} == {"holds", "vacuous"}
    for case, name, verdict in pairs:
        error = search(slice_of(case, name), tool, name).error
        assert (error is not None) is (verdict == "holds"), f"{case}: {name}"


class Fuse(Record):
    burnt: bool


@action("current")
def burn(world: Fuse) -> None:
    """The fuse burns."""
    require(not world.burnt, "it is burnt")
    world.burnt = True


STUCK = Model("fuse", Fuse, [burn], deadlock=True)
CUT = BROKEN["a deadlock"][0]


@pytest.mark.parametrize(
    ("model", "properties", "ours", "theirs"),
    [
        (STUCK, [], "broken", True),
        (POST_OFFICE, [], "broken", True),
        (CUT, [], "holds", False),
        (CUT, ["three"], "inconclusive", True),
    ],
    ids=["stuck", "waiting", "without room", "cut"],
)
def test_deadlocks_are_found_by_spin(
    model: Model, properties: list[str], ours: str, theirs: bool
) -> None:
    """A state in which every step is cut is no deadlock for us, as there could be more room."""
    checked = check(model.instance(properties=properties))
    found = run_spin(export(slice_instance(checked.instance), "promela"), **SPIN)
    assert checked.verdicts[DEADLOCK] == ours
    assert ("invalid end state" in (found.error or "")) is theirs

"""Because and fix: minimal, and verified by exploring again."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from settings_check import BROKER, CONSUMER, PRODUCER, Pair

from checker.advice.advise import advise
from checker.advice.changes import Change, apply, possible_changes, upgrades
from checker.advice.search import FixSearch
from checker.cli.check_settings import kafka_instance, steps_of
from checker.explicit.explorer import BROKEN, HOLDS, check
from checker.settings.choice import Choice, read_choice
from checker.settings.pipelines import pipeline_of
from checker.settings.values import Role
from model.settings import Acks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from checker.explicit.explorer import Checked

GUARANTEES = ("no_loss", "no_duplicates")
OPTIONS: dict[str, Any] = {
    "bounds": (),
    "faults": (),
    "properties": GUARANTEES,
    "switches_on": (),
    "switches_off": (),
}
FORGETFUL = ("commit=before-processing", "on-error=ignore")
CASES = {
    "acks=1": Pair("acks=1\n"),
    "at most once": Pair("acks=0\n", CONSUMER.replace("earliest", "latest"), facts=FORGETFUL),
    "small topic": Pair(
        "enable.idempotence=false\n",
        broker="default.replication.factor=1\nmin.insync.replicas=1\n",
    ),
    "auto commit": Pair(
        consumer=CONSUMER.replace("commit=false", "commit=true"),
        facts=("processing=other-thread",),
    ),
    "unclean": Pair(broker=BROKER.replace("enable=false", "enable=true")),
}


def choice_of(pair: Pair, folder: Path, kafka: str | None = None) -> Choice:
    files = []
    for role in ("producer", "consumer", "broker"):
        files.append(str(folder / role))
        (folder / role).write_text(getattr(pair, role))
    return read_choice(files[0], files[1], files[2], kafka, None, pair.facts)


def explored(
    choice: Choice, checked: Checked | None = None, properties: Sequence[str] = GUARANTEES
) -> Checked:
    instance = kafka_instance(choice, OPTIONS | {"properties": properties})
    return check(instance, None if checked is None else checked.compiled)


def verdict_with(
    choice: Choice, checked: Checked, changes: Sequence[Change], name: str
) -> str | None:
    """The verdict when the changes are made; None if Kafka refuses them."""
    changed = apply(choice, changes)
    return None if changed is None else explored(changed, checked).verdicts[name]


@pytest.mark.parametrize("case", CASES)
def test_a_fix_holds_and_no_part_of_it_does(case: str, tmp_path: Path) -> None:
    choice = choice_of(CASES[case], tmp_path)
    checked = explored(choice)
    advice = advise(choice, checked, steps_of)
    assert set(advice) == {n for n, v in checked.verdicts.items() if v == BROKEN}
    assert advice
    for name, found in advice.items():
        assert found.changes
        assert len(found.changes) == len(found.because)
        assert verdict_with(choice, checked, found.changes, name) == HOLDS
        for size in range(len(found.changes)):
            for part in combinations(found.changes, size):
                assert verdict_with(choice, checked, part, name) in (BROKEN, None)


@pytest.mark.parametrize("case", ["acks=1", "unclean"])
def test_no_smaller_fix_exists(case: str, tmp_path: Path) -> None:
    choice = choice_of(CASES[case], tmp_path)
    checked = explored(choice)
    for name, found in advise(choice, checked, steps_of).items():
        changes = possible_changes(choice, pipeline_of(choice).facts)
        allowed = [c for c in changes if c.is_setting] if found.settings_alone else changes
        for size in range(1, len(found.changes)):
            for smaller in combinations(allowed, size):
                assert verdict_with(choice, checked, smaller, name) != HOLDS


def test_what_a_fix_breaks_is_told(tmp_path: Path) -> None:
    choice = choice_of(Pair(), tmp_path)
    checked = explored(choice)
    found = advise(choice, checked, steps_of)["no_duplicates"]
    assert found.changes == (Change(None, "commit", "before-processing"),)
    assert found.breaks == ("no_loss",)
    assert verdict_with(choice, checked, found.changes, "no_loss") == BROKEN
    assert not found.settings_alone


def test_because_says_where_a_value_stands(tmp_path: Path) -> None:
    choice = choice_of(Pair("# a comment\n\nacks = 1\n"), tmp_path)
    found = advise(choice, explored(choice), steps_of)["no_loss"]
    (cause,) = found.because
    assert (cause.name, cause.text, cause.line) == ("acks", "1", 3)
    assert cause.file == str(tmp_path / "producer")
    assert found.settings_alone
    assert found.finished


def test_a_default_at_fault_has_no_file(tmp_path: Path) -> None:
    choice = choice_of(Pair(broker="unclean.leader.election.enable=false\n"), tmp_path)
    found = advise(choice, explored(choice), steps_of)["no_loss"]
    assert {cause.name for cause in found.because} == {
        "default.replication.factor",
        "min.insync.replicas",
    }
    assert all(cause.file is None for cause in found.because)


def test_no_fix_keeps_records_from_being_written(tmp_path: Path) -> None:
    """min.insync.replicas=2 with one replica: nothing is lost, as nothing is ever acknowledged."""
    choice = choice_of(Pair(broker="num.partitions=3\n"), tmp_path, "3.5")
    blocked = Change(Role.BROKER, "min.insync.replicas", "2")
    assert apply(choice, [blocked]) is None
    enough = Change(Role.BROKER, "default.replication.factor", "3")
    assert apply(choice, [blocked, enough]) is not None
    found = advise(choice, explored(choice), steps_of)["no_loss"]
    assert blocked in found.changes
    assert enough in found.changes


def test_changes_under_which_a_witness_is_not_reached_are_no_fix(tmp_path: Path) -> None:
    choice = choice_of(Pair("acks=1\n"), tmp_path)
    every = (*GUARANTEES, "everything_delivered", "batch_retried")
    base = explored(choice, properties=every)
    assert base.verdicts["everything_delivered"] == HOLDS
    item = next(item for item in base.instance.properties if item.name == "no_loss")
    cure, quiet = Change(Role.PRODUCER, "acks", "all"), Change(None, "on-error", "stop")
    repaired = base.instance.with_parameters({"settings.acks": Acks.ALL})
    blocked = {
        "settings.replication_factor": 2,
        "settings.min_insync_replicas": 3,
        "settings.strict_min_isr": 0,
    }
    instances = {(cure,): repaired, (quiet,): repaired.with_parameters(blocked)}
    search = FixSearch(base, instances.get, steps_of)
    run = steps_of(base, "no_loss")
    assert check(instances[quiet,], base.compiled).verdicts["no_loss"] == HOLDS
    assert search.smallest(item, run, [quiet]) is None
    assert search.smallest(item, run, [quiet, cure]) == (cure,)


def test_newer_brokers_are_the_fix_where_nothing_else_is(tmp_path: Path) -> None:
    choice = choice_of(Pair(), tmp_path, "3.9")
    checked = explored(choice)
    found = advise(choice, checked, steps_of)["no_loss"]
    assert found.changes == (Change(None, "kafka", "4.2"),)
    assert [(cause.name, cause.text, cause.file) for cause in found.because] == [
        ("kafka", "3.9", None)
    ]
    assert found.finished
    assert not found.settings_alone
    assert verdict_with(choice, checked, found.changes, "no_loss") == HOLDS
    for change in possible_changes(choice, pipeline_of(choice).facts):
        assert verdict_with(choice, checked, [change], "no_loss") in (BROKEN, None)


def test_newer_brokers_and_a_setting_together(tmp_path: Path) -> None:
    choice = choice_of(Pair("acks=1\n"), tmp_path, "3.9")
    checked = explored(choice)
    found = advise(choice, checked, steps_of)["no_loss"]
    newer, acks = found.changes
    assert newer == Change(None, "kafka", "4.2")
    assert acks == Change(Role.PRODUCER, "acks", "all")
    assert verdict_with(choice, checked, found.changes, "no_loss") == HOLDS
    assert verdict_with(choice, checked, [newer], "no_loss") == BROKEN
    assert verdict_with(choice, checked, [acks], "no_loss") == BROKEN


def test_the_newest_brokers_have_no_newer_ones(tmp_path: Path) -> None:
    assert upgrades(choice_of(Pair(), tmp_path)) == []
    assert [change.name for change in upgrades(choice_of(Pair(), tmp_path, "4.1"))] == [
        "kafka",
        "client",
    ]


def test_changes_that_kafka_refuses_are_no_fix(tmp_path: Path) -> None:
    choice = choice_of(Pair("acks=1\n" + PRODUCER.replace("acks=all\n", "")), tmp_path)
    idempotence = Change(Role.PRODUCER, "enable.idempotence", "true")
    assert apply(choice, [idempotence]) is None
    assert apply(choice, [idempotence, Change(Role.PRODUCER, "acks", "all")]) is not None


def test_one_setting_is_not_changed_twice(tmp_path: Path) -> None:
    choice = choice_of(Pair(), tmp_path)
    earliest = Change(Role.CONSUMER, "auto.offset.reset", "earliest")
    assert apply(choice, [earliest, Change(Role.CONSUMER, "auto.offset.reset", "none")]) is None

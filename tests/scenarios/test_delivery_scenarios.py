"""Scenarios of the delivery model: settings under Kafka's names, as versions take them."""

import json
from dataclasses import replace

import pytest
from scenario_runs import refusal

from checker.cli.main import run
from checker.lang.errors import EoscheckError
from checker.settings.bug_catalogue import find_bug, read_catalogue
from checker.settings.errors import ConfigRefused
from checker.settings.scenario_file import (
    find_scenario,
    parameters_at,
    read_scenario,
    switches_named,
)
from model.connections import lose_reply, take_late_request
from model.retention import delete_records
from model.settings import Acks, OnError
from model.world import ACTIONS, NEEDS

HEAD = "title = 'A title'\nmodel = 'delivery'\n"

REFUSED = [
    ("title = 'x'\nmodel = 'streams'\n", 2, "model is one of transactions, delivery, not"),
    (HEAD + "late = ['Produce']\n", 3, "there is no 'late'"),
    ("title = 'x'\n[producer]\nacks = 'all'\n", 2, "there is no 'producer'"),
    (
        HEAD + "[scope]\npartitions = 1\n",
        4,
        "there is no 'partitions' in [scope]; it can be: recor",
    ),
    (HEAD + "[faults]\nrebalances = 1\n", 4, "there is no 'rebalances' in [faults]"),
    (HEAD + "with = ['KIP-890']\n", 3, "there is no switch 'KIP-890'; it can be: KIP-101, KAFKA"),
    (HEAD + "properties = ['atomicity']\n", 3, "properties: there is no 'atomicity'"),
    (HEAD + "[application]\noffsets = 'by-consumer'\n", 4, "there is no 'offsets' in [applicat"),
    (HEAD + "[application]\ncommit = 'late'\n", 4, "commit is one of before-processing"),
    (HEAD + "[producer]\nacks = 'two'\n", 4, "Invalid value two for configuration acks"),
    (HEAD + "[producer]\nenable.idempotence = 3\n", 4, "Invalid value 3 for configuration"),
    (HEAD + "[producer]\nacks = 'all'\n'linger.ms' = [1]\n", 5, "linger.ms must be a string"),
    (HEAD + "[producer]\nacks = 'all'\nlinger.min = 1\n", 5, "linger.min"),
    (HEAD + "[producer]\nlinger.min = 1\n", 1, "holds no setting of a producer"),
    (
        HEAD + "[producer]\nacks = '1'\nenable.idempotence = true\n",
        4,
        "Must set acks to all in order to use the idempotent producer",
    ),
    (HEAD + "[producer]\ntransactional.id = 't'\n", 4, "transactional.id is for a scenario of"),
    (HEAD + "producer = 1\n", 3, "producer must be a table"),
]


@pytest.mark.parametrize(("text", "line", "sentence"), REFUSED)
def test_refused_with_file_and_line(tmp_path, text, line, sentence):
    place = "" if "holds no setting" in sentence else f"{line}:"
    assert refusal(tmp_path, text).startswith(f"{place} {sentence}")


def written(tmp_path, text):
    file = tmp_path / "mine.toml"
    file.write_text(HEAD + text)
    return read_scenario(str(file))


def test_settings_are_what_the_versions_make_of_them(tmp_path):
    scenario = written(tmp_path, "[producer]\nmax.in.flight.requests.per.connection = 1\n")
    new, old = (parameters_at(scenario, "4.2", client) for client in ("4.2", "2.8"))
    assert (new["settings.acks"], new["settings.idempotence"]) == (Acks.ALL, 1)
    assert (old["settings.acks"], old["settings.idempotence"]) == (Acks.LEADER, 0)
    assert new["settings.max_in_flight"] == old["settings.max_in_flight"] == 1
    c_client = parameters_at(scenario, "4.2", "librdkafka")
    assert (c_client["settings.acks"], c_client["settings.idempotence"]) == (Acks.ALL, 0)
    assert new["budgets.in_all"] == new["budgets.lost_replies"] == 0


def test_names_with_dots_may_stand_in_quotes(tmp_path):
    bare = written(tmp_path, "[broker]\nmin.insync.replicas = 1\nlog.dir = 'x'\n")
    quoted = written(tmp_path, '[broker]\n"min.insync.replicas" = 1\n')
    assert parameters_at(bare, "4.2", "4.2") == parameters_at(quoted, "4.2", "4.2")
    # A table of brokers is a file of brokers: what it leaves out has Kafka's defaults.
    assert parameters_at(bare, "4.2", "4.2")["settings.replication_factor"] == 1
    none = parameters_at(written(tmp_path, ""), "4.2", "4.2")
    assert (none["settings.replication_factor"], none["settings.min_insync_replicas"]) == (3, 2)


def test_a_version_that_refuses_the_settings_says_where(tmp_path):
    settings = "max.in.flight.requests.per.connection = 9\nenable.idempotence = false\n"
    scenario = written(tmp_path, "[producer]\n" + settings)
    fixed = scenario.with_settings(find_bug("H34a").fix_settings)
    with pytest.raises(ConfigRefused) as refused:
        parameters_at(fixed, "4.2", "4.2")
    assert str(refused.value).startswith(f"{scenario.file}:4: To use the idempotent producer")


def test_facts_switches_and_faults_are_parameters(tmp_path):
    text = (
        "without = ['KAFKA-15583']\n[application]\non-error = 'ignore'\n[faults]\nisr_shrinks = 2\n"
    )
    scenario = written(tmp_path, text)
    found = parameters_at(scenario, "4.2", "4.2")
    assert found["settings.on_error"] == OnError.IGNORE
    assert (found["settings.strict_min_isr"], found["budgets.isr_shrinks"]) == (0, 2)
    asked = switches_named(["kafka-15583"], scenario.vocabulary.switches)
    assert parameters_at(scenario, "4.2", "4.2", asked)["settings.strict_min_isr"] == 1
    assert (scenario.sizes()["faults"], scenario.model().bounds["faults"]) == (2, 2)


def test_a_scenario_has_only_the_steps_that_its_faults_allow(tmp_path):
    scenario = written(tmp_path, "[faults]\nlost_replies = 1\nleader_failures = 0\n")
    actions = set(scenario.model().actions)
    assert actions & set(NEEDS) == {lose_reply, take_late_request}
    assert actions - set(NEEDS) == set(ACTIONS) - set(NEEDS)
    asked = replace(scenario, faults={"deletions": 1})
    assert set(asked.model().actions) & set(NEEDS) == {delete_records}


def test_a_fix_by_settings_changes_them_alone():
    bug = find_bug("H34b")
    before = find_scenario(bug.scenario)
    after = bug.changed(before)
    one, other = (parameters_at(s, "4.2", "4.2") for s in (before, after))
    assert {name for name in one if one[name] != other[name]} == {"settings.max_in_flight"}
    assert bug.changes == ("max.in.flight.requests.per.connection=1",)


def test_a_fix_by_settings_needs_a_scenario_with_settings(tmp_path):
    file = tmp_path / "bugs.toml"
    entry = (
        "[H1]\ntitle = 'x'\nscenario = 'late-marker'\nfix-settings = { producer = { acks = 1 } }\n"
    )
    file.write_text(
        entry + "families = { P0 = 'holds', P1 = 'holds', P2 = 'holds', P3 = 'holds' }\n"
    )
    with pytest.raises(EoscheckError, match=r":4: late-marker names no settings"):
        read_catalogue(str(file))


def test_what_is_assumed_of_a_role_without_a_table_is_told(capsys):
    assert run(("check", "acks-1-failover", "-q", "--format", "json")) == 1
    document = json.loads(capsys.readouterr().out)
    assert any("No broker file was given" in text for text in document["assumptions"])


def test_no_proof_model_speaks_of_delivery(capsys):
    assert run(("prove", "--refinement", "acks-1-failover", "-q")) == 2
    assert "is about delivery" in capsys.readouterr().err

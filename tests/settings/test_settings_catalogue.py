"""The published tables, the page that shows them, and the examples."""

from pathlib import Path

import pytest
from settings_page import PAGE, with_tables

from checker.settings.application import FACTS
from checker.settings.broker import broker_names
from checker.settings.catalogue import defaults_over_time, settings_catalogue
from checker.settings.meanings import MEANINGS
from checker.settings.reader import read_configuration
from checker.settings.values import Role
from checker.settings.versions import LATEST, LIBRDKAFKA, version

EXAMPLES = Path(__file__).parents[2] / "examples"
ROLES = {"producer": Role.PRODUCER, "consumer": Role.CONSUMER, "server": Role.BROKER}


def row(name, release=LATEST):
    return next(entry for entry in settings_catalogue(release) if entry.name == name)


def test_page_shows_the_tables():
    text = PAGE.read_text("utf-8")
    assert text == with_tables(text)
    assert text.count("\n| --- |") == text.count("<!-- table: ") == 6


def test_every_row_says_something():
    for release in (LATEST, version("2.0"), LIBRDKAFKA):
        for entry in settings_catalogue(release):
            assert entry.default
            assert entry.values
            assert entry.meaning.endswith(".")
            assert entry.meaning.isprintable()


def test_every_setting_and_fact_has_a_row():
    names = {(entry.role, entry.name) for entry in settings_catalogue()}
    told = {(str(role), name) for role in Role for name in MEANINGS[role]}
    assert names == told - {("consumer", "enable.auto.offset.store")} | {
        ("application", fact.name) for fact in FACTS
    }


@pytest.mark.parametrize(
    ("name", "release", "default"),
    [
        ("acks", "2.8", "1"),
        ("acks", "3.0", "all"),
        ("retries", "2.0", "0"),
        ("retries", "2.1", "2147483647"),
        ("enable.idempotence", "2.8", "false"),
        ("enable.idempotence", "3.0", "true (without effect unless set)"),
        ("enable.idempotence", "3.0.1", "true"),
        ("enable.idempotence", "3.1", "true (without effect unless set)"),
        ("enable.auto.commit", "4.2", "true"),
        ("transactional.id", "4.2", "none"),
        ("min.insync.replicas", "4.2", "1 (assumed without a file: 2)"),
    ],
)
def test_defaults_by_version(name, release, default):
    assert row(name, version(release)).default == default


def test_rows_come_and_go_with_versions():
    names = [entry.name for entry in settings_catalogue(version("2.0"))]
    assert "delivery.timeout.ms" not in names
    assert "transaction.partition.verification.enable" not in names
    assert row("enable.auto.offset.store", LIBRDKAFKA).default == "true"
    assert row("enable.idempotence", LIBRDKAFKA).default == "false"


def test_changes_of_defaults():
    told = dict(defaults_over_time(Role.PRODUCER))
    assert told["acks"] == "1 from 0.11, all from 3.0"
    assert told["delivery.timeout.ms"] == "120000 from 2.1"
    assert "transactional.id" not in told


def test_broker_names():
    names = broker_names()
    assert len(names) > 380
    assert names["process.roles"] == (version("2.8"), None)
    assert names["zookeeper.connect"] == (version("0.11"), version("4.0"))
    assert all(name == name.strip() for name in names)


FILES = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*.properties"))


@pytest.mark.parametrize("name", FILES)
def test_examples_are_read_without_an_unknown_name(name):
    path = EXAMPLES / name
    release = LIBRDKAFKA if name.startswith("librdkafka") else LATEST
    found = read_configuration(ROLES[path.stem], path, release)
    assert found.unknown == ()
    assert found.accepted


def test_there_are_pairs_of_examples():
    assert {"producer.properties", "consumer.properties", "safe/server.properties"} <= set(FILES)

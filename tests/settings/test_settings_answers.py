"""Refusals and effective values are those of the released clients, release by release."""

from pathlib import Path

import pytest

from checker.settings.errors import ConfigRefused
from checker.settings.properties import parse_properties
from checker.settings.reader import configuration
from checker.settings.values import Role
from checker.settings.versions import KNOWN_RELEASES, LIBRDKAFKA, version

HERE = Path(__file__).parent


def rows(name):
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


(_, *ASKED), *KAFKA = rows("kafka_answers.tsv")
RELEASES = [version(release) for release in ASKED]


def read(role, text, release):
    data = "client.id=x\n" + text.replace("= ", "=\\ ").replace(";", "\n")
    return configuration(Role(role), parse_properties(data.encode(), "f"), release)


def answer(role, text, release):
    try:
        found = read(role, text, release)
    except ConfigRefused as refusal:
        return f"NO {refusal.message}"
    if role == "consumer":
        return f"OK autocommit={found.value('enable.auto.commit').text}"
    told = (
        f"OK acks={found.word('acks')} retries={found.number('retries')} "
        f"idempotence={found.value('enable.idempotence').text}"
    )
    timeout = found.effective.get("delivery.timeout.ms")
    return told if timeout is None else f"{told} delivery={timeout.value}"


def expected(cells):
    """Spread a row's answers, given from a release on, over all releases."""
    from_release = {version(cell.split(" ")[0]): cell.split(" ", 1)[1] for cell in cells}
    current = ""
    for release in RELEASES:
        current = from_release.get(release, current)
        yield release, current


def test_releases_are_all_there():
    assert {release.release for release in RELEASES} == set(KNOWN_RELEASES)
    assert len(KAFKA) > 300


@pytest.mark.parametrize("part", range(8))
def test_java_clients(part):
    wrong = []
    for role, text, *cells in KAFKA[part::8]:
        for release, told in expected(cells):
            ours = answer(role, text, release)
            if ours != told and not (told == "OK" and ours.startswith("OK")):
                wrong.append((str(release), text, told, ours))
    assert wrong == []


def test_librdkafka():
    wrong = []
    for role, text, told in rows("librdkafka_answers.tsv"):
        try:
            read(role, text if role == "producer" else f"group.id=g;{text}", LIBRDKAFKA)
            ours = "OK"
        except ConfigRefused as refusal:
            ours = f"NO {refusal.message}"
        if ours != told:
            wrong.append((text, told, ours))
    assert wrong == []


@pytest.mark.parametrize(
    ("release", "text", "line"),
    [
        ("3.2", "enable.idempotence=true;acks=1", 3),
        ("3.2", "acks=1;enable.idempotence=true", 2),
        ("2.0", "enable.idempotence=true;retries=0", 3),
        ("4.0", "linger.ms=1;max.in.flight.requests.per.connection=6", 3),
        ("3.9", "acks=0;transactional.id=t", 3),
        ("4.2", "delivery.timeout.ms=1;linger.ms=7", 2),
        ("4.2", "acks=1;acks=2", 3),
        ("4.2", "retries=many", 2),
    ],
)
def test_place_of_a_refusal(release, text, line):
    with pytest.raises(ConfigRefused) as caught:
        read("producer", text, version(release))
    assert (caught.value.file, caught.value.line) == ("f", line)
    assert str(caught.value) == f"f:{line}: {caught.value.message}"
    assert caught.value.involved[0].line == line


def test_every_involved_setting_is_told():
    with pytest.raises(ConfigRefused) as caught:
        read("producer", "acks=0;retries=0;transactional.id=t", version("3.9"))
    assert [value.name for value in caught.value.involved] == [
        "transactional.id",
        "retries",
        "acks",
    ]


@pytest.mark.parametrize(
    ("release", "idempotent"),
    [("2.8", False), ("3.0", False), ("3.0.1", True), ("3.1", False), ("3.1.1", True),
     ("3.2", True), ("4.2", True)],
)  # fmt: skip
def test_idempotence_by_default(release, idempotent):
    found = read("producer", "", version(release))
    assert found.flag("enable.idempotence") is idempotent
    assert (found.values["enable.idempotence"].value is True) == (version(release).major >= 3)


def test_quiet_switch_off_is_told_with_its_causes():
    found = read("producer", "acks=1;retries=0", version("3.5"))
    (adjustment,) = found.adjustments
    assert adjustment.name == "enable.idempotence"
    assert [(cause.name, cause.line) for cause in adjustment.causes] == [
        ("retries", 3),
        ("acks", 2),
    ]
    assert found.notes == (
        "Kafka 3.5 switches enable.idempotence off, because of retries=0 and acks=1.",
    )
    assert found.values["enable.idempotence"].value is True
    assert found.value("enable.idempotence").value is False
    assert not found.value("enable.idempotence").given


def test_oldest_idempotent_producer_has_one_batch_in_flight():
    name = "max.in.flight.requests.per.connection"
    found = read("producer", "enable.idempotence=true", version("0.11"))
    assert found.number(name) == 1
    assert read("producer", "enable.idempotence=true", version("1.0")).number(name) == 5


def test_librdkafka_defaults():
    producer = read("producer", "", LIBRDKAFKA)
    assert {name: value.value for name, value in producer.effective.items()} == {
        "acks": "all",
        "retries": 2147483647,
        "enable.idempotence": False,
        "max.in.flight.requests.per.connection": 1000000,
        "delivery.timeout.ms": 300000,
        "transactional.id": None,
        "transaction.timeout.ms": 60000,
    }
    consumer = read("consumer", "", LIBRDKAFKA)
    assert consumer.word("isolation.level") == "read_committed"
    assert consumer.word("auto.offset.reset") == "latest"
    assert consumer.flag("enable.auto.offset.store")


def test_librdkafka_adjusts_for_transactions():
    found = read("producer", "transactional.id=t", LIBRDKAFKA)
    assert found.flag("enable.idempotence")
    assert found.number("max.in.flight.requests.per.connection") == 5
    assert found.number("delivery.timeout.ms") == 60000


@pytest.mark.parametrize(
    ("role", "text", "name", "value"),
    [
        ("producer", "request.required.acks=1", "acks", "1"),
        ("producer", "acks=-1", "acks", "all"),
        ("producer", "message.timeout.ms=7000", "delivery.timeout.ms", 7000),
        ("producer", "max.in.flight=1;max.in.flight.requests.per.connection=2",
         "max.in.flight.requests.per.connection", 2),
        ("producer", "max.in.flight.requests.per.connection=2;max.in.flight=1",
         "max.in.flight.requests.per.connection", 1),
        ("consumer", "auto.offset.reset=smallest", "auto.offset.reset", "earliest"),
        ("consumer", "auto.offset.reset=END", "auto.offset.reset", "latest"),
        ("consumer", "auto.offset.reset=error", "auto.offset.reset", "none"),
    ],
)  # fmt: skip
def test_librdkafka_names_and_words(role, text, name, value):
    found = read(role, text, LIBRDKAFKA)
    assert found.effective[name].value == value
    assert found.effective[name].given


def test_acks_that_no_broker_takes():
    with pytest.raises(ConfigRefused, match="brokers accept only 0, 1 and all"):
        read("producer", "acks=2", LIBRDKAFKA)

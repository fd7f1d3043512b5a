"""Configurations: origins, defaults, unknown names, notes, changes, brokers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.settings.errors import ConfigRefused, SettingsError
from checker.settings.meanings import MEANINGS
from checker.settings.properties import parse_properties
from checker.settings.reader import (
    TABLES,
    changed,
    configuration,
    default_configuration,
    read_configuration,
)
from checker.settings.values import Role, Value
from checker.settings.versions import LATEST, LIBRDKAFKA, version

PRODUCER, CONSUMER, BROKER = Role.PRODUCER, Role.CONSUMER, Role.BROKER


def read(role, text, release=LATEST):
    return configuration(role, parse_properties(text.encode(), "f.properties"), release)


def test_given_values_carry_their_place():
    found = read(PRODUCER, "# hi\nacks=1\nretries = 7\n")
    assert found.values["acks"] == Value("acks", "1", True, "f.properties", 2)
    assert found.values["retries"] == Value("retries", 7, True, "f.properties", 3)
    assert found.values["acks"].place == "f.properties:2"
    assert [value.name for value in found.given()] == ["acks", "retries"]


def test_defaults_carry_none():
    found = read(PRODUCER, "client.id=x")
    assert found.values["retries"] == Value("retries", 2147483647)
    assert found.values["retries"].place is None
    assert found.values["transactional.id"].value is None
    assert found.values["transactional.id"].text == ""
    assert found.accepted == ("client.id",)


def test_typed_access():
    found = read(PRODUCER, "acks=-1")
    assert found.word("acks") == "all"
    assert found.values["acks"].value == "-1"
    assert found.number("retries") == 2147483647
    assert found.flag("enable.idempotence") is True
    assert found.word("transactional.id") is None
    assert found.value("enable.idempotence").text == "true"
    for access, name in ((found.flag, "acks"), (found.number, "enable.idempotence"),
                         (found.number, "acks"), (found.word, "retries")):  # fmt: skip
        with pytest.raises(TypeError, match=name):
            access(name)
    with pytest.raises(KeyError):
        found.value("client.id")


def test_last_duplicate_counts_with_its_line():
    assert read(PRODUCER, "acks=7\nacks=0").values["acks"].line == 2


def test_only_what_matters_is_kept():
    found = read(PRODUCER, "ssl.key.password=hunter2\nacks=all")
    assert found.accepted == ("ssl.key.password",)
    assert set(found.values) == set(MEANINGS[PRODUCER])
    assert "hunter2" not in repr(found)
    assert found.notes == ()


@pytest.mark.parametrize(
    ("role", "text", "release", "hint"),
    [
        (PRODUCER, "ack=1", "4.2", "ack (did you mean acks?)"),
        (PRODUCER, "ENABLE_IDEMPOTENCE=true", "4.2", "(did you mean enable.idempotence?)"),
        (PRODUCER, "bootstrap.server=x", "4.2", "(did you mean bootstrap.servers?)"),
        (PRODUCER, "orders.kafka.producer.acks=x", "4.2", "acks (did you mean acks?)"),
        (PRODUCER, "enable.auto.commit=true", "4.2", "commit (a setting of the consumer)"),
        (PRODUCER, "min.insync.replicas=2", "4.2", "(a setting of the broker)"),
        (PRODUCER, "delivery.timeout.ms=9", "2.0", "delivery.timeout.ms (since 2.1)"),
        (PRODUCER, "message.timeout.ms=9", "4.2", "(librdkafka's name for delivery.timeout.ms)"),
        (PRODUCER, "schema.registry.url=x", "4.2", "a producer of Kafka 4.2: schema.registry.url."),
        (PRODUCER, "auto.include.jmx.reporter=x", "4.0", "(until 4.0)"),
        (CONSUMER, "group=x", "3.5", "a consumer of Kafka 3.5: group"),
        (CONSUMER, "isolation.levle=x", "3.5", "(did you mean isolation.level?)"),
        (BROKER, "replication.factor=3", "4.2", "(did you mean default.replication.factor?)"),
        (BROKER, "zookeeper.connect=x", "4.0", "zookeeper.connect (until 4.0)"),
        (BROKER, "process.roles=x", "2.7", "process.roles (since 2.8)"),
    ],
)  # fmt: skip
def test_unknown_names_are_named_once_with_what_may_be_meant(role, text, release, hint):
    known = {PRODUCER: "acks=all", CONSUMER: "group.id=g", BROKER: "log.dirs=/d"}[role]
    found = read(role, f"{known}\n{text}\n{text}", version(release))
    (note,) = found.notes
    assert hint in note
    assert note.startswith("Left out as no settings of a")
    (value,) = found.unknown
    assert (value.name, value.value, value.line) == (text.split("=")[0], "", 3)


def test_librdkafka_names():
    found = read(PRODUCER, "acks=all\nqueue.buffering.max.ms=5\nkey.serializer=x", LIBRDKAFKA)
    assert found.accepted == ("queue.buffering.max.ms",)
    assert "a producer of librdkafka 2: key.serializer" in found.notes[0]


def test_many_unknown_names_make_a_short_sentence():
    text = "acks=1\n" + "\n".join(f"{'x' * 80}.{number}=1" for number in range(40))
    (_, note) = read(PRODUCER, text).notes
    assert note.endswith("and 28 more.")
    assert len(note) < 1200


def test_names_that_plug_ins_read_are_accepted():
    text = "config.providers=file\nconfig.providers.file.class=X\nacks=all"
    assert read(PRODUCER, text).notes == ()
    assert read(BROKER, "listener.name.x.ssl.key.password=y\nlog.dirs=x").notes == ()


def test_not_a_file_of_settings():
    with pytest.raises(
        SettingsError, match=r"holds no setting of a producer, only <html>, <body>$"
    ) as no:
        read(PRODUCER, "<html>\n<body>\n")
    assert no.value.file == "f.properties"
    assert read(PRODUCER, "# nothing yet\n").given() == ()


def test_configuration_providers():
    text = "config.providers=file\nacks=${file:/x:y}\n"
    with pytest.raises(SettingsError, match="configuration provider") as caught:
        read(PRODUCER, text)
    assert caught.value.line == 2
    assert read(PRODUCER, "config.providers=file\nbuffer.memory=${file:/x:y}").notes == ()
    with pytest.raises(ConfigRefused, match="Not a number of type INT"):
        read(PRODUCER, "retries=${file:/x:y}")


def test_utf_8_is_told():
    (note,) = read(PRODUCER, "acks=all\nclient.id=müller").notes
    assert note.startswith("The file was read as UTF-8;")
    assert read(PRODUCER, "# müller\nacks=all").notes == ()


def test_placeholders_in_refusals_are_printable():
    with pytest.raises(ConfigRefused) as caught:
        read(PRODUCER, f"acks=\\n{'é' * 300}")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 250


def test_changed_works_the_rules_out_anew():
    found = read(PRODUCER, "acks=1\nretries=0", version("3.5"))
    assert not found.flag("enable.idempotence")
    fixed = changed(found, {"acks": "all", "retries": 5})
    assert fixed.flag("enable.idempotence")
    assert fixed.values["acks"] == Value("acks", "all", True)
    assert changed(found, {"acks": None, "retries": None}).flag("enable.idempotence")
    with pytest.raises(ConfigRefused, match="Must set retries"):
        changed(found, {"enable.idempotence": True})
    assert found.values["acks"].line == 1


def test_changed_replaces_aliases():
    found = read(PRODUCER, "request.required.acks=1", LIBRDKAFKA)
    assert changed(found, {"acks": "all"}).word("acks") == "all"
    assert changed(found, {"acks": None}).word("acks") == "all"


def test_without_files():
    assert default_configuration(PRODUCER, LATEST).notes == ()
    broker = default_configuration(BROKER, LATEST)
    assert broker.number("default.replication.factor") == 3
    assert broker.number("min.insync.replicas") == 2
    assert broker.flag("unclean.leader.election.enable") is False
    assert broker.given() == ()
    assert broker.notes == (
        "No broker file was given, so this is assumed of the topic: replication.factor=3, "
        "min.insync.replicas=2, unclean.leader.election.enable=false.",
    )
    other = changed(broker, {"min.insync.replicas": 1})
    assert other.number("default.replication.factor") == 3
    assert [value.name for value in other.given()] == ["min.insync.replicas"]


def test_broker_files_have_kafkas_defaults():
    found = read(BROKER, "log.dirs=/d\nmin.insync.replicas=2")
    assert found.number("default.replication.factor") == 1
    assert found.number("min.insync.replicas") == 2
    assert found.notes == (
        "With min.insync.replicas=2 and default.replication.factor=1 1 in-sync replicas "
        "are enough (KAFKA-15583).",
    )
    assert read(BROKER, "log.dirs=/d").notes == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("min.insync.replicas=0", "Value must be at least 1"),
        ("default.replication.factor=x", "Not a number of type INT"),
        ("default.replication.factor=0", "leaves a topic no replica"),
        ("unclean.leader.election.enable=no", "Expected value to be either true or false"),
    ],
)
def test_broker_refusals(text, words):
    with pytest.raises(ConfigRefused, match=words) as caught:
        read(BROKER, f"# one\n{text}")
    assert caught.value.line == 2


def test_consumer_without_group():
    found = read(CONSUMER, "client.id=x")
    assert found.flag("enable.auto.commit") is False
    assert found.word("group.id") is None
    assert found.notes == ("Kafka switches enable.auto.commit off, because no group.id is set.",)
    assert read(CONSUMER, "client.id=x", version("2.1")).flag("enable.auto.commit") is True


def test_every_setting_that_matters_is_defined():
    for role in Role:
        for name in MEANINGS[role]:
            assert name in TABLES[role] or name == "enable.auto.offset.store"


def test_files(tmp_path):
    path = tmp_path / "producer.properties"
    path.write_text("acks=2\n")
    with pytest.raises(ConfigRefused) as caught:
        read_configuration(PRODUCER, path, LATEST)
    assert str(caught.value) == (
        f"{path}:1: Invalid value 2 for configuration acks: String must be one of: all, -1, 0, 1"
    )


NAMES = st.sampled_from([*sorted({name for table in TABLES.values() for name in table}), "x", ""])
VALUES = st.sampled_from(
    ["", "0", "1", "6", "all", "true", "FALSE", "-1", "99999999999999999999", "consumer", "${x}"]
) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5)
VERSIONS = st.sampled_from(
    [version(v) for v in ("0.11", "2.1", "3.0", "3.1.1", "4.2")] + [LIBRDKAFKA]
)


@given(st.dictionaries(NAMES, VALUES, max_size=6), st.sampled_from(Role), VERSIONS)
def test_any_settings_give_a_configuration_or_a_settings_error(items, role, release):
    if role is BROKER and release is LIBRDKAFKA:
        release = LATEST
    text = "\n".join(f"{name}={value}".replace("\\", "\\\\") for name, value in items.items())
    try:
        found = read(role, text, release)
    except SettingsError as error:
        assert str(error).isprintable()
        assert error.file == "f.properties"
    else:
        assert set(found.values) == set(found.effective) <= set(MEANINGS[role])
        assert all(note.isprintable() for note in found.notes)
        assert len(found.accepted) + len(found.unknown) + len(found.given()) == len(items)

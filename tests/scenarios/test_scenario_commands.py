"""eoscheck check SCENARIO, bugs and list from the command line."""

import json

import pytest

from checker.cli.main import run


def answer(capsys, *arguments):
    code = run(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize(
    ("name", "kafka", "fault", "broken", "steps"),
    [
        ("late-marker", "4.1", "abandoned_connections", "no_aborted_reads", 9),
        ("acks-1-failover", "3.9", "leader_failures", "no_loss", 6),
    ],
)
def test_a_scenario_is_checked_by_name_and_its_run_can_be_replayed(
    capsys, tmp_path, name, kafka, fault, broken, steps
):
    file = tmp_path / "answer.json"
    options = ("--kafka", kafka, "-q", "--format", "json", "-o", str(file))
    assert answer(capsys, "check", name, *options)[0] == 1
    document = json.loads(file.read_text())
    assert (document["scenario"], document["kafka"], document["client"]) == (name, kafka, kafka)
    assert document["faults"] == {"in_all": 1, fault: 1}
    assert "the scenario file expects the same" in document["assumptions"]
    code, out, _ = answer(capsys, "trace", "replay", str(file), "--property", broken)
    assert (code, out) == (1, f"replayed {steps} steps: {broken} is broken\n")


def test_switches_versions_and_properties_change_the_verdict(capsys):
    fixed = ("--with", "KAFKA-19446", "--with", "KAFKA-19999")
    assert answer(capsys, "check", "late-marker", "--kafka", "4.1", *fixed, "-q")[0] == 0
    assert answer(capsys, "check", "late-marker", "--kafka", "4.2", "-q")[0] == 0
    old_client = ("--kafka", "4.2", "--client", "3.9")
    assert answer(capsys, "check", "late-marker", *old_client, "-q")[0] == 1
    one = ("--property", "no_duplicates", "--kafka", "4.1")
    assert answer(capsys, "check", "late-marker", *one, "-q")[0] == 0
    none = ("--fault", "abandoned_connections=0", "--kafka", "4.1")
    code, out, _ = answer(capsys, "check", "late-marker", *none, "-q")
    assert code == 0
    assert "file expects" not in out


def test_an_option_wins_over_a_switch_of_the_file(capsys, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('title = "t"\nkafka = "4.1"\nwith = ["KAFKA-19446"]\nlate = []\n')
    out = answer(capsys, "check", str(file), "--bound", "producers=1", "-q")[1]
    assert "With KAFKA-19446" in out
    out = answer(
        capsys, "check", str(file), "--bound", "producers=1", "--without", "KAFKA-19446", "-q"
    )[1]
    assert "Without KAFKA-19446" in out
    assert "With KAFKA-19446" not in out


def test_bad_input_is_one_sentence(capsys):
    for arguments, sentence in (
        (("check", "late-markers"), "there is no scenario 'late-markers'"),
        (("check", "late-marker", "--with", "X"), "there is no switch 'X'"),
        (
            (
                "check",
                "late-marker",
                "--bound",
                "abandoned=1",
                "--fault",
                "abandoned_connections=2",
                "--fault",
                "in_all=2",
            ),
            "--bound abandoned must be at least 2",
        ),
        (("check", "late-marker", "--fault", "x=1"), "there is no fault 'x'"),
        (("check", "late-marker", "--bound", "x=1"), "there is no bound 'x'"),
        (("check", "late-marker", "--bound", "log=99"), "--bound log may be 64 at most"),
        (("check", "late-marker", "--property", "x"), "there is no property 'x'"),
        (("check", "late-marker", "--producer", "p"), "--producer is for settings files"),
        (("list", "switches", "late-marker"), "the switches of scenarios are those of"),
        (("bugs", "H99"), "there is no bug 'H99'"),
    ):
        code, out, err = answer(capsys, *arguments)
        assert (code, out) == (2, "")
        assert err.startswith(f"eoscheck: {sentence}")
        assert err.count("\n") == 1


def test_a_story_and_a_listed_bug(capsys):
    code, out, _ = answer(capsys, "bugs", "h5")
    assert code == 0
    assert "breaks “no aborted reads”" in out
    code, out, _ = answer(capsys, "bugs", "H6")
    assert code == 0
    assert "Only listed:" in out
    code, out, _ = answer(capsys, "bugs", "H1", "--format", "json")
    assert [bug["id"] for bug in json.loads(out)["bugs"]] == ["H1a", "H1b"]


def test_lists(capsys):
    for what, row in (
        ("scenarios", "late-produce-two-steps"),
        ("bugs", "H15b"),
        ("switches", "KAFKA-18575  transactions  brokers 4.0"),
        ("switches", "KAFKA-15583  delivery      brokers 3.7"),
    ):
        code, out, _ = answer(capsys, "list", what)
        assert code == 0
        assert row in out

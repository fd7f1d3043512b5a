"""Scenario files: what they may say, and the sentence with file and line where they may not."""

import pytest
from scenario_runs import refusal

from checker.lang.errors import EoscheckError
from checker.settings.scenario_expected import differences
from checker.settings.scenario_file import find_scenario, read_scenario
from model.settings import OffsetReset
from model.transactions.sorts import Version
from specs.scenario import Expected
from specs.transaction_scenario import AT_FAILOVER, TransactionScenario

HEAD = 'title = "A title"\n'

REFUSED = [
    ("titel = 'x'\n", 1, "there is no 'titel'; it can be: title, about"),
    ("kafka = '3.5'\n", 1, "title is missing"),
    ("title = 3\n", 1, "title must be a string in quotes"),
    (HEAD + "[scope]\nproducer = 1\n", 3, "there is no 'producer' in [scope]"),
    (HEAD + "[scope]\nlog = 100000\n", 3, "log may be 64 at most"),
    (HEAD + "[faults]\nrebalances = -1\n", 3, "rebalances must be a whole number from 0"),
    (HEAD + "[faults]\nrebalances = true\n", 3, "rebalances must be a whole number from 0"),
    (HEAD + "late = ['Fetch']\n", 2, "late: there is no 'Fetch'"),
    (HEAD + "late = 'Produce'\n", 2, "late must be a list of strings"),
    (HEAD + "kafka = '9.9'\n", 2, "'9.9' is not a known version of Kafka"),
    (HEAD + "without = ['KAFKA-1']\n", 2, "there is no switch 'KAFKA-1'"),
    (HEAD + "properties = ['speed']\n", 2, "properties: there is no 'speed'"),
    (
        HEAD + "[scope]\nabandoned = 1\n[faults]\nabandoned_connections = 2\n",
        3,
        "abandoned must be at least 2",
    ),
    (HEAD + "[application]\noffsets = 'no'\n", 3, "offsets is one of in-transaction"),
    (HEAD + "[constants]\nmaximum_epoch = 1\n", 3, "maximum_epoch must be a whole number from 2"),
    (HEAD + "[[expected]]\nkafka = '3.5'\nstates = 'x'\n", 4, "states must be a whole number"),
    (HEAD + "[[expected]]\n[[expected]]\nsteps = 1\n", 4, "there is no 'steps' in [expected]"),
    (HEAD + "[expected]\nkafka = '3.5'\n", 2, "expected must be tables"),
    (HEAD + "[scope\n", 2, "this is not TOML"),
    (HEAD + 'about = """\n[scope]\n"""\nfaults = 1\n', 5, "faults must be a table"),
]


@pytest.mark.parametrize(("text", "line", "sentence"), REFUSED)
def test_refused_with_file_and_line(tmp_path, text, line, sentence):
    assert refusal(tmp_path, text).startswith(f"{line}: {sentence}")


def test_files_that_cannot_be_read(tmp_path):
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (2 << 20))
    for file, sentence in (
        (tmp_path / "none.toml", "there is no such file"),
        (binary, "this is not UTF-8 text"),
        (large, "larger than a mebibyte"),
    ):
        with pytest.raises(EoscheckError, match=sentence):
            read_scenario(str(file))


def test_unknown_name_points_to_the_list():
    with pytest.raises(EoscheckError, match="eoscheck list scenarios"):
        find_scenario("no-such-scenario")


def test_only_what_may_be_late_is_a_step():
    def late_actions(*late, **faults):
        model = TransactionScenario(
            "s", "", "t", late=late, faults={"abandoned_connections": 1, **faults}
        ).model()
        return {a.name for a in model.actions if "late" in a.name or "abandon" in a.name}

    assert late_actions() == set()
    assert late_actions("EndTxn") == {"abandon_request", "take_late_end_txn"}
    assert late_actions("Produce") == {"abandon_batch", "take_late_batch"}
    assert late_actions("EndTxn", delivery_timeouts=1) == {
        "abandon_request",
        "take_late_end_txn",
        "abandon_batch",
    }
    assert late_actions(AT_FAILOVER, coordinator_failovers=1) == {"take_late_marker"}


def test_switches_of_a_file_yield_to_those_asked_for():
    scenario = find_scenario("late-end-txn")
    old = scenario.parameters((3, 9), (3, 9))
    assert old["settings.client_version"] == Version.V1
    assert old["settings.verification"] == 1
    assert scenario.parameters((4, 2), (3, 5))["settings.client_version"] == Version.V0
    assert scenario.parameters((4, 2), (3, 5))["settings.cluster_version"] == Version.V2


class Found:
    def __init__(self, name, verdict, steps=None):
        self.name, self.verdict, self.steps = name, verdict, steps


@pytest.mark.parametrize("word", ["earliest", "latest", "none"])
def test_where_a_consumer_without_a_committed_offset_goes_on(tmp_path, word):
    file = tmp_path / "reset.toml"
    file.write_text(HEAD + f"[application]\nreset = '{word}'\n")
    parameters = read_scenario(str(file)).parameters((4, 2), (4, 2))
    assert parameters["settings.auto_offset_reset"] == OffsetReset[word.upper()]


def test_differences_are_told():
    expected = Expected("3.5", "3.5", broken={"no_loss": 4}, figures={"states": 10})
    same = [Found("no_loss", "broken", 4), Found("fencing", "holds")]
    assert differences(expected, same, {"states": 10}) == []
    other = [Found("no_loss", "broken", 5), Found("fencing", "broken", 3)]
    assert differences(expected, other, {"states": 1200}) == [
        "no_loss: broken in 5 steps, where the file says 4",
        "fencing: broken, where the file says holds",
        "states: 1,200, where the file says 10",
    ]

"""`eoscheck prove --refinement` on the command line."""

from __future__ import annotations

import json

import pytest

from checker.cli.main import run


def test_the_answer_counts_and_says_what_was_not_looked_at(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["prove", "--refinement", "idempotent-producer-failover", "-q"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("idempotence: EVERY STEP of the detailed model in its domain")
    assert "truncation of a log (4 transitions; what follows them is not looked at)" in text
    assert "take_request          recognise_duplicate" in text
    assert "Not seen in these scenarios: bump_epoch, forget_batch" in text


def test_a_failure_is_shown_as_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["prove", "--refinement", "no-faults", "--without", "KAFKA-18575", "-q"]
    assert run(arguments) == 1
    text = capsys.readouterr().out
    assert "no-faults FAILS" in text
    assert "6. leader: The leader of partition 0 takes the batch of producer 0" in text
    assert "append_more (Partition 0 appends a further record of producer 0, epoch 1)" in text
    assert "But append_more is not possible: no transaction of this epoch is open." in text


def test_the_answer_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["prove", "--refinement", "consumed-offsets", "-q", "--format", "json"]
    assert run(arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["schema"], answer["verdict"]) == ("eoscheck/refinement@1", "refines")
    (scenario,) = answer["scenarios"]
    assert (scenario["states"], scenario["transitions"]) == (119, 235)
    counted = sum(row["transitions"] for row in answer["models"][0]["meanings"])
    assert counted == scenario["transitions"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nonsense"], "there is no scenario 'nonsense'"),
        (["--model", "x"], "no refinement to a proof model 'x' is declared"),
        (["no-faults", "--without", "KAFKA-1"], "KAFKA-1"),
        (["idempotent-producer", "--without", "KAFKA-5121"], "has no switches"),
        (["no-faults", "--certificate", "c.json"], "--refinement makes no certificate"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prove", "--refinement", "-q", *arguments]) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1

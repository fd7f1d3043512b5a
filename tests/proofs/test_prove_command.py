"""`eoscheck prove` on the command line: verdicts, exit codes, certificates good and bad."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from checker.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.xdist_group("prove-command"), pytest.mark.timeout(1800)]

Document = dict[str, Any]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("certificate") / "certificate.json"
    arguments = ["prove", "--model", "idempotence", "-q", "--certificate", str(file)]
    assert run([*arguments, "-o", str(file.with_suffix(".txt"))]) == 0
    return file


def test_a_certificate_is_confirmed(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prove", "--check", str(written), "-q"]) == 0
    assert "All 72 obligations were made anew" in capsys.readouterr().out


def obligation_deleted(proof: Document) -> None:
    del proof["obligations"][10]


def obligation_changed(proof: Document) -> None:
    proof["obligations"][10]["sha256"] = "0" * 64


def verdict_unknown(proof: Document) -> None:
    proof["obligations"][10]["verdict"] = "unknown"


def lemma_changed(proof: Document) -> None:
    proof["lemmas"][0]["sha256"] = proof["lemmas"][1]["sha256"]


def lemma_added(proof: Document) -> None:
    proof["lemmas"].append({"name": "more", "sentence": "More holds", "sha256": "0" * 64})


def lemma_unknown(document: Document) -> None:
    document["properties"][0]["uses"] = ["wishes"]


def uses_missing(document: Document) -> None:
    del document["properties"][0]["uses"]


def guard_left_out(proof: Document) -> None:
    proof["parameters"] = {"guards.epoch": 0}


@pytest.mark.parametrize(
    ("tamper", "complaint"),
    [
        (obligation_deleted, "is missing"),
        (obligation_changed, "has another sha256"),
        (verdict_unknown, "is not said to be proved"),
        (lemma_changed, "has another sha256"),
        (lemma_added, "does not belong there"),
        (lemma_unknown, "does not say which of the lemmas it uses"),
        (uses_missing, "does not say which of the lemmas it uses"),
        (guard_left_out, "parameters are"),
    ],
)
def test_a_wrong_certificate_is_rejected(
    written: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    tamper: Callable[[Document], None],
    complaint: str,
) -> None:
    document = json.loads(written.read_text())
    tamper(document["proofs"][0])
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(document))
    assert run(["prove", "--check", str(file), "-q"]) == 1
    assert complaint in capsys.readouterr().out


def other_version(text: str) -> str:
    document = json.loads(text)
    document["proofs"][0]["model_sha256"] = "0" * 64
    return json.dumps(document)


def other_schema(text: str) -> str:
    return text.replace("eoscheck/certificate@1", "eoscheck/certificate@2")


def without_lemmas(text: str) -> str:
    document = json.loads(text)
    del document["proofs"][0]["lemmas"]
    return json.dumps(document)


def other_key(text: str) -> str:
    document = json.loads(text)
    document["proofs"][0]["obligations"][5] = {"action": [], "property": {}}
    return json.dumps(document)


def model_is_no_name(text: str) -> str:
    document = json.loads(text)
    document["proofs"][0]["model"] = ["idempotence"]
    return json.dumps(document)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda text: "no JSON at all", "this is not JSON"),
        (lambda text: text[: len(text) // 2], "this is not JSON"),
        (other_version, "another version of the model idempotence"),
        (other_schema, "this is not a certificate"),
        (without_lemmas, "the certificate is damaged: 'lemmas'"),
        (other_key, "in 'obligations' something has no 'action'"),
        (model_is_no_name, "the certificate names ['idempotence'], which is no proof model here"),
        (lambda text: text.replace('"model": "idempotence"', '"model": "x"'), "no proof model"),
    ],
)
def test_a_damaged_certificate_is_bad_input(
    written: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[str], str],
    sentence: str,
) -> None:
    file = tmp_path / "damaged.json"
    file.write_text(damage(written.read_text()))
    assert run(["prove", "--check", str(file), "-q"]) == 2
    error = capsys.readouterr().err
    assert sentence in error and error.count("\n") == 1


def test_a_certificate_of_a_mutated_model_is_of_another_version(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checker.cli import prove_check

    original = prove_check.claim_of
    monkeypatch.setattr(prove_check, "claim_of", lambda proof: original(proof, ("epoch",)))
    assert run(["prove", "--check", str(written), "-q"]) == 2


def test_forged_verdicts_about_a_mutant_are_refuted_by_the_second_solver() -> None:
    from checker.cli.prove_run import claim_of
    from checker.symbolic import check
    from checker.symbolic.certificate import contents
    from specs.proofs.registry import PROOFS

    claim = claim_of(PROOFS["idempotence"], ("exact_duplicate",))
    forged = contents(claim, "idempotence")
    for entry in (*forged["obligations"], *forged["properties"]):
        entry |= {"verdict": "proved", "uses": []}
    result = check(forged, claim)
    missing = [*result.complaints, *result.unknown]
    assert any("recognise_duplicate / succeeded_is_in_log" in line for line in missing)


def test_transaction_version_1_is_refuted_by_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prove", "--model", "transactions-v1", "--format", "json", "-q"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "eoscheck/prove@1"
    (item,) = document["properties"]
    assert (item["verdict"], item["steps"], len(item["trace"])) == ("refuted", 9, 9)
    assert {"name", "verdict", "lemmas", "obligations", "seconds"} <= set(item)


def test_a_missing_lemma_gives_a_counterexample_to_induction() -> None:
    from dataclasses import replace

    from checker.cli.prove_run import claim_of
    from checker.symbolic import NOT_INDUCTIVE, prove
    from specs.proofs.registry import PROOFS

    whole = PROOFS["idempotence"]
    lemmas = tuple(item for item in whole.lemmas if item.name != "leader_is_ahead")
    proof = prove(claim_of(replace(whole, lemmas=lemmas)))
    assert proof.verdict == NOT_INDUCTIVE
    (failed,) = (o for o in proof.outcomes if o.obligation.key == ("append", "no_duplicates"))
    assert failed.example is not None and failed.reached == "not reached"
    assert any("log(partition 0, offset 0)" in line for line in failed.example.facts())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--model", "everything"], "there is no proof model 'everything'"),
        (["happiness"], "there is no property 'happiness'"),
        (["--without", "luck"], "there is no guard 'luck'"),
        (["--check", "/no/such/file"], "there is no such file"),
        (["--check", "x", "--model", "offsets"], "--check takes a certificate and nothing else"),
        (["--certificate", "/no/such/folder/c"], "/no/such/folder/c: there is no such folder"),
        (["-o", "/no/such/folder/answer"], "/no/such/folder/answer: there is no such folder"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prove", *arguments]) == 2
    error = capsys.readouterr().err
    assert sentence in error and error.count("\n") == 1


def test_solvers_that_give_up_leave_everything_unknown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from checker import symbolic

    least = symbolic.Effort(rlimit=1, second=1)
    monkeypatch.setattr(symbolic, "Effort", lambda seed: least)
    monkeypatch.setattr("checker.symbolic.proof.Finder.find", lambda finder, key: None)
    assert run(["prove", "no_gaps", "--model", "idempotence", "-q"]) == 3
    assert "UNKNOWN: the solvers gave up" in capsys.readouterr().out


def test_progress_is_one_line_for_each_action_and_lemma(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["prove", "no_gaps", "--model", "idempotence"]) == 0
    out, err = capsys.readouterr()
    lines, out = err.splitlines(), " ".join(out.split())
    assert len(lines) == 72
    assert "append preserves no_gaps ... proved" in lines
    # Which lemmas a proof uses may depend on what Z3 has solved before in this process.
    assert re.search(r"no_gaps \(\d\d obligations, \d+\.\d s\), by: (\w+, )*leader_\w+", out), out
    assert re.search(r"Lemmas: (\d) of \1 proved\.", out), out
    assert "`eoscheck prove --refinement --model idempotence`" in out


def test_several_models_end_in_a_summary(capsys: pytest.CaptureFixture[str]) -> None:
    models = ["--model", "transactions-v1", "--model", "idempotence"]
    assert run(["prove", *models, "-q"]) == 1
    summary = capsys.readouterr().out.split("Summary\n")[1]
    assert "transactions-v1  refuted        0 of 1 properties" in summary
    assert "idempotence      proved         4 of 4 properties, 72 obligations" in summary

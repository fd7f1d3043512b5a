"""Every guard of Kafka's matters for some guarantee, or is listed as redundant with its reason."""

from __future__ import annotations

import dataclasses
import json

import pytest

from checker.cli.main import run
from checker.cli.prove_mutants import judge, judge_whole
from checker.cli.prove_run import claim_of
from checker.explicit.explorer import BROKEN, Limits, check
from checker.report.mutants_answer import MutantProof, MutantsAnswer, WholeProof, mutants_text
from checker.symbolic import NOT_INDUCTIVE, PROVED, Effort, prove
from checker.symbolic.mutant import Known
from checker.symbolic.proof import Questions
from checker.symbolic.solving import decide_quickly
from specs.proofs.claims import REFUTED, Mutant, ProofModel
from specs.proofs.registry import PROOFS

pytestmark = pytest.mark.timeout(1800)

CASES = [(proof, mutant) for proof in PROOFS.values() for mutant in proof.mutants]
IDS = [f"{proof.name}-{mutant.name}" for proof, mutant in CASES]


def unproved(proof: ProofModel, mutant: Mutant) -> str | None:
    """Return the first obligation that Z3 does not discharge."""
    questions = Questions(claim_of(proof, mutant.without))
    for obligation in questions.obligations:
        instance, rendering = questions.place(obligation)
        if decide_quickly(instance, obligation, rendering, Effort()).verdict != PROVED:
            return " / ".join(obligation.key)
    return None


@pytest.mark.parametrize(("proof", "mutant"), CASES, ids=IDS)
def test_a_mutant_is_refuted_or_redundant(proof: ProofModel, mutant: Mutant) -> None:
    if mutant.expected == PROVED:
        assert mutant.reason
        assert prove(claim_of(proof, mutant.without)).verdict == PROVED
        return
    assert mutant.expected == REFUTED and not mutant.reason
    assert unproved(proof, mutant) is not None
    names = [item.name for item in (*proof.lemmas, *proof.implied)]
    asked = [name for name in proof.guarantees if name in names]
    parameters = {f"guards.{name}": 0 for name in mutant.without}
    bounds = {**proof.explored, **mutant.bounds}
    instance = proof.model.instance(bounds, parameters, asked)
    checked = check(instance, limits=Limits(time=100.0))
    runs = [run for name, run in checked.runs.items() if checked.verdicts[name] == BROKEN]
    assert min(len(run) - 1 for run in runs) == mutant.steps


@pytest.mark.parametrize("name", list(PROOFS))
def test_no_guard_is_without_a_mutant(name: str) -> None:
    proof = PROOFS[name]
    mutants = (*proof.mutants, *proof.inherited)
    assert len({mutant.name for mutant in mutants}) == len(mutants)
    tried = {guard for mutant in mutants for guard in mutant.without}
    assert set(proof.sources) == tried or proof.expected == REFUTED


def test_the_answer_says_what_breaks() -> None:
    proof, known = PROOFS["idempotence"], Known()
    whole = judge_whole(proof, known)
    assert (whole.verdict, whole.obligations) == (PROVED, 72)
    (mutant,) = (m for m in proof.mutants if m.without == ("exact_duplicate",))
    found = judge(proof, mutant, known)
    assert found.is_as_listed and found.verdict == REFUTED
    assert found.broken == [("recognise_duplicate", "succeeded_is_in_log")]
    assert found.runs == {"acknowledged_is_in_log": 5}
    text = mutants_text(MutantsAnswer([whole], [found]))
    assert text.startswith("idempotence: 1 mutants, 0 of them still proved\n  proved")
    assert "recognise_duplicate breaks succeeded_is_in_log" in text
    assert "acknowledged_is_in_log is broken by a run of 5 steps" in text
    assert text.endswith("Every guard is needed, or listed as redundant with its reason.\n")


def test_only_what_a_guard_changes_is_decided_anew() -> None:
    """Verdicts are those of a proof that decides everything."""
    proof, known = PROOFS["idempotence"], Known()
    known.prove(claim_of(proof), proof.guarantees)
    for mutant in proof.mutants:
        claim = claim_of(proof, mutant.without)
        again, fresh = known.prove(claim, proof.guarantees)
        alone = prove(claim, explorer=False)
        assert 0 < fresh < len(alone.outcomes) / 2
        assert [o.verdict for o in again.outcomes] == [o.verdict for o in alone.outcomes]
    assert known.prove(claim_of(proof), proof.guarantees)[1] == 0


def test_a_model_that_is_not_proved_is_no_measure_of_its_mutants() -> None:
    whole = WholeProof("idempotence", NOT_INDUCTIVE, 72, 1.0)
    answer = MutantsAnswer([whole], [])
    assert answer.verdict == "otherwise"
    assert "NOT PROVED with all its guards: idempotence" in mutants_text(answer)


def test_what_is_not_as_listed_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mutant = Mutant("no_guard_at_all", (), REFUTED)
    forged = dataclasses.replace(PROOFS["idempotence"], mutants=(mutant,))
    monkeypatch.setitem(PROOFS, "idempotence", forged)
    arguments = ["prove", "--mutants", "--model", "idempotence", "-q", "--format", "json"]
    assert run(arguments) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["schema"], answer["verdict"]) == ("eoscheck/prove-mutants@1", "otherwise")
    (whole,), (item,) = answer["models"], answer["mutants"]
    assert (whole["verdict"], item["decided_anew"]) == ("proved", 0)
    assert (item["verdict"], item["listed"], item["broken"]) == ("proved", "refuted", [])
    assert not MutantProof("m", "n", (), PROVED, PROVED, "", [], {}, 0, 0.0).is_as_listed


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["no_gaps"], "--mutants goes with --model alone"),
        (["--without", "epoch"], "--mutants goes with --model alone"),
        (["--bounded"], "--mutants goes with --model alone"),
        (["--model", "transactions-v1"], "no mutants are listed of transactions-v1"),
        (["--model", "x"], "there is no proof model 'x'"),
    ],
)
def test_bad_input_about_mutants(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prove", "--mutants", "-q", *arguments]) == 2
    error = capsys.readouterr().err
    assert complaint in error and error.count("\n") == 1

"""`eoscheck prove --mutants`: is every guard of Kafka's needed for the proofs, or redundant?"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from checker.cli.prove_run import claim_of, missing_solver
from checker.lang.errors import EoscheckError
from checker.report.files import json_text, write_answer, write_out
from checker.report.mutants_answer import AS_LISTED, MutantProof, MutantsAnswer, mutants_text
from checker.report.prove_answer import worst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.symbolic import Proof
    from specs.proofs.claims import Mutant, ProofModel


def judge_mutants(
    models: Sequence[ProofModel], seed: int, form: str, output: str | None, quiet: bool
) -> int:
    """Try to prove every mutant of these models; return the exit code.

    0: each is what its model lists; 1: one is not; 3: a solver is missing.
    """
    missing = missing_solver()
    if missing is not None:
        write_out(f"Nothing was proved: {missing} is not installed.\n")
        return 3
    found = []
    for model in models:
        for mutant in (*model.mutants, *model.inherited):
            if not quiet:
                print(f"{model.name}: {mutant.name} ...", file=sys.stderr, flush=True)
            found.append(judge(model, mutant, seed))
    if not found:
        names = ", ".join(model.name for model in models)
        raise EoscheckError(f"no mutants are listed of {names}")
    answer = MutantsAnswer(found)
    text = json_text(answer.as_json()) if form == "json" else mutants_text(answer)
    write_answer(text, output)
    return 0 if answer.verdict == AS_LISTED else 1


def judge(model: ProofModel, mutant: Mutant, seed: int = 0) -> MutantProof:
    """Return what becomes of the proof, and of the guarantees, without a mutant's guards."""
    from checker.symbolic import Effort, prove

    began = time.process_time()
    claim = replace(claim_of(model, mutant.without), explored={**model.explored, **mutant.bounds})
    proof = prove(claim, Effort(seed=seed))
    verdicts = {item.name: item.verdict for item in proof.properties}
    return MutantProof(
        model.name,
        mutant.name,
        mutant.without,
        worst([verdicts[name] for name in model.guarantees]),
        mutant.expected,
        mutant.reason,
        [o.obligation.key for o in proof.outcomes if o.verdict != "proved"],
        _runs(proof, model),
        time.process_time() - began,
    )


def _runs(proof: Proof, model: ProofModel) -> dict[str, int]:
    return {
        name: len(states) - 1
        for word in proof.words
        for name, states in word.runs.items()
        if name in model.guarantees
    }

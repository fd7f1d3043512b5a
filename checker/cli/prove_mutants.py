"""`eoscheck prove --mutants`: is every guard of Kafka's needed for the proofs, or redundant?"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from checker.cli.prove_run import claim_of
from checker.cli.solvers import missing_solvers
from checker.lang.errors import EoscheckError
from checker.report.files import json_text, write_answer
from checker.report.mutants_answer import (
    AS_LISTED,
    SCHEMA,
    MutantProof,
    MutantsAnswer,
    WholeProof,
    mutants_text,
)
from checker.report.prove_answer import EXIT, PROVED, UNKNOWN, worst
from checker.report.unasked import unasked_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.symbolic import Proof
    from checker.symbolic.mutant import Known
    from specs.proofs.claims import Mutant, ProofModel


def judge_mutants(
    models: Sequence[ProofModel], seed: int, form: str, output: str | None, quiet: bool
) -> int:
    """Try to prove every mutant of these models; return the exit code.

    0: each is what its model lists; 1: one is not, or a model is not proved with all its guards; 3:
    a solver is missing.
    """
    tried = [model for model in models if model.mutants or model.inherited]
    if not tried:
        names = ", ".join(model.name for model in models)
        raise EoscheckError(f"no mutants are listed of {names}")
    missing = missing_solvers()
    if missing:
        write_answer(unasked_text(SCHEMA, "mutants", missing, form), output)
        return EXIT[UNKNOWN]
    answer = _judged(tried, seed, quiet)
    text = json_text(answer.as_json()) if form == "json" else mutants_text(answer)
    write_answer(text, output)
    return 0 if answer.verdict == AS_LISTED else 1


def _judged(models: Sequence[ProofModel], seed: int, quiet: bool) -> MutantsAnswer:
    """Prove each model with all its guards, then without those of each mutant."""
    from checker.symbolic import Effort
    from checker.symbolic.mutant import Known

    wholes, found = [], []
    for model in models:
        known = Known(Effort(seed=seed))
        _tell(f"{model.name} with all guards", quiet)
        wholes.append(judge_whole(model, known))
        for mutant in (*model.mutants, *model.inherited):
            _tell(f"{model.name}: {mutant.name}", quiet)
            found.append(judge(model, mutant, known))
    return MutantsAnswer(wholes, found)


def _tell(what: str, quiet: bool) -> None:
    if not quiet:
        print(f"{what} ...", file=sys.stderr, flush=True)


def judge_whole(model: ProofModel, known: Known) -> WholeProof:
    """Return whether a model is proved with all its guards; all its obligations are known then."""
    began = time.process_time()
    proof, _ = known.prove(claim_of(model), model.guarantees)
    seconds = time.process_time() - began
    return WholeProof(model.name, proof.verdict, len(proof.outcomes), seconds)


def judge(model: ProofModel, mutant: Mutant, known: Known) -> MutantProof:
    """Return what becomes of the proof, and of the guarantees, without a mutant's guards."""
    began = time.process_time()
    claim = replace(claim_of(model, mutant.without), explored={**model.explored, **mutant.bounds})
    proof, fresh = known.prove(claim, model.guarantees)
    verdicts = {item.name: item.verdict for item in proof.properties}
    return MutantProof(
        model.name,
        mutant.name,
        mutant.without,
        worst([verdicts[name] for name in model.guarantees]),
        mutant.expected,
        mutant.reason,
        [o.obligation.key for o in proof.outcomes if o.verdict != PROVED],
        _runs(proof, model),
        fresh,
        time.process_time() - began,
    )


def _runs(proof: Proof, model: ProofModel) -> dict[str, int]:
    return {
        name: len(states) - 1
        for word in proof.words
        for name, states in word.runs.items()
        if name in model.guarantees
    }

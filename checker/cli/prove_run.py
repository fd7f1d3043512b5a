"""Proves the models that were asked for, and puts the answer together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from checker.cli.prove_progress import proof_progress
from checker.lang.errors import EoscheckError
from checker.report.prove_answer import (
    UNKNOWN,
    FailedObligation,
    ModelProof,
    PropertyProof,
    ProveAnswer,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.symbolic import Claim, Outcome, Proof
    from checker.symbolic.finite import Word
    from checker.traces.trace import Trace
    from specs.proofs.claims import ProofModel

CERTIFICATES = "eoscheck/certificate@1"


def unknown_answer(chosen: Sequence[ProofModel], sentence: str) -> ProveAnswer:
    """Return the answer where a solver is missing, as the sentence says: everything is unknown."""
    models = []
    for proof in chosen:
        items = [*proof.lemmas, *proof.implied, *proof.steps]
        found = [
            PropertyProof(p.name, p.sentence, UNKNOWN, (), 0, 0.0, p.name in proof.guarantees)
            for p in items
        ]
        models.append(
            ModelProof(
                proof.name,
                proof.title,
                found,
                {},
                0,
                not_covered=proof.not_covered,
                scenarios=scenarios_of(proof),
            )
        )
    return ProveAnswer(models, [sentence])


def claim_of(proof: ProofModel, without: Sequence[str] = ()) -> Claim:
    """Return what is claimed of a proof model, without some of its guards."""
    from checker.symbolic import Claim

    return Claim(
        model=proof.model,
        lemmas=tuple(item.name for item in proof.lemmas),
        implied=tuple(item.name for item in proof.implied),
        steps=proof.steps,
        pair=proof.pair,
        covers=tuple(item.name for item in proof.covers),
        parameters={f"guards.{name}": 0 for name in without},
        small=proof.small,
        explored=proof.explored,
    )


def prove_models(
    chosen: Sequence[ProofModel],
    properties: Sequence[str],
    without: Sequence[str],
    seed: int,
    quiet: bool,
) -> tuple[ProveAnswer, dict[str, Any] | None]:
    """Return the answer, and the certificate if everything is proved."""
    from checker.symbolic import PROVED, Effort, certificate, prove

    models, documents = [], []
    with proof_progress(quiet) as tell:
        for model in chosen:
            proof = prove(
                claim_of(model, without),
                Effort(seed=seed),
                lambda o: tell(o.obligation.action, o.obligation.name, o.verdict),
            )
            models.append(_model_proof(model, proof, properties, without))
            if proof.verdict == PROVED and not without:
                documents.append(certificate(proof, model.name))
    complete = len(documents) == len(chosen)
    document = {"schema": CERTIFICATES, "proofs": documents} if complete else None
    return ProveAnswer(models), document


def _model_proof(
    model: ProofModel, proof: Proof, properties: Sequence[str], without: Sequence[str]
) -> ModelProof:
    items = {p.name: p for p in (*model.lemmas, *model.implied, *model.steps)}
    asked = set(properties) or set(model.guarantees)
    needed = {n for verdict in proof.properties if verdict.name in asked for n in verdict.lemmas}
    found = [
        PropertyProof(
            verdict.name,
            items[verdict.name].sentence,
            verdict.verdict,
            verdict.lemmas,
            verdict.obligations,
            verdict.seconds,
            verdict.name in asked,
            _trace(proof, verdict.name) if verdict.name in asked else None,
        )
        for verdict in proof.properties
        if not properties or verdict.name in asked | needed
    ]
    failed = [o for o in proof.outcomes if o.verdict != "proved" and not o.obligation.wants_model]
    return ModelProof(
        model.name,
        model.title,
        found,
        dict(Counter(o.decision.solver for o in proof.outcomes)),
        len(proof.outcomes),
        [_failed(outcome) for outcome in failed],
        [o.obligation.name for o in proof.vacuous],
        without,
        model.not_covered,
        _suggestions(proof),
        _explored(proof),
        scenarios_of(model),
    )


def scenarios_of(model: ProofModel) -> tuple[str, ...]:
    """Return the scenarios in which the detailed model is checked against a proof model."""
    from specs.refinement.registry import REFINEMENTS

    return REFINEMENTS[model.name].scenarios if model.name in REFINEMENTS else ()


def _suggestions(proof: Proof) -> list[str]:
    """Return lemmas that may be missing, where a property is not inductive and no run is known."""
    from checker.symbolic import NOT_INDUCTIVE

    if proof.verdict != NOT_INDUCTIVE or not proof.rendering.orders:
        return []
    from checker.symbolic.suggest import suggestions

    return suggestions(proof)


def _failed(outcome: Outcome) -> FailedObligation:
    example = outcome.example
    if example is None:
        return FailedObligation(*outcome.obligation.key, outcome.verdict, outcome.decision.solver)
    step = example.step
    text = ""
    if step is not None:
        from checker.traces.trace import arguments_in_words, sentence

        text = sentence(step, arguments_in_words(example.instance, step))
    return FailedObligation(
        *outcome.obligation.key,
        outcome.verdict,
        outcome.decision.solver,
        text,
        tuple(example.facts()),
        tuple(example.changes()),
        outcome.reached,
        example.instance.bounds,
    )


def _trace(proof: Proof, name: str) -> Trace | None:
    """Return a run that breaks a property, rebuilt and replayed by the interpreter."""
    from checker.symbolic.finite import run_steps
    from checker.traces.replay import rebuild
    from checker.traces.trace import build_trace

    for word in proof.words:
        if name not in word.runs:
            continue
        states = word.runs[name]
        if word.checked is None:
            return build_trace(word.instance, run_steps(word.instance, states))
        run = rebuild(word.instance, word.checked.compiled.project, states, word.edges())
        return build_trace(word.instance, run)
    return None


def _explored(proof: Proof) -> list[str]:
    """Return in words how far the explorer has looked for runs."""
    return [_extent(word) for word in proof.words]


def _extent(word: Word) -> str:
    from checker.symbolic.finite import SECONDS

    bounds = ", ".join(f"{name}={size}" for name, size in word.instance.bounds.items())
    if not word.states:
        raise EoscheckError("the explorer saw no state")
    extents = {
        "found": "until every broken property was seen",
        "time": f"as far as it came in {SECONDS:.0f} s",
    }
    extent = "all of it" if word.complete else extents.get(word.stopped, "not all of it")
    what = "pairs of successive states" if word.successive else "states"
    return f"Explored for runs: {word.states:,} {what} of the instance {bounds}, {extent}."

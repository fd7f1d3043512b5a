"""Certificates: what was proved, so that somebody else can check it without trusting the prover.

A certificate lists the lemmas, the properties and every obligation with its hash. Checking it makes
all obligations anew from the model's source, compares, and lets the second solver decide each. No
formula is taken from the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from checker.lang.errors import EoscheckError
from checker.symbolic.canonical import condition_digest, model_digest
from checker.symbolic.obligations import Generator, Obligation
from checker.symbolic.proof import Questions
from checker.symbolic.solving import Effort, second_opinion
from checker.symbolic.z3_terms import PROVED, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checker.symbolic.claim import Claim
    from checker.symbolic.proof import Proof

_FIELDS = {
    "model": str,
    "model_sha256": str,
    "parameters": dict,
    "sorts": str,
    "small": dict,
    "lemmas": list,
    "properties": list,
    "obligations": list,
}
_KEYS = {"lemmas": ("name",), "properties": ("name",), "obligations": ("action", "property")}


@dataclass
class Check:
    """What checking a certificate found.

    complaints: what is wrong with it; confirmed: how many obligations the second solver confirmed,
    by the way in which it did; unknown: the obligations that it could not decide.
    """

    complaints: list[str] = field(default_factory=list)
    confirmed: dict[str, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def certificate(proof: Proof, name: str) -> dict[str, Any]:
    """Return the certificate of a proof; raise EoscheckError unless all of it is proved."""
    open_names = [item.name for item in proof.properties if item.verdict != PROVED]
    if open_names or proof.vacuous:
        raise EoscheckError(f"{name} is not proved, so there is no certificate for it")
    decided = {o.obligation.key: o.decision for o in proof.outcomes}
    document = contents(proof.claim, name)
    for entry in document["obligations"]:
        decision = decided[entry["action"], entry["property"]]
        entry |= {"verdict": decision.verdict, "solver": decision.solver}
    verdicts = {item.name: item for item in proof.properties}
    for entry in document["properties"]:
        item = verdicts[entry["name"]]
        entry |= {"verdict": item.verdict, "uses": list(item.lemmas)}
    return document


def contents(claim: Claim, name: str) -> dict[str, Any]:
    """Return what a certificate must say about a claim, but for the verdicts."""
    questions = Questions(claim)
    generator = Generator(claim, questions.instance)
    rendering = questions.rendering
    sentences = {p.name: p.sentence for p in (*claim.model.properties, *claim.steps)}
    return {
        "model": name,
        "model_sha256": model_digest(generator, rendering),
        "parameters": dict(claim.parameters),
        "sorts": "orders" if rendering.orders else "integers",
        "small": dict(claim.small),
        "lemmas": [
            {
                "name": lemma,
                "sentence": sentences[lemma],
                "sha256": condition_digest(generator, rendering, lemma),
            }
            for lemma in claim.lemmas
        ],
        "properties": [{"name": n, "sentence": sentences[n]} for n in claim.properties],
        "obligations": [_entry(questions, obligation) for obligation in questions.obligations],
    }


def _entry(questions: Questions, obligation: Obligation) -> dict[str, Any]:
    return {
        "action": obligation.action,
        "property": obligation.name,
        "wanted": "sat" if obligation.wants_model else "unsat",
        "sha256": questions.digest(obligation),
    }


def check(
    document: Mapping[str, Any],
    claim: Claim,
    effort: Effort | None = None,
    tell: Callable[[Obligation, str], None] | None = None,
) -> Check:
    """Check a certificate against the claim made from the source; `tell` hears of each obligation.

    Raises EoscheckError where the certificate is damaged, or about another version of the model.
    """
    require_shape(document)
    expected = contents(claim, str(document["model"]))
    if document["model_sha256"] != expected["model_sha256"]:
        raise EoscheckError(
            f"the certificate is about another version of the model {document['model']}"
        )
    result = Check(complaints=[*_differences(document, expected)])
    if not result.complaints:
        _confirm(claim, effort or Effort(), result, tell)
    return result


def require_shape(document: Mapping[str, Any]) -> None:
    """Raise EoscheckError unless everything that a certificate has is there."""
    for name, kind in _FIELDS.items():
        if not isinstance(document.get(name), kind):
            raise EoscheckError(
                f"the certificate is damaged: {name!r} is missing or of a wrong kind"
            )
    for part, names in _KEYS.items():
        if not all(isinstance(entry, dict) for entry in document[part]):
            raise EoscheckError(f"the certificate is damaged: {part!r} is no list of objects")
        for name in names:
            if not all(isinstance(entry.get(name), str) for entry in document[part]):
                message = f"the certificate is damaged: in {part!r} something has no {name!r}"
                raise EoscheckError(message)


def _differences(document: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    found = []
    for name in ("parameters", "sorts", "small"):
        if document[name] != expected[name]:
            found.append(f"{name} are {document[name]}, and must be {expected[name]}")
    for part, names in _KEYS.items():
        found += _compared(part, names, document[part], expected[part])
    for part in ("properties", "obligations"):
        for entry in document[part]:
            if entry.get("verdict") != PROVED:
                found.append(f"{part}: {_said(entry)} is not said to be proved")
    lemmas = [entry["name"] for entry in expected["lemmas"]]
    for entry in document["properties"]:
        uses = entry.get("uses")
        if not isinstance(uses, list) or any(name not in lemmas for name in uses):
            found.append(f"properties: {_said(entry)} does not say which of the lemmas it uses")
    return found


def _compared(
    part: str,
    names: tuple[str, ...],
    given: list[dict[str, Any]],
    wanted: list[dict[str, Any]],
) -> list[str]:
    found = []
    by_key = {tuple(entry.get(n) for n in names): entry for entry in given}
    if len(by_key) < len(given):
        found.append(f"{part}: something is listed twice")
    for entry in wanted:
        other = by_key.pop(tuple(entry[n] for n in names), None)
        if other is None:
            found.append(f"{part}: {_said(entry)} is missing")
            continue
        for name, value in entry.items():
            if other.get(name) != value:
                found.append(f"{part}: {_said(entry)} has another {name}")
    return found + [f"{part}: {_said(entry)} does not belong there" for entry in by_key.values()]


def _said(entry: Mapping[str, Any]) -> str:
    names = [str(entry[n]) for n in ("name", "action", "property") if n in entry]
    return " / ".join(names)


def _confirm(
    claim: Claim,
    effort: Effort,
    result: Check,
    tell: Callable[[Obligation, str], None] | None,
) -> None:
    questions = Questions(claim)
    for obligation in questions.obligations:
        instance, rendering = questions.place(obligation)
        verdict, way = second_opinion(instance, obligation, rendering, effort)
        if tell is not None:
            tell(obligation, verdict)
        if verdict == PROVED:
            result.confirmed[way] = result.confirmed.get(way, 0) + 1
        elif verdict == UNKNOWN:
            result.unknown.append(" / ".join(obligation.key))
        else:
            result.complaints.append(f"cvc5 refutes {' / '.join(obligation.key)}")

"""Proofs for every size of a model, from the rules that are explored, by two solvers."""

from checker.symbolic.certificate import Check, certificate, check
from checker.symbolic.claim import IMPLIES, INITIALLY, POSSIBLE, Claim
from checker.symbolic.counterexample import Counterexample
from checker.symbolic.obligations import Obligation, obligations
from checker.symbolic.proof import (
    NOT_INDUCTIVE,
    Outcome,
    Proof,
    PropertyVerdict,
    prove,
    verdicts_of,
)
from checker.symbolic.solving import Decision, Effort
from checker.symbolic.z3_terms import PROVED, REFUTED, UNKNOWN

__all__ = [
    "IMPLIES",
    "INITIALLY",
    "NOT_INDUCTIVE",
    "POSSIBLE",
    "PROVED",
    "REFUTED",
    "UNKNOWN",
    "Check",
    "Claim",
    "Counterexample",
    "Decision",
    "Effort",
    "Obligation",
    "Outcome",
    "Proof",
    "PropertyVerdict",
    "certificate",
    "check",
    "obligations",
    "prove",
    "verdicts_of",
]

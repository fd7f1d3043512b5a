"""Proofs for every size of a model: obligations from the same rules that are explored, and Z3."""

from checker.symbolic.induction import (
    INITIALLY,
    Obligation,
    Result,
    impossible_actions,
    obligations,
    prove,
)
from checker.symbolic.z3_terms import Countermodel

__all__ = [
    "INITIALLY",
    "Countermodel",
    "Obligation",
    "Result",
    "impossible_actions",
    "obligations",
    "prove",
]

"""Proves a model, and lets cvc5 confirm it, with one seed after another; run as a script, a table.

python tests/proofs/seed_runs.py [MODELS]
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from checker.cli.prove_run import claim_of
from checker.symbolic import Effort, certificate, check, prove
from specs.proofs.registry import PROOFS

SEEDS = range(8)


@dataclass(frozen=True)
class SeedRun:
    """What one seed gave: the verdict of every obligation, by both solvers, and CPU seconds."""

    verdicts: dict[tuple[str, str], str]
    confirmed: int
    unknown: list[str]
    complaints: list[str]
    z3_seconds: float
    cvc5_seconds: float


def run_seed(name: str, seed: int) -> SeedRun:
    """Prove a model and check the certificate with one seed for both solvers."""
    claim = claim_of(PROOFS[name])
    began = time.process_time()
    proof = prove(claim, Effort(seed=seed), explorer=False)
    proved = time.process_time()
    result = check(certificate(proof, name), claim, Effort(seed=seed))
    done = time.process_time()
    return SeedRun(
        {outcome.obligation.key: outcome.verdict for outcome in proof.outcomes},
        sum(result.confirmed.values()),
        result.unknown,
        result.complaints,
        proved - began,
        done - proved,
    )


def print_table(names: list[str]) -> None:
    """Print CPU seconds of each model and seed."""
    for name in names:
        for seed in SEEDS:
            found = run_seed(name, seed)
            verdicts = sorted(set(found.verdicts.values()))
            print(
                f"{name:<14} seed {seed}: {len(found.verdicts)} obligations {verdicts}, "
                f"z3 {found.z3_seconds:.1f} s, cvc5 {found.cvc5_seconds:.1f} s, "
                f"confirmed {found.confirmed}, {found.unknown} {found.complaints}",
                flush=True,
            )


if __name__ == "__main__":
    print_table(sys.argv[1:] or [name for name, p in PROOFS.items() if p.expected == "proved"])

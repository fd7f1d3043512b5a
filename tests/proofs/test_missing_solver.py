"""Where a solver cannot be imported nothing is proved: one sentence, verdict unknown, exit 3."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
from checker.cli.main import run
sys.exit(run(sys.argv[2:]))
"""
QUESTIONS = {
    "prove": ["--model", "idempotence"],
    "mutants": ["--mutants", "--model", "idempotence"],
    "bounded": ["--bounded", "no-faults"],
    "inductive": ["--inductive", "no-faults"],
}


def prove_without(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `eoscheck prove` where a module of Python cannot be imported."""
    command = [sys.executable, "-c", WITHOUT, module, "prove", "-q", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("question", "module", "package"),
    [
        *((question, "z3", "z3-solver") for question in QUESTIONS),
        ("prove", "cvc5", "cvc5"),
        ("mutants", "cvc5", "cvc5"),
    ],
)
def test_nothing_is_known(question: str, module: str, package: str, tmp_path: Path) -> None:
    sentence = f"Nothing was proved: {package} is not installed."
    said = prove_without(module, *QUESTIONS[question])
    assert (said.returncode, said.stderr) == (3, "")
    assert said.stdout.endswith(f"{sentence}\n")
    if question != "prove":
        assert said.stdout.count("\n") == 1
    file = tmp_path / "answer.json"
    written = prove_without(module, *QUESTIONS[question], "--format", "json", "-o", str(file))
    assert (written.returncode, written.stdout, written.stderr) == (3, "", "")
    answer = json.loads(file.read_text())
    assert (answer["verdict"], answer["notes"]) == ("unknown", [sentence])


def test_bad_input_is_bad_input_without_a_solver() -> None:
    said = prove_without("z3", "--bounded", "no-scenario")
    assert said.returncode == 2
    assert "there is no scenario 'no-scenario'" in said.stderr and said.stderr.count("\n") == 1


@pytest.mark.parametrize("module", ["z3", "cvc5"])
def test_a_refinement_needs_no_solver(module: str) -> None:
    assert prove_without(module, "--refinement", "consumed-offsets").returncode == 0


def test_z3_alone_looks_at_runs() -> None:
    assert prove_without("cvc5", "--bounded", "no-faults", "--steps", "0").returncode == 0

"""`eoscheck prove --check`: a certificate against the models' source, with the second solver."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.cli.prove_progress import proof_progress
from checker.cli.prove_run import CERTIFICATES, claim_of
from checker.cli.solvers import missing_solvers
from checker.lang.errors import EoscheckError
from checker.report.files import json_text

SCHEMA = "eoscheck/certificate-check@1"
LARGEST = 1 << 26
"""Bytes of a certificate file."""


@dataclass(frozen=True)
class FileCheck:
    """What is wrong with a certificate, what could not be decided, and what was confirmed."""

    models: tuple[str, ...]
    complaints: tuple[str, ...]
    unknown: tuple[str, ...]
    confirmed: dict[str, int]


def check_file(file: str, seed: int, quiet: bool) -> FileCheck:
    """Check a certificate file; raise EoscheckError where it is damaged or of another version."""
    from specs.proofs.registry import PROOFS

    proofs = _read(file)
    missing = missing_solvers()
    if missing:
        return FileCheck((), (), (missing,), {})
    from checker.symbolic import Effort, check

    complaints, unknown, confirmed, names = [], [], dict[str, int](), []
    with proof_progress(quiet) as tell:
        for document in proofs:
            name = document.get("model")
            if not isinstance(name, str) or name not in PROOFS or name in names:
                what = "twice" if name in names else "which is no proof model here"
                raise EoscheckError(f"the certificate names {name!r}, {what}", file)
            names.append(name)
            try:
                result = check(
                    document,
                    claim_of(PROOFS[name]),
                    Effort(seed=seed),
                    lambda o, verdict: tell(*o.key, verdict),
                )
            except EoscheckError as error:
                raise EoscheckError(error.message, file) from None
            complaints += [f"{name}: {line}" for line in result.complaints]
            unknown += [f"{name}: {line}" for line in result.unknown]
            for way, count in result.confirmed.items():
                confirmed[way] = confirmed.get(way, 0) + count
    return FileCheck(tuple(names), tuple(complaints), tuple(unknown), confirmed)


def _read(file: str) -> list[dict[str, Any]]:
    try:
        data = Path(file).read_bytes()
    except FileNotFoundError:
        raise EoscheckError("there is no such file", file) from None
    except OSError as error:
        raise EoscheckError(f"the file cannot be read: {error.strerror}", file) from None
    if len(data) > LARGEST:
        raise EoscheckError("the file is too large for a certificate", file)
    try:
        document = json.loads(data.decode())
    except UnicodeDecodeError:
        raise EoscheckError("this is not UTF-8 text", file) from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise EoscheckError("this is not JSON", file, getattr(error, "lineno", None)) from None
    if not isinstance(document, dict) or document.get("schema") != CERTIFICATES:
        raise EoscheckError(f"this is not a certificate ({CERTIFICATES})", file)
    proofs = document.get("proofs")
    if not isinstance(proofs, list) or not proofs or not all(isinstance(p, dict) for p in proofs):
        raise EoscheckError("the certificate is damaged: 'proofs' is no list of objects", file)
    return proofs


def text_of(result: FileCheck, form: str) -> str:
    """Return the result as text or JSON."""
    if form == "json":
        document = {
            "schema": SCHEMA,
            "models": list(result.models),
            "verdict": "wrong" if result.complaints else "unknown" if result.unknown else "right",
            "complaints": list(result.complaints),
            "unknown": list(result.unknown),
            "confirmed": result.confirmed,
        }
        return json_text(document)
    total = sum(result.confirmed.values())
    by = ", ".join(f"{count} by {way}" for way, count in result.confirmed.items())
    lines = [f"WRONG: {line}" for line in result.complaints]
    lines += [f"UNKNOWN: {line}" for line in result.unknown]
    if not lines:
        lines = [
            f"The certificate is right: {', '.join(result.models)}.",
            f"All {total} obligations were made anew from the models and confirmed: {by}.",
        ]
    return "\n".join(lines) + "\n"


def code_of(result: FileCheck) -> int:
    """Return the exit code of contract C1."""
    return 1 if result.complaints else 3 if result.unknown else 0

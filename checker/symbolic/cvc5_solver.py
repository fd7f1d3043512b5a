"""The second solver: cvc5 reads an obligation's text; the only module that knows cvc5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang.errors import EoscheckError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT: Mapping[str, str] = {}
ENUMERATE: Mapping[str, str] = {"enum-inst": "true"}
FIND_MODEL: Mapping[str, str] = {"finite-model-find": "true"}
MODEL_BASED: Mapping[str, str] = {"mbqi": "true"}


def version() -> str:
    """Return the solver's version; raise EoscheckError if it is not installed."""
    try:
        import cvc5  # noqa: PLC0415
    except ImportError:
        raise EoscheckError("cvc5 is not installed: pip install cvc5") from None
    return str(cvc5.__version__)


def check(text: str, limit: int, options: Mapping[str, str] = DEFAULT, seed: int = 0) -> str:
    """Return "sat", "unsat" or "unknown" for a script; `limit` bounds the work."""
    import cvc5  # noqa: PLC0415

    manager = cvc5.TermManager()
    solver = cvc5.Solver(manager)
    for name, value in {**options, "rlimit": str(limit), "seed": str(seed)}.items():
        solver.setOption(name, value)
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "obligation")
    symbols = parser.getSymbolManager()
    answer = ""
    while not answer:
        command = parser.nextCommand()
        if command.isNull():
            raise EoscheckError("an obligation asks nothing")
        said = str(command.invoke(solver, symbols)).strip()
        if said.startswith("(error"):
            raise EoscheckError(f"cvc5 cannot read an obligation: {said}")
        answer = said if command.getCommandName() == "check-sat" else ""
    return answer if answer in ("sat", "unsat") else "unknown"

"""Which solvers are installed: without them nothing is proved, and that is said in one sentence."""

from __future__ import annotations

import importlib

PACKAGES = {"z3": "z3-solver", "cvc5": "cvc5"}
"""Modules of Python with the packages that have them."""


def missing_solvers(*modules: str) -> str:
    """Return the sentence that a solver is not installed, "" if all of these are.

    modules: those that are needed, all of them if none is named.
    """
    for name in modules or tuple(PACKAGES):
        try:
            importlib.import_module(name)
        except ImportError:
            return f"Nothing was proved: {PACKAGES[name]} is not installed."
    return ""

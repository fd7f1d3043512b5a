"""Where in the model's own source a rule stands right now."""

from __future__ import annotations

import ast
import inspect
import os
import sys
import sysconfig
from pathlib import Path

_HERE = str(Path(__file__).parent) + os.sep
_PYTHON = sysconfig.get_path("stdlib") + os.sep
_PACKAGES = tuple(_PYTHON + folder + os.sep for folder in ("site-packages", "dist-packages"))


def is_language_file(name: str) -> bool:
    """Return whether a source file is part of the language or of Python itself."""
    if name.startswith((_HERE, "<")):
        return True
    return name.startswith(_PYTHON) and not name.startswith(_PACKAGES)


def rule_place() -> tuple[str, int]:
    """Return file and line of the innermost frame outside the language itself."""
    frame = sys._getframe(1)
    while frame.f_back is not None and is_language_file(frame.f_code.co_filename):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def class_place(owner: type, field: str = "") -> tuple[str, int] | tuple[()]:
    """Return file and line of a class, or of one of its fields; nothing if its source is gone."""
    try:
        file = inspect.getsourcefile(owner) or ""
        source = "".join(inspect.findsource(owner)[0])
    except (OSError, TypeError):
        return ()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and node.name == owner.__name__:
            for inner in node.body:
                if isinstance(inner, ast.AnnAssign) and ast.unparse(inner.target) == field:
                    return file, inner.lineno
            return file, node.lineno
    return ()

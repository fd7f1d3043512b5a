"""Where in the model's own source a rule stands right now."""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = str(Path(__file__).parent)


def is_language_file(name: str) -> bool:
    """Return whether a source file is part of the language or the standard library's glue."""
    return name.startswith((_HERE, "<")) or name.endswith(("functools.py", "contextlib.py"))


def rule_place() -> tuple[str, int]:
    """Return file and line of the innermost frame outside the language itself."""
    frame = sys._getframe(1)
    while frame.f_back is not None and is_language_file(frame.f_code.co_filename):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno

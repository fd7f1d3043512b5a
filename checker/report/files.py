"""Writes output: files whole or not at all, and standard output as far as anybody reads it."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from checker.lang.errors import EoscheckError


def write_whole(file: str, content: str | bytes) -> None:
    """Write a file so that it appears complete or stays as it was; EoscheckError if it cannot."""
    path = Path(file)
    data = content.encode() if isinstance(content, str) else content
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        raise EoscheckError(f"the file cannot be written: {error.strerror}", file) from None


def write_out(content: str) -> None:
    """Write to standard output; a reader that has gone away does not matter."""
    try:
        sys.stdout.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        close_pipe()


def write_answer(content: str, file: str | None) -> None:
    """Write to a file, or to standard output if none is named."""
    if file is None:
        write_out(content)
    else:
        write_whole(file, content)


def json_text(document: object) -> str:
    """Return a document as JSON, as answers are written."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


class AnswerConsole(Console):
    """Standard output with styles where it is a terminal; a reader may go away."""

    def on_broken_pipe(self) -> None:
        """Go on in silence: the exit code still says what was found."""
        self.quiet = True
        close_pipe()


def close_pipe() -> None:
    """Send to nowhere what is still to be written to standard output."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

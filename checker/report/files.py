"""Writes output files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

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


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

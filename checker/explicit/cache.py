"""Files in the user's cache folder: private, written whole or not at all, checked when read."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

_DIGEST = 32


def cache_folder(name: str) -> Path | None:
    """Return a private folder for cached files, or None where there can be none."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    root = Path(base) / "eoscheck"
    folder = root / name
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        for path in (root, folder):
            status = path.stat()
            if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o077:
                return None
    except OSError:
        return None
    return folder


def read_cached(path: Path) -> bytes | None:
    """Return a file's content, or None if there is none or it is damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    content = data[_DIGEST:]
    return content if hashlib.sha256(content).digest() == data[:_DIGEST] else None


def write_cached(path: Path, content: bytes) -> None:
    """Write a file so that readers see all of it or nothing; give up quietly where that fails."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(content).digest() + content)
        os.replace(temporary, path)
    except OSError:
        return


def prune(folder: Path, most: int) -> None:
    """Remove the files that were written longest ago where there are more than `most`."""
    try:
        files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime)
        for file in files[: max(0, len(files) - most)]:
            file.unlink(missing_ok=True)
    except OSError:
        return

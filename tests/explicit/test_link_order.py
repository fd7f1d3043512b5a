"""Modules are linked in their own order, whichever of them are cached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.explicit import native

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_cached_modules_do_not_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linked: list[list[str]] = []
    monkeypatch.setattr(native, "cache_folder", lambda name: tmp_path)
    monkeypatch.setattr(native, "compile_module", lambda text: text.encode())
    monkeypatch.setattr(native, "Native", lambda objects: linked.append(list(objects)))
    native.link({"step": "the caller"})
    native.link({"action": "what it calls", "step": "the caller"})
    assert linked == [["step"], ["action", "step"]]

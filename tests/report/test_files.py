"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from checker.lang.errors import EoscheckError
from checker.report.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    file.write_text("before")
    write_whole(str(file), "after →")
    assert file.read_text(encoding="utf-8") == "after →"
    assert os.listdir(tmp_path) == ["answer.txt"]


def test_a_file_has_the_usual_rights(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_whole(str(tmp_path / "answer.txt"), b"bytes")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "answer.txt").stat().st_mode) == 0o640


@pytest.mark.parametrize("name", ["missing/answer.txt", "folder"])
def test_what_cannot_be_written_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "kept").touch()
    with pytest.raises(EoscheckError, match="the file cannot be written"):
        write_whole(str(tmp_path / name), "x")
    assert sorted(os.listdir(tmp_path)) == ["folder"]


def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "answer.txt"
    file.write_text("before")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(EoscheckError, match="No space left on device"):
        write_whole(str(file), "after")
    assert file.read_text() == "before"
    assert os.listdir(tmp_path) == ["answer.txt"]

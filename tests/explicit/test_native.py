"""Machine code of several modules, linked together."""

from __future__ import annotations

import ctypes

import pytest

from checker.explicit.native import link

CASES = 12


def chooser(name: str) -> str:
    """A function with a jump table, each of whose branches calls another module."""
    branches = "".join(
        f"b{number}:\n  call void @other(ptr %cell)\n"
        f"  %old{number} = load i64, ptr %cell\n"
        f"  %new{number} = {operation} i64 %old{number}, {number + 3}\n"
        f"  store volatile i64 %new{number}, ptr %cell\n  br label %end\n"
        for number, operation in zip(range(CASES), ["add", "mul", "sub", "xor"] * 3, strict=True)
    )
    cases = " ".join(f"i64 {number}, label %b{number}" for number in range(CASES))
    return (
        f"declare void @other(ptr)\ndefine void @{name}(i64 %case, ptr %cell) {{\n"
        f"entry:\n  switch i64 %case, label %end [ {cases} ]\n{branches}end:\n  ret void\n}}\n"
    )


OTHER = """
define void @other(ptr %cell) {
  %old = load i64, ptr %cell
  %new = add i64 %old, 100
  store i64 %new, ptr %cell
  ret void
}
"""


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.explicit.native.cache_folder", lambda _name: None)


def expected(case: int, cell: int) -> int:
    if case >= CASES:
        return cell
    cell += 100
    number = case + 3
    return [cell + number, cell * number, cell - number, cell ^ number][case % 4]


def test_jump_tables_work_beside_calls_of_other_modules() -> None:
    names = [f"choose{number}" for number in range(20)]
    native = link({name: chooser(name) for name in names} | {"other": OTHER})
    kind = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.POINTER(ctypes.c_int64))
    for name in names:
        choose = kind(native.address(name))
        for case in range(CASES + 1):
            cell = ctypes.c_int64(7)
            choose(case, ctypes.byref(cell))
            assert cell.value == expected(case, 7)

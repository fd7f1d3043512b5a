"""The tables beside this file speak about every action and every sentence that blocks one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from model.transactions import world

HERE = Path(__file__)
ROLES = sorted(Path(world.__file__).parent.glob("*.py"))
TABLES = [
    ast.parse(file.read_text())
    for file in sorted(HERE.parent.glob("test_txn_*.py"))
    if file != HERE
]


def reasons() -> list[str]:
    """The sentences of every `require` of the roles."""
    found: dict[str, None] = {}
    for file in ROLES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "require":
                assert isinstance(node.args[1], ast.Constant)
                found[str(node.args[1].value)] = None
    return list(found)


def actions() -> list[str]:
    """The names of every action of the roles."""
    return [
        node.name
        for file in ROLES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "action"
            for mark in node.decorator_list
        )
    ]


def texts() -> set[str]:
    """All strings in the tables."""
    nodes = (node for table in TABLES for node in ast.walk(table))
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def steps() -> set[str]:
    """All attributes that the tables name."""
    nodes = (node for table in TABLES for node in ast.walk(table))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("reason", reasons())
def test_every_sentence_that_blocks_a_step_is_in_a_table(reason: str) -> None:
    assert reason in texts()


@pytest.mark.parametrize("name", actions())
def test_every_action_is_in_a_table(name: str) -> None:
    assert name in steps()


def test_there_is_something_to_ask() -> None:
    assert len(reasons()) > 50
    assert len(actions()) > 30

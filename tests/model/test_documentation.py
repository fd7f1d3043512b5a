"""The model's files document themselves."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import model
from model.effects import effects_model
from model.world import ACTIONS, kafka_model

if TYPE_CHECKING:
    from checker.lang import Action

FILES = sorted(f for f in Path(model.__file__).parent.glob("*.py") if f.name != "__init__.py")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_says_what_it_is_of_kafka_and_what_it_leaves_out(file: Path) -> None:
    text = file.read_text()
    documentation = ast.get_docstring(ast.parse(text)) or ""
    lines = documentation.splitlines()
    assert lines[0].endswith(".")
    assert any(line.startswith("Kafka: ") for line in lines)
    assert any(line.startswith("Left out: ") for line in lines)
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_a_step_is_a_sentence_with_its_arguments(action: Action[Any]) -> None:
    assert action.text.endswith(".")
    named = set(re.findall(r"{(\w+)}", action.text))
    assert named <= set(action.arguments)
    assert set(action.arguments) - named <= {"connection"}


def test_every_action_of_a_role_is_part_of_the_model() -> None:
    declared = set()
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(d, ast.Call) and getattr(d.func, "id", "") == "action"
                for d in node.decorator_list
            ):
                declared.add(node.name)
    models = (kafka_model(), effects_model())
    assert declared == {action.name for model in models for action in model.actions}

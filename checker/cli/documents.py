"""Reads what `check --format json` wrote: the model of a run, and its steps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.cli.target import KAFKA, model_of
from checker.lang.errors import EoscheckError
from checker.report.answer import SCHEMA

if TYPE_CHECKING:
    from checker.lang.model import Instance

Calls = list[tuple[str, dict[str, str]]]


def read_answer(file: str) -> dict[str, Any]:
    """Return the document; raise EoscheckError if the file is not one."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise EoscheckError("there is no such file", file) from None
    except UnicodeDecodeError:
        raise EoscheckError("this is not UTF-8 text", file) from None
    except OSError as error:
        raise EoscheckError(f"the file cannot be read: {error.strerror}", file) from None
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise EoscheckError("this is not JSON", file, line) from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise EoscheckError(f"this is not an answer of `eoscheck check` ({SCHEMA})", file)
    return document


def calls_of(document: dict[str, Any], file: str, name: str | None) -> tuple[str, Calls]:
    """Return the name of a broken property and the steps of its run; the first one by default."""
    for item in _list(document.get("properties"), file):
        trace = item.get("trace")
        if trace is not None and name in (None, item.get("name")):
            return str(item.get("name")), [_call(step, file) for step in _list(trace, file)]
    wanted = "no run" if name is None else f"no run for the property {name!r}"
    raise EoscheckError(f"the answer holds {wanted}", file)


def _list(value: Any, file: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise EoscheckError("the answer is damaged: a list of objects is missing", file)
    return value


def _call(step: dict[str, Any], file: str) -> tuple[str, dict[str, str]]:
    action, arguments = step.get("action"), step.get("arguments")
    if not isinstance(action, str) or not isinstance(arguments, dict):
        raise EoscheckError("the answer is damaged: a step has no action or arguments", file)
    return action, {str(k): str(v) for k, v in arguments.items()}


def instance_of(document: dict[str, Any], file: str) -> Instance:
    """Return the instance that the document speaks about."""
    model = document.get("model")
    if not isinstance(model, dict):
        raise EoscheckError("the answer does not say which model it is about", file)
    bounds = _numbers(model.get("bounds"), file)
    parameters = _numbers(model.get("parameters"), file)
    kind, target = model.get("kind"), str(model.get("file"))
    if kind == "scenario":
        from checker.cli.check_scenario import instance_again

        return instance_again(target, bounds, parameters)
    if kind == "file":
        source = model_of(target)
    elif kind == KAFKA:
        source = model_of(KAFKA)
    elif kind == "kafka-transactions":
        from checker.settings.transactions import model_again

        source = model_again(bounds, parameters)
    else:
        raise EoscheckError(f"the answer names an unknown kind of model: {kind!r}", file)
    return source.instance(bounds, parameters)


def _numbers(value: Any, file: str) -> dict[str, int]:
    if not isinstance(value, dict) or not all(
        isinstance(n, int) and not isinstance(n, bool) for n in value.values()
    ):
        raise EoscheckError("the answer is damaged: bounds or parameters are not numbers", file)
    return value

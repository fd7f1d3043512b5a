"""Informal Trace Format (ITF): runs as JSON that other tools read.

Source of the format: ADR 015 of the Apalache model checker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.lang.schema import RecordNode, ScalarNode, SequenceNode, SetNode, TableNode
from checker.traces.describe import keys_of

if TYPE_CHECKING:
    from checker.lang.concrete import Layout, Vector
    from checker.lang.model import Instance
    from checker.lang.schema import Node
    from checker.lang.types import Column
    from checker.traces.trace import Trace


def to_itf(instance: Instance, trace: Trace, description: str) -> dict[str, Any]:
    """Return the trace as an ITF document; every state also names the step that led to it."""
    root = instance.schema.root
    names = [n for n, inner in root.fields.items() if not _is_parameter(inner)]
    states = []
    for number, vector in enumerate(trace.states):
        state: dict[str, Any] = {"#meta": {"index": number}}
        for name in names:
            state[name] = _value(root.fields[name], instance.layout, vector, ())
        if number:
            step = trace.steps[number - 1]
            state["#meta"] |= {"action": step.action, "arguments": dict(step.arguments)}
            state["#meta"] |= {"step": step.words}
        states.append(state)
    return {
        "#meta": {"format": "ITF", "description": description, "source": instance.model.name},
        "vars": names,
        "states": states,
    }


def _is_parameter(node: Node) -> bool:
    return isinstance(node, RecordNode) and node.record.is_parameters


def _value(node: Node, layout: Layout, vector: Vector, at: tuple[int, ...]) -> Any:
    match node:
        case ScalarNode(column):
            return _scalar(column, layout, vector, at)
        case RecordNode(_, fields):
            return {n: _value(inner, layout, vector, at) for n, inner in fields.items()}
        case TableNode(keys, element):
            pairs = [
                [_key(key), _value(element, layout, vector, at + key)] for key in keys_of(keys)
            ]
            return {"#map": pairs}
        case SetNode(keys, column):
            inside = [k for k in keys_of(keys) if _scalar(column, layout, vector, at + k)]
            return {"#set": [_key(key) for key in inside]}
        case SequenceNode():
            length = int(_scalar(node.length, layout, vector, at)["#bigint"])
            return [_value(node.element, layout, vector, (*at, k)) for k in range(length)]


def _scalar(column: Column, layout: Layout, vector: Vector, at: tuple[int, ...]) -> Any:
    position = 0
    for sort, index in zip(column.sorts, at, strict=True):
        position = position * (sort.size or 0) + index
    value = vector[layout.start[column] + position]
    if column.scalar.kind == "bool":
        return bool(value)
    return {"#bigint": str(value)} if column.scalar.enum is None else column.scalar.text(value)


def _key(key: tuple[int, ...]) -> Any:
    numbers = [{"#bigint": str(index)} for index in key]
    return numbers[0] if len(numbers) == 1 else {"#tup": numbers}

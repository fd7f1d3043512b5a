"""A model as canonical text: the same in every run, whatever was traced before; to be hashed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang.ir import (
    Base,
    BlockedLeaf,
    Branch,
    CutLeaf,
    ErrorLeaf,
    Function,
    Outcome,
    Store,
    Tree,
)
from checker.symbolic.smtlib import Printer, digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.lang.model import Instance
    from checker.lang.types import Column, Scalar
    from checker.symbolic.obligations import Generator
    from checker.symbolic.rendering import Rendering


def model_digest(generator: Generator, rendering: Rendering) -> str:
    """Return the hash of a model: its columns, its start, its rules and its parameters."""
    return digest("\n".join(_model(generator, rendering)))


def condition_digest(generator: Generator, rendering: Rendering, name: str) -> str:
    """Return the hash of a property's condition."""
    printer = Printer(generator.instance.schema, {}, rendering)
    return digest(printer.text(generator.conditions[name]))


def _model(generator: Generator, rendering: Rendering) -> Iterator[str]:
    instance: Instance = generator.instance
    for column in instance.schema.columns:
        sorts = ", ".join(sort.name for sort in column.sorts)
        scalar = column.scalar
        yield f"{column.name}({sorts}): {scalar.name} {scalar.low} {scalar.high} {column.default}"
    for name, value in instance.parameters.items():
        yield f"{name} = {value}"
    start, scalars = generator.start()
    if start is not None:
        yield from _rule("<init>", start, scalars, generator, rendering)
    for traced in instance.traced:
        yield from _rule(traced.action.name, traced.tree, traced.scalars, generator, rendering)
    for number, tree in enumerate(instance.canonical):
        yield from _rule(f"canonical {number}", tree, {}, generator, rendering)


def _rule(
    name: str,
    tree: Tree,
    scalars: Mapping[str, Scalar],
    generator: Generator,
    rendering: Rendering,
) -> Iterator[str]:
    """Yield a decision tree, each shared part once, numbered in the order of the walk."""
    arguments = ", ".join(f"{n}: {s.name}" for n, s in scalars.items())
    yield f"{name}({arguments})"
    printer = Printer(generator.instance.schema, scalars, rendering)
    numbers: dict[int, int] = {}
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if id(node) in numbers:
            continue
        numbers[id(node)] = len(numbers)
        if isinstance(node, Branch):
            waiting += (node.no, node.yes)
    for node, number in _nodes(tree, numbers):
        yield f"{number}: {_node(node, numbers, printer, generator)}"


def _nodes(tree: Tree, numbers: Mapping[int, int]) -> list[tuple[Tree, int]]:
    found: dict[int, Tree] = {}
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if numbers[id(node)] not in found:
            found[numbers[id(node)]] = node
            if isinstance(node, Branch):
                waiting += (node.no, node.yes)
    return [(found[number], number) for number in sorted(found)]


def _node(node: Tree, numbers: Mapping[int, int], printer: Printer, generator: Generator) -> str:
    match node:
        case Branch(condition, yes, no):
            text = printer.text(generator.fixed(condition))
            return f"if {text} then {numbers[id(yes)]} else {numbers[id(no)]}"
        case BlockedLeaf():
            return f"blocked: {node.reason}"
        case CutLeaf():
            return f"capacity: {node.capacity}"
        case ErrorLeaf():
            return f"error: {node.message}"
        case Outcome(updates):
            parts = [f"{c.name} := {_function(f, c, printer, generator)}" for c, f in updates]
            return "; ".join(parts)


def _function(function: Function, column: Column, printer: Printer, generator: Generator) -> str:
    if isinstance(function, Base):
        return "before"
    if isinstance(function, Store):
        inner = _function(function.function, column, printer, generator)
        places = zip(function.indices, column.sorts, strict=True)
        indices = ", ".join(printer.index(generator.fixed(i), s) for i, s in places)
        value = printer.value(generator.fixed(function.value), column.scalar)
        return f"{inner} with ({indices}) = {value}"
    variables = ", ".join(v.name for v in function.variables)
    return f"({variables}) -> {printer.value(generator.fixed(function.body), column.scalar)}"

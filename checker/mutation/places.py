"""Which conditions and updates of an action there are to change, and where they stand in source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from checker.lang import build
from checker.lang.ir import (
    Branch,
    CutLeaf,
    ErrorLeaf,
    Expr,
    Function,
    Lambda,
    Outcome,
    Store,
    Tree,
    function_parts,
    leaves,
    subexpressions,
)
from checker.lang.model import Instance, TracedAction
from checker.lang.provenance import PlacedTracer, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from checker.lang.types import Column


LONGEST = 100


@dataclass(frozen=True)
class Condition:
    """A condition that an action asks: the expressions that stand for it.

    targets: each with whether the source asks for it, or for its negation.
    """

    span: Span
    targets: tuple[tuple[Expr, bool], ...]

    @property
    def label(self) -> str:
        """What it is, without a line number."""
        return label(self.span, self.span.text, self.span.ordinal)


@dataclass(frozen=True)
class Update:
    """What an action writes at a place: to one column, or its defaults to several of a record.

    name: of the column, or of the record and ".*"; targets: the columns, and the expressions that
    stand for what is written.
    """

    span: Span
    name: str
    targets: tuple[tuple[Column, Expr], ...]

    @property
    def label(self) -> str:
        """What it is, without a line number."""
        span = self.span
        place = label(span, span.statement, span.statement_ordinal)
        return f"{place} [{self.name}]"


def label(span: Span, text: str, ordinal: int) -> str:
    """Return a span as file, function and text; equal texts of a function are counted."""
    short = text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
    number = f" (#{ordinal + 1})" if ordinal else ""
    return f"{Path(span.file).stem}.{span.function}: {short}{number}"


@dataclass(frozen=True)
class Noted:
    """What tracing one action noted."""

    conditions: Mapping[Expr, Mapping[Span, bool]]
    writes: Mapping[tuple[Column, Expr], set[Span]]


class PlacedInstance(Instance):
    """An instance whose tracing notes places; `noted` are those of each action, in order."""

    @cached_property
    def traced(self) -> tuple[TracedAction, ...]:
        """The decision trees of the actions."""
        tracer = PlacedTracer(self.schema)
        self.noted: list[Noted] = []
        found = []
        for action in self.model.actions:
            tracer.forget()
            found.append(self._trace(tracer, action))
            self.noted.append(Noted(tracer.conditions, tracer.writes))
        return tuple(found)


def asked(tree: Tree) -> Iterator[Expr]:
    """Yield the conditions of branches, other than those that check for room and errors."""
    seen: set[int] = set()
    stack = [tree]
    while stack:
        node = stack.pop()
        if id(node) not in seen and isinstance(node, Branch):
            seen.add(id(node))
            stack += (node.no, node.yes)
            if not is_check(node):
                yield node.condition


def is_check(node: Branch) -> bool:
    """Return whether a branch ends the step for want of room, or in an error of the model."""
    return isinstance(node.yes, CutLeaf | ErrorLeaf) or isinstance(node.no, CutLeaf | ErrorLeaf)


def updates(tree: Tree) -> Iterator[tuple[Column, Function]]:
    """Yield every changed column of every outcome."""
    for end in leaves(tree):
        if isinstance(end, Outcome):
            yield from end.updates


def conditions_of(tree: Tree, noted: Noted) -> list[Condition]:
    """Return the conditions of an action's tree, in order of source."""
    roots = list(asked(tree))
    for _, function in updates(tree):
        roots += function_parts(function)
    present = sorted(set(subexpressions(*roots)) & set(noted.conditions), key=lambda e: e.order)
    by_span: dict[Span, list[tuple[Expr, bool]]] = {}
    for expr in present:
        for span, holds in noted.conditions[expr].items():
            by_span.setdefault(span, []).append((expr, holds))
    return [Condition(span, tuple(by_span[span])) for span in sorted(by_span)]


def updates_of(tree: Tree, noted: Noted) -> list[Update]:
    """Return the updates of an action's tree, in order of source."""
    spans_of: dict[Column, set[Span]] = {}
    for (column, _), spans in noted.writes.items():
        spans_of.setdefault(column, set()).update(spans)
    names = {span: names_of(columns) for span, columns in values_by_span(noted).items()}
    found: dict[tuple[Span, str], dict[tuple[Column, Expr], None]] = {}
    for column, function in updates(tree):
        for value in written(column, function, noted):
            spans = noted.writes.get((column, value)) or spans_of[column]
            for span in spans:
                key = span, names[span].get(column, column.name)
                found.setdefault(key, {})[column, value] = None
    return [Update(span, name, tuple(found[span, name])) for span, name in sorted(found)]


def values_by_span(noted: Noted) -> dict[Span, dict[Column, list[Expr]]]:
    """Return what each span writes to which columns, also to those that are sliced away."""
    found: dict[Span, dict[Column, list[Expr]]] = {}
    for (column, value), spans in noted.writes.items():
        for span in spans:
            found.setdefault(span, {}).setdefault(column, []).append(value)
    return found


def names_of(columns: Mapping[Column, Sequence[Expr]]) -> dict[Column, str]:
    """Return names for the columns to which one span writes.

    Where it clears a record, or makes one and leaves fields out, those that get their default have
    one name together: the source has one expression for them.
    """
    cleared = [
        column
        for column, values in columns.items()
        if all(value.is_const and value.number == column.default for value in values)
    ]
    names = {column: column.name for column in columns}
    if len(cleared) > 1:
        words = zip(*(column.name.split(".") for column in cleared), strict=False)
        record = [each[0] for each in takewhile(lambda each: len(set(each)) == 1, words)]
        names |= dict.fromkeys(cleared, ".".join([*record, "*"]))
    return names


def written(column: Column, function: Function, noted: Noted) -> Iterator[Expr]:
    """Yield the values that a function value writes, other than what was there before."""
    while isinstance(function, Store):
        before = build.select(function.function, function.indices)
        yield from choices(column, function.value, before, noted)
        function = function.function
    if isinstance(function, Lambda):
        before = build.read(column, function.variables)
        yield from choices(column, function.body, before, noted)


def choices(column: Column, value: Expr, before: Expr, noted: Noted) -> Iterator[Expr]:
    """Yield the written values among those that a value chooses from."""
    stack, seen = [value], set()
    while stack:
        each = stack.pop()
        if each in seen:
            continue
        seen.add(each)
        if is_choice(column, each, before, noted):
            yield each
        elif each.op == "ite":
            stack += (each.args[2], each.args[1])


def is_choice(column: Column, value: Expr, before: Expr, noted: Noted) -> bool:
    """Return whether a rule writes this value, as far as one can tell; before: what was there."""
    if (column, value) in noted.writes:
        return True
    is_own = value.op == "read" and value.column is column
    return value.op != "ite" and value is not before and not is_own

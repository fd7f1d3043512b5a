"""A world in words: every place by its path, collections as a whole; no ghosts, no bookkeeping."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from checker.lang.schema import RecordNode, ScalarNode, SequenceNode, SetNode, TableNode, columns_of

if TYPE_CHECKING:
    from checker.lang.concrete import Layout, Vector
    from checker.lang.schema import Node
    from checker.lang.types import Column, Index

Indices = tuple[int, ...]


class Describer:
    """Describes the vectors of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._root = layout.schema.root

    def places(self, vector: Vector) -> dict[str, str]:
        """Return the text of every place, by path, in order of declaration."""
        found: dict[str, str] = {}
        self._walk(self._root, vector, "", (), found)
        return found

    def changes(self, before: Vector, after: Vector) -> dict[str, tuple[str, str]]:
        """Return what differs: path to (text before, text after)."""
        old, new = self.places(before), self.places(after)
        return {path: (old[path], new[path]) for path in new if old[path] != new[path]}

    def _walk(
        self, node: Node, vector: Vector, path: str, at: Indices, found: dict[str, str]
    ) -> None:
        if isinstance(node, RecordNode):
            for name, inner in node.fields.items():
                self._walk(inner, vector, f"{path}.{name}" if path else name, at, found)
        elif isinstance(node, TableNode):
            for key in keys_of(node.keys):
                index = ", ".join(map(str, key))
                self._walk(node.element, vector, f"{path}[{index}]", at + key, found)
        elif not all(c.parameter or c.ghost or c.bookkeeping for c in columns_of(node)):
            found[path] = self._text(node, vector, at)

    def _text(self, node: Node, vector: Vector, at: Indices) -> str:
        match node:
            case ScalarNode(column):
                return column.scalar.text(self._cell(column, vector, at))
            case RecordNode(_, fields):
                return self._record(fields, vector, at)
            case SetNode(keys, column):
                members = [key for key in keys_of(keys) if self._cell(column, vector, at + key)]
                return "{" + ", ".join(_member(key) for key in members) + "}"
            case TableNode(keys, element):
                parts = [self._text(element, vector, at + key) for key in keys_of(keys)]
                return "(" + ", ".join(parts) + ")"
            case SequenceNode():
                length = self._cell(node.length, vector, at)
                parts = [self._text(node.element, vector, (*at, k)) for k in range(length)]
                return "[" + ", ".join(parts) + "]"

    def _record(self, fields: dict[str, Node], vector: Vector, at: Indices) -> str:
        """Return a record's fields; those that say "none" or "no" are left out."""
        texts = {name: self._text(inner, vector, at) for name, inner in fields.items()}
        said = [f"{n}={text}" for n, text in texts.items() if text not in ("none", "no")]
        return "(" + ", ".join(said) + ")"

    def _cell(self, column: Column, vector: Vector, at: Indices) -> int:
        position = 0
        for sort, index in zip(column.sorts, at, strict=True):
            position = position * (sort.size or 0) + index
        return vector[self._layout.start[column] + position]


def keys_of(sorts: tuple[Index, ...]) -> list[Indices]:
    """Return every tuple of values of finite sorts."""
    return list(product(*(range(sort.size or 0) for sort in sorts)))


def _member(key: Indices) -> str:
    return str(key[0]) if len(key) == 1 else "(" + ", ".join(map(str, key)) + ")"

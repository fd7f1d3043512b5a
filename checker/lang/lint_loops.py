"""What goes wrong inside of for_each, whose rounds are joined before the next one begins."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from checker.lang.lint_names import COMPREHENSIONS, bound_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Region = tuple[int, ...]
Finding = tuple[int, str]
_LIST = ("append", "extend", "insert", "pop", "remove", "reverse", "sort")
_DEQUE = ("appendleft", "popleft", "rotate")
_SET = ("add", "clear", "discard", "update", "difference_update", "intersection_update")
MUTATORS = frozenset((*_LIST, *_DEQUE, *_SET, "popitem", "setdefault"))
CONTAINERS = ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp
LEAVES = "leaves a for_each, whose rounds are joined: put the condition around the round's work"


@dataclass
class _Uses:
    """Where one name is set, read and changed in place: region and line."""

    stores: list[tuple[Region, int]] = field(default_factory=list)
    loads: list[tuple[Region, int]] = field(default_factory=list)
    changes: list[tuple[Region, int]] = field(default_factory=list)
    container: bool = False

    def findings(self, name: str) -> Iterator[Finding]:
        """Yield what a join would lose."""
        for region, line in self.stores:
            if any(_around(outer, region) for outer, _ in self.stores):
                yield line, f"{name} is set outside of this for_each too: {_JOINED}"
        for region, line in self.loads:
            set_in = [inner for inner, _ in self.stores]
            if set_in and not any(inner == region[: len(inner)] for inner in set_in):
                yield line, f"{name} is set inside of a for_each only: {_JOINED}"
        for region, line in self.changes if self.container else ():
            if any(_around(outer, region) for outer, _ in self.stores):
                yield line, f"{name} is changed inside of a for_each: {_JOINED}"


_JOINED = "its rounds are joined, so only the world carries something on"


def _around(outer: Region, inner: Region) -> bool:
    return len(outer) < len(inner) and inner[: len(outer)] == outer


@dataclass(frozen=True)
class _Here:
    """Where a visit stands: the for_each loops around, and what `break` would leave."""

    region: Region = ()
    breaks: bool = False
    nested: bool = False


class Loops:
    """Follows the names of one function through its for_each loops.

    A region is the list of loops around a place, outermost first.
    """

    def __init__(self, node: ast.FunctionDef | ast.AsyncFunctionDef, loops: list[ast.For]) -> None:
        self._node = node
        self._loops = {id(loop): number for number, loop in enumerate(loops)}
        self._uses: dict[str, _Uses] = {}
        self._found: list[Finding] = []
        self._hidden: frozenset[str] = frozenset()

    def findings(self) -> list[Finding]:
        """Return line and sentence of what breaks a join."""
        if self._loops:
            arguments = self._node.args
            for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
                self._of(argument.arg).stores.append(((), argument.lineno))
            self._all(self._node.body, _Here())
            for name, uses in self._uses.items():
                self._found += uses.findings(name)
        return self._found

    def _of(self, name: str) -> _Uses:
        return self._uses.setdefault(name, _Uses())

    def _all(self, nodes: Iterable[ast.AST], here: _Here) -> None:
        for node in nodes:
            self._visit(node, here)

    def _visit(self, node: ast.AST, here: _Here) -> None:
        match node:
            case ast.For():
                self._loop(node, here)
                return
            case ast.While():
                here = replace(here, breaks=False)
            case ast.Return() if here.region and not here.nested:
                self._found.append((node.lineno, f"`return` {LEAVES}"))
            case ast.Break() if here.breaks:
                self._found.append((node.lineno, f"`break` {LEAVES}"))
            case ast.Name() if node.id not in self._hidden:
                uses = self._of(node.id)
                kind = uses.loads if isinstance(node.ctx, ast.Load) else uses.stores
                kind.append((here.region, node.lineno))
            case _:
                self._change(node, here)
        self._inside(node, here)

    def _loop(self, node: ast.For, here: _Here) -> None:
        number = None if here.nested else self._loops.get(id(node))
        self._visit(node.iter, here)
        inside = replace(here, breaks=number is not None)
        if number is not None:
            inside = replace(inside, region=(*here.region, number))
        self._all([node.target, *node.body], inside)
        self._all(node.orelse, here)

    def _change(self, node: ast.AST, here: _Here) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._of(name).container |= _is_container(value)
            case ast.AugAssign(target=ast.Name(id=name)):
                self._of(name).loads.append((here.region, node.lineno))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)):
                if attr in MUTATORS and name not in self._hidden:
                    self._of(name).changes.append((here.region, node.lineno))
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                if name not in self._hidden:
                    self._of(name).changes.append((here.region, node.lineno))

    def _inside(self, node: ast.AST, here: _Here) -> None:
        before = self._hidden
        if isinstance(node, ast.FunctionDef | ast.Lambda | COMPREHENSIONS):
            self._hidden = before | bound_by(node)
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            here = replace(here, breaks=False, nested=True)
        self._all(ast.iter_child_nodes(node), here)
        self._hidden = before


def _is_container(value: ast.expr) -> bool:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in ("list", "dict", "set")
    return isinstance(value, CONTAINERS)

"""What the names in a rule's source stand for."""

from __future__ import annotations

import ast
import builtins
import linecache
from functools import lru_cache
from math import inf
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FunctionType

Scoped = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
UNKNOWN = object()


def nodes_of(code: CodeType) -> list[Scoped]:
    """Return the syntax of a function; for a lambda, of every lambda on its line."""
    found: list[Scoped] = []
    stack: list[ast.AST] = [*_parsed(code.co_filename).body]
    while stack:
        node = stack.pop()
        first, last = _lines(node)
        if not first <= code.co_firstlineno <= last:
            continue
        named = getattr(node, "name", "<lambda>") == code.co_name
        if isinstance(node, Scoped) and first == code.co_firstlineno and named:
            found.append(node)
        stack += ast.iter_child_nodes(node)
    return found


def _lines(node: ast.AST) -> tuple[float, float]:
    """Return the first and last line of a node, decorators included."""
    first = getattr(node, "lineno", 0)
    decorators = getattr(node, "decorator_list", ())
    return min([first, *(d.lineno for d in decorators)]), getattr(node, "end_lineno", inf)


@lru_cache(maxsize=128)
def _parsed(file: str) -> ast.Module:
    return ast.parse("".join(linecache.getlines(file)))


class Names:
    """The names of one function: local to it, or standing for a value outside."""

    def __init__(self, function: FunctionType) -> None:
        self._globals = function.__globals__
        self._closure = dict(_closure(function))

    def outside(self, node: ast.expr, local: frozenset[str]) -> Any:
        """Return the value of a name or of an attribute of a module; UNKNOWN for anything else."""
        if isinstance(node, ast.Name):
            return UNKNOWN if node.id in local else self._value(node.id)
        if isinstance(node, ast.Attribute):
            owner = self.outside(node.value, local)
            if owner is not UNKNOWN and isinstance(owner, ModuleType | type):
                return getattr(owner, node.attr, UNKNOWN)
        return UNKNOWN

    def _value(self, name: str) -> Any:
        for place in (self._closure, self._globals, vars(builtins)):
            if name in place:
                return place[name]
        return UNKNOWN


def _closure(function: FunctionType) -> Iterator[tuple[str, Any]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:
            continue


def bound_by(node: ast.AST) -> frozenset[str]:
    """Return the names that a function, lambda or comprehension binds in its own scope."""
    if isinstance(node, COMPREHENSIONS):
        targets = [generator.target for generator in node.generators]
        return frozenset(name for target in targets for name in stored(target))
    assert isinstance(node, Scoped)
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    named += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    inside = (name for statement in body for name in stored(statement))
    return frozenset([*(a.arg for a in named), *inside])


def stored(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement or target binds, without those of scopes inside."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Store):
            yield node.id
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.NamedExpr):
        yield from stored(node.target)
        yield from stored(node.value)
    elif isinstance(node, COMPREHENSIONS):
        yield from (n for n in _walrus(node))
    elif not isinstance(node, ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from stored(child)


def _walrus(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.NamedExpr):
            yield from stored(child.target)

"""What the names in a rule's source stand for."""

from __future__ import annotations

import ast
import builtins
import linecache
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FunctionType

Scoped = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
UNKNOWN = object()


def node_of(code: CodeType) -> list[Scoped]:
    """Return the syntax of a function; for a lambda, of every lambda on its line."""
    return _functions_by_place(code.co_filename).get((code.co_firstlineno, code.co_name), [])


@lru_cache(maxsize=128)
def _functions_by_place(file: str) -> dict[tuple[int, str], list[Scoped]]:
    source = "".join(linecache.getlines(file))
    found: dict[tuple[int, str], list[Scoped]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Lambda):
            found.setdefault((node.lineno, "<lambda>"), []).append(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found.setdefault((first, node.name), []).append(node)
    return found


class Names:
    """The names of one function: local to it, or standing for a value outside."""

    def __init__(self, function: FunctionType, node: Scoped) -> None:
        self.node = node
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

    def mentioned(self) -> Iterator[Any]:
        """Yield every value outside that the function's source mentions."""
        for node in ast.walk(self.node):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                value = self.outside(node, frozenset())
                if value is not UNKNOWN:
                    yield value


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

"""What a rule's syntax must not contain, and why, one sentence each."""

from __future__ import annotations

import ast
import builtins
from types import ModuleType
from typing import TYPE_CHECKING, Any

from checker.lang.lint_loops import CONTAINERS, MUTATORS, Loops
from checker.lang.lint_names import COMPREHENSIONS, UNKNOWN, Names, bound_by
from checker.lang.rules import for_each

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FunctionType

    from checker.lang.lint_names import Scoped

Finding = tuple[int, str]

_STATEMENTS: dict[type[ast.AST], str] = {
    ast.While: "`while` may run for ever: use for_each, or a for over a plain range",
    ast.Try: "`try` has no place in a rule: what goes wrong is reported, not handled",
    ast.TryStar: "`try` has no place in a rule: what goes wrong is reported, not handled",
    ast.With: "`with` has no place in a rule",
    ast.AsyncWith: "`async` has no place in a rule",
    ast.AsyncFor: "`async` has no place in a rule",
    ast.Await: "`await` has no place in a rule",
    ast.AsyncFunctionDef: "`async` has no place in a rule",
    ast.Global: "a rule keeps nothing outside of the world: no `global`",
    ast.Nonlocal: "a rule keeps nothing outside of its own variables: no `nonlocal`",
    ast.Delete: "`del` has no place in a rule: nothing is deleted from a world",
    ast.Yield: "a rule is no generator: no `yield`",
    ast.YieldFrom: "a rule is no generator: no `yield`",
    ast.Import: "import at the top of the file, not inside of a rule",
    ast.ImportFrom: "import at the top of the file, not inside of a rule",
    ast.ClassDef: "a class is defined at the top of the file, not inside of a rule",
    ast.MatchSingleton: "`case True`, `case False` and `case None` compare objects: use `if`",
    ast.MatchSequence: "a rule matches values like Enum.MEMBER, not sequences",
    ast.MatchMapping: "a rule matches values like Enum.MEMBER, not mappings",
    ast.MatchClass: "a rule matches values like Enum.MEMBER, not classes",
    ast.MatchStar: "a rule matches values like Enum.MEMBER, not sequences",
}
_CALLS = {
    "print": "a rule prints nothing",
    "input": "a rule reads nothing but the world",
    "open": "a rule reads nothing but the world",
    "eval": "a rule runs no text",
    "exec": "a rule runs no text",
    "compile": "a rule runs no text",
    "__import__": "import at the top of the file, not inside of a rule",
    "globals": "a rule keeps nothing outside of the world",
    "locals": "a rule keeps nothing outside of the world",
    "vars": "a rule keeps nothing outside of the world",
    "id": "an object's id is not a function of the world",
    "isinstance": "the types of a world are fixed: a rule does not ask for them",
    "type": "the types of a world are fixed: a rule does not ask for them",
    "str": "text is no data in a rule",
    "repr": "text is no data in a rule",
    "format": "text is no data in a rule",
    "float": "a rule computes with integers",
    "complex": "a rule computes with integers",
}
_CLOCKS = ("asyncio", "datetime", "random", "secrets", "threading", "time", "uuid")
_SYSTEM = ("inspect", "multiprocessing", "os", "shutil", "socket", "subprocess", "sys")
_FILES = ("io", "json", "logging", "pathlib", "pickle", "tempfile")
_MODULES = frozenset((*_CLOCKS, *_SYSTEM, *_FILES))


class Checker:
    """Checks one function.

    found: line and sentence of everything that a rule must not use; mentioned: the values outside
    that the function names, by identity.
    """

    def __init__(self, function: FunctionType) -> None:
        self.found: list[Finding] = []
        self.mentioned: dict[int, Any] = {}
        self._names = Names(function)
        self._loops: list[ast.For] = []
        self._local: frozenset[str] = frozenset()
        self._used_at_once: set[int] = set()
        self._handlers: dict[type[ast.AST], Callable[[Any], None]] = {
            ast.Compare: self._compare,
            ast.MatchAs: self._capture,
            ast.BinOp: self._operator,
            ast.AugAssign: self._augmented,
            ast.UnaryOp: self._unary,
            ast.Constant: self._constant,
            ast.Call: self._call,
            ast.For: self._loop,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Subscript: self._place,
            ast.GeneratorExp: self._generator,
            ast.SetComp: self._hashed,
            ast.DictComp: self._hashed,
            ast.FunctionDef: self._defaults,
            ast.Lambda: self._lambda,
        }

    def check(self, node: Scoped) -> None:
        """Check a function's syntax."""
        self._visit(node)
        for inner in ast.walk(node) if self._loops else ():
            if isinstance(inner, ast.FunctionDef):
                self.found += Loops(inner, self._loops).findings()

    def _visit(self, node: ast.AST) -> None:
        kind = type(node)
        if kind in _STATEMENTS:
            self._report(node, _STATEMENTS[kind])
        handler = self._handlers.get(kind)
        if handler is not None:
            handler(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | COMPREHENSIONS):
            before = self._local
            self._local = before | bound_by(node)
            self._children(node)
            self._local = before
        else:
            self._children(node)

    def _children(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            self._visit(child)

    def _report(self, node: Any, message: str) -> None:
        self.found.append((node.lineno, message))

    def _outside(self, node: ast.expr) -> Any:
        return self._names.outside(node, self._local)

    def _compare(self, node: ast.Compare) -> None:
        if any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
            self._report(node, "`is` compares objects: compare values with ==")

    def _capture(self, node: ast.MatchAs) -> None:
        if node.name is not None:
            message = f"`case {node.name}` matches everything: name a value as in Enum.MEMBER"
            self._report(node, message)

    def _operator(self, node: ast.BinOp | ast.AugAssign) -> None:
        if isinstance(node.op, ast.Div):
            self._report(node, "a rule computes with integers: use // instead of /")

    def _augmented(self, node: ast.AugAssign) -> None:
        self._operator(node)

    def _unary(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Invert):
            self._report(node, "`~` turns the bits of a number: use `not`")

    def _constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, float | complex):
            self._report(node, f"a rule computes with integers, not with {node.value!r}")

    def _call(self, node: ast.Call) -> None:
        self._used_at_once |= {id(a) for a in node.args if isinstance(a, ast.GeneratorExp)}
        target = self._outside(node.func)
        name = getattr(target, "__name__", "")
        if name in _CALLS and target is getattr(builtins, name):
            self._report(node, f"{_CALLS[name]}: no {name}()")
        if target is for_each and not any(loop.iter is node for loop in self._loops):
            self._report(node, "for_each stands in `for x in for_each(sort):` and nowhere else")
        self._mutation(node, target)

    def _mutation(self, node: ast.Call, target: Any) -> None:
        if target is setattr and node.args:
            self._changed(node.args[0])
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in MUTATORS:
            return
        owner = self._outside(node.func.value)
        if isinstance(owner, list | dict | set | bytearray) or hasattr(owner, "appendleft"):
            self._changed(node.func.value)

    def _changed(self, place: ast.expr) -> None:
        root = place
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        if isinstance(root, ast.Name) and root.id not in self._local:
            self._report(place, f"a rule changes {root.id}, which is not part of the world")

    def _place(self, node: ast.Attribute | ast.Subscript) -> None:
        if isinstance(node.ctx, ast.Store):
            self._changed(node)

    def _attribute(self, node: ast.Attribute) -> None:
        self._place(node)
        self._name(node)

    def _name(self, node: ast.Name | ast.Attribute) -> None:
        if not isinstance(node.ctx, ast.Load):
            return
        value = self._outside(node)
        if value is UNKNOWN or value is getattr(builtins, getattr(node, "id", ""), UNKNOWN):
            return
        self.mentioned[id(value)] = value
        if isinstance(value, ModuleType):
            home: Any = value.__name__
        else:
            home = getattr(value, "__module__", None) if callable(value) else None
        root = str(home).partition(".")[0].lstrip("_")
        if root in _MODULES:
            self._report(node, f"a rule is a function of the world alone: it cannot use {root}")

    def _loop(self, node: ast.For) -> None:
        if isinstance(node.iter, ast.Call) and self._outside(node.iter.func) is for_each:
            self._loops.append(node)

    def _generator(self, node: ast.GeneratorExp) -> None:
        if id(node) not in self._used_at_once:
            self._report(node, "a generator is used at once, as in any(... for ...)")

    def _hashed(self, node: ast.SetComp | ast.DictComp) -> None:
        key = node.elt if isinstance(node, ast.SetComp) else node.key
        parts = [n for n in ast.walk(key) if isinstance(n, ast.Attribute | ast.Subscript)]
        if any(self._outside(part) is UNKNOWN for part in parts):
            self._report(node, "a set or dict of the world's values forks over each: use a Subset")

    def _defaults(self, node: ast.FunctionDef) -> None:
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            mutable = isinstance(default, CONTAINERS)
            if isinstance(default, ast.Call) and isinstance(default.func, ast.Name):
                mutable = default.func.id in ("list", "dict", "set")
            if mutable and default is not None:
                self._report(default, "a default value is shared by all calls: it must not change")

    def _lambda(self, node: ast.Lambda) -> None:
        if node.args.defaults or any(d is not None for d in node.args.kw_defaults):
            self._report(node, "a lambda in a rule has no default values")

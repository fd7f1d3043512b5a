"""Refuses Python that a rule must not use, with file and line, before a model is traced.

A rule is run many times, on symbols and on numbers, and its paths are joined; so it must be a
function of the world and its arguments alone. What is read is the source of every rule of a model
and of every function that a rule mentions, however far away; the language itself is left out.
"""

from __future__ import annotations

import inspect
import sys
from functools import cache
from string import Formatter
from types import FunctionType
from typing import TYPE_CHECKING, Any, get_args
from weakref import WeakKeyDictionary, WeakSet

from checker.lang.errors import LanguageError
from checker.lang.lint_names import nodes_of
from checker.lang.lint_syntax import Checker
from checker.lang.places import is_language_file
from checker.lang.rules import Action, Property
from checker.lang.values import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.lang.model import Model

_clean_models: WeakSet[Model] = WeakSet()
_clean: WeakKeyDictionary[FunctionType, tuple[FunctionType, ...]] = WeakKeyDictionary()


def lint(model: Model) -> None:
    """Raise LanguageError for the first thing in the model's rules that a rule must not use."""
    if model in _clean_models:
        return
    for item in model.actions:
        _check_text(item)
    seen: set[FunctionType] = set()
    waiting = list(_rules_of(model))
    while waiting:
        function = waiting.pop(0)
        if function not in seen:
            seen.add(function)
            if function not in _clean:
                _clean[function] = _lint_function(function)
            waiting += _clean[function]
    _clean_models.add(model)


def _check_text(item: Action[Any]) -> None:
    """The first line of an action's docstring may speak of its arguments, and of nothing else."""
    try:
        fields = [name for _, name, _, _ in Formatter().parse(item.text) if name is not None]
    except ValueError as error:
        raise LanguageError(f"{item.name}: its text {error}", item.file, item.line) from None
    known = list(item.arguments)
    for name in fields:
        if name not in known:
            message = f"{item.name}: its text speaks of {{{name}}}, which is no argument"
            raise LanguageError(message, item.file, item.line)


def _rules_of(model: Model) -> Iterator[FunctionType]:
    """Yield what the model declares: rules, and the methods of its records."""
    declared: list[Any] = [*model.actions, *model.properties, *model.canonical]
    if model.start is not None:
        declared.append(model.start)
    for item in declared:
        yield from _functions_in(item)
    for record in _records_of(model.world, set()):
        yield from _functions_in(record)


def _records_of(hint: Any, seen: set[type]) -> Iterator[type]:
    if isinstance(hint, type) and issubclass(hint, Record):
        if hint in seen:
            return
        seen.add(hint)
        yield hint
        hints = list(hint.annotations().values())
    else:
        hints = list(get_args(hint))
    for inner in hints:
        yield from _records_of(inner, seen)


def _functions_in(value: Any) -> Iterator[FunctionType]:
    """Yield the functions that using a value may run, as far as they are the user's own."""
    if isinstance(value, Action):
        value = value.rule
    if isinstance(value, Property):
        if value.goal is not None:
            yield from _functions_in(value.goal)
        value = value.rule
    if isinstance(value, type):
        yield from _methods_of(value)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _functions_in(inner)
    elif isinstance(value, dict):
        yield from _functions_in(tuple(value.values()))
    elif callable(value):
        function = inspect.unwrap(value)
        function = getattr(function, "func", getattr(function, "__func__", function))
        if isinstance(function, FunctionType) and not _is_foreign(function):
            yield function


@cache
def _methods_of(owner: type) -> tuple[FunctionType, ...]:
    """Return the methods and properties of a class of the user's own."""
    methods: list[FunctionType] = []
    for base in owner.__mro__:
        file = getattr(sys.modules.get(base.__module__), "__file__", None)
        if file is None or is_language_file(file):
            continue
        for value in vars(base).values():
            found = value.fget if isinstance(value, property) else value
            found = getattr(found, "__func__", found)
            if isinstance(found, FunctionType) and not found.__code__.co_filename.startswith("<"):
                methods += _functions_in(found)
    return tuple(methods)


def _is_foreign(function: FunctionType) -> bool:
    file = function.__code__.co_filename
    return not file.startswith("<") and is_language_file(file)


def _lint_function(function: FunctionType) -> tuple[FunctionType, ...]:
    """Check one function; return those that it mentions."""
    code = function.__code__
    nodes = nodes_of(code)
    if not nodes:
        message = f"the source of {code.co_name} cannot be read, so it cannot be checked"
        raise LanguageError(message, code.co_filename, code.co_firstlineno)
    mentioned: dict[FunctionType, None] = {}
    for node in nodes:
        checker = Checker(function)
        checker.check(node)
        if checker.found:
            line, message = min(checker.found)
            raise LanguageError(message, code.co_filename, line)
        for value in checker.mentioned.values():
            mentioned |= dict.fromkeys(_functions_in(value))
    return tuple(mentioned)

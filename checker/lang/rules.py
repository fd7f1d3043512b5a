"""What a model is written with: decorators, guards, quantifiers and loops."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, get_type_hints, overload

from checker.lang.errors import LanguageError
from checker.lang.runtime import machine
from checker.lang.types import UNBOUNDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound="Callable[..., Any]")

ALWAYS = "always"
SOMETIMES = "sometimes"
LEADS_TO = "leads-to"


@dataclass(frozen=True, eq=False)
class Action(Generic[P]):
    """A step that a role can take: a rule with its arguments.

    name: the function's name; role: who moves; text: the first line of the docstring, in which
    `{argument}` stands for an argument's value; file, line: where the rule stands; to: the role
    that a message of this step reaches; kind: how a diagram draws the step ("" by `to`).
    """

    rule: Callable[..., None]
    name: str
    role: str
    text: str
    file: str
    line: int
    to: str = ""
    kind: str = ""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Run the rule."""
        self.rule(*args, **kwargs)

    @property
    def arguments(self) -> dict[str, Any]:
        """The types of the arguments after the world, by name."""
        hints = inspect.get_annotations(self.rule)
        names = list(inspect.signature(self.rule).parameters)[1:]
        hints = {name: hints[name] for name in names if name in hints}
        if any(isinstance(hint, str) for hint in hints.values()):
            holder = type(self.name, (), {"__annotations__": hints})
            try:
                hints = get_type_hints(holder, self.rule.__globals__, None, True)
            except Exception as error:
                message = f"{self.name}: {type(error).__name__}: {error}"
                raise LanguageError(message, self.file, self.line) from error
        missing = [name for name in names if name not in hints]
        if missing:
            raise LanguageError(
                f"{self.name}: the argument {missing[0]!r} has no type", self.file, self.line
            )
        return {name: hints[name] for name in names}


@dataclass(frozen=True, eq=False)
class Property(Generic[P]):
    """A property of states: its rule, its kind, its English sentence and its Kafka source."""

    rule: Callable[..., bool]
    name: str
    kind: str
    sentence: str
    kafka: str
    file: str
    line: int
    goal: Callable[..., bool] | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Evaluate the rule."""
        return self.rule(*args, **kwargs)


def place_of(rule: Callable[..., Any]) -> tuple[str, int]:
    """Return the file and line of a function."""
    code = inspect.unwrap(rule).__code__
    return code.co_filename, code.co_firstlineno


def _first_line(rule: Callable[..., Any]) -> str:
    return (inspect.getdoc(rule) or rule.__name__.replace("_", " ")).splitlines()[0]


def action(role: str, to: str = "", kind: str = "") -> Callable[[Callable[P, None]], Action[P]]:
    """Declare a rule as a step of a role.

    to: the role that a message of this step reaches, for diagrams; kind: "crash", "fault",
    "failover", "lost", "abandon" (a message is left on a connection that was given up), "late"
    (such a message is taken) or "note" where a diagram should draw the step so.
    """

    def declare(rule: Callable[P, None]) -> Action[P]:
        file, line = place_of(rule)
        return Action(rule, rule.__name__, role, _first_line(rule), file, line, to, kind)

    return declare


def _property(kind: str, sentence: str, kafka: str) -> Callable[[Callable[P, bool]], Property[P]]:
    def declare(rule: Callable[P, bool]) -> Property[P]:
        file, line = place_of(rule)
        return Property(rule, rule.__name__, kind, sentence, kafka, file, line)

    return declare


def always(sentence: str, kafka: str = "") -> Callable[[Callable[P, bool]], Property[P]]:
    """Declare what must hold in every reachable state."""
    return _property(ALWAYS, sentence, kafka)


def sometimes(sentence: str, kafka: str = "") -> Callable[[Callable[P, bool]], Property[P]]:
    """Declare a witness: what some reachable state must show, else the run is vacuous."""
    return _property(SOMETIMES, sentence, kafka)


def leads_to(
    sentence: str, goal: Callable[P, bool], kafka: str = ""
) -> Callable[[Callable[P, bool]], Property[P]]:
    """Declare progress: where the rule holds, `goal` holds later (declared, not yet checked)."""

    def declare(rule: Callable[P, bool]) -> Property[P]:
        file, line = place_of(rule)
        return Property(rule, rule.__name__, LEADS_TO, sentence, kafka, file, line, goal)

    return declare


def function(rule: Callable[P, R]) -> Callable[P, R]:
    """Declare a pure helper: its paths are joined into one value."""

    @wraps(rule)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        result: R = machine().call(partial(rule, *args, **kwargs), pure=True)
        return result

    return call


def procedure(rule: Callable[P, R]) -> Callable[P, R]:
    """Declare a helper with effects: its paths are joined, the caller goes on with one."""

    @wraps(rule)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        result: R = machine().call(partial(rule, *args, **kwargs), pure=False)
        return result

    return call


def require(condition: bool, reason: str) -> None:
    """Block the action unless the condition holds; the reason is what `why-not` prints."""
    machine().require(condition, reason)


def bound(name: str) -> int:
    """Return a bound of the model, as a plain number."""
    bounds = machine().schema.bounds
    if name not in bounds:
        raise LanguageError(f"the model has no bound named {name!r}")
    if bounds[name] >= UNBOUNDED // 2:
        raise LanguageError(f"the bound {name!r} is not a number here: it is unbounded")
    return bounds[name]


def where(condition: bool, yes: R, no: R) -> R:
    """Return yes where the condition holds, else no, without a branch."""
    result: R = machine().where(condition, yes, no)
    return result


def for_each(sort: Any) -> Iterator[int]:
    """Yield every value of a sort in order; the paths of each round are joined."""
    yield from machine().iterate(machine().schema.index(sort))


@overload
def forall(a: Any, body: Callable[[int], bool], /) -> bool: ...
@overload
def forall(a: Any, b: Any, body: Callable[[int, int], bool], /) -> bool: ...
@overload
def forall(a: Any, b: Any, c: Any, body: Callable[[int, int, int], bool], /) -> bool: ...
@overload
def forall(
    a: Any, b: Any, c: Any, d: Any, body: Callable[[int, int, int, int], bool], /
) -> bool: ...
def forall(*sorts: Any) -> bool:
    """Return whether the body, the last argument, holds for all values of the sorts."""
    return _quantify("forall", sorts[:-1], sorts[-1], ())


@overload
def exists(a: Any, body: Callable[[int], bool], /) -> bool: ...
@overload
def exists(a: Any, b: Any, body: Callable[[int, int], bool], /) -> bool: ...
@overload
def exists(a: Any, b: Any, c: Any, body: Callable[[int, int, int], bool], /) -> bool: ...
@overload
def exists(
    a: Any, b: Any, c: Any, d: Any, body: Callable[[int, int, int, int], bool], /
) -> bool: ...
def exists(*sorts: Any) -> bool:
    """Return whether the body, the last argument, holds for some values of the sorts."""
    return _quantify("exists", sorts[:-1], sorts[-1], ())


def count(sort: Any, body: Callable[[int], bool]) -> int:
    """Return for how many values of the sort the body holds."""
    current = machine()
    result: int = current.quantify("count", current.schema.index(sort), body)
    return result


def _quantify(
    op: str, sorts: tuple[Any, ...], body: Callable[..., bool], fixed: tuple[int, ...]
) -> bool:
    current = machine()
    sort = current.schema.index(sorts[0])
    if len(sorts) == 1:
        result: bool = current.quantify(op, sort, lambda value: body(*fixed, value))
        return result
    result = current.quantify(
        op, sort, lambda value: _quantify(op, sorts[1:], body, (*fixed, value))
    )
    return result

"""What people are told of a step besides its sentence: what it carries, and what came of it.

A model gives words for actions and helpers (`Model.told`). They are asked while the interpreter
runs a step, and are no part of the rules: nothing is stored, and no tracer or back end sees them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.lang.concrete import ConcreteMachine
from checker.lang.rules import Action
from checker.lang.runtime import running

if TYPE_CHECKING:
    from checker.lang.concrete import Layout, Vector


@dataclass(frozen=True)
class Call:
    """A rule with its arguments by name, the world among them, and what it returned."""

    arguments: Mapping[str, Any]
    result: Any = None

    def __getitem__(self, name: str) -> Any:
        """Return an argument."""
        return self.arguments[name]


Told = Mapping[Any, Callable[[Call], str]]
"""Words by action or helper; "" says nothing.

Of an action they say what the step carries, asked of the world before it. Of a helper (`@function`,
`@procedure`) they say what came of it, asked when it returns.
"""


class StepTold(NamedTuple):
    """What is told of a step: what it carries, and in order what came of it."""

    carries: str
    outcome: str


class TellingMachine(ConcreteMachine):
    """Runs a step and notes what a model tells of it."""

    def __init__(self, layout: Layout, parameters: Mapping[str, int], told: Told) -> None:
        super().__init__(layout, parameters)
        self._told = {_function(key): words for key, words in told.items()}
        self._said: list[str] = []
        self._is_silent = False

    def call(self, rule: Callable[[], Any], pure: bool) -> Any:
        """Run a helper, and note what is told of it."""
        result = super().call(rule, pure)
        if isinstance(rule, partial) and not self._is_silent:
            words = self._told.get(rule.func)
            if words is not None:
                self._note(words, _bound(rule.func, rule.args, rule.keywords, result))
        return result

    def tell(self, before: Vector, rule: Callable[..., None], values: tuple[Any, ...]) -> StepTold:
        """Take a step and return what is told of it; `cells` holds the successor.

        Raises Blocked, CapacityReached or ModelError if the step is not possible.
        """
        self._said = []
        self.run(before, rule, values)
        after, outcome, self._said = self.cells[:], self._said, []
        words = self._told.get(rule)
        if words is not None:
            self.cells[:] = before
            with running(self):
                self._note(words, _bound(rule, (self.world(), *values), {}, None))
            self.cells[:] = after
        return StepTold("".join(self._said), "; ".join(dict.fromkeys(outcome)))

    def _note(self, words: Callable[[Call], str], call: Call) -> None:
        """Ask for words; the helpers that they call are not told of."""
        self._is_silent = True
        try:
            text = words(call)
        finally:
            self._is_silent = False
        if text:
            self._said.append(text)


def _function(key: Any) -> Callable[..., Any]:
    """Return the plain function behind an action or a helper."""
    rule: Callable[..., Any] = key.rule if isinstance(key, Action) else inspect.unwrap(key)
    return rule


def _bound(
    rule: Callable[..., Any], args: tuple[Any, ...], keywords: Mapping[str, Any], result: Any
) -> Call:
    given = inspect.signature(rule).bind(*args, **keywords)
    given.apply_defaults()
    return Call(given.arguments, result)

"""The machine that a rule runs on: concrete values, or symbolic ones while it is traced.

Rules never see it; records, collections, `require` and the quantifiers call it.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from checker.lang.errors import LanguageError

LOADED = time.time()
"""When this module was loaded, before any model's: a file that is newer may not be what runs."""

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.lang.schema import Schema
    from checker.lang.types import Column, Index


class Store(Protocol):
    """Where the scalars of a record live."""

    def read(self, column: Column, indices: tuple[Any, ...]) -> Any:
        """Return the scalar at these indices."""

    def write(self, column: Column, indices: tuple[Any, ...], value: Any) -> None:
        """Change the scalar at these indices."""


class Machine(Store, Protocol):
    """Runs rules; the world's own store as well."""

    schema: Schema

    def require(self, condition: Any, reason: str) -> None:
        """Block unless the condition holds."""

    def limit(self, condition: Any, capacity: str, columns: frozenset[str]) -> None:
        """Cut unless the condition holds; the room is for storing into these columns."""

    def insist(self, condition: Any, message: str) -> None:
        """Stop with a model error unless the condition holds."""

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        """Return yes where the condition holds, else no, without a branch."""

    def both(self, left: Any, right: Any) -> Any:
        """Return the conjunction without a branch."""

    def quantify(self, op: str, sort: Index, body: Callable[[Any], Any]) -> Any:
        """Return forall, exists or count of the body over the sort."""

    def iterate(self, sort: Index) -> Iterator[Any]:
        """Yield every value of the sort; the effects of each round are joined."""

    def draft(self) -> Any:
        """Return a store for a record that is not part of the world."""

    def call(self, rule: Callable[[], Any], pure: bool) -> Any:
        """Run a helper and join its paths."""


_machines: list[Machine] = []


def machine() -> Machine:
    """Return the machine that runs now; raise LanguageError outside of a run."""
    if not _machines:
        raise LanguageError("worlds, records and sorts exist only while a model runs")
    return _machines[-1]


@contextmanager
def running(current: Machine) -> Iterator[None]:
    """Make a machine the current one for the length of a `with` block."""
    _machines.append(current)
    try:
        yield
    finally:
        _machines.pop()

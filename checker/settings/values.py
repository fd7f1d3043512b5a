"""What a file of settings comes to: given values, defaults, and what Kafka makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from checker.settings.errors import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.settings.properties import Entry
    from checker.settings.versions import Version


class Role(StrEnum):
    """Whose settings they are."""

    PRODUCER = "producer"
    CONSUMER = "consumer"
    BROKER = "broker"


@dataclass(frozen=True)
class Value:
    """A setting's value; `file` and `line` are None for defaults and for values from elsewhere.

    `value` is None for a setting that has neither been given nor a default (transactional.id).
    """

    name: str
    value: str | int | bool | None
    given: bool = False
    file: str | None = None
    line: int | None = None

    @property
    def text(self) -> str:
        """The value as a settings file would have it, safe to print."""
        if isinstance(self.value, bool):
            return str(self.value).lower()
        return "" if self.value is None else printable(str(self.value))

    @property
    def place(self) -> str | None:
        """File and line, None where there is no file."""
        return None if self.file is None else f"{printable(self.file)}:{self.line}"


@dataclass(frozen=True)
class Adjustment:
    """A value that the library changes by itself: the new one, the settings that make it, why."""

    name: str
    value: str | int | bool | None
    causes: tuple[Value, ...]
    sentence: str


@dataclass(frozen=True)
class Configuration:
    """The settings of one role that delivery guarantees depend on, and remarks on the rest.

    `values` are as given or by default; `effective` are what the library works with, after its
    `adjustments`. `accepted` names the given settings that no guarantee depends on; `unknown`
    are given names that are no settings of this role and version (values left out, they may be
    secrets). `notes` are sentences for the user. `entries` are all that was given, in order.
    """

    role: Role
    version: Version
    file: str | None
    values: Mapping[str, Value]
    effective: Mapping[str, Value]
    adjustments: tuple[Adjustment, ...] = ()
    accepted: tuple[str, ...] = ()
    unknown: tuple[Value, ...] = ()
    notes: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = field(default=(), repr=False)

    def value(self, name: str) -> Value:
        """Give the effective value with its origin; KeyError for a name that does not matter."""
        return self.effective[name]

    def flag(self, name: str) -> bool:
        """Give an effective boolean."""
        found = self.effective[name].value
        if not isinstance(found, bool):
            raise TypeError(f"{name} is not a boolean")
        return found

    def number(self, name: str) -> int:
        """Give an effective whole number."""
        found = self.effective[name].value
        if isinstance(found, bool) or not isinstance(found, int):
            raise TypeError(f"{name} is not a number")
        return found

    def word(self, name: str) -> str | None:
        """Give an effective string, None where it is not set."""
        found = self.effective[name].value
        if found is not None and not isinstance(found, str):
            raise TypeError(f"{name} is not a string")
        return found

    def given(self) -> tuple[Value, ...]:
        """Give the settings that matter and that were given, in the order of the table."""
        return tuple(value for value in self.values.values() if value.given)

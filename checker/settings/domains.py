"""What values a setting may have: parsing by type and validation, in Kafka's own words.

Kafka: ConfigDef#parseType and the validators of ConfigDef; AutoOffsetResetStrategy (KIP-1106).
Left out: whether classes exist and whether lists such as bootstrap.servers make sense.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from checker.settings.errors import printable

Plain: TypeAlias = str | int | bool | float | None

MAX_INT = 2**31 - 1
MAX_LONG = 2**63 - 1

_JAVA_BLANKS = "".join(map(chr, range(0x21)))
_WHOLE = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(
    r"([+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))[fFdD]?", re.ASCII
)
_DURATION = re.compile(
    r"([-+]?)P(?:([-+]?\d+)D)?"
    r"(T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+)(?:[.,]\d{0,9})?S)?)?",
    re.ASCII | re.IGNORECASE,
)


class Kind(StrEnum):
    """The types of Kafka's ConfigDef."""

    BOOLEAN = "BOOLEAN"
    STRING = "STRING"
    SHORT = "SHORT"
    INT = "INT"
    LONG = "LONG"
    DOUBLE = "DOUBLE"
    LIST = "LIST"
    CLASS = "CLASS"
    PASSWORD = "PASSWORD"


_LIMITS = {Kind.SHORT: 2**15, Kind.INT: 2**31, Kind.LONG: 2**63}


class Refusal(Exception):
    """A value that its setting cannot have, with Kafka's sentence."""


def invalid(name: str, value: Plain, reason: str) -> str:
    """Word a refused value as Kafka's ConfigException does."""
    return f"Invalid value {printable(str(value))} for configuration {name}: {reason}"


def parse(name: str, kind: Kind, raw: str) -> Plain:
    """Read a value of a given type as Kafka does.

    Raises Refusal.
    """
    trimmed = raw.strip(_JAVA_BLANKS)
    if kind is Kind.BOOLEAN:
        if trimmed.upper() in ("TRUE", "FALSE"):
            return trimmed.upper() == "TRUE"
        raise Refusal(invalid(name, raw, "Expected value to be either true or false"))
    if kind is Kind.DOUBLE:
        match = _DECIMAL.fullmatch(trimmed)
        if match is None:
            raise Refusal(invalid(name, raw, "Not a number of type DOUBLE"))
        return float(match[1])
    if kind in _LIMITS:
        number = int(trimmed) if _WHOLE.fullmatch(trimmed) and len(trimmed) < 40 else None
        if number is None or not -_LIMITS[kind] <= number < _LIMITS[kind]:
            raise Refusal(invalid(name, raw, f"Not a number of type {kind}"))
        return number
    return trimmed


class Domain(Protocol):
    """A validator of ConfigDef; `choices` says in a few words what it lets pass."""

    @property
    def choices(self) -> str:
        """Say what is allowed."""

    def check(self, name: str, value: Plain) -> None:
        """Raise Refusal for a value that is not allowed."""


@dataclass(frozen=True)
class Anything:
    """Every value of the type."""

    choices: str = ""

    def check(self, name: str, value: Plain) -> None:
        """Let everything pass."""


@dataclass(frozen=True)
class OneOf:
    """ConfigDef.ValidString and CaseInsensitiveValidString."""

    values: tuple[str, ...]
    any_case: bool = False

    @property
    def choices(self) -> str:
        """List the values."""
        return ", ".join(self.values)

    def check(self, name: str, value: Plain) -> None:
        """Raise Refusal unless the value is one of the list."""
        text = str(value).upper() if self.any_case else value
        if text not in self.values:
            how = " (case insensitive)" if self.any_case else ""
            raise Refusal(invalid(name, value, f"String must be one of{how}: {self.choices}"))


@dataclass(frozen=True)
class Between:
    """ConfigDef.Range: both ends included."""

    low: float
    high: float | None = None

    @property
    def choices(self) -> str:
        """Name the ends."""
        return f"{self.low} or more" if self.high is None else f"{self.low} to {self.high}"

    def check(self, name: str, value: Plain) -> None:
        """Raise Refusal outside the range."""
        assert isinstance(value, int | float)
        if value < self.low:
            raise Refusal(invalid(name, value, f"Value must be at least {self.low}"))
        if self.high is not None and value > self.high:
            raise Refusal(invalid(name, value, f"Value must be no more than {self.high}"))


@dataclass(frozen=True)
class NonEmpty:
    """ConfigDef.NonEmptyString."""

    choices: str = "any text but the empty one"

    def check(self, name: str, value: Plain) -> None:
        """Raise Refusal for the empty string."""
        if value == "":
            raise Refusal(invalid(name, value, "String must be non-empty"))


@dataclass(frozen=True)
class GzipLevel:
    """GzipCompression's levels: 1 to 9, or -1 for zlib's own default."""

    choices: str = "1 to 9, or -1"

    def check(self, name: str, value: Plain) -> None:
        """Raise Refusal for another level."""
        if value not in (-1, *range(1, 10)):
            raise Refusal(invalid(name, value, "Value must be between 1 and 9 or equal to -1"))


@dataclass(frozen=True)
class OffsetReset:
    """AutoOffsetResetStrategy since 4.0: earliest, latest, none, or a duration back in time."""

    choices: str = "earliest, latest, none, by_duration:PnDTnHnMn.nS"

    def check(self, name: str, value: Plain) -> None:
        """Raise Refusal for another word and for a malformed or negative duration."""
        text = str(value)
        word, colon, duration = text.partition(":")
        if text in ("earliest", "latest", "none"):
            return
        if word == "by_duration" and colon and _is_duration(duration):
            return
        shown = printable(text)
        reason = (
            f"Invalid value `{shown}` for configuration {name}. The value must be either "
            "'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'."
        )
        raise Refusal(invalid(name, value, reason))


@dataclass(frozen=True)
class ShareMode:
    """ShareAcknowledgementMode (4.1) and ShareAcquireMode (4.2): one of two words."""

    words: tuple[str, str]
    any_case: bool = False

    @property
    def choices(self) -> str:
        """List the two words."""
        return ", ".join(self.words)

    def check(self, name: str, value: Plain) -> None:
        """Raise Refusal for another word."""
        text = str(value).lower() if self.any_case else value
        if text not in self.words:
            first, second = self.words
            reason = (
                f"Invalid value `{printable(str(value))}` for configuration {name}. "
                f"The value must either be '{first}' or '{second}'."
            )
            raise Refusal(invalid(name, value, reason))


def _is_duration(text: str) -> bool:
    """Tell whether java.time.Duration#parse takes it and it is not negative."""
    match = _DURATION.fullmatch(text)
    if match is None or match[0].upper().endswith(("P", "T")):
        return False
    days, hours, minutes, seconds = (int(match[n] or 0) for n in (2, 4, 5, 6))
    total = 86400 * days + 3600 * hours + 60 * minutes + seconds
    total = -total if match[1] == "-" else total
    return 0 <= total <= MAX_LONG


ANYTHING = Anything()
NON_EMPTY = NonEmpty()


def one_of(*values: str) -> OneOf:
    """Allow these strings, spelled like that."""
    return OneOf(values)


def one_of_any_case(*values: str) -> OneOf:
    """Allow these strings in any case; `values` are in upper case."""
    return OneOf(values, any_case=True)


def at_least(low: int) -> Between:
    """Allow numbers from `low` on."""
    return Between(low)


def between(low: float, high: float) -> Between:
    """Allow numbers from `low` to `high`."""
    return Between(low, high)

"""Options that several commands share, and the parsing of their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from checker.lang.errors import EoscheckError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SIZES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_OPTIONS = [
    click.option(
        "--bound",
        "bounds",
        multiple=True,
        metavar="NAME=N",
        help="Size of the scope or of a capacity.",
    ),
    click.option(
        "--fault",
        "faults",
        multiple=True,
        metavar="NAME=N",
        help="How many faults of a kind a run may have.",
    ),
    click.option(
        "--property",
        "properties",
        multiple=True,
        metavar="NAME",
        help="Check this property only (repeatable).",
    ),
    click.option(
        "--with", "switches_on", multiple=True, metavar="SWITCH", help="Switch a fix or variant on."
    ),
    click.option(
        "--without",
        "switches_off",
        multiple=True,
        metavar="SWITCH",
        help="Switch a fix or variant off.",
    ),
]

NOTHING_CHOSEN: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("bounds", "faults", "properties", "switches_on", "switches_off"), ()
)
"""What `model_options` gives where no option is used."""
VERSIONS = [
    click.option("--kafka", metavar="VERSION", help="Version of the brokers."),
    click.option("--client", metavar="VERSION", help="Version of the clients, or librdkafka."),
]


def version_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which versions of Kafka meet."""
    for option in reversed(VERSIONS):
        command = option(command)
    return command


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose an instance of a model."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def numbers(pairs: Iterable[str], what: str) -> dict[str, int]:
    """Return NAME=N options as a dictionary; raise EoscheckError for anything else."""
    found: dict[str, int] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        name = name.strip()
        if not equals or not name:
            raise EoscheckError(f"--{what} needs NAME=N, not {pair!r}")
        if name in found:
            raise EoscheckError(f"--{what} {name} is given twice")
        if not (text.isascii() and text.isdigit()) or len(text) > 9:
            raise EoscheckError(f"--{what} {name} needs a whole number from 0, not {text!r}")
        found[name] = int(text)
    return found


def size(text: str | None) -> int | None:
    """Return a memory size such as 4G in bytes; raise EoscheckError for anything else."""
    if text is None:
        return None
    digits = text.strip().upper().removesuffix("B").removesuffix("I")
    unit = digits[-1:] if digits[-1:] in _SIZES else ""
    number = digits[: -len(unit)] if unit else digits
    if not (number.isascii() and number.isdigit()) or int(number) == 0 or len(number) > 15:
        raise EoscheckError(f"--memory needs a size such as 500M or 4G, not {text!r}")
    return int(number) * _SIZES[unit]

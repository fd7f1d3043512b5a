"""What can be wrong with settings: one sentence, with the file and line where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang.errors import EoscheckError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.settings.values import Value

SHOWN_LENGTH = 120


def printable(text: str, length: int = SHOWN_LENGTH) -> str:
    """Give text in a form that is safe to print on one line, cut to `length` characters."""
    safe = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
    return safe if len(safe) <= length else safe[: length - 1] + "…"


class SettingsError(EoscheckError):
    """Settings that cannot be used: `message` is one sentence; `line` counts from 1."""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return self.message if self.file is None else f"{printable(place or '')}: {self.message}"


class ConfigRefused(SettingsError):
    """Settings that the client or broker itself refuses: `message` is its own sentence.

    `involved` are the settings that contradict each other, the refused one first.
    """

    def __init__(
        self,
        message: str,
        file: str | None = None,
        line: int | None = None,
        involved: Sequence[Value] = (),
    ):
        super().__init__(message, file, line)
        self.involved = tuple(involved)


class UnknownVersion(SettingsError):
    """A version of Kafka that does not exist or is not known here."""


class UnknownFact(SettingsError):
    """An application fact that does not exist, has no such value, or is given twice."""

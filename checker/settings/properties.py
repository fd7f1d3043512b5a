"""Reads .properties files as java.util.Properties does, and remembers where each key stands.

Kafka: Utils#loadProps, which reads bytes as Latin-1. People write UTF-8, so bytes that are valid
UTF-8 are read as such, other bytes as Latin-1; only names and values outside ASCII can differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import javaproperties

from checker.settings.errors import SettingsError, printable

LARGEST_FILE = 1 << 20

_LINE_END = re.compile(r"\r\n?|\n")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_NEVER_MEANT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_BLANK_CONTINUATION = re.compile(r"[ \t\f]*\\(?:\r\n?|\n)")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Entry:
    """One key with its value, unescaped; `line` is where the key starts, from 1.

    An entry that comes from elsewhere than a file has no line.
    """

    key: str
    value: str
    line: int | None = None


@dataclass(frozen=True)
class PropertiesFile:
    """The entries of a file in their order; `encoding` is ascii, utf-8 or latin-1."""

    file: str
    entries: tuple[Entry, ...]
    encoding: str

    def last(self) -> dict[str, Entry]:
        """Each key's entry that counts: Java keeps the last one."""
        return {entry.key: entry for entry in self.entries}


def read_properties(path: str | Path) -> PropertiesFile:
    """Read a .properties file.

    Raises SettingsError for a file that cannot be read or is not a .properties file.
    """
    name = str(path)
    try:
        if Path(path).is_dir():
            raise SettingsError("is a directory, not a file of settings", name)
        with open(path, "rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name of the file cannot be used"
        raise SettingsError(f"cannot be read: {reason}", name) from None
    return parse_properties(data, name)


def parse_properties(data: bytes, file: str) -> PropertiesFile:
    """Read the bytes of a .properties file; `file` is the name that errors carry.

    Raises SettingsError at the line where the bytes stop being a .properties file.
    """
    if len(data) > LARGEST_FILE:
        raise SettingsError(f"has more than {LARGEST_FILE} bytes, no settings file has", file)
    text, encoding = _decode(data)
    if text.startswith(_BYTE_ORDER_MARK):
        raise SettingsError(
            "starts with a byte order mark, which Kafka takes for a part of the first name: "
            "save the file without it",
            file,
            1,
        )
    stray = _NOT_TEXT.search(text)
    if stray is not None:
        line = 1 + len(_LINE_END.findall(text, 0, stray.start()))
        raise SettingsError(f"holds the control character {_code(stray[0])}", file, line)
    return PropertiesFile(file, tuple(_entries(text, file)), encoding)


def _decode(data: bytes) -> tuple[str, str]:
    if data.isascii():
        return data.decode("ascii"), "ascii"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _entries(text: str, file: str) -> list[Entry]:
    entries: list[Entry] = []
    line = 1
    elements = javaproperties.parse(text)
    while True:
        try:
            element = next(elements, None)
        except javaproperties.InvalidUEscapeError as error:
            found = _line_of_bad_escape(text, line, error.escape)
            message = f"malformed escape {printable(error.escape)}: \\u needs four hex digits"
            raise SettingsError(message, file, found) from None
        if element is None:
            return entries
        if isinstance(element, javaproperties.KeyValue):
            entries.append(_entry(element, line, file))
        line += len(_LINE_END.findall(element.source))


def _entry(element: javaproperties.KeyValue, line: int, file: str) -> Entry:
    start = 0
    while match := _BLANK_CONTINUATION.match(element.source, start):
        start = match.end()
        line += 1
    for part in (element.key, element.value):
        stray = _NEVER_MEANT.search(part)
        if stray is not None:
            name = printable(element.key)
            raise SettingsError(f"{name} holds the character {_code(stray[0])}", file, line)
    return Entry(element.key, element.value, line)


def _line_of_bad_escape(text: str, first: int, escape: str) -> int:
    """Find the escape among the continued lines from `first` on; the parser does not say where."""
    for number, line in enumerate(_LINE_END.split(text)[first - 1 :], first):
        if escape in line:
            return number
        if not line.endswith("\\"):
            break
    return first


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"

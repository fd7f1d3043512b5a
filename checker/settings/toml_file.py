"""TOML files that people write: their values, each with the line it stands in, and checks."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from checker.lang.errors import EoscheckError
from checker.settings.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LARGEST = 1 << 20
"""Bytes that a file may have."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-.\"' ]+?)\s*=")
_SYNTAX = re.compile(r"\(at line (\d+), column \d+\)$")


@dataclass(frozen=True)
class Table:
    """A table of a TOML file: where it is, and what it holds. path: its keys from the top."""

    file: str
    path: tuple[str, ...]
    values: Mapping[str, Any]
    lines: Mapping[tuple[str, ...], int]

    def line(self, key: str | None = None) -> int:
        """Return the line of a key, or of the table."""
        place = self.path if key is None else (*self.path, *key.split("."))
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def refuse(self, message: str, key: str | None = None) -> NoReturn:
        """Raise EoscheckError with the line of a key, or of the table."""
        raise EoscheckError(message, printable(self.file), self.line(key))

    def only(self, known: Sequence[str]) -> None:
        """Refuse a key that is not known, and name those that are."""
        for key in self.values:
            if key not in known:
                where = f" in [{'.'.join(self._names())}]" if self.path else ""
                self.refuse(
                    f"there is no {printable(key)!r}{where}; it can be: {', '.join(known)}", key
                )

    def _names(self) -> list[str]:
        return [name for name in self.path if not name.isdigit()]

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; refuse anything else, and no value where there is no default."""
        value = self.values.get(key, default)
        if value is None:
            self.refuse(f"{key} is missing")
        if not isinstance(value, str):
            self.refuse(f"{key} must be a string in quotes", key)
        return value

    def flag(self, key: str) -> bool:
        """Return a truth value, false where there is none."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.refuse(f"{key} must be true or false", key)
        return value

    def words(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """Return a list of strings."""
        value = self.values.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self.refuse(f"{key} must be a list of strings", key)
        return tuple(value)

    def chosen(self, key: str, known: Sequence[str], default: Sequence[str]) -> tuple[str, ...]:
        """Return a list of strings, each of which is a known one."""
        words = self.words(key, default)
        for word in words:
            if word not in known:
                self.refuse(
                    f"{key}: there is no {printable(word)!r}; it can be: {', '.join(known)}", key
                )
        return words

    def table(self, key: str) -> Table:
        """Return a table of this one, an empty one where there is none."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.refuse(f"{key} must be a table", key)
        return Table(self.file, (*self.path, key), value, self.lines)

    def tables(self, key: str) -> tuple[Table, ...]:
        """Return the tables of an array of tables."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.refuse(f"{key} must be tables, each under [[{key}]]", key)
        return tuple(
            Table(self.file, (*self.path, key, str(number)), item, self.lines)
            for number, item in enumerate(value)
        )

    def numbers(self, known: Sequence[str], least: int = 0) -> dict[str, int]:
        """Return this table as numbers by name; refuse an unknown name and other values."""
        self.only(known)
        for key, value in self.values.items():
            if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 10**9:
                self.refuse(f"{key} must be a whole number from {least}", key)
        return dict(self.values)


def read_toml(file: str) -> Table:
    """Read a TOML file; raise EoscheckError with file and line if it is none."""
    path = Path(file)
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except IsADirectoryError:
        raise EoscheckError("this is a folder, not a file", printable(file)) from None
    except FileNotFoundError:
        raise EoscheckError("there is no such file", printable(file)) from None
    except UnicodeDecodeError:
        raise EoscheckError("this is not UTF-8 text", printable(file)) from None
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise EoscheckError(message, printable(file)) from None
    if len(data) > LARGEST:
        raise EoscheckError("this file is larger than a mebibyte", printable(file))
    return parse_toml(text, file)


def parse_toml(text: str, file: str) -> Table:
    """Read TOML; raise EoscheckError with file and line if it is none."""
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _SYNTAX.search(str(error))
        line = int(found[1]) if found else max(1, text.count("\n"))
        sentence = _SYNTAX.sub("", str(error)).strip()
        message = f"this is not TOML: {printable(sentence)}"
        raise EoscheckError(message, printable(file), line) from None
    return Table(file, (), values, dict(_places(text)))


def _places(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield keys with their lines, as far as they stand at the start of a line."""
    table: tuple[str, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    closing = ""
    for number, line in enumerate(text.splitlines(), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            table = _split(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                yield table, number
                table = (*table, str(counts[table]))
            yield table, number
        elif key:
            yield (*table, *_split(key[1])), number
        closing = _opened(line)


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _opened(line: str) -> str:
    """Return the quotes that a line opens for several lines, nothing if it does not."""
    for quotes in ('"""', "'''"):
        if line.count(quotes) % 2 == 1:
            return quotes
    return ""

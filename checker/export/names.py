"""Identifiers for another tool: clash-free, without reserved words, the same at every call."""

from __future__ import annotations

import re
from pathlib import PurePath


class Names:
    """Gives each thing of the model one identifier of its own.

    reserved: words to avoid; any_case: in lower case, and avoided in every other case as well.
    """

    def __init__(self, reserved: frozenset[str], any_case: bool = False) -> None:
        self._reserved = reserved
        self._any_case = any_case
        self._taken: set[str] = set()
        self._given: dict[tuple[str, object], str] = {}

    def of(self, kind: str, thing: object, wanted: str) -> str:
        """Return the identifier of a thing, as near to the wanted text as possible."""
        key = (kind, thing)
        if key not in self._given:
            self._given[key] = self._free(identifier(wanted))
        return self._given[key]

    def fresh(self, wanted: str) -> str:
        """Return an identifier that nothing else has."""
        return self._free(identifier(wanted))

    def _free(self, base: str) -> str:
        name, number = base, 1
        while self._is_taken(name):
            number += 1
            name = f"{base}_{number}"
        self._taken.add(name)
        return name

    def _is_taken(self, name: str) -> bool:
        word = name.lower() if self._any_case else name
        return word in self._reserved or name in self._taken


def identifier(text: str) -> str:
    """Return the text with letters, digits and inner underscores only; it starts with a letter."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_")
    return plain if plain[:1].isalpha() else f"n{plain}"


def camel(text: str) -> str:
    """Return a name of underscored words in the style of TLA+ operators."""
    return "".join(word[:1].upper() + word[1:] for word in identifier(text).split("_"))


def one_line(text: str) -> str:
    """Return the text as one line of plain ASCII that no comment or string ends in."""
    words = " ".join(text.split()).encode("ascii", "replace").decode()
    return words.replace('"', "'").replace("\\", "/").replace("*/", "* /").replace("*)", "* )")


def place(file: str, line: int) -> str:
    """Return a place in the source by file name and line."""
    return f"{PurePath(file).name}:{line}"

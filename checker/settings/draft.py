"""Settings on their way to a Configuration: what a role's rules read, change and refuse."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from checker.settings.errors import ConfigRefused
from checker.settings.values import Adjustment, Value

if TYPE_CHECKING:
    from checker.settings.domains import Plain
    from checker.settings.versions import Version


@dataclass
class Draft:
    """All settings of a role as given or by default, and the adjustments made so far."""

    version: Version
    file: str | None
    plain: dict[str, Plain]
    origins: dict[str, Value]
    adjustments: list[Adjustment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def given(self, name: str) -> bool:
        """Tell whether the file sets it."""
        return name in self.origins

    def __getitem__(self, name: str) -> Plain:
        return self.plain[name]

    def flag(self, name: str) -> bool:
        """Give a boolean, adjustments included."""
        return self.plain[name] is True

    def number(self, name: str) -> int:
        """Give a whole number, adjustments included."""
        found = self.plain[name]
        assert isinstance(found, int)
        return found

    def adjust(
        self, name: str, value: str | int | bool | None, sentence: str, *causes: str
    ) -> None:
        """Change a value as the library does, and say so; `causes` are settings that make it."""
        self.plain[name] = value
        origins = tuple(self.origins[cause] for cause in causes if cause in self.origins)
        self.adjustments.append(Adjustment(name, value, origins, sentence))
        self.notes.append(sentence)

    def refuse(self, message: str, *names: str) -> NoReturn:
        """Raise ConfigRefused at the first of the names that the file sets."""
        involved = [self.origins[name] for name in names if name in self.origins]
        if not involved:
            raise ConfigRefused(message, self.file)
        raise ConfigRefused(message, involved[0].file, involved[0].line, involved)

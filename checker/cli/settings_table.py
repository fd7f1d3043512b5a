"""The table of `eoscheck list settings`."""

from __future__ import annotations

from checker.settings.catalogue import settings_catalogue
from checker.settings.versions import LATEST, client_version


def settings_rows(version: str | None) -> list[tuple[str, str, str, str, str]]:
    """Return role, name, default, values and meaning of every setting that matters."""
    found = settings_catalogue(LATEST if version is None else client_version(version))
    return [(e.role, e.name, e.default, e.values, e.meaning) for e in found]

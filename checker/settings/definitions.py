"""A setting's definition: its name, type, default and allowed values, release by release.

Kafka: ConfigDef.ConfigKey. The tables beside this file were read off the ConfigDefs of the
released client and broker libraries; they stand in the order in which Kafka checks them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from checker.settings.domains import ANYTHING
from checker.settings.versions import Version, version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.settings.domains import Domain, Kind, Plain


@dataclass(frozen=True)
class Form:
    """What a setting is from one release on."""

    since: Version
    kind: Kind
    default: Plain
    domain: Domain


class _Same(Enum):
    """Marks what a release leaves as it was."""

    SAME = "same"


@dataclass(frozen=True)
class Definition:
    """A setting over all releases that know it: `forms` in their order, `until` excluded."""

    name: str
    forms: tuple[Form, ...]
    until: Version | None = None

    @property
    def since(self) -> Version:
        """The first release that knows the setting."""
        return self.forms[0].since

    def at(self, release: Version) -> Form | None:
        """Give the setting's form in a release, None where it does not exist."""
        if self.until is not None and release >= self.until:
            return None
        return next((form for form in reversed(self.forms) if form.since <= release), None)

    def then(
        self,
        since: str,
        *,
        kind: Kind | None = None,
        default: Plain | _Same = _Same.SAME,
        domain: Domain | None = None,
    ) -> Definition:
        """Change the setting from a release on; what is not named stays."""
        last = self.forms[-1]
        kept = last.default if isinstance(default, _Same) else default
        form = Form(version(since), kind or last.kind, kept, domain or last.domain)
        return replace(self, forms=(*self.forms, form))

    def gone(self, since: str) -> Definition:
        """Remove the setting from a release on."""
        return replace(self, until=version(since))


def setting(
    name: str, kind: Kind, default: Plain, domain: Domain = ANYTHING, *, since: str = "0.11"
) -> Definition:
    """Define a setting as it is when it appears."""
    return Definition(name, (Form(version(since), kind, default, domain),))


def table(definitions: Iterable[Definition]) -> dict[str, Definition]:
    """Index definitions by name, in their order."""
    return {definition.name: definition for definition in definitions}

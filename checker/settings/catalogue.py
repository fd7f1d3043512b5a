"""The published table of settings and application facts that delivery guarantees depend on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.settings import broker, librdkafka
from checker.settings.application import FACTS
from checker.settings.domains import Kind
from checker.settings.meanings import MEANINGS
from checker.settings.producer import idempotent_by_default
from checker.settings.reader import TABLES
from checker.settings.values import Role, Value
from checker.settings.versions import LATEST, Library, Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class CatalogueEntry:
    """One row: `role` is producer, consumer, broker or application; all are texts to print."""

    name: str
    role: str
    default: str
    values: str
    meaning: str


def settings_catalogue(version: Version = LATEST) -> tuple[CatalogueEntry, ...]:
    """List what matters, with the defaults of a version of Kafka or of a client library."""
    rows = [row for role in Role for row in _role_rows(role, version)]
    facts = [
        CatalogueEntry(
            fact.name, "application", str(fact.default), ", ".join(fact.choices), fact.meaning
        )
        for fact in FACTS
    ]
    return (*rows, *facts)


def _role_rows(role: Role, version: Version) -> list[CatalogueEntry]:
    if version.library is Library.LIBRDKAFKA:
        return [] if role is Role.BROKER else _librdkafka_rows(role)
    rows = []
    for name, meaning in MEANINGS[role].items():
        form = TABLES[role][name].at(version) if name in TABLES[role] else None
        if form is None:
            continue
        assert not isinstance(form.default, float)
        default = Value(name, form.default).text
        if name in broker.ASSUMED:
            default += f" (assumed without a file: {Value(name, broker.ASSUMED[name]).text})"
        if name == "enable.idempotence" and form.default and not idempotent_by_default(version):
            default += " (without effect unless set)"
        values = form.domain.choices or _KINDS[form.kind]
        rows.append(CatalogueEntry(name, role, default or "none", values, meaning))
    return rows


def _librdkafka_rows(role: Role) -> list[CatalogueEntry]:
    rows = []
    for name, item in librdkafka.properties(role).items():
        if name != item.name or name not in MEANINGS[role]:
            continue
        assert not isinstance(item.default, float)
        words = ", ".join(word for word, _ in item.words)
        span = f"{item.low} to {item.high}" if item.kind is Kind.INT else ""
        values = ", ".join(filter(None, (words, span))) or _KINDS[item.kind]
        default = Value(name, item.default).text or "none"
        rows.append(CatalogueEntry(name, role, default, values, MEANINGS[role][name]))
    return rows


def defaults_over_time(role: Role) -> tuple[tuple[str, str], ...]:
    """Say for each setting that matters and whose default changed: its name, and when to what."""
    told = []
    for name in MEANINGS[role]:
        definition = TABLES[role].get(name)
        if definition is None:
            continue
        steps: list[tuple[str, str]] = []
        for form in definition.forms:
            assert not isinstance(form.default, float)
            default = Value(name, form.default).text or "none"
            if not steps or steps[-1][1] != default:
                steps.append((str(form.since), default))
        if len(steps) > 1 or definition.since != Version(0, 11):
            told.append((name, ", ".join(f"{default} from {since}" for since, default in steps)))
    return tuple(told)


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay rows out as a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


_KINDS = {Kind.BOOLEAN: "true, false", Kind.STRING: "any text", Kind.INT: "a whole number"}

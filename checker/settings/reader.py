"""From settings files to Configurations: the entry point of this package."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from checker.settings import broker, consumer, librdkafka, producer, unknown
from checker.settings.domains import Plain, Refusal, parse
from checker.settings.draft import Draft
from checker.settings.errors import ConfigRefused, SettingsError
from checker.settings.frameworks import refuse_frameworks
from checker.settings.meanings import MEANINGS
from checker.settings.properties import Entry, read_properties
from checker.settings.values import Configuration, Role, Value
from checker.settings.versions import Library

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from checker.settings.definitions import Definition, Form
    from checker.settings.properties import PropertiesFile
    from checker.settings.versions import Version

TABLES: dict[Role, dict[str, Definition]] = unknown.CLIENT_TABLES | {Role.BROKER: broker.BROKER}

_RULES = {
    (Library.KAFKA, Role.PRODUCER): producer.settle_producer,
    (Library.KAFKA, Role.CONSUMER): consumer.settle_consumer,
    (Library.KAFKA, Role.BROKER): broker.settle_broker,
    (Library.LIBRDKAFKA, Role.PRODUCER): librdkafka.settle_producer,
    (Library.LIBRDKAFKA, Role.CONSUMER): librdkafka.settle_consumer,
}
_JAVA = Library.KAFKA
_PROVIDERS = "config.providers"


def read_configuration(role: Role, path: str | Path, version: Version) -> Configuration:
    """Read a settings file as a role of a version would.

    Raises SettingsError for a file that cannot be used, ConfigRefused where Kafka refuses.
    """
    return configuration(role, read_properties(path), version)


def configuration(role: Role, properties: PropertiesFile, version: Version) -> Configuration:
    """Give a role's configuration from the entries of a file.

    Raises SettingsError, ConfigRefused.
    """
    refuse_frameworks(role, properties)
    found = _resolve(role, version, properties.file, properties.entries)
    if found.unknown and len(found.unknown) == len(properties.last()):
        names = unknown.listed([value.name for value in found.unknown], role, version)
        raise SettingsError(f"holds no setting of a {role}, only {names}", found.file)
    if properties.encoding == "utf-8" and any(
        not (entry.key + entry.value).isascii() for entry in properties.entries
    ):
        note = "The file was read as UTF-8; Kafka's own tools read Latin-1 and see other letters."
        found = replace(found, notes=(*found.notes, note))
    return found


def default_configuration(role: Role, version: Version) -> Configuration:
    """Give what holds without a file: Kafka's defaults; for brokers the published assumption."""
    return _resolve(role, version, None, ())


def changed(before: Configuration, changes: Mapping[str, str | int | bool | None]) -> Configuration:
    """Give the configuration with some settings changed, or removed where the value is None.

    What the library makes of it is worked out anew. Changed settings count as given, without
    file. Raises ConfigRefused where the library refuses the combination.
    """
    kept = [
        entry
        for entry in before.entries
        if _canonical(entry.key, before.role, before.version) not in changes
    ]
    made = [
        Entry(name, Value(name, value).text) for name, value in changes.items() if value is not None
    ]
    return _resolve(before.role, before.version, before.file, (*kept, *made))


def _resolve(
    role: Role, version: Version, file: str | None, entries: Sequence[Entry]
) -> Configuration:
    last = {entry.key: entry for entry in entries}
    draft = Draft(version, file, {}, {})
    if version.library is _JAVA:
        _fill(draft, role, last)
    else:
        _fill_librdkafka(draft, role, entries)
    before = dict(draft.plain)
    _RULES[version.library, role](draft)
    matters = [name for name in MEANINGS[role] if name in before]
    strange = [entry for key, entry in last.items() if not unknown.is_known(key, role, version)]
    if strange:
        draft.notes.append(unknown.sentence([entry.key for entry in strange], role, version))
    moved = {adjustment.name for adjustment in draft.adjustments}
    return Configuration(
        role,
        version,
        file,
        {name: _value(draft, name, before[name], False) for name in matters},
        {name: _value(draft, name, draft[name], name in moved) for name in matters},
        tuple(draft.adjustments),
        tuple(
            key
            for key, entry in last.items()
            if entry not in strange and _canonical(key, role, version) not in matters
        ),
        tuple(_origin(entry.key, "", entry, file) for entry in strange),
        tuple(draft.notes),
        tuple(entries),
    )


def _fill(draft: Draft, role: Role, last: Mapping[str, Entry]) -> None:
    """Parse and check the given settings in Kafka's order, and add the defaults."""
    for name, definition in TABLES[role].items():
        form = definition.at(draft.version)
        if form is None:
            continue
        draft.plain[name] = _default(form, name, role, draft.file)
        entry = last.get(name)
        if entry is None or _from_provider(entry, role, last, draft.file):
            continue
        try:
            value = parse(name, form.kind, entry.value)
            form.domain.check(name, value)
        except Refusal as refusal:
            raise _refused(str(refusal), entry, draft.file) from None
        draft.plain[name] = value
        draft.origins[name] = _origin(name, value, entry, draft.file)


def _default(form: Form, name: str, role: Role, file: str | None) -> Plain:
    """Give a setting's default; brokers without a file are assumed to be set up well."""
    if role is Role.BROKER and file is None:
        return broker.ASSUMED.get(name, form.default)
    return form.default


def _from_provider(entry: Entry, role: Role, last: Mapping[str, Entry], file: str | None) -> bool:
    """Tell whether a value comes from a configuration provider, which is not read here."""
    if _PROVIDERS not in last or "${" not in entry.value:
        return False
    if entry.key in MEANINGS[role]:
        message = (
            f"{entry.key} takes its value from a configuration provider, which is not read here: "
            "write the value itself"
        )
        raise SettingsError(message, file, entry.line)
    return True


def _fill_librdkafka(draft: Draft, role: Role, entries: Iterable[Entry]) -> None:
    """Set properties one after the other, as librdkafka does, and add the defaults."""
    table = librdkafka.properties(role)
    draft.plain.update((item.name, item.default) for item in table.values())
    for entry in entries:
        item = table.get(entry.key)
        if item is None:
            continue
        try:
            value = item.parse(entry.value)
        except Refusal as refusal:
            raise _refused(str(refusal), entry, draft.file) from None
        draft.plain[item.name] = value
        draft.origins[item.name] = _origin(item.name, value, entry, draft.file)


def _canonical(name: str, role: Role, version: Version) -> str:
    """Give the Java client's name for a property of librdkafka."""
    item = None if version.library is _JAVA else librdkafka.properties(role).get(name)
    return name if item is None else item.name


def _refused(message: str, entry: Entry, file: str | None) -> ConfigRefused:
    origin = _origin(entry.key, entry.value, entry, file)
    return ConfigRefused(message, origin.file, origin.line, (origin,))


def _origin(name: str, value: Plain, entry: Entry, file: str | None) -> Value:
    plain = str(value) if isinstance(value, float) else value
    return Value(name, plain, True, None if entry.line is None else file, entry.line)


def _value(draft: Draft, name: str, plain: Plain, moved: bool) -> Value:
    shown = str(plain) if isinstance(plain, float) else plain
    origin = draft.origins.get(name)
    if origin is None or moved:
        return Value(name, shown)
    return replace(origin, value=shown)

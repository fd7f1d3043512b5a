"""Fills the tables of docs/settings.md; `python tests/settings/settings_page.py` rewrites it."""

import re
from pathlib import Path

from checker.settings.catalogue import defaults_over_time, markdown_table, settings_catalogue
from checker.settings.values import Role
from checker.settings.versions import LATEST, LIBRDKAFKA

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
MARK = re.compile(r"<!-- table: ([a-z]+) -->\n(?:\n\|[^\n]*(?:\n\|[^\n]*)*\n)?")


def table(name):
    if name == "changes":
        rows = [row for role in (Role.PRODUCER, Role.CONSUMER) for row in defaults_over_time(role)]
        return markdown_table(("Setting", "Default"), rows)
    catalogue = settings_catalogue(LIBRDKAFKA if name == "librdkafka" else LATEST)
    rows = [row for row in catalogue if row.role == name]
    if name == "librdkafka":
        rows = [row for row in catalogue if row.role != "application"]
        return markdown_table(
            ("Property", "Of the", "Default", "Values"),
            [(f"`{row.name}`", row.role, row.default, row.values) for row in rows],
        )
    kind = "Fact" if name == "application" else "Setting"
    return markdown_table(
        (kind, f"Default{'' if name == 'application' else f' ({LATEST})'}", "Values", "Meaning"),
        [(f"`{row.name}`", row.default, row.values, row.meaning) for row in rows],
    )


def with_tables(text):
    return MARK.sub(lambda mark: f"<!-- table: {mark[1]} -->\n\n{table(mark[1])}", text)


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")

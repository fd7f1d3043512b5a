"""The answer where a solver is missing: nothing was asked, and nothing is known."""

from __future__ import annotations

from checker.report.files import json_text


def unasked_text(schema: str, part: str, sentence: str, form: str) -> str:
    """Return the sentence as text, or as JSON of this schema with an empty list in `part`."""
    if form == "json":
        return json_text({"schema": schema, "verdict": "unknown", part: [], "notes": [sentence]})
    return f"{sentence}\n"

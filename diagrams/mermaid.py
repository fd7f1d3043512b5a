"""Text that Mermaid reads as plain words."""

import json
import re

from diagrams.words import clean

# Syntax of Mermaid, of the HTML and of the Markdown inside its labels. An underscore within a
# name means nothing to it.
_SYNTAX = re.compile(r"[\"#%&;:<>{}\[\]`\\|*~$]|(?<!\w)_|_(?!\w)")
_ANGLES = str.maketrans("<>", "\u2039\u203a")


def mermaid_text(text: str) -> str:
    """The text on one line with every character that Mermaid could take as syntax encoded."""
    return _SYNTAX.sub(lambda found: f"#{ord(found[0])};", clean(text))


def mermaid_lines(lines: list[str]) -> str:
    """Several lines as one Mermaid text."""
    return "<br/>".join(mermaid_text(line) for line in lines)


def mermaid_title(title: str) -> list[str]:
    """The front matter that gives a diagram its title; none for an empty title.

    Front matter has no way to encode angle brackets; similar quotation marks stand for them.
    """
    shown = clean(title).translate(_ANGLES)
    return ["---", f"title: {json.dumps(shown, ensure_ascii=False)}", "---"] if shown else []

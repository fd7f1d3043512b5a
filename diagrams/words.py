"""Text inside pictures: cleaning, width in pixels, breaking into lines."""

import re
import unicodedata
from collections.abc import Callable, Iterable

# Advance widths of U+0020 to U+007E in thousandths of the font size: for each character the
# widest of Verdana, DejaVu Sans and Manrope, the fonts that the pictures are shown in.
_ASCII_WIDTHS = (
    *(352, 401, 460, 924, 637, 1077, 780, 275, 455, 455, 636, 838, 364, 455, 364, 455),
    *(637, 637, 637, 637, 637, 637, 637, 637, 637, 637, 455, 455, 838, 838, 838, 546),
    *(1000, 685, 687, 723, 771, 633, 576, 776, 752, 421, 476, 693, 558, 863, 749, 788),
    *(616, 788, 696, 684, 617, 732, 685, 989, 686, 616, 686, 455, 455, 455, 838, 660),
    *(636, 613, 635, 561, 635, 616, 363, 635, 634, 278, 345, 592, 278, 975, 634, 612),
    *(635, 635, 427, 531, 412, 634, 592, 819, 592, 592, 531, 637, 455, 637, 838),
)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BREAK_AFTER = re.compile(r"(?<=[\s_/,;:.-])")


def clean(text: str) -> str:
    """The text on one line, without characters that a picture or a terminal must not carry.

    White space and line breaks become one space; control, format and unassigned characters
    and lone surrogates become U+FFFD.
    """
    one_line = " ".join(text.split())
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in _INVISIBLE else character
        for character in one_line
    )


def width(text: str, size: float) -> float:
    """An upper bound of the width of a text in pixels at a font size in pixels."""
    return sum(_character_width(character) for character in text) * size / 1000


def _character_width(character: str) -> int:
    code = ord(character)
    if 0x20 <= code <= 0x7E:
        return _ASCII_WIDTHS[code - 0x20]
    return 0 if unicodedata.combining(character) else 1000


def wrap(text: str, limit: float, measure: Callable[[str], float]) -> list[str]:
    """Break a cleaned text into lines that measure at most `limit`.

    Lines break after a space, else after punctuation inside a name, else anywhere; no
    character but the space at a break is lost. An empty text has no lines.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(clean(text), limit, measure):
        if line and measure((line + piece).rstrip()) > limit:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str, limit: float, measure: Callable[[str], float]) -> Iterable[str]:
    """Words; a word that is too long for a line on its own in smaller pieces."""
    for word in re.findall(r"\S+\s*", text):
        if measure(word.rstrip()) <= limit:
            yield word
            continue
        for part in _BREAK_AFTER.split(word):
            if measure(part.rstrip()) <= limit:
                yield part
            else:
                yield from part

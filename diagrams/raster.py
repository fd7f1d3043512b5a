"""SVG to PNG with a font that is installed with us: no system library or font is needed."""

from importlib.resources import as_file, files

import resvg_py

from diagrams.errors import DrawingFailed
from diagrams.style import FONTS

ZOOM = 2.0
_FAMILY = "Manrope"
_FONT_FILE = "Manrope-Medium.ttf"
_LAST_LATIN = "\u00ff"
_OTHERS_IN_FONT = frozenset("←→↑↓–—…•≤≥≠≈∅∞±√‘’“”")  # noqa: RUF001


def svg_to_png(svg: str) -> bytes:
    """A picture of ours as PNG, two pixels for each of its own, for sharp text.

    Where all characters are in our font the bytes are the same on every machine; for others
    the fonts of the machine are asked.

    Raises:
        DrawingFailed: the picture is too large.
    """
    has_all = all(letter <= _LAST_LATIN or letter in _OTHERS_IN_FONT for letter in set(svg))
    with as_file(files("font_manrope") / "files" / _FONT_FILE) as font:
        try:
            return resvg_py.svg_to_bytes(
                svg_string=svg.replace(f'"{FONTS}"', f'"{_FAMILY}"'),
                zoom=ZOOM,
                skip_system_fonts=has_all,
                font_files=[str(font)],
            )
        except ValueError as error:
            raise DrawingFailed(f"The picture cannot be drawn as PNG: {error}.") from error

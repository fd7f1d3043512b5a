"""SVG to PNG, with a font of our own so that the picture is the same on every machine."""

from importlib.resources import as_file, files

import resvg_py

from diagrams.errors import DrawingFailed

ZOOM = 2.0
_FONT_FAMILY = "Manrope"
_FONT_FILES = ("Manrope-Medium.ttf", "Manrope-Bold.ttf")
_LAST_CHARACTER_OF_FONT = "\u024f"


def svg_to_png(svg: str) -> bytes:
    """The picture as PNG at twice its size in pixels, for sharp text.

    Texts in Latin letters use a bundled font; for other scripts the fonts of the machine
    are asked as well.

    Raises:
        DrawingFailed: the picture is too large.
    """
    with as_file(files("font_manrope") / "files") as folder:
        try:
            return resvg_py.svg_to_bytes(
                svg_string=svg,
                zoom=ZOOM,
                background="#ffffff",
                skip_system_fonts=max(svg) <= _LAST_CHARACTER_OF_FONT,
                font_files=[str(folder / name) for name in _FONT_FILES],
                sans_serif_family=_FONT_FAMILY,
            )
        except ValueError as error:
            raise DrawingFailed(f"The picture cannot be drawn as PNG: {error}.") from error

import re
import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from diagram_samples import BATCH, CONSUMER, DUPLICATE, SHORT

from diagrams import (
    CHART_FORMATS,
    RUN_FORMATS,
    Chart,
    DrawingFailed,
    Run,
    UnsupportedFormat,
    graphviz_wasm,
    render,
)
from diagrams.raster import svg_to_png


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """The width, the height and the compressed rows of a PNG file, its checksums verified."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, data, wide, high = 8, b"", 0, 0
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        name, body = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        (check,) = struct.unpack(">I", png[place + 8 + length : place + 12 + length])
        assert zlib.crc32(name + body) == check
        if name == b"IHDR":
            wide, high = struct.unpack(">II", body[:8])
        if name == b"IDAT":
            data += body
        place += 12 + length
    return wide, high, zlib.decompress(data)


@pytest.mark.parametrize("picture", [CONSUMER, SHORT])
def test_png_is_the_svg_at_twice_its_size_with_its_words(picture: Chart | Run) -> None:
    svg = render(picture, "svg")
    wide, high, drawn = pixels(render(picture, "png"))
    root = ElementTree.fromstring(svg)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    assert abs(wide - 2 * width) <= 1
    assert abs(high - 2 * height) <= 1
    mute = re.sub(r">[^<]+</text>", "></text>", svg)
    assert pixels(svg_to_png(mute))[2] != drawn


def test_formats_of_charts_and_runs() -> None:
    assert CHART_FORMATS == ("svg", "png", "dot", "mermaid")
    assert RUN_FORMATS == ("svg", "png", "mermaid", "text")


@pytest.mark.parametrize(
    ("picture", "form", "sentence"),
    [
        (
            BATCH,
            "text",
            "A state chart cannot be drawn as 'text': it can be svg, png, dot or mermaid",
        ),
        (DUPLICATE, "dot", "A run cannot be drawn as 'dot': it can be svg, png, mermaid or text"),
        (DUPLICATE, "jpeg", "A run cannot be drawn as 'jpeg'"),
    ],
)
def test_a_format_that_does_not_exist(picture: Chart | Run, form: str, sentence: str) -> None:
    with pytest.raises(UnsupportedFormat, match=sentence):
        render(picture, form)


def test_a_graph_that_graphviz_refuses_does_not_disturb_the_next() -> None:
    before = graphviz_wasm.dot_to_svg("digraph { a -> b }")
    with pytest.raises(DrawingFailed, match="Graphviz cannot lay out the chart"):
        graphviz_wasm.dot_to_svg("digraph { a -> ")
    assert graphviz_wasm.dot_to_svg("digraph { a -> b }") == before


def test_charts_are_drawn_where_no_cache_can_be_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = graphviz_wasm.dot_to_svg("digraph { a -> b }")
    occupied = tmp_path / "file"
    occupied.write_text("")
    monkeypatch.setenv("HOME", str(occupied))
    monkeypatch.setenv("XDG_CACHE_HOME", str(occupied / "cache"))
    graphviz_wasm._graphviz.cache_clear()
    try:
        assert graphviz_wasm.dot_to_svg("digraph { a -> b }") == before
    finally:
        graphviz_wasm._graphviz.cache_clear()


def test_letters_outside_our_font_are_drawn_as_well() -> None:
    plain = Chart("x", ("A",), None, ())
    assert render(Chart("\N{CYRILLIC SMALL LETTER ZHE}", ("A",), None, ()), "png") != render(
        plain, "png"
    )

"""The reader of .properties files: Java's rules, positions, and nothing but typed errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.settings.errors import SettingsError, printable
from checker.settings.properties import LARGEST_FILE, parse_properties, read_properties


def entries(data):
    return [(entry.key, entry.value, entry.line) for entry in parse_properties(data, "f").entries]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"acks=all", [("acks", "all", 1)]),
        (b"acks = all \n", [("acks", "all ", 1)]),
        (b"  acks : all\nretries 3\n", [("acks", "all", 1), ("retries", "3", 2)]),
        (b"# a=1\n! b=2\n\n \t\nc=3", [("c", "3", 5)]),
        (b"# goes on \\\na=1", [("a", "1", 2)]),
        (b"a=1,\\\n   2,\\\r\n\t3\nb=4", [("a", "1,2,3", 1), ("b", "4", 4)]),
        (b"ac\\\n  ks=1\nb=2", [("acks", "1", 1), ("b", "2", 3)]),
        (b"\\\n  \\\n a=1\nb=2", [("a", "1", 3), ("b", "2", 4)]),
        (b"a=1\\", [("a", "1", 1)]),
        (b"a=1\\\\\nb=2", [("a", "1\\", 1), ("b", "2", 2)]),
        (b"a=1\rb=2\r\nc=3\n\rd=4", [("a", "1", 1), ("b", "2", 2), ("c", "3", 3), ("d", "4", 5)]),
        (b"a\\ b\\=c=\\u0041\\t\\q", [("a b=c", "A\tq", 1)]),
        (b"a=\\uD83D\\uDE00", [("a", "\U0001f600", 1)]),
        (b"a", [("a", "", 1)]),
        (b"a==b", [("a", "=b", 1)]),
        (b"a=#b !c", [("a", "#b !c", 1)]),
        (b"=x", [("", "x", 1)]),
        (b"a=1\na=2", [("a", "1", 1), ("a", "2", 2)]),
        (b"", []),
        (b"\x0c a=1", [("a", "1", 1)]),
        ("a=\xe9".encode("latin-1"), [("a", "\xe9", 1)]),
        ("a=é→".encode(), [("a", "é→", 1)]),
        ("# don\u2019t\na=1".encode("cp1252"), [("a", "1", 2)]),
    ],
)
def test_as_java_reads(data, told):
    assert entries(data) == told


def test_last_one_counts():
    assert parse_properties(b"a=1\nb=5\na=2", "f").last()["a"].line == 3


@pytest.mark.parametrize(
    ("data", "encoding"),
    [(b"a=1", "ascii"), ("a=é".encode(), "utf-8"), ("a=é".encode("latin-1"), "latin-1")],
)
def test_encoding(data, encoding):
    assert parse_properties(data, "f").encoding == encoding


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"a=1\nb=\x00", 2, "control character U+0000"),
        (b"a=1\r\n\x1b[2J", 2, "control character U+001B"),
        (b"a=\x7f", 1, "U+007F"),
        (b"a=1\n\nb=\\u12", 3, r"malformed escape \\u12"),
        (b"a=1\nb=x\\\n  \\uzzzz\n", 3, r"malformed escape \\uzzzz"),
        (b"a=\\u00", 1, "malformed"),
        (b"a=1\n\\u0000b=2", 2, "U+0000"),
        (b"a=\\ud800", 1, r"U\+D800"),
        ("\ufeffacks=1".encode(), 1, "byte order mark"),
        ("a=1".encode("utf-16"), 1, "control character U+0000"),
        (b"\x7fELF\x02\x01", 1, "U+007F"),
        (b"a=b\n" * LARGEST_FILE, None, "more than"),
    ],
)
def test_refused_bytes(data, line, words):
    with pytest.raises(SettingsError, match=words.replace("+", r"\+").replace(r"\\+", r"\+")) as no:
        parse_properties(data, "f")
    assert (no.value.file, no.value.line) == ("f", line)
    assert "\n" not in str(no.value)
    assert str(no.value).isprintable()


def test_files(tmp_path):
    good = tmp_path / "a.properties"
    good.write_bytes(b"acks=1")
    assert read_properties(good).entries[0].key == "acks"
    assert read_properties(str(good)).file == str(good)
    with pytest.raises(SettingsError, match="is a directory"):
        read_properties(tmp_path)
    with pytest.raises(SettingsError, match="cannot be read: No such file") as caught:
        read_properties(tmp_path / "none.properties")
    assert caught.value.line is None
    assert str(caught.value).startswith(f"{tmp_path}/none.properties: ")


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 5000, ""])
def test_names_that_cannot_be_files(name):
    with pytest.raises(SettingsError):
        read_properties(name)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_give_entries_or_a_settings_error(data):
    try:
        found = parse_properties(data, "f")
    except SettingsError as error:
        assert error.file == "f"
        assert str(error).isprintable()
    else:
        lines = data.count(b"\n") + data.count(b"\r") + 1
        assert all(1 <= entry.line <= lines for entry in found.entries)
        assert sorted(entry.line for entry in found.entries) == [e.line for e in found.entries]


PIECES = st.sampled_from(
    ["a", "=", ":", " ", "\t", "\f", "\n", "\r", "\r\n", "\\", "#", "!", "\\u0041", "\\u", "é", "0"]
)


@given(st.lists(PIECES, max_size=30))
def test_pieces_of_syntax_give_entries_or_a_settings_error(pieces):
    for encoding in ("utf-8", "latin-1"):
        try:
            found = parse_properties("".join(pieces).encode(encoding), "f")
        except SettingsError as error:
            assert error.line is not None
        else:
            assert all("\n" not in entry.key for entry in found.entries)


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r\f"), max_size=30
)


def escaped(text):
    """Escape every character but plain letters and digits, as java.util.Properties#store may."""
    units = text.encode("utf-16-be")
    codes = [units[at : at + 2] for at in range(0, len(units), 2)]
    return "".join(
        chr(code[1]) if code[0] == 0 and chr(code[1]).isalnum() and code[1] < 128
        else f"\\u{code.hex()}"
        for code in codes
    )  # fmt: skip


@given(st.lists(st.tuples(TEXT, TEXT, st.integers(0, 3)), max_size=6))
def test_escaped_keys_and_values_come_back_with_their_lines(items):
    text, told = "", []
    for key, value, blanks in items:
        text += "# note \\\n" * blanks
        told.append((key, value, text.count("\n") + 1))
        text += f"{escaped(key)} = \\\n   {escaped(value)}\n"
    assert entries(text.encode("ascii")) == told


PLAIN = st.text(
    st.characters(min_codepoint=0x21, exclude_categories=["Cs", "Cc", "Zs"]), min_size=1
)


@given(PLAIN, st.sampled_from(["utf-8", "ascii-escapes"]))
def test_letters_of_any_language(text, how):
    data = escaped(text).encode() if how != "utf-8" else backslashed(text).encode("utf-8")
    assert entries(b"k=" + data) == [("k", text, 1)]


def backslashed(text):
    return text.replace("\\", "\\\\")


@given(st.text(max_size=300))
def test_printable_is_printable_and_short(text):
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown) <= 120

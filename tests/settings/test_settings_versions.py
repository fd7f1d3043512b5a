"""Versions: what is read, and what is named when it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.settings.errors import UnknownVersion
from checker.settings.versions import (
    KNOWN_RELEASES,
    LIBRDKAFKA,
    Library,
    Version,
    broker_version,
    client_version,
    version,
)


@pytest.mark.parametrize("text", [*KNOWN_RELEASES, "3.0.1", "4.2.1", "2.8.2"])
def test_read_back(text):
    assert str(version(text)) == text


def test_first_of_its_line():
    assert version("3.1") == version("3.1.0") == Version(3, 1, 0)
    assert version("3.1") < version("3.1.1") < version("3.2")
    assert version("0.11") < version("1.0")


def test_oldest_have_four_parts():
    assert version("0.11.0.3").release == "0.11"
    assert version("0.11.0") == version("0.11")


@pytest.mark.parametrize(
    "text",
    ["", "4", "4.3", "5.0", "2.9", "3.10", "0.10.2", "0.9", "v3.1", "3.1-rc0", "3.1.", "latest",
     "librdkafka", "\u0663.\u0661", "3.1.0.0", "3.1\n", "-3.1", "9999999.1", "\x1b[0m"],
)  # fmt: skip
def test_unknown_ones_list_the_known(text):
    with pytest.raises(UnknownVersion) as caught:
        version(text)
    assert "0.11, 1.0, 1.1, 2.0" in str(caught.value)
    assert str(caught.value).endswith("4.0, 4.1, 4.2")
    assert str(caught.value).isprintable()


def test_brokers():
    assert broker_version("3.9") == version("3.9")
    with pytest.raises(UnknownVersion):
        broker_version("librdkafka")


def test_clients():
    assert client_version("3.9") == version("3.9")
    assert client_version("librdkafka") is LIBRDKAFKA
    assert LIBRDKAFKA.library is Library.LIBRDKAFKA
    assert str(LIBRDKAFKA) == "librdkafka 2"


@given(st.text(max_size=20))
def test_any_text(text):
    try:
        assert version(text).release in KNOWN_RELEASES
    except UnknownVersion as error:
        assert str(error).isprintable()

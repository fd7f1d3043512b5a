"""Application facts: defaults, the form K=V, and what is not possible."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.settings.application import (
    FACTS,
    Application,
    Commit,
    OnError,
    Processing,
    Restart,
    read_application,
)
from checker.settings.errors import UnknownFact
from checker.settings.values import Value


def test_defaults():
    assert read_application([]) == Application(
        Commit.AFTER_PROCESSING, OnError.STOP, Restart.SKIP, Processing.SAME_THREAD
    )


def test_table_and_type_agree():
    plain = Application()
    assert {fact.field for fact in FACTS} == {item.name for item in fields(plain)} - {"given"}
    assert all(getattr(plain, fact.field) is fact.default for fact in FACTS)
    assert all(fact.meaning.endswith(".") for fact in FACTS)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_every_choice(fact):
    for choice in fact.choices:
        found = read_application([f"{fact.name}={choice}"])
        assert getattr(found, fact.field) is choice
        assert found.given == {fact.name}
        assert found.value(fact.name) == Value(fact.name, str(choice), True)


def test_values_are_in_the_order_of_the_table():
    found = read_application([" restart = skip ", "commit=before-processing"])
    assert [(value.name, value.text, value.given) for value in found.values()] == [
        ("commit", "before-processing", True),
        ("on-error", "stop", False),
        ("restart", "skip", True),
        ("processing", "same-thread", False),
        ("offsets", "in-transaction", False),
        ("group-metadata", "yes", False),
        ("on-abort", "seek", False),
        ("transactional-id", "stable", False),
    ]


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (["commit"], "'commit' is not of the form FACT=VALUE"),
        ([""], "'' is not of the form FACT=VALUE"),
        (["colour=red"],
         "'colour' is not an application fact: commit, on-error, restart, processing, offsets, "
         "group-metadata, on-abort, transactional-id"),
        (["on-error=panic"], "on-error=panic is not possible: ignore, retry, stop"),
        (["commit="], "commit= is not possible: before-processing, after-processing"),
        (["restart=skip", "restart=resend"], "restart is stated twice: skip and resend"),
        (["restart=resend", "restart=skip"], "restart is stated twice: resend and skip"),
    ],
)  # fmt: skip
def test_refused(texts, sentence):
    with pytest.raises(UnknownFact) as caught:
        read_application(texts)
    assert str(caught.value) == sentence


def test_the_same_twice_is_no_contradiction():
    assert read_application(["restart=skip", "restart=skip"]).restart is Restart.SKIP


def test_values_of_other_names():
    with pytest.raises(KeyError):
        Application().value("acks")


@given(st.lists(st.text(max_size=20) | st.just("commit=after-processing"), max_size=3))
def test_any_text(texts):
    try:
        assert read_application(texts).commit is Commit.AFTER_PROCESSING
    except UnknownFact as error:
        assert str(error).isprintable()

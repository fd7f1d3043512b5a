"""Every known bug is found where it is expected, from general guarantees; its fix removes it."""

import json

import pytest

from checker.cli.bug_runs import reproduce
from checker.explicit.explorer import Limits
from checker.report.bugs import document
from checker.report.bugs_text import stories_text, table_text
from checker.settings.bug_catalogue import VIOLATED, catalogue
from model.releases import FAMILIES

pytestmark = [pytest.mark.xdist_group("known-bugs"), pytest.mark.timeout(900)]

FOUND = [name for name, bug in catalogue().items() if bug.scenario]
LISTED = [name for name, bug in catalogue().items() if not bug.scenario]

# The matrix at the end of the catalogue of counterexamples that this project began with.
MATRIX = {
    "H1a": "broken broken holds holds",
    "H1b": "broken broken holds holds",
    "H3": "broken holds holds holds",
    "H4": "broken broken holds holds",
    "H5": "broken broken broken holds",
    "H7": "not-applicable holds holds holds",
    "H8": "not-applicable not-applicable holds holds",
}


@pytest.fixture(scope="module")
def answers():
    return {name: reproduce(catalogue()[name], Limits(), traces=True) for name in FOUND}


@pytest.mark.parametrize("name", FOUND)
def test_verdicts_are_as_expected(answers, name):
    answer = answers[name]
    assert [
        (case.versions, case.verdict, case.expected) for case in answer.cases if not case.agrees
    ] == []


@pytest.mark.parametrize("name", FOUND)
def test_it_breaks_what_it_is_known_for_and_the_fix_removes_it(answers, name):
    answer = answers[name]
    broken = [case for case in answer.cases if case.verdict == "broken"]
    assert broken
    assert len(answer.fixed) == len(broken)
    known = {VIOLATED[word] for word in answer.violates}
    for case in broken:
        assert case.shown in known
        assert case.trace is not None
        assert len(case.trace.steps) == case.steps
    assert {case.verdict for case in answer.fixed.values()} == {"holds"}
    assert known <= {name for case in broken for name in case.broken}


@pytest.mark.parametrize("name", MATRIX)
def test_the_matrix(answers, name):
    found = [answers[name].families[family].verdict for family in FAMILIES]
    assert found == MATRIX[name].split()


@pytest.mark.parametrize("name", LISTED)
def test_what_is_only_listed_says_why(name):
    bug = catalogue()[name]
    assert bug.reason.endswith(".")
    assert not bug.cases


def test_document(answers):
    found = json.loads(json.dumps(document(list(answers.values()))))["bugs"]
    assert [bug["id"] for bug in found] == FOUND
    h5 = found[FOUND.index("H5")]
    assert h5["families"]["P2"]["verdict"] == "broken"
    assert h5["families"]["P2"]["steps"] == len(answers["H5"].families["P2"].trace.steps)
    assert h5["families"]["P3"]["steps"] is None
    assert h5["fixed_by"]


def test_texts(answers):
    table = table_text(list(answers.values()))
    assert "NOT AS EXPECTED" not in table
    assert all(f"{name} " in table for name in FOUND)
    story = stories_text([answers["H5"]])
    assert "4.1" in story
    assert "old control" in story

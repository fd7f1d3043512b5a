"""The story of a known bug as text."""

from checker.report.bugs import BugAnswer
from checker.report.bugs_text import stories_text


def bug(story: str) -> BugAnswer:
    return BugAnswer("H2", "A bug", (), "brokers", story, (), "", "", (), "not modelled", "")


def test_a_bug_without_a_story_has_no_gap() -> None:
    assert stories_text([bug("")]) == (
        "H2  A bug\n\nAffected:    brokers\nOnly listed: not modelled\n"
    )
    assert stories_text([bug("It went wrong.")]).startswith("H2  A bug\n\nIt went wrong.\n\nAff")

"""Every key of an answer in JSON is told of in docs/commands.md."""

from __future__ import annotations

import re
from pathlib import Path

from checker.report.answer import (
    Answer,
    Cause,
    CoverageAnswer,
    ExplorationAnswer,
    Fix,
    PropertyAnswer,
)
from checker.traces.trace import Change, TraceStep

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_every_key_is_documented() -> None:
    step = TraceStep("act", "leader", {}, "It acts", (Change("log", "[]", "[0]"),))
    told = TraceStep("act", "leader", {}, "It acts", (), carries="epoch 0", outcome="appended")
    assert set(told.as_json()) - set(step.as_json()) == {"carries", "outcome"}
    item = PropertyAnswer("no_loss", "always", "Nothing is lost", "broken")
    cause, fix = Cause("acks", "1", None, None), Fix("acks", "all")
    coverage = CoverageAnswer("act", "leader", 2, 1, {})
    figures = ExplorationAnswer(1, 2, 3, True, {}, 0.1, 0.1)
    answer = Answer("toy", {}, {}, {}, figures, (item,))
    parts = (answer, figures, item, step, told, cause, fix, coverage)
    keys = {key for part in parts for key in part.as_json()}
    page = PAGE.read_text(encoding="utf-8").partition("### Formats")[2].partition("\n## ")[0]
    named = {word for text in re.findall(r"`([^`]+)`", page) for word in re.findall(r"\w+", text)}
    assert keys <= named, sorted(keys - named)
    changes = {key for change in step.as_json()["changes"] for key in change}
    assert changes <= named, sorted(changes - named)

"""The answer as data and as text: contract C2's keys, contract C1's exit codes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from checker.report.answer import Answer, Cause, ExplorationAnswer, Fix, PropertyAnswer
from checker.report.text import print_answer
from checker.traces.trace import Change, Trace, TraceStep

STEP = TraceStep(
    *("send", "producer", {"record": "0"}, "It sends record 0"),
    (Change("log", "[]", "[0]"),),
    "leader",
)
TRACE = Trace((STEP,), ((0,), (1,)))
BROKEN = PropertyAnswer(
    *("no_loss", "always", "Nothing is lost", "broken", 1, TRACE),
    because=(Cause("acks", "1", "p.properties", 3), Cause("retries", "0", None, None)),
    fix=(Fix("acks", "all"),),
)
HOLDS = PropertyAnswer("no_duplicates", "always", "Nothing is repeated", "holds")
OPEN = PropertyAnswer("order", "always", "All is in order", "inconclusive")
SEEN = PropertyAnswer("delivered", "sometimes", "All is delivered", "holds")
UNSEEN = PropertyAnswer("retried", "sometimes", "Something is sent again", "vacuous")


def figures(**changes: Any) -> ExplorationAnswer:
    plain: dict[str, Any] = {
        **{"states": 1234, "transitions": 5678, "depth": 9, "complete": True},
        **{"capacities_reached": {}, "seconds": 1.5, "cpu_seconds": 1.25},
    }
    return ExplorationAnswer(**(plain | changes))


def answer(*properties: PropertyAnswer, **changes: Any) -> Answer:
    plain: dict[str, Any] = {
        **{"scenario": "settings", "model": {"kind": "kafka"}, "scope": {"records": 2}},
        **{"faults": {"in_all": 2, "crashes": 1}, "exploration": figures()},
        **{"properties": properties},
    }
    return Answer(**(plain | changes))


def text(shown: Answer) -> str:
    stream = io.StringIO()
    print_answer(shown, Console(file=stream, width=100, soft_wrap=True))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("properties", "changes", "code"),
    [
        ((HOLDS, SEEN), {}, 0),
        ((HOLDS, BROKEN), {}, 1),
        ((HOLDS, OPEN), {}, 3),
        ((HOLDS, UNSEEN), {}, 4),
        ((BROKEN, OPEN, UNSEEN), {}, 1),
        ((OPEN, UNSEEN), {}, 3),
        ((HOLDS,), {"exploration": figures(complete=False)}, 3),
        ((BROKEN,), {"exploration": figures(complete=False)}, 1),
        ((HOLDS, BROKEN), {"required": ("no_duplicates",)}, 0),
        ((HOLDS, BROKEN), {"required": ("no_loss",)}, 1),
        ((HOLDS, OPEN, BROKEN), {"required": ("order",)}, 3),
        ((HOLDS, BROKEN, UNSEEN), {"required": ("no_duplicates",)}, 4),
    ],
)
def test_exit_codes(
    properties: tuple[PropertyAnswer, ...], changes: dict[str, Any], code: int
) -> None:
    assert answer(*properties, **changes).exit_code == code


def test_the_keys_of_contract_c2() -> None:
    document = answer(BROKEN, kafka="4.2", mode="none").as_json()
    assert document["schema"] == "eoscheck/check@1"
    assert {
        *("scenario", "kafka", "client", "settings", "application", "assumptions", "scope"),
        *("faults", "exploration", "mode", "properties"),
    } <= set(document)
    assert {
        *("states", "transitions", "depth", "complete", "capacities_reached"),
        *("seconds", "cpu_seconds"),
    } <= set(document["exploration"])
    (item,) = document["properties"]
    assert list(item) == [
        *("name", "kind", "sentence", "verdict", "steps", "trace", "because", "fix")
    ]
    assert item["because"] == [
        {"setting": "acks", "value": "1", "file": "p.properties", "line": 3},
        {"setting": "retries", "value": "0", "file": None, "line": None},
    ]
    assert item["fix"] == [{"setting": "acks", "value": "all"}]
    assert list(item["trace"][0]) == ["action", "role", "arguments", "text", "changes"]


def test_mode_and_verdicts_come_first() -> None:
    lines = text(answer(BROKEN, HOLDS, SEEN, headline="NO GUARANTEE: a record can be lost."))
    assert lines.startswith(
        "NO GUARANTEE: a record can be lost.\n"
        "\n"
        "  no loss          BROKEN in 1 step    because acks=1 (p.properties:3)\n"
        "                                           and retries=0 (default)\n"
        "  no duplicates    holds\n"
        "\n"
        "BROKEN no loss: “Nothing is lost”. The shortest run:\n"
    )
    assert "It holds with acks=all.\n" in lines
    assert "log: [] → [0]" not in lines
    assert "Faults allowed: 2 in a run, and of each kind at most crashes=1." in lines
    assert "Seen in some run, as it must be: delivered." in lines
    assert lines.index("1,234 states, 5,678 transitions, depth 9") > lines.index("It holds with")


def test_a_witness_that_was_not_reached_is_shown() -> None:
    lines = text(answer(HOLDS, UNSEEN))
    assert lines.startswith("VACUOUS: what some run should show was never seen.\n")
    assert "retried          vacuous    never seen: Something is sent again\n" in lines
    assert "Seen in some run" not in lines


@pytest.mark.parametrize(
    ("stopped", "sentence"),
    [
        ("memory", "Stopped by the memory limit (--memory)."),
        ("time", "Stopped by the time limit (--time)."),
        ("interrupted", "Stopped by the keyboard."),
    ],
)
def test_what_stopped_an_exploration(stopped: str, sentence: str) -> None:
    lines = text(answer(OPEN, exploration=figures(complete=False, stopped=stopped)))
    assert lines.startswith("NOT DECIDED: the exploration did not finish.\n")
    assert "NOT all was explored: 1,234 states" in lines
    assert sentence in lines


def test_a_capacity_is_named() -> None:
    room = {"log": {"records": 2, "faults": 1}}
    reached = figures(complete=False, capacities_reached={"log": 7, "Times": 1}, room=room)
    lines = text(answer(OPEN, exploration=reached))
    wanted = (
        "The capacity log was reached 7 times: raise it, with --bound records=3 or --bound faults=2"
    )
    assert " ".join(wanted.split()) in " ".join(lines.split())
    assert "The capacity Times was reached once: no bound of the model changes it." in lines


def test_bounds_that_make_room_are_found_by_raising_them() -> None:
    from checker.lang.rooms import bounds_behind
    from model.transactions.world import transactions_model
    from model.world import kafka_model

    instance = transactions_model({}).instance()
    assert bounds_behind(instance, "Epoch") == {"epochs": 7}
    assert bounds_behind(instance, "log") == {"log": 10}
    assert bounds_behind(instance, "Nothing") == {}
    assert set(bounds_behind(kafka_model(()).instance(), "log")) == {
        "records",
        "faults",
        "in_flight",
    }


def test_an_answer_that_a_scenario_file_does_not_expect() -> None:
    shown = answer(HOLDS, differences=("no_loss: holds, where the file says broken",))
    assert text(shown).startswith(
        "NOT AS EXPECTED: this is not what the scenario file says.\n"
        "  - no_loss: holds, where the file says broken\n"
    )
    assert shown.exit_code == 1
    assert answer(HOLDS, differences=()).exit_code == 0


def test_no_faults() -> None:
    for budgets in ({"in_all": 0, "crashes": 1}, {"in_all": 2}, {"in_all": 2, "crashes": 0}):
        assert "No faults.\n" in text(answer(HOLDS, faults=budgets))


def test_a_witness_that_the_scope_rules_out_is_not_said_to_be_seen() -> None:
    item = PropertyAnswer("fenced", "sometimes", "A zombie is fenced", "holds", is_asked=False)
    lines = text(answer(HOLDS, item))
    assert "Not asked for in this scope: fenced." in lines
    assert "Seen in some run" not in lines


@pytest.mark.parametrize(
    ("properties", "headline"),
    [
        ((HOLDS,), "HOLDS: the property holds."),
        ((HOLDS, HOLDS, SEEN), "HOLDS: all 2 properties."),
        ((BROKEN,), "BROKEN: the property does not hold."),
        ((HOLDS, BROKEN), "BROKEN: 1 of 2 properties does not hold."),
        ((SEEN,), "Nothing was asked that must hold."),
    ],
)
def test_the_first_sentence_about_a_model(
    properties: tuple[PropertyAnswer, ...], headline: str
) -> None:
    assert text(answer(*properties)).splitlines()[0] == headline


def test_lines_fit_a_terminal() -> None:
    remark = "one assumption that takes many words to tell " * 5
    lines = text(answer(BROKEN, HOLDS, assumptions=(remark,))).splitlines()
    assert max(map(len, lines)) <= 100
    assert "  - One assumption" in "\n".join(lines)

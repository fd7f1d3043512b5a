import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.lang import Model, Record, action, require
from checker.traces.trace import Change, Trace, TraceStep, build_trace
from diagrams import Run, RunStep, render
from diagrams.run_of_trace import LEAST_ROOM, LONGEST_CHANGE, MOST_CHANGES, run_of_trace


def step(role: str, to: str = "", kind: str = "", *changes: tuple[str, str, str]) -> TraceStep:
    return TraceStep("act", role, {}, f"{role} acts", tuple(Change(*c) for c in changes), to, kind)


def run(*steps: TraceStep, roles: tuple[str, ...] | None = None) -> Run:
    return run_of_trace(Trace(steps, ()), "A run", "no loss", roles)


def lines(*changes: tuple[str, str, str]) -> tuple[str, ...]:
    return run(step("producer", "", "", *changes)).steps[0].changes


@pytest.mark.parametrize(
    ("to", "kind", "drawn", "target"),
    [
        ("", "", "local", None),
        ("leader", "", "send", "leader"),
        ("leader", "lost", "lost", "leader"),
        ("leader", "late", "late", "leader"),
        ("", "lost", "local", None),
        ("", "late", "local", None),
        ("", "crash", "crash", None),
        ("leader", "failover", "failover", "leader"),
        ("", "note", "note", None),
        ("", "of another program", "local", None),
        ("leader", "of another program", "send", "leader"),
    ],
)
def test_what_a_step_is_drawn_as(to: str, kind: str, drawn: str, target: str | None) -> None:
    (found,) = run(step("producer", to, kind)).steps
    assert (found.number, found.role, found.text) == (1, "producer", "producer acts")
    assert (found.kind, found.target) == (drawn, target)


def test_roles_are_listed_as_they_appear() -> None:
    steps = (step("consumer", "leader"), step("producer", "leader"), step("network"))
    assert run(*steps).roles == ("consumer", "leader", "producer", "network")


def test_roles_are_listed_as_asked_and_only_where_they_appear() -> None:
    steps = (step("consumer", "leader"), step("producer", "leader"), step("network"))
    asked = ("producer", "coordinator", "leader", "consumer", "producer")
    assert run(*steps, roles=asked).roles == ("producer", "leader", "consumer", "network")


def test_short_changes_are_shown_in_full() -> None:
    assert lines(("epoch", "0", "1"), ("log", "[]", "[r1]")) == ("epoch: 0 → 1", "log: [] → [r1]")


def test_many_changes_are_counted() -> None:
    changes = [("a", "1", "2"), ("a longer name", "1", "2"), ("b", "1", "2"), ("cc", "1", "2")]
    assert len(lines(*changes)) == MOST_CHANGES
    assert lines(*changes, ("d", "1", "2")) == ("a: 1 → 2", "b: 1 → 2", "d: 1 → 2", "… 2 more")


def test_a_long_change_shows_what_differs() -> None:
    before = "[" + ", ".join(f"record {k}" for k in range(9)) + "]"
    after = before.replace("]", ", record 9]")
    assert lines(("log", before, after)) == ("log: […] → […, record 9]",)
    changed = before.replace("record 5", "gone")
    assert lines(("log", before, changed)) == ("log: […, record 5, …] → […, gone, …]",)
    records = "[(record=0, sequence=0, epoch=0), (record=1, sequence=1, epoch=0)]"
    sent = records.replace("sequence=1", "sequence=2")
    assert lines(("log", records, sent)) == (
        "log: […, (…, sequence=1, …)] → […, (…, sequence=2, …)]",
    )
    longer = records.replace("]", ", (record=2, sequence=none, epoch=0)]")
    assert lines(("log", records, longer)) == (
        "log: […] → […, (record=2, sequence=none, epoch=0)]",
    )
    assert lines(("log", before, "[]")) == (
        "log: [record 0, record 1, record…ord 6, record 7, record 8] → []",
    )


def test_a_text_without_elements_loses_its_middle() -> None:
    (line,) = lines(("name", "a" * 80, "b" * 80))
    assert line == f"name: {'a' * 14}…{'a' * 13} → {'b' * 13}…{'b' * 13}"
    assert len(line) == LONGEST_CHANGE


@given(
    st.lists(st.text(st.sampled_from("ab, []()…\n"), max_size=90), min_size=3, max_size=3),
)
def test_no_change_is_longer_than_a_line(texts: list[str]) -> None:
    place, before, after = texts
    (line,) = lines((place, before, after))
    assert len(line) <= max(LONGEST_CHANGE, len(place) + len(":  → ") + LEAST_ROOM)


def test_a_run_without_steps_says_so() -> None:
    found = run_of_trace(Trace((), ((0,),)), "At once", "never zero")
    assert found.steps == (
        RunStep(0, "", "Nothing has happened yet: this is how it starts", "note"),
    )
    assert "Nothing has happened yet" in render(found, "text")
    assert "never zero" in render(found, "svg")


class World(Record):
    """A message on its way."""

    sent: bool
    taken: bool


@action("producer", to="leader")
def send(world: World) -> None:
    """Send it."""
    require(not world.sent, "it is sent")
    world.sent = True


@action("leader", to="producer")
def take(world: World, lost: bool) -> None:
    """Take it; the answer is lost: {lost}."""
    require(world.sent, "nothing is sent")
    world.taken = True


def test_a_trace_of_a_model() -> None:
    instance = Model(name="mail", world=World, actions=[send, take]).instance()
    lost = next(s for s in instance.steps if s.action is take and s.values == (True,))
    trace = build_trace(instance, [(None, (0, 0)), (instance.steps[0], (1, 0)), (lost, (1, 1))])
    assert run_of_trace(trace, "Mail", None).steps == (
        RunStep(1, "producer", "Send it", "send", "leader", ("sent: no → yes",)),
        RunStep(
            *(2, "leader", "Take it; the answer is lost: yes", "lost", "producer"),
            ("taken: no → yes",),
            (("lost", "yes"),),
        ),
    )

"""Several processes of a role in one run."""

from __future__ import annotations

from checker.traces.processes import with_processes
from checker.traces.trace import Trace, TraceStep
from diagrams import render
from diagrams.run_of_trace import run_of_trace

PROCESSES = {"producer": ("application", "producer")}


def step(role: str, to: str = "", producer: str = "", kind: str = "", takes: int | None = None):  # type: ignore[no-untyped-def]
    arguments = {"producer": producer} if producer else {}
    return TraceStep("act", role, arguments, f"{role} acts", (), to, kind, takes)


RUN = (
    step("application", "producer", "0"),
    step("producer", "leader", "1", "abandon"),
    step("leader", "producer", "0", "receive"),
    step("leader", "producer", "", "late", takes=2),
)


def test_each_step_names_its_process_and_the_one_it_reaches() -> None:
    found = with_processes(RUN, PROCESSES)
    assert [(item.process, item.to_process) for item in found] == [
        ("producer 0", "producer 0"),
        ("producer 1", ""),
        ("", "producer 0"),
        ("", "producer 1"),
    ]


def test_a_run_of_one_process_names_none() -> None:
    found = with_processes((RUN[0], RUN[2]), PROCESSES)
    assert {(item.process, item.to_process) for item in found} == {("", "")}


def test_each_process_has_a_lifeline_for_all_its_roles() -> None:
    roles = ("application", "producer", "leader")
    trace = Trace(with_processes(RUN, PROCESSES), (), (), roles)
    run = run_of_trace(trace, "", None)
    assert run.roles == ("producer 0", "producer 1", "leader")
    assert [(item.role, item.target) for item in run.steps] == [
        ("producer 0", "producer 0"),
        ("producer 1", "leader"),
        ("leader", "producer 0"),
        ("leader", "producer 1"),
    ]
    for form in ("text", "mermaid", "svg"):
        assert "producer 1" in str(render(run, form))


def test_a_message_is_taken_from_the_role_that_sent_it() -> None:
    """A request of the application's other role to the same broker is another one."""
    sent = step("application", "leader", "0"), step("producer", "other", "1")
    taken = step("leader", "producer", "0", "receive")
    trace = Trace(with_processes((*sent, taken), PROCESSES), (), (), ())
    picture = str(render(run_of_trace(trace, "", None), "text"))
    assert "►●" not in picture
    assert "─►" in picture

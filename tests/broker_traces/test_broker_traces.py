"""The model's brokers answer what a real broker answered, request by request."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import recorded
from broker_groups import Membership
from broker_replay import Disagreement, Replay, Report
from unjudged import why_not_judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recorded import Recording, Step

NAMES = recorded.names()
PRODUCER_FENCED = 90


@cache
def report_of(name: str) -> Report:
    return Replay(recorded.load(name)).run()


@pytest.mark.parametrize("name", NAMES)
def test_a_trace_replays(name: str) -> None:
    report = report_of(name)
    assert report.judged > 0
    assert all(size > 0 for size in report.sizes)


def test_all_traces_are_there() -> None:
    assert len(NAMES) == 129


def test_few_states_agree_with_a_trace() -> None:
    """The biggest set of each trace, and at how many answers the states did not all agree."""
    reports = [report_of(name) for name in NAMES]
    biggest = Counter(max(report.sizes) for report in reports)
    assert sum(report.judged for report in reports) == 1434
    assert biggest == {1: 18, 2: 1, 3: 71, 4: 18, 5: 19, 6: 1, 8: 1}
    assert sum(report.pruned for report in reports) == 206
    assert Counter(codes for report in reports for codes in report.answers) == {
        1: 1402,
        2: 28,
        3: 4,
    }


def test_what_is_not_judged() -> None:
    reasons = Counter(reason for name in NAMES for reason in report_of(name).not_judged)
    assert reasons == {
        "handshake of a group": 86,
        "malformed: an empty transactional id": 3,
        "malformed: a timeout out of range": 2,
        "malformed: only one of producer id and epoch": 2,
        "malformed: a producer id without a sequence": 1,
        "malformed: OffsetCommit below v9 to a KIP-848 group": 2,
        "unknown topic or partition": 2,
    }
    partitions = [p for name in NAMES for p in recorded.load(name).final["partitions"].values()]
    assert sum(partition["hw"] is None for partition in partitions) == 2
    assert len(partitions) == 252


def judged(recording: Recording) -> Iterator[tuple[int, Step]]:
    """Yield the answers that are judged, with their places."""
    groups = Membership()
    for place, step in enumerate(recording.steps):
        if step.api and not groups.take(step) and not why_not_judged(step, groups):
            yield place, step


@pytest.mark.parametrize("name", NAMES)
def test_no_recorded_code_could_be_another(name: str) -> None:
    recording = recorded.load(name)
    for place, step in judged(recording):
        steps = list(recording.steps)
        steps[place] = replace(step, error=0 if step.error == PRODUCER_FENCED else PRODUCER_FENCED)
        with pytest.raises(Disagreement):
            Replay(replace(recording, steps=tuple(steps))).run()


def shortened(items: list[Any], instead: Any) -> list[Any]:
    """Return a list without its last item, or with one if it has none."""
    return items[:-1] if items else [instead]


def altered(final: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield states at the end that differ in one thing."""
    for name, partition in final["partitions"].items():
        if partition["hw"] is None:
            continue
        changes: dict[str, Any] = {
            "hw": partition["hw"] + 1,
            "lso": partition["lso"] + 1,
            "log": shortened(partition["log"], {}),
            "aborted": shortened(partition["aborted"], ["P0", 0]),
            "read_committed": shortened(partition["read_committed"], "x"),
        }
        for key, value in changes.items():
            other = copy.deepcopy(final)
            other["partitions"][name][key] = value
            yield other
    for transactional_id, state in final["transactions"].items():
        other = copy.deepcopy(final)
        other["transactions"][transactional_id]["epoch"] = state["epoch"] + 1
        yield other


@pytest.mark.parametrize("name", NAMES)
def test_no_recorded_end_could_be_another(name: str) -> None:
    recording = recorded.load(name)
    for final in altered(recording.final):
        with pytest.raises(Disagreement):
            Replay(replace(recording, final=final)).run()


# Broker rules that can be switched off or on, and the traces that tell the difference.
SWITCHES = {
    "verification": (0, ["H3-tv1", "H1a_noadd-tv1", "Verify-tv1"]),
    "offset_verification": (0, ["H16-tv1", "H16_v3-tv1", "Offsets-tv1"]),
    "first_sequence": (0, ["FirstSeq_clean-tv2", "TV2_first_seq-tv2"]),
    "strict_marker": (1, ["Prepare_restart-tv2"]),
    "coordinator_check": (0, ["H5_cep-tv1", "H5_cep-tv2"]),
    "strict_end": (0, ["EndTable_complete_then_retry-tv1", "H5_cep-tv1"]),
    "bump_on_timeout": (0, ["H11_slow-tv1-ctv0", "H2_idle-tv1-ctv1"]),
    "bump_on_fence": (0, ["H11_fence_after-tv1-ctv0", "InitOngoing-tv2-ctv1"]),
    "end_checks_pending_first": (0, ["H5_cep-tv2"]),
    "late_end_is_fenced": (1, ["EndTable_complete_then_retry-tv2", "H11_commit-tv2"]),
    "persist_last_epoch": (1, ["H12-tv1", "H12-tv2", "H12-tv1-ctv0"]),
    "group_fencing": (0, ["H15_gen-tv1", "H15_kip848-tv2", "PlainRebal-tv1"]),
}


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_broker_with_another_rule_disagrees(switch: str) -> None:
    value, traces = SWITCHES[switch]
    for name in traces:
        with pytest.raises(Disagreement):
            Replay(recorded.load(name), {f"settings.{switch}": value}).run()


def test_another_cluster_version_disagrees() -> None:
    """The cluster's version decides ends that the coordinator starts, not the request's."""
    for name in ("H11_commit-tv2", "H11_slow-tv1", "InitOngoing_expected-tv2"):
        with pytest.raises(Disagreement):
            Replay(recorded.load(name), {"settings.cluster_version": 1}).run()


def test_a_disagreement_names_the_step_and_both_answers() -> None:
    with pytest.raises(Disagreement, match=r"^H3-tv1 step 6: Produce .*; the model answers 0 "):
        Replay(recorded.load("H3-tv1"), {"settings.verification": 0}).run()

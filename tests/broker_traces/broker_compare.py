"""Recorded answers and states against the model's, under a renaming that grows as it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from broker_names import Renaming
    from broker_requests import Answer
    from recorded import Step


def agree(step: Step, answer: Answer, renaming: Renaming) -> Renaming | None:
    """Return the renaming under which an answer is the recorded one, None if there is none."""
    if step.error != answer.code or set(step.response) != set(answer.response):
        return None
    found: Renaming | None = renaming
    if "cep" in step.request:  # an epoch that the client chose is the same in both
        found = renaming.with_coordinator_epoch(step.request["cep"], step.request["cep"])
    return found and same(step.response, answer.response, found)


def same(recorded: Any, modelled: Any, renaming: Renaming, key: str = "") -> Renaming | None:
    """Return the renaming under which two nested values are the same."""
    if key == "pid" and not (recorded == modelled == 0):
        return renaming.with_producer_id(recorded, modelled)
    if key == "cep":
        return renaming.with_coordinator_epoch(recorded, modelled)
    if isinstance(recorded, dict):
        if set(recorded) != set(modelled):
            return None
        pairs = [(recorded[k], modelled[k], k) for k in sorted(recorded)]
    elif key == "producers":
        in_order = sorted(recorded, key=lambda row: renaming.producer_id(row["pid"]))
        return same(in_order, modelled, renaming)
    elif isinstance(recorded, list) and key not in ("parts", "partition_errors", "values"):
        if len(recorded) != len(modelled):
            return None
        pairs = [(a, b, "") for a, b in zip(recorded, modelled, strict=True)]
    else:
        return renaming if recorded == modelled else None
    found: Renaming | None = renaming
    for one, other, inner in pairs:
        found = found and same(one, other, found, inner)
    return found

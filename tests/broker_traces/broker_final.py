"""The state at the end of a trace, compared with a state of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import broker_view as view
from broker_compare import same
from broker_requests import fetch_offset

if TYPE_CHECKING:
    from broker_names import Names, Renaming
    from recorded import Recording

    from model.transactions.world import World


def differs_at_end(world: World, recording: Recording, names: Names, renaming: Renaming) -> str:
    """Return the first thing that differs, "" if nothing does."""
    for recorded, modelled, what in _pairs(world, recording, names):
        found = same(recorded, modelled, renaming, what.rsplit(" ", 1)[-1])
        if found is None:
            return f"{what} is {recorded}; the model has {modelled}"
        renaming = found
    return ""


def _pairs(world: World, recording: Recording, names: Names) -> list[tuple[Any, Any, str]]:
    pairs = []
    for name, recorded in recording.final["partitions"].items():
        if recorded["hw"] is not None:
            modelled = partition_state(world, int(name), names)
            for key, value in recorded.items():
                given = [{"pid": p, "first": o} for p, o in value] if key == "aborted" else value
                pairs.append((given, modelled[key], f"partition {name}: {key}"))
    for txid, recorded in recording.final["transactions"].items():
        state = view.transaction(world, names.transactional_id(txid))
        pairs.append((recorded, state, f"transaction {txid}"))
    for group, recorded in recording.final.get("offsets", {}).items():
        for require_stable, (code, response) in recorded.items():
            answer = fetch_offset(world, require_stable == "True")
            modelled = {"code": int(answer.code), **answer.response}
            given = {"code": code, **response}
            pairs.append((given, modelled, f"offset of {group}, stable: {require_stable}"))
    return pairs


def partition_state(world: World, partition: int, names: Names) -> dict[str, Any]:
    """Return a partition as the trace shows it."""
    rows = view.rows(world, partition)
    for row in rows:
        row["values"] = [] if row["values"] is None else names.content(row["values"])
    committed = view.read_committed(world, partition)
    return {
        "hw": view.end(world, partition),
        "lso": view.stable_end(world, partition),
        "log": rows,
        "aborted": [{"pid": p, "first": o} for p, o in view.aborted(world, partition)],
        "read_committed": [value for number in committed for value in names.content(number)],
        "producers": view.producers(world, partition),
    }

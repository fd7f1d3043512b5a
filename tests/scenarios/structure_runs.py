"""The structural invariants in every scenario and under all versions that its file names.

Some of them break where a known bug breaks more than a guarantee:

 - an epoch has two outcomes where the batches of one transaction were taken for those of another
   (a late marker, KAFKA-19446; before KAFKA-18575), or where a raw client speaks two versions: an
   EndTxn before version 2 does not raise the epoch;
 - the coordinator falls back to an epoch from before where a completion is appended twice
   (KAFKA-10080);
 - epochs fall in a log whose leader has forgotten the producer id (KIP-360);
 - sequences of a transaction have a gap where a raw client speaks two versions: that the first is 0
   is a rule for requests of version 2 (KAFKA-18202).
"""

from __future__ import annotations

from scenario_runs import parameters, program

from checker.explicit.explorer import check
from checker.settings.scenario_file import find_scenario
from specs.structure import STRUCTURE
from specs.transaction_scenario import TransactionScenario

Broken = dict[str, int]
Case = tuple[str, tuple[str, ...], tuple[str, ...]]

BROKEN: dict[str, dict[Case, Broken]] = {
    "repeated-completion-zombie": {("2.6", (), ()): {"epochs_are_handed_out": 9}},
    "late-marker": {("4.1", (), ()): {"epoch_has_one_outcome": 14}},
    "no-faults": {("4.0", (), ("KAFKA-18575",)): {"epoch_has_one_outcome": 12}},
    "producer-id-expires": {("3.5", (), ()): {"epochs_never_fall": 14}},
    "raw-client-versions": {
        ("4.1", (), ()): {"sequences_have_no_gap": 2, "epoch_has_one_outcome": 6},
        ("4.2", (), ()): {"sequences_have_no_gap": 2, "epoch_has_one_outcome": 6},
    },
}


def transactional(names: list[str]) -> list[str]:
    """Return the scenarios of the transaction model; plain delivery has none of its roles."""
    return [name for name in names if isinstance(find_scenario(name), TransactionScenario)]


def broken_structure(name: str) -> dict[Case, Broken]:
    """Explore a scenario under all its versions; return what breaks, with the shortest run."""
    plain, compiled = program(name, tuple(item.name for item in STRUCTURE))
    found: dict[Case, Broken] = {}
    for row in find_scenario(name).expected:
        checked = check(plain.with_parameters(parameters(name, row)), compiled)
        assert checked.complete
        broken = {each: len(run) - 1 for each, run in checked.runs.items()}
        if broken:
            client = row.kafka if row.client == row.kafka else f"{row.kafka}/{row.client}"
            found[client, row.on, row.off] = broken
    return found

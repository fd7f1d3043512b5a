"""A consume-transform-produce application with transactions: from settings to its model.

The producer's file and the consumer's file are those of one application, which commits its offsets
in its transactions or on its own; a reader's file is that of whoever reads what it writes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from checker.settings.application import GroupMetadata, Offsets, TransactionalId
from checker.settings.broker import (
    FEATURE,
    INTERNAL_TOPICS,
    MIN_INSYNC,
    REPLICATION_FACTOR,
    UNCLEAN_ELECTION,
    VERIFICATION,
    features_in_words,
)
from checker.settings.choice import ISOLATION
from checker.settings.modes import AT_LEAST_ONCE, AT_MOST_ONCE, EXACTLY_ONCE, NEITHER
from checker.settings.pipeline import Pipeline
from checker.settings.scenario import (
    ELIGIBLE,
    assumed_features,
    is_forced_or_released,
    reset_by_duration,
    reset_of,
)
from checker.settings.versions import as_release
from model.releases import switches_in_words
from model.settings import OffsetReset
from model.transactions.faults import Fault
from model.transactions.settings import Budgets, Isolation
from model.transactions.settings import OnAbort as Seeks
from model.transactions.sorts import Version as TransactionVersion
from model.transactions.versions import SWITCHES, settings_of
from model.transactions.world import BOUNDS, transactions_model
from specs.scenario import IN_ALL
from specs.transaction_witnesses import WITNESSES
from specs.transactions import GUARANTEES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.lang.model import Model
    from checker.settings.choice import Choice

MODES: dict[str, tuple[str, ...]] = {
    AT_MOST_ONCE: ("no_duplicates",),
    AT_LEAST_ONCE: ("no_loss", "no_input_lost"),
    EXACTLY_ONCE: tuple(item.name for item in GUARANTEES),
}

SENTENCES = {
    AT_MOST_ONCE: "AT MOST ONCE: no output is visible twice; an input record can be left out.",
    AT_LEAST_ONCE: "AT LEAST ONCE: every input record has its output; an output can be repeated.",
    EXACTLY_ONCE: (
        "EXACTLY ONCE: every input record has its output once, together with its offset or not at "
        "all, and nothing aborted or open is visible."
    ),
    NEITHER: "NO GUARANTEE: an input record can be left out, and an output can be repeated.",
}
PARTLY = (
    "NOT EXACTLY ONCE: no input record is left out and no output is visible twice, but another "
    "guarantee of transactions is broken."
)

FACTS = ("offsets", "group-metadata", "on-abort", "transactional-id")
VERSION_2_SWITCHES = tuple(s for s in SWITCHES if "cluster_version" in s.settings)
SCOPE = {
    **BOUNDS,
    "groups": 1,
    "inputs": 2,
    "generations": 1,
    "coordinator_epochs": 1,
    "log": 9,
}
FAULTS = {
    Fault.ABANDONED_CONNECTIONS: 1,
    Fault.DELIVERY_TIMEOUTS: 1,
    Fault.TRANSACTION_TIMEOUTS: 1,
    Fault.COORDINATOR_FAILOVERS: 1,
    Fault.LEADER_FAILOVERS: 1,
    Fault.REBALANCES: 1,
}
ROOM: dict[str, str] = {
    "abandoned": Fault.ABANDONED_CONNECTIONS,
    "coordinator_epochs": Fault.COORDINATOR_FAILOVERS,
    "generations": Fault.REBALANCES,
}


def transactional_pipeline(choice: Choice) -> Pipeline:
    """Return the pipeline of a producer with a transactional.id."""
    return Pipeline(
        name="kafka-transactions",
        model_with=lambda faults: model_with(choice, faults),
        room=ROOM,
        parameters=parameters_of,
        assumptions=assumptions_of,
        unexplored=unexplored_of,
        modes=MODES,
        sentences=SENTENCES,
        facts=FACTS,
        switches=(*SWITCHES, ELIGIBLE),
    )


def model_with(choice: Choice, faults: Mapping[str, int]) -> Model:
    """Return the model with room for what the choice, or a better one, may do.

    faults: budgets that are asked for besides those that the choice allows.
    """
    kinds = {
        *FAULTS,
        *(Fault(name) for name, count in faults.items() if name in set(Fault) and count),
    }
    if can_lose_log(choice):
        kinds.add(Fault.UNCLEAN_ELECTIONS)
    own_ids = choice.application.transactional_id != TransactionalId.STABLE
    return _model(own_ids, frozenset(kinds), _is_before_version_2(choice))


@lru_cache
def _model(own_ids: bool, kinds: frozenset[Fault], before_version_2: bool) -> Model:
    ids = 2 if own_ids else 1
    return transactions_model(
        dict.fromkeys(kinds, 1),
        (*GUARANTEES, *WITNESSES),
        {**SCOPE, "transactional_ids": ids, "producer_ids": ids},
        before_version_2,
    )


def model_again(bounds: Mapping[str, int], parameters: Mapping[str, int]) -> Model:
    """Return the model of an answer, to replay its runs: its faults and versions say which steps.

    bounds, parameters: of the instance that the answer is about, by full name.
    """
    budgets = {kind: parameters.get(f"budgets.{kind}", 0) for kind in Budgets.__annotations__}
    spoken = parameters.get("settings.client_version", TransactionVersion.V0)
    return transactions_model(
        budgets, (*GUARANTEES, *WITNESSES), bounds, spoken < TransactionVersion.V2
    )


def _is_before_version_2(choice: Choice) -> bool:
    return protocol_of(choice)["client_version"] < TransactionVersion.V2


def protocol_of(choice: Choice) -> dict[str, int]:
    """Return the model's settings that versions, switches and the cluster's features decide."""
    on, off = ([s for s in switches if s is not ELIGIBLE] for switches in (choice.on, choice.off))
    if FEATURE in choice.broker.effective and choice.broker.number(FEATURE) < TransactionVersion.V2:
        off += [switch for switch in VERSION_2_SWITCHES if switch not in on]
    values = settings_of(as_release(choice.kafka), as_release(choice.client), on, off)
    if VERIFICATION in choice.broker.effective:
        values["verification"] &= choice.broker.flag(VERIFICATION)
        values["offset_verification"] &= choice.broker.flag(VERIFICATION)
    return values


def can_lose_log(choice: Choice) -> bool:
    """Return whether a partition can lose what it acknowledged.

    Where replicas that left the ISR are not remembered, the last one leads on though its log may
    have lost its end.
    """
    broker = choice.broker
    return (
        not is_forced_or_released(choice, ELIGIBLE)
        or broker.flag(UNCLEAN_ELECTION)
        or broker.number(MIN_INSYNC) < 2
        or broker.number(REPLICATION_FACTOR) < 2
    )


def parameters_of(choice: Choice, bounds: Mapping[str, int]) -> dict[str, int]:
    """Return the model's `settings` and `budgets` parameters for a choice."""
    del bounds
    application = choice.application
    values = protocol_of(choice)
    isolation = str(choice.downstream.value(ISOLATION).value)
    values |= {
        "isolation": Isolation[isolation.upper()],
        "auto_commit": choice.consumer.flag("enable.auto.commit"),
        "auto_offset_reset": reset_of(choice),
        "offsets_in_transaction": application.offsets == Offsets.IN_TRANSACTION,
        "group_metadata": application.group_metadata == GroupMetadata.YES,
        "on_abort": Seeks[application.on_abort.name],
        "shared_id": application.transactional_id == TransactionalId.STABLE,
    }
    return {f"settings.{name}": int(value) for name, value in values.items()} | {
        f"budgets.{name}": count for name, count in budgets_of(choice).items()
    }


def budgets_of(choice: Choice) -> dict[str, int]:
    """Return the fault budgets for a choice: one of each kind that it allows, two in a run."""
    budgets = dict.fromkeys(Budgets.__annotations__, 0)
    budgets |= {str(kind): count for kind, count in FAULTS.items()}
    budgets[Fault.UNCLEAN_ELECTIONS] = int(can_lose_log(choice))
    budgets[IN_ALL] = 2
    return budgets


def assumptions_of(choice: Choice, bounds: Mapping[str, int]) -> tuple[str, ...]:
    """Return in sentences what the answer takes for granted."""
    del bounds
    found = [
        "both files are those of one application that consumes, transforms and produces; "
        "what reads its output has "
        + ("the reader's file" if choice.reader else "the consumer's isolation.level")
    ]
    found += switches_in_words(choice.on, choice.off)
    isolation = choice.consumer.value(ISOLATION)
    if choice.consumer.word(ISOLATION) == "read_uncommitted":
        found.append(
            f"with {ISOLATION}=read_uncommitted ({isolation.place or 'default'}) of the input "
            "consumer records of aborted transactions of the input topic are transformed too"
        )
    application = choice.application
    facts = [application.value(name) for name in FACTS if name not in application.given]
    if facts:
        found.append("about the application: " + ", ".join(f"{v.name}={v.text}" for v in facts))
    found += reset_by_duration(choice)
    found.append(
        "the first consumer is up before the first input record is written, in a new group"
    )
    found += _about_ids(choice)
    features = [f"{FEATURE}=2"] if is_version_2_assumed(choice) else []
    found += features_in_words([*features, *assumed_features(choice)])
    if reset_of(choice) == OffsetReset.NONE:
        found.append(
            "with auto.offset.reset=none a consumer without a committed offset stops "
            "(NoOffsetForPartitionException), in a new group before its first record; explored is "
            "one that was given a position"
        )
    if not is_forced_or_released(choice, ELIGIBLE):
        found.append(
            "without eligible leader replicas (KIP-966, brokers 4.1) the last in-sync replica can "
            "lead on with a log that lost its end"
        )
    found += _internal_topics(choice)
    return tuple(found)


def is_version_2_assumed(choice: Choice) -> bool:
    """Return whether transaction.version is taken to be 2, as nothing says otherwise."""
    feature = choice.broker.effective.get(FEATURE)
    said = any(switch in choice.on for switch in VERSION_2_SWITCHES)
    is_2 = protocol_of(choice)["cluster_version"] == TransactionVersion.V2
    return feature is not None and not feature.given and not said and is_2


def _about_ids(choice: Choice) -> list[str]:
    """Return what the fact about the transactional.id stands for, where fencing rests on it."""
    application = choice.application
    if application.transactional_id == TransactionalId.PER_PROCESS:
        return [
            "with transactional-id=per-process explored is that an input partition goes from one "
            "process to another; a restart with the same id is transactional-id=stable"
        ]
    is_group_fenced = (
        protocol_of(choice)["group_fencing"] and application.group_metadata == GroupMetadata.YES
    )
    if application.transactional_id == TransactionalId.STABLE and not is_group_fenced:
        return [
            "the group fences nobody, the transactional.id does: whoever takes over an input "
            "partition has that of its last owner; where each process of the group has its own, "
            "say so with --application transactional-id=per-process"
        ]
    return []


def unexplored_of(choice: Choice) -> str:
    """Return which settings let one broker's loss take what no run of the model loses."""
    return " and ".join(
        f"{value.name}={value.text} ({value.place})"
        for value in map(choice.broker.value, INTERNAL_TOPICS)
        if choice.broker.number(value.name) < 2
    )


def _internal_topics(choice: Choice) -> list[str]:
    """Return what is assumed of the topics of offsets and transactions, and what contradicts it."""
    found = ["the topics of offsets and of transactions lose nothing"]
    if can_lose_log(choice):
        found = [
            "the topic of transactions loses nothing, that of offsets what the output can lose"
        ]
    unexplored = unexplored_of(choice)
    if unexplored:
        found.append(
            f"but with {unexplored} the loss of one broker can take what no other one has, which "
            "is not explored"
        )
    return found

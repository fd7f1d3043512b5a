"""What must hold of effects outside of Kafka, and witnesses."""

from collections.abc import Mapping
from dataclasses import dataclass

from checker.lang import Model, always, exists, forall, sometimes
from model.effects import RecordNumber, Stage, World, effects_model


@always("No effect happens twice")
def no_duplicates(world: World) -> bool:
    """Whatever the reason."""
    return forall(RecordNumber, lambda record: world.effects[record] < 2)


@always("Every record before the committed offset has its effect")
def no_loss(world: World) -> bool:
    """When the application is done with what it began."""
    return world.stage != Stage.POLLING or forall(
        RecordNumber, lambda record: record >= world.committed or world.effects[record] > 0
    )


@always("An effect has happened just where Kafka's transaction is committed")
def agreement(world: World) -> bool:
    """Asked for with two-phase commit: when the application is done, both sides agree."""
    return (
        not world.coordination.two_phase_commit
        or world.stage != Stage.POLLING
        or not exists(
            RecordNumber,
            lambda record: record >= world.committed and world.effects[record] > 0,
        )
    )


@sometimes("All effects happen although there was a crash")
def done_after_crash(world: World) -> bool:
    """The good end of a bad day."""
    return world.crashes > 0 and forall(RecordNumber, lambda record: world.effects[record] > 0)


@dataclass(frozen=True)
class Way:
    """One way to keep a database and Kafka together: switches of the model that are on and off."""

    title: str
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


WAYS: Mapping[str, Way] = {
    "effects": Way("the offset is committed after the effect, nothing else"),
    "effects-idempotent": Way(
        "an effect that changes nothing when repeated", ("idempotent_effect",)
    ),
    "effects-ids-same-transaction": Way(
        "the database stores ids, in one transaction with the effect", ("stores_ids",)
    ),
    "effects-ids-apart": Way(
        "the database stores ids, after the effect", ("stores_ids",), ("same_transaction",)
    ),
    "effects-two-phase-commit": Way(
        "two-phase commit; recovery fences, then looks at the committed offset",
        ("two_phase_commit",),
    ),
    "effects-two-phase-commit-unfenced": Way(
        "two-phase commit; recovery looks at the offset before initTransactions()",
        ("two_phase_commit",),
        ("recovery_fences_first",),
    ),
    "effects-two-phase-commit-rolls-back": Way(
        "two-phase commit; recovery rolls back whatever is prepared",
        ("two_phase_commit",),
        ("recovery_asks_kafka",),
    ),
    "effects-two-phase-commit-commits": Way(
        "two-phase commit; recovery commits whatever is prepared",
        ("two_phase_commit", "recovery_commits_always"),
    ),
}
"""What `eoscheck check NAME` explores, by name."""


def checked_effects() -> Model:
    """Return the model of effects with its guarantees."""
    return effects_model((no_loss, no_duplicates, agreement, done_after_crash))

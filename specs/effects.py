"""What must hold of effects outside of Kafka, and witnesses."""

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


def checked_effects() -> Model:
    """Return the model of effects with its guarantees."""
    return effects_model((no_loss, no_duplicates, agreement, done_after_crash))

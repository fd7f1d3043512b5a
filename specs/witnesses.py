"""Witnesses: what some run must show, lest a guarantee holds because nothing happens.

Where the settings or budgets of a run rule something out, its witness asks for nothing.
"""

from checker.lang import exists, forall, sometimes
from model.faults import most_in_all
from model.producer import BatchState
from model.settings import Acks
from model.sorts import RecordNumber
from model.world import World


@sometimes("All records are acknowledged and processed, and the last position is committed")
def everything_delivered(world: World) -> bool:
    """A run without faults shows it."""
    is_committed = world.group.committed == world.partition.log.length
    return is_committed and forall(
        RecordNumber,
        lambda record: (
            world.producer.batches[record].state == BatchState.ACKNOWLEDGED
            and world.history.processed[record] > 0
        ),
    )


@sometimes("A batch waits to be sent again")
def batch_retried(world: World) -> bool:
    """Asked for where the client tries again and a connection can break."""
    settings, budgets = world.settings, world.budgets
    can_break = budgets.lost_replies + budgets.abandoned_connections > 0 and most_in_all(world) > 0
    return (
        not settings.retries
        or settings.acks == Acks.NONE
        or not can_break
        or exists(
            RecordNumber,
            lambda record: world.producer.batches[record].state == BatchState.RETRYING,
        )
    )

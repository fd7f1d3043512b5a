"""The guarantees of transactions, at the level of the applications that read and write.

A record is *visible* when a read_committed consumer returns it. What an application intends and was
told is history; no guarantee knows how it might be broken.
"""

from checker.lang import always, bound, exists, forall, function
from model.transactions.coordinator import TxnState, is_preparing
from model.transactions.group_coordinator import committed_offset
from model.transactions.history import Intent
from model.transactions.partition_view import (
    is_aborted_in,
    is_committed_in,
    is_open_in,
    is_returned,
    is_returned_from,
)
from model.transactions.requests import Kind
from model.transactions.sorts import (
    Abandoned,
    DataPartition,
    InputPlace,
    Partition,
    Position,
    ProducerId,
    RecordNumber,
    RecordPlace,
    TransactionalId,
    TransactionNumber,
    record_of,
    transaction_with,
)
from model.transactions.world import World


@always("No record of an aborted or open transaction is visible", kafka="KIP-98")
def no_aborted_reads(world: World) -> bool:
    """Visible is what its application asked to commit, and nothing else."""
    return forall(
        RecordNumber,
        Partition,
        lambda record, partition: (
            not is_returned_from(world, record, partition)
            or world.history.transactions[transaction_with(record)].intent
            in (Intent.COMMIT_ASKED, Intent.COMMITTED)
        ),
    )


@always(
    "The records and offsets of a transaction become visible together or not at all", kafka="KIP-98"
)
def atomicity(world: World) -> bool:
    """No record of a transaction is committed while another one is aborted."""
    return forall(
        TransactionNumber,
        lambda transaction: (
            not exists(
                Partition,
                RecordPlace,
                lambda p, i: is_committed_in(world, record_of(transaction, i), p),
            )
            or not exists(
                Partition, RecordPlace, lambda p, i: is_cut_off(world, record_of(transaction, i), p)
            )
        ),
    )


@function
def is_cut_off(world: World, record: int, partition: int) -> bool:
    """Return whether a record is in a partition, and all copies of it are aborted."""
    return (
        is_aborted_in(world, record, partition)
        and not is_committed_in(world, record, partition)
        and not is_open_in(world, record, partition)
    )


@always("Every record of a committed transaction is in the log, and is not aborted", kafka="KIP-98")
def no_loss(world: World) -> bool:
    """Committed: commitTransaction() returned, whatever became of the futures of send().

    While its marker is awaited a record is open.
    """
    return forall(
        RecordNumber,
        Partition,
        lambda record, partition: (
            world.history.transactions[transaction_with(record)].intent != Intent.COMMITTED
            or not world.history.records[record].promised.has(partition)
            or is_committed_in(world, record, partition)
            or is_open_in(world, record, partition)
        ),
    )


@always("Every input record before the committed offset has its output", kafka="KIP-447")
def no_input_lost(world: World) -> bool:
    """In every output partition, committed or about to be."""
    if bound("groups") == 0:
        return True
    committed = committed_offset(world)
    return forall(
        InputPlace,
        DataPartition,
        lambda place, partition: (
            place >= committed
            or exists(
                TransactionNumber,
                lambda transaction: (
                    world.contents[transaction] == place + 1
                    and (
                        is_committed_in(world, record_of(transaction, 0), partition)
                        or is_open_in(world, record_of(transaction, 0), partition)
                    )
                ),
            )
        ),
    )


@always("No record is visible twice", kafka="KIP-98")
def no_duplicates(world: World) -> bool:
    """The same record, or two records that were made from the same input record."""
    return forall(
        Partition,
        lambda partition: (
            not exists(Position, Position, lambda a, b: a < b and is_repeat(world, partition, a, b))
        ),
    )


@function
def is_repeat(world: World, partition: int, first: int, second: int) -> bool:
    """Return whether two committed entries carry the same."""
    log = world.partitions[partition].log
    if second >= log.length or partition >= bound("partitions"):
        return False
    one, other = log[first], log[second]
    if not is_returned(world, one) or not is_returned(world, other):
        return False
    if bound("groups") > 0:
        return made_from(world, one.value) == made_from(world, other.value)
    return one.value == other.value


def made_from(world: World, record: int) -> int:
    """Return the offset that a record was made from (the one after it)."""
    return world.contents[transaction_with(record)]


@always(
    "Once initTransactions() returned, nothing of an older incarnation becomes visible",
    kafka="KIP-98, KIP-447",
)
def fencing(world: World) -> bool:
    """What was not visible then stays invisible."""
    return forall(
        RecordNumber,
        Partition,
        lambda record, partition: (
            not world.history.records[record].barred.has(partition)
            or not is_committed_in(world, record, partition)
        ),
    )


@always("No transaction hangs: what is open in a partition, the coordinator knows", kafka="KIP-890")
def no_hanging_transaction(world: World) -> bool:
    """Or a marker or an addition for it is under way."""
    return forall(
        Partition,
        ProducerId,
        lambda partition, producer_id: (
            not world.partitions[partition].producers[producer_id].in_transaction
            or is_known(world, partition, producer_id)
            or exists(Abandoned, lambda late: may_help(world, late, partition, producer_id))
        ),
    )


@function
def is_known(world: World, partition: int, producer_id: int) -> bool:
    """Return whether the coordinator has a partition in a transaction of a producer id."""
    return exists(
        TransactionalId,
        lambda transactional_id: (
            world.coordinator.transactions[transactional_id].producer_id == producer_id
            and world.coordinator.transactions[transactional_id].partitions.has(partition)
            and (
                world.coordinator.transactions[transactional_id].state == TxnState.ONGOING
                or is_preparing(world.coordinator.transactions[transactional_id])
            )
        ),
    )


@function
def may_help(world: World, late: int, partition: int, producer_id: int) -> bool:
    """Return whether an old request is a marker or an addition for a producer id's transaction."""
    request = world.late[late]
    return (
        request.kind in (Kind.ADD_PARTITION, Kind.COMMIT_MARKER, Kind.ABORT_MARKER)
        and request.partition == partition
        and request.producer_id == producer_id
    )


@always("Records of a producer become visible in the order in which it sent them", kafka="KIP-98")
def order(world: World) -> bool:
    """In each output partition; between different producers there is none."""
    return forall(
        DataPartition,
        lambda partition: (
            not exists(
                Position, Position, lambda a, b: a < b and is_swapped(world, partition, a, b)
            )
        ),
    )


@function
def is_swapped(world: World, partition: int, first: int, second: int) -> bool:
    """Return whether two visible entries of one producer stand in the wrong order."""
    log = world.partitions[partition].log
    if second >= log.length:
        return False
    one, other = log[first], log[second]
    if not is_returned(world, one) or not is_returned(world, other):
        return False
    records = bound("transactions") * bound("batches")
    same_producer = one.value // records == other.value // records
    return same_producer and one.value > other.value


GUARANTEES = (
    no_loss,
    no_input_lost,
    no_duplicates,
    order,
    atomicity,
    no_aborted_reads,
    fencing,
    no_hanging_transaction,
)

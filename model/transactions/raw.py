"""A raw client: any request at any time, with any epoch that it once held, or EndTxn ahead of all.

Kafka: the wire protocol alone, without the rules of TransactionManager: what brokers must
withstand. It stands
in the place of the first producer. A transaction is what it does under one epoch, so its records
carry the epoch's number; this is an identity in transaction version 2 only.
Left out: offsets; requests under a producer id that it never held; several under way at once.
"""

from typing import TYPE_CHECKING

from checker.lang import NONE, action, bound, procedure, require, where
from model.roles import LEADER
from model.sorts import Error
from model.transactions.add_partitions import add_partition
from model.transactions.coordinator import end_transaction, init_producer_id
from model.transactions.history import Intent, note_committed
from model.transactions.partition import handle_produce
from model.transactions.requests import Batch
from model.transactions.roles import COORDINATOR, RAW_CLIENT
from model.transactions.sorts import DataPartition, Epoch, OptionalEpoch, Sequence, Version

if TYPE_CHECKING:
    from model.transactions.world import World

RAW = 0
"""The producer whose place the raw client takes."""


@procedure
def spend(world: "World", epoch: int) -> None:
    """Count a request; it may carry an epoch that the client holds or held."""
    client = world.clients[RAW]
    require(not world.settings.raw_ahead, "it sends EndTxn with an epoch ahead of all alone")
    require(client.begun < bound("raw_requests"), "it has sent all its requests")
    require(epoch <= client.epoch, "it never held this epoch")
    require(epoch < bound("transactions"), "this epoch is beyond the scope of the run")
    client.begun = client.begun + 1


@procedure
def adopt(world: "World", epoch: int) -> None:
    """Hold an epoch that the coordinator has given; a transaction under it is a new one."""
    client = world.clients[RAW]
    if epoch > client.epoch and epoch < bound("transactions"):
        client.epoch = epoch
        world.history.records[epoch].barred.clear()


def may_speak(world: "World", version: int) -> bool:
    """Return whether a request may have this version: any that the brokers know, or one alone."""
    if world.settings.raw_versions:
        return version <= world.settings.cluster_version
    return version == world.settings.client_version


@action(RAW_CLIENT, to=COORDINATOR)
def send_raw_init(world: "World", epoch: OptionalEpoch) -> None:
    """The raw client sends InitProducerId with epoch {epoch}."""
    spend(world, epoch)
    known_id = NONE if epoch == NONE else world.clients[RAW].producer_id
    error, _, given = init_producer_id(world, 0, known_id, epoch)
    if error == Error.NONE:
        adopt(world, given)


@action(RAW_CLIENT, to=COORDINATOR)
def send_raw_add_partition(world: "World", epoch: Epoch, partition: DataPartition) -> None:
    """The raw client sends AddPartitionsToTxn with epoch {epoch} for partition {partition}."""
    spend(world, epoch)
    add_partition(world, 0, world.clients[RAW].producer_id, epoch, partition, Version.V0)


@action(RAW_CLIENT, to=LEADER)
def send_raw_batch(
    world: "World", epoch: Epoch, partition: DataPartition, sequence: Sequence, version: Version
) -> None:
    """The raw client sends a batch to partition {partition}: epoch {epoch}, sequence {sequence}."""
    spend(world, epoch)
    require(may_speak(world, version), "it does not speak this version")
    transaction, record = world.history.transactions[epoch], world.history.records[epoch]
    is_new = transaction.intent == Intent.NOT_BEGUN
    transaction.intent = where(is_new, Intent.OPEN, transaction.intent)
    batch = Batch(
        producer_id=world.clients[RAW].producer_id,
        epoch=epoch,
        sequence=sequence,
        value=epoch,
        version=version,
    )
    if handle_produce(world, partition, 0, batch) == Error.NONE:
        is_noted = record.promised.has(partition)
        is_open = transaction.intent == Intent.OPEN
        record.promised.put(partition, where(is_open, True, is_noted))


@action(RAW_CLIENT, to=COORDINATOR)
def send_raw_end_txn(world: "World", epoch: Epoch, commit: bool, version: Version) -> None:
    """The raw client sends EndTxn with epoch {epoch}, commit {commit}."""
    spend(world, epoch)
    require(may_speak(world, version), "it does not speak this version")
    record = world.history.transactions[epoch]
    if commit:
        is_told = record.intent == Intent.COMMITTED
        record.intent = where(is_told, record.intent, Intent.COMMIT_ASKED)
    error, _, given = end_transaction(
        world, 0, world.clients[RAW].producer_id, epoch, commit, version
    )
    if error == Error.NONE:
        if commit:
            note_committed(world, epoch)
        adopt(world, given)


@action(RAW_CLIENT, to=COORDINATOR)
def send_raw_end_txn_ahead(world: "World", epoch: Epoch, commit: bool) -> None:
    """The raw client sends EndTxn with epoch {epoch}, which nobody was given, commit {commit}."""
    client = world.clients[RAW]
    require(world.settings.raw_ahead, "it has no epoch but those that it was given")
    require(client.begun < bound("raw_requests"), "it has sent all its requests")
    require(epoch > world.coordinator.transactions[0].epoch, "that epoch was given to somebody")
    client.begun = client.begun + 1
    end_transaction(world, 0, client.producer_id, epoch, commit, world.settings.client_version)


RAW_ACTIONS = (
    send_raw_init,
    send_raw_add_partition,
    send_raw_batch,
    send_raw_end_txn,
    send_raw_end_txn_ahead,
)

"""A consuming application with effects outside of Kafka: a database, and how it is coordinated.

Kafka: KafkaConsumer#commitSync, KafkaProducer#sendOffsetsToTransaction, #initTransactions.
Kafka has no prepare: with two-phase commit the database prepares, Kafka's transaction commits the
offset, then the database commits; after a crash somebody must decide about what is prepared.
Left out: several processes; brokers that fail (model.transactions has them); a database that loses
what it committed or prepared.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from checker.lang import (
    NONE,
    Array,
    Identity,
    Model,
    Numeric,
    Parameters,
    Property,
    Record,
    State,
    Subset,
    action,
    bookkeeping,
    bound,
    function,
    ghost,
    procedure,
    require,
    where,
)
from model.roles import APPLICATION

DATABASE = "database"
KAFKA = "kafka"

RecordNumber = Annotated[int, Identity("Record", size="records")]
OptionalRecord = Annotated[int, Identity("Record", size="records", optional=True)]
Offset = Annotated[int, Numeric("Offset", high="records")]
Times = Annotated[int, Numeric("Times", high=2)]
Crashes = Annotated[int, Numeric("Crashes", high=3)]


class Stage(State):
    """What the application does next."""

    POLLING = 0
    PROCESSING = 1
    STORING_ID = 2
    PREPARED = 3
    COMMITTING_OFFSET = 4
    COMMITTING_DATABASE = 5
    CRASHED = 6
    RECOVERING = 7


MAY_FOLLOW = {
    Stage.POLLING: (Stage.PROCESSING, Stage.CRASHED),
    Stage.PROCESSING: (
        Stage.STORING_ID,
        Stage.PREPARED,
        Stage.COMMITTING_OFFSET,
        Stage.CRASHED,
    ),
    Stage.STORING_ID: (Stage.COMMITTING_OFFSET, Stage.CRASHED),
    Stage.PREPARED: (Stage.COMMITTING_OFFSET, Stage.CRASHED),
    Stage.COMMITTING_OFFSET: (Stage.POLLING, Stage.COMMITTING_DATABASE, Stage.CRASHED),
    Stage.COMMITTING_DATABASE: (Stage.POLLING, Stage.CRASHED),
    Stage.CRASHED: (Stage.RECOVERING,),
    Stage.RECOVERING: (Stage.POLLING, Stage.CRASHED),
}


class Coordination(Parameters):
    """How the application keeps the database and Kafka together.

    idempotent_effect: an effect that is applied again changes nothing; stores_ids: the database
    remembers which records it has seen; same_transaction: together with the effect, else after it;
    two_phase_commit: as the module says; recovery_asks_kafka: what is prepared is committed if
    Kafka's committed offset is behind its record, else it is rolled back always, or with
    recovery_commits_always committed always; recovery_fences_first: recovery asks after
    initTransactions() of the new process returned.
    """

    idempotent_effect: bool = False
    stores_ids: bool = False
    same_transaction: bool = True
    two_phase_commit: bool = False
    recovery_asks_kafka: bool = True
    recovery_commits_always: bool = False
    recovery_fences_first: bool = True


class Budgets(Parameters):
    """How often each kind of fault may happen in one run."""

    crashes: Crashes = 2  # the process ends and starts again


class World(Record):
    """The application, its database, and the committed offset.

    record: what it works on; prepared: the record whose effect is prepared; commit_asked: an EndTxn
    with the offset after this record is on its way; effects: how often the effect happened.
    """

    coordination: Coordination
    budgets: Budgets
    crashes: Annotated[Crashes, bookkeeping]
    stage: Stage
    position: Offset
    record: OptionalRecord = NONE
    committed: Offset
    commit_asked: OptionalRecord = NONE
    prepared: OptionalRecord = NONE
    ids: Subset[RecordNumber]
    effects: Annotated[Array[RecordNumber, Times], ghost]


@action(APPLICATION, to=KAFKA)
def poll(world: World) -> None:
    """The application polls the next record."""
    require(world.stage == Stage.POLLING, "it does not poll now")
    require(world.position < bound("records"), "there is no other record")
    world.record = world.position
    world.position = world.position + 1
    world.become(Stage.PROCESSING)


@action(APPLICATION, to=DATABASE)
def apply_effect(world: World, record: RecordNumber) -> None:
    """The application applies the effect of record {record}, unless the database knows it."""
    how = world.coordination
    require(world.stage == Stage.PROCESSING, "there is nothing to do")
    require(world.record == record, "it works on another record")
    require(not how.two_phase_commit, "the effect is prepared first")
    is_known = how.stores_ids and record in world.ids
    if not is_known:
        note_effect(world, record)
    if how.stores_ids and how.same_transaction:
        world.ids.add(record)
    if how.stores_ids and not how.same_transaction and not is_known:
        world.become(Stage.STORING_ID)
    else:
        world.become(Stage.COMMITTING_OFFSET)


@action(APPLICATION, to=DATABASE)
def store_id(world: World, record: RecordNumber) -> None:
    """The application stores the id of record {record}, in a transaction of its own."""
    require(world.stage == Stage.STORING_ID, "there is no id to store")
    require(world.record == record, "it works on another record")
    world.ids.add(record)
    world.become(Stage.COMMITTING_OFFSET)


@action(APPLICATION, to=DATABASE)
def prepare_effect(world: World, record: RecordNumber) -> None:
    """The database prepares the effect of record {record}."""
    require(world.coordination.two_phase_commit, "the effect is applied at once")
    require(world.stage == Stage.PROCESSING, "there is nothing to do")
    require(world.record == record, "it works on another record")
    world.prepared = record
    world.become(Stage.PREPARED)


@action(APPLICATION, to=KAFKA)
def ask_kafka_to_commit(world: World, record: RecordNumber) -> None:
    """The application asks Kafka to commit its transaction, with the offset of record {record}."""
    require(world.stage == Stage.PREPARED, "nothing is prepared")
    require(world.record == record, "it works on another record")
    world.commit_asked = record
    world.become(Stage.COMMITTING_OFFSET)


@action(KAFKA, to=APPLICATION)
def commit_kafka_transaction(world: World, record: RecordNumber) -> None:
    """Kafka commits the transaction with the offset after record {record}."""
    require(world.commit_asked == record, "nobody asked for it")
    world.committed = record + 1
    world.commit_asked = NONE
    if world.stage == Stage.COMMITTING_OFFSET:
        world.become(Stage.COMMITTING_DATABASE)


@action(APPLICATION, to=KAFKA)
def commit_offset(world: World) -> None:
    """The application commits its position."""
    require(not world.coordination.two_phase_commit, "the offset is in a transaction")
    require(world.stage == Stage.COMMITTING_OFFSET, "there is nothing to commit")
    world.committed = world.position
    go_on(world)


@action(APPLICATION, to=DATABASE)
def commit_database(world: World, record: RecordNumber) -> None:
    """The database commits the prepared effect of record {record}."""
    require(world.stage == Stage.COMMITTING_DATABASE, "Kafka has not committed")
    require(world.prepared == record, "another effect is prepared")
    commit_prepared(world, record)
    go_on(world)


@procedure
def commit_prepared(world: World, record: int) -> None:
    """Make a prepared effect happen."""
    note_effect(world, record)
    world.prepared = NONE


@procedure
def go_on(world: World) -> None:
    """Be done with a record."""
    world.record = NONE
    world.become(Stage.POLLING)


def note_effect(world: World, record: int) -> None:
    """Count an effect; one that is idempotent happens once, however often it is applied."""
    before = world.effects[record]
    again = where(world.coordination.idempotent_effect, before, 2)
    world.effects[record] = where(before == 0, 1, again)


@action(APPLICATION, kind="crash")
def crash(world: World) -> None:
    """The application's process ends."""
    require(world.stage != Stage.CRASHED, "it has ended")
    require(world.crashes < world.budgets.crashes, "no more crashes may happen")
    world.crashes = world.crashes + 1
    world.become(Stage.CRASHED)
    world.record = NONE
    world.position = 0


@action(APPLICATION, to=KAFKA)
def restart(world: World) -> None:
    """A new process starts; with transactions, initTransactions() fences the old one.

    What the old process asked Kafka for is done by then, or never will be; unless the new process
    looks at its database before it calls initTransactions().
    """
    require(world.stage == Stage.CRASHED, "it is running")
    if world.coordination.recovery_fences_first:
        world.commit_asked = NONE
    world.become(Stage.RECOVERING)


@action(APPLICATION, to=DATABASE)
def recover(world: World) -> None:
    """The new process decides what is prepared, and goes on at the committed offset."""
    require(world.stage == Stage.RECOVERING, "there is nothing to recover")
    prepared = world.prepared
    if prepared != NONE and is_committed_in_kafka(world):
        commit_prepared(world, prepared)
    else:
        world.prepared = NONE
    world.position = world.committed
    go_on(world)


@function
def is_committed_in_kafka(world: World) -> bool:
    """Return whether recovery believes that Kafka committed what the database prepared."""
    how = world.coordination
    return how.recovery_commits_always or (
        how.recovery_asks_kafka and world.committed > world.prepared
    )


ACTIONS = (
    poll,
    apply_effect,
    store_id,
    prepare_effect,
    ask_kafka_to_commit,
    commit_kafka_transaction,
    commit_offset,
    commit_database,
    crash,
    restart,
    recover,
)
BOUNDS = {"records": 2}


def effects_model(properties: Sequence[Property[Any]] = ()) -> Model:
    """Return the model with these properties; records: how many the application consumes."""
    return Model("effects", World, ACTIONS, properties, bounds=BOUNDS)

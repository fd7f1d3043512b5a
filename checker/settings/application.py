"""Application facts: what the user's own code does, which no settings file can say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from checker.settings.errors import UnknownFact, printable
from checker.settings.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable


class Commit(StrEnum):
    """When a consumer that commits by itself does so."""

    BEFORE_PROCESSING = "before-processing"
    AFTER_PROCESSING = "after-processing"


class OnError(StrEnum):
    """What the producing application does when send() reports a failure."""

    IGNORE = "ignore"
    RETRY = "retry"
    STOP = "stop"


class Restart(StrEnum):
    """What the producing application does after its own crash with unacknowledged records."""

    RESEND = "resend"
    SKIP = "skip"


class Processing(StrEnum):
    """Where the consuming application processes records."""

    SAME_THREAD = "same-thread"
    OTHER_THREAD = "other-thread"


class Offsets(StrEnum):
    """How a transforming application commits the offsets of what it consumed."""

    IN_TRANSACTION = "in-transaction"
    BY_CONSUMER = "by-consumer"


class GroupMetadata(StrEnum):
    """Whether sendOffsetsToTransaction() is given the consumer's group metadata."""

    YES = "yes"
    NO = "no"


class OnAbort(StrEnum):
    """Where a transforming application goes on after it aborted a transaction."""

    SEEK = "seek"
    CONTINUE = "continue"


class TransactionalId(StrEnum):
    """Which processes have the same transactional.id."""

    STABLE = "stable"
    PER_PROCESS = "per-process"
    PER_RESTART = "per-restart"


@dataclass(frozen=True)
class Fact:
    """One application fact: its name, the values it may have, the default, what it means."""

    name: str
    choices: type[StrEnum]
    default: StrEnum
    meaning: str

    @property
    def field(self) -> str:
        """The attribute of Application that holds it."""
        return self.name.replace("-", "_")


FACTS = (
    Fact(
        "commit",
        Commit,
        Commit.AFTER_PROCESSING,
        "When a consumer without auto commit commits its offsets: before the work a crash loses "
        "records, after it a crash repeats them.",
    ),
    Fact(
        "on-error",
        OnError,
        OnError.STOP,
        "What the application does when send() reports a failure: it goes on as if nothing had "
        "happened, sends the record anew, or stops.",
    ),
    Fact(
        "restart",
        Restart,
        Restart.SKIP,
        "What the producing application does after its own crash with records that were not "
        "acknowledged: it sends them again or leaves them out.",
    ),
    Fact(
        "processing",
        Processing,
        Processing.SAME_THREAD,
        "Where records are processed: in the thread that polls, before its next poll, or handed "
        "to another thread, so that auto commit may run ahead of the work.",
    ),
    Fact(
        "offsets",
        Offsets,
        Offsets.IN_TRANSACTION,
        "With transactions: whether consumed offsets are committed in the transaction "
        "(sendOffsetsToTransaction) or by the consumer after it (commitSync).",
    ),
    Fact(
        "group-metadata",
        GroupMetadata,
        GroupMetadata.YES,
        "With transactions: whether sendOffsetsToTransaction() is given the consumer's "
        "groupMetadata(), which lets the group coordinator fence zombies.",
    ),
    Fact(
        "on-abort",
        OnAbort,
        OnAbort.SEEK,
        "With transactions: what the application does after an abort: it seeks back to the "
        "committed offset, or polls on and so leaves out what it had read.",
    ),
    Fact(
        "transactional-id",
        TransactionalId,
        TransactionalId.STABLE,
        "With transactions: who has the transactional.id: a process after its restart and whoever "
        "else takes over its input partition (stable), a process and nobody else (per-process), or "
        "nobody else, as each start makes a new one (per-restart).",
    ),
)


@dataclass(frozen=True)
class Application:
    """All application facts; `given` names those that the user stated."""

    commit: Commit = Commit.AFTER_PROCESSING
    on_error: OnError = OnError.STOP
    restart: Restart = Restart.SKIP
    processing: Processing = Processing.SAME_THREAD
    offsets: Offsets = Offsets.IN_TRANSACTION
    group_metadata: GroupMetadata = GroupMetadata.YES
    on_abort: OnAbort = OnAbort.SEEK
    transactional_id: TransactionalId = TransactionalId.STABLE
    given: frozenset[str] = frozenset()

    def value(self, name: str) -> Value:
        """Give a fact as a Value, which has no file; KeyError for another name."""
        found = cast("StrEnum", getattr(self, _fact(name).field))
        return Value(name, found.value, name in self.given)

    def values(self) -> tuple[Value, ...]:
        """Give all facts, in the order of the table."""
        return tuple(self.value(fact.name) for fact in FACTS)

    def changed(self, name: str, choice: str) -> Application:
        """Give the application with one fact stated; raises UnknownFact."""
        try:
            fact = _fact(name)
        except KeyError:
            known = ", ".join(fact.name for fact in FACTS)
            message = f"{printable(name)!r} is not an application fact: {known}"
            raise UnknownFact(message) from None
        try:
            found = fact.choices(choice)
        except ValueError:
            known = ", ".join(fact.choices)
            message = f"{name}={printable(choice)} is not possible: {known}"
            raise UnknownFact(message) from None
        changes: dict[str, Any] = {fact.field: found, "given": self.given | {name}}
        return replace(self, **changes)


def read_application(texts: Iterable[str]) -> Application:
    """Read facts in the form K=V.

    Raises UnknownFact for another form, an unknown fact or value, and a fact stated twice
    with different values.
    """
    application = Application()
    for text in texts:
        name, equals, choice = (part.strip() for part in text.partition("="))
        if not equals:
            raise UnknownFact(f"{printable(text)!r} is not of the form FACT=VALUE")
        stated = application.changed(name, choice)
        if name in application.given and stated != application:
            earlier = application.value(name).text
            raise UnknownFact(f"{name} is stated twice: {earlier} and {printable(choice)}")
        application = stated
    return application


def _fact(name: str) -> Fact:
    return {fact.name: fact for fact in FACTS}[name]

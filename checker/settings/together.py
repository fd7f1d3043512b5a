"""What files and facts say together: refused where no application could run like that.

Kafka: TransactionCoordinator#handleInitProducerId, TransactionStateManager
#validateTransactionTimeoutMs, KafkaConsumer#throwIfGroupIdNotDefined, Errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.settings import scenario, transactions
from checker.settings.broker import MAX_TRANSACTION_TIMEOUT
from checker.settings.consumer import GROUP_ID
from checker.settings.errors import ConfigRefused, SettingsError, UnknownFact
from checker.settings.pipelines import is_transactional
from checker.settings.producer import TRANSACTION_TIMEOUT, TWO_PHASE_COMMIT

if TYPE_CHECKING:
    from checker.settings.choice import Choice

_NO_GROUP = (
    "No group.id is set, which subscribe() and sendOffsetsToTransaction() need "
    "(InvalidGroupIdException)."
)
_TIMEOUT_TOO_LARGE = (
    "The transaction timeout is larger than the maximum value set by the broker (as configured by "
    f"{MAX_TRANSACTION_TIMEOUT}): {{timeout}} is more than {{most}}, initTransactions() fails "
    "(INVALID_TRANSACTION_TIMEOUT)."
)
_NO_TIMEOUT = (
    "The transaction timeout is not above 0: initTransactions() fails "
    "(INVALID_TRANSACTION_TIMEOUT)."
)


def check_together(choice: Choice) -> None:
    """Refuse what no single file shows: raises UnknownFact, SettingsError, ConfigRefused."""
    transactional = is_transactional(choice)
    _check_facts(choice, transactional)
    if transactional:
        _check_group(choice)
        _check_timeout(choice)
    elif choice.reader is not None:
        message = (
            "a reader's file is about the output of an application with transactions, but the "
            "producer has no transactional.id"
        )
        raise SettingsError(message, choice.reader.file)


def _check_facts(choice: Choice, transactional: bool) -> None:
    """Refuse a fact that the model of this application would not look at."""
    known = transactions.FACTS if transactional else scenario.FACTS
    for name in sorted(choice.application.given.difference(known)):
        kind, has = ("without", "has a") if transactional else ("with", "has no")
        message = (
            f"{name} is a fact about an application {kind} transactions, but the producer {has} "
            f"transactional.id; facts that count then: {', '.join(known)}"
        )
        raise UnknownFact(message)


def _check_group(choice: Choice) -> None:
    group = choice.consumer.value(GROUP_ID)
    if group.value in (None, ""):
        file = choice.consumer.file if group.file is None else group.file
        raise ConfigRefused(_NO_GROUP, file, group.line, (group,))


def _check_timeout(choice: Choice) -> None:
    """Refuse a transaction.timeout.ms with which the coordinator gives no producer id."""
    if any(
        entry.key == TWO_PHASE_COMMIT and entry.value.strip().lower() == "true"
        for entry in choice.producer.entries
    ):
        return
    timeout = choice.producer.value(TRANSACTION_TIMEOUT)
    most = choice.broker.value(MAX_TRANSACTION_TIMEOUT)
    place = timeout if timeout.file is not None else most
    if choice.producer.number(TRANSACTION_TIMEOUT) <= 0:
        raise ConfigRefused(_NO_TIMEOUT, place.file, place.line, (timeout,))
    if choice.producer.number(TRANSACTION_TIMEOUT) > choice.broker.number(MAX_TRANSACTION_TIMEOUT):
        message = _TIMEOUT_TOO_LARGE.format(timeout=timeout.text, most=most.text)
        raise ConfigRefused(message, place.file, place.line, (timeout, most))

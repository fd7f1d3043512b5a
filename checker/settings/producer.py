"""The Java producer's own rules: what it refuses, and what it changes by itself.

Kafka: ProducerConfig#postProcessAndValidateIdempotenceConfigs (3.0.1, 3.1.1, 3.2 and later),
ProducerConfig#maybeOverrideAcksAndRetries (2.5 to 3.1.0), KafkaProducer#configure... before.
KAFKA-10619, KAFKA-13598, KAFKA-13673, KAFKA-17927; KIP-91 for delivery.timeout.ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.settings.domains import MAX_INT
from checker.settings.versions import Version

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.settings.draft import Draft

ACKS = "acks"
RETRIES = "retries"
IN_FLIGHT = "max.in.flight.requests.per.connection"
IDEMPOTENCE = "enable.idempotence"
TRANSACTIONAL_ID = "transactional.id"
DELIVERY_TIMEOUT = "delivery.timeout.ms"
REQUEST_TIMEOUT = "request.timeout.ms"
LINGER = "linger.ms"
TWO_PHASE_COMMIT = "transaction.two.phase.commit.enable"
TRANSACTION_TIMEOUT = "transaction.timeout.ms"

MOST_IN_FLIGHT = 5

_NO_TRANSACTION = f"Cannot set a {TRANSACTIONAL_ID} without also enabling idempotence."
_ACKS = (
    "Must set acks to all in order to use the idempotent producer. "
    "Otherwise we cannot guarantee idempotence."
)
_RETRIES = "Must set retries to non-zero when using the idempotent producer."
_IN_FLIGHT = f"Must set {IN_FLIGHT} to at most 5 to use the idempotent producer."
_IN_FLIGHT_0_11 = (
    f"Must set {IN_FLIGHT} to 1 in orderto use the idempotent producer. "
    "Otherwise we cannot guarantee idempotence."
)
_IN_FLIGHT_4_0 = f"To use the idempotent producer, {IN_FLIGHT} must be set to at most 5."
_TIMEOUTS = f"{DELIVERY_TIMEOUT} should be equal to or larger than {LINGER} + {REQUEST_TIMEOUT}"
_TWO_PHASE_COMMIT = (
    f"Cannot set {TRANSACTION_TIMEOUT} when {TWO_PHASE_COMMIT} is set to true. "
    "Transactions will not expire with two-phase commit enabled."
)


def settle_producer(draft: Draft) -> None:
    """Apply the rules of the draft's version, in the order in which that version does.

    Raises ConfigRefused with Kafka's sentence.
    """
    if draft[ACKS] == "-1":
        draft.plain[ACKS] = "all"
    if idempotent_by_default(draft.version):
        _settle_modern(draft)
    else:
        _settle_before(draft)


def idempotent_by_default(version: Version) -> bool:
    """Tell whether enable.idempotence is on where nobody sets it: not in 3.0.0 and 3.1.0."""
    return version >= Version(3, 0, 1) and version != Version(3, 1)


def _settle_modern(draft: Draft) -> None:
    if draft.flag(IDEMPOTENCE):
        _meet_or_disable(draft)
    if draft.given(TRANSACTIONAL_ID) and not draft.flag(IDEMPOTENCE):
        draft.refuse(_NO_TRANSACTION, TRANSACTIONAL_ID, IDEMPOTENCE, RETRIES, ACKS, IN_FLIGHT)
    _check_two_phase_commit(draft)
    _settle_delivery_timeout(draft)


def _meet_or_disable(draft: Draft) -> None:
    """Refuse where idempotence was asked for, else switch it off as Kafka quietly does."""
    unmet = []
    for name, met, refusal in (
        (RETRIES, draft[RETRIES] != 0, _RETRIES),
        (ACKS, draft[ACKS] == "all", _ACKS),
        (IN_FLIGHT, draft.number(IN_FLIGHT) <= MOST_IN_FLIGHT, _IN_FLIGHT),
    ):
        if met:
            continue
        if name == IN_FLIGHT and draft.version >= Version(4, 0):
            message = f"{_IN_FLIGHT_4_0} Current value is {draft[IN_FLIGHT]}."
            draft.refuse(message, IN_FLIGHT, IDEMPOTENCE)
        if draft.given(IDEMPOTENCE):
            draft.refuse(refusal, name, IDEMPOTENCE)
        unmet.append(name)
    if unmet:
        why = " and ".join(f"{name}={draft[name]}" for name in unmet)
        sentence = f"Kafka {draft.version} switches {IDEMPOTENCE} off, because of {why}."
        draft.adjust(IDEMPOTENCE, False, sentence, *unmet)


def _settle_before(draft: Draft) -> None:
    if draft.given(TRANSACTIONAL_ID) and draft.given(IDEMPOTENCE) and not draft.flag(IDEMPOTENCE):
        draft.refuse(_NO_TRANSACTION, TRANSACTIONAL_ID, IDEMPOTENCE)
    _settle_idempotence_before(draft)
    order: tuple[Callable[[Draft], None], ...]
    if draft.version < Version(2, 1):
        order = (_need_retries, _need_few_in_flight, _need_acks)
    elif draft.version < Version(2, 5):
        order = (_settle_delivery_timeout, _need_few_in_flight, _need_retries, _need_acks)
    else:
        order = (_need_retries, _need_acks, _settle_delivery_timeout, _need_few_in_flight)
    for rule in order:
        rule(draft)


def _settle_idempotence_before(draft: Draft) -> None:
    asked = draft.given(IDEMPOTENCE) and draft.flag(IDEMPOTENCE)
    if draft.given(TRANSACTIONAL_ID) and not asked:
        sentence = f"Kafka switches {IDEMPOTENCE} on, because of {TRANSACTIONAL_ID}."
        draft.adjust(IDEMPOTENCE, True, sentence, TRANSACTIONAL_ID)
    elif draft.flag(IDEMPOTENCE) and not asked:
        later = f"{draft.version.release}.1"
        sentence = (
            f"Kafka {draft.version.release}.0 leaves idempotence off unless {IDEMPOTENCE} is set, "
            f"although its default is true; {later} switches it on."
        )
        draft.adjust(IDEMPOTENCE, False, sentence)


def _need_retries(draft: Draft) -> None:
    if draft.flag(IDEMPOTENCE) and draft.given(RETRIES) and draft[RETRIES] == 0:
        draft.refuse(_RETRIES, RETRIES, IDEMPOTENCE, TRANSACTIONAL_ID)
    if draft.flag(IDEMPOTENCE) and not draft.given(RETRIES) and draft[RETRIES] != MAX_INT:
        draft.adjust(RETRIES, MAX_INT, f"Kafka sets retries={MAX_INT}, because of idempotence.")


def _need_acks(draft: Draft) -> None:
    if draft.flag(IDEMPOTENCE) and draft[ACKS] != "all":
        if draft.given(ACKS):
            draft.refuse(_ACKS, ACKS, IDEMPOTENCE, TRANSACTIONAL_ID)
        draft.adjust(ACKS, "all", "Kafka sets acks=all, because of idempotence.")


def _need_few_in_flight(draft: Draft) -> None:
    if not draft.flag(IDEMPOTENCE):
        return
    oldest = draft.version < Version(1, 0)
    if draft.number(IN_FLIGHT) > (1 if oldest else MOST_IN_FLIGHT):
        if not draft.given(IN_FLIGHT):
            draft.adjust(IN_FLIGHT, 1, f"Kafka 0.11 sets {IN_FLIGHT}=1, because of idempotence.")
        else:
            message = _IN_FLIGHT_0_11 if oldest else _IN_FLIGHT
            draft.refuse(message, IN_FLIGHT, IDEMPOTENCE, TRANSACTIONAL_ID)


def _check_two_phase_commit(draft: Draft) -> None:
    asked = draft.plain.get(TWO_PHASE_COMMIT) is True
    if asked and draft.given(TRANSACTION_TIMEOUT):
        draft.refuse(_TWO_PHASE_COMMIT, TRANSACTION_TIMEOUT, TWO_PHASE_COMMIT)


def _settle_delivery_timeout(draft: Draft) -> None:
    least = min(draft.number(LINGER), MAX_INT) + draft.number(REQUEST_TIMEOUT)
    if draft.version < Version(2, 2) and least > MAX_INT:
        return  # 2.1 adds in 32 bits: the sum is negative and nothing is checked
    least = min(least, MAX_INT)
    if draft.number(DELIVERY_TIMEOUT) >= least:
        return
    if draft.given(DELIVERY_TIMEOUT):
        draft.refuse(_TIMEOUTS, DELIVERY_TIMEOUT, LINGER, REQUEST_TIMEOUT)
    cause = LINGER if draft.given(LINGER) else REQUEST_TIMEOUT
    sentence = f"Kafka sets {DELIVERY_TIMEOUT}={least}, the sum of {LINGER} and {REQUEST_TIMEOUT}."
    draft.adjust(DELIVERY_TIMEOUT, least, sentence, cause)

"""The Java consumer's own rules: what it refuses, and what it changes by itself.

Kafka: ConsumerConfig#maybeOverrideEnableAutoCommit, #checkUnsupportedConfigsPostProcess,
KafkaConsumer's constructor, Heartbeat. Left out: the letters allowed in group.instance.id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.settings.versions import Version

if TYPE_CHECKING:
    from checker.settings.draft import Draft

GROUP_ID = "group.id"
GROUP_PROTOCOL = "group.protocol"
AUTO_COMMIT = "enable.auto.commit"
SESSION_TIMEOUT = "session.timeout.ms"
HEARTBEAT = "heartbeat.interval.ms"
REQUEST_TIMEOUT = "request.timeout.ms"
FETCH_WAIT = "fetch.max.wait.ms"
ASSIGNMENT = "partition.assignment.strategy"
REMOTE_ASSIGNOR = "group.remote.assignor"
SHARE_MODES = ("share.acknowledgement.mode", "share.acquire.mode")


def settle_consumer(draft: Draft) -> None:
    """Apply the rules of the draft's version, in the order in which that version does.

    Raises ConfigRefused with Kafka's sentence.
    """
    if draft.version >= Version(2, 2):
        _settle_auto_commit(draft)
    _check_unsupported(draft)
    _check_timeouts(draft)


def _settle_auto_commit(draft: Draft) -> None:
    if draft[GROUP_ID] is not None:
        return
    if draft.given(AUTO_COMMIT):
        if draft.flag(AUTO_COMMIT):
            message = f"{AUTO_COMMIT} cannot be set to true when default group id (null) is used."
            draft.refuse(message, AUTO_COMMIT)
        return
    sentence = f"Kafka switches {AUTO_COMMIT} off, because no {GROUP_ID} is set."
    draft.adjust(AUTO_COMMIT, False, sentence)


def _protocol(draft: Draft) -> str:
    return str(draft.plain.get(GROUP_PROTOCOL, "classic")).upper()


def _check_unsupported(draft: Draft) -> None:
    if _protocol(draft) == "CONSUMER":
        since = {ASSIGNMENT: (4, 0), HEARTBEAT: (4, 0), SESSION_TIMEOUT: (4, 0)}
    else:
        since = {REMOTE_ASSIGNOR: (3, 9)}
    since |= dict.fromkeys(SHARE_MODES, (4, 1))
    names = [
        name
        for name, release in since.items()
        if draft.version >= Version(*release) and draft.given(name) and draft[name] != ""
    ]
    if names:
        message = f"{', '.join(names)} cannot be set when {GROUP_PROTOCOL}={_protocol(draft)}"
        draft.refuse(message, *names, GROUP_PROTOCOL)


def _check_timeouts(draft: Draft) -> None:
    if draft.version < Version(2, 0):
        request = draft.number(REQUEST_TIMEOUT)
        if request <= max(draft.number(SESSION_TIMEOUT), draft.number(FETCH_WAIT)):
            message = f"{REQUEST_TIMEOUT} should be greater than {SESSION_TIMEOUT} and {FETCH_WAIT}"
            draft.refuse(message, REQUEST_TIMEOUT, SESSION_TIMEOUT, FETCH_WAIT)
    modern = draft.version >= Version(4, 0) or _protocol(draft) == "CONSUMER"
    if modern and draft[GROUP_ID] == "":
        message = "The configured group.id should not be an empty string or whitespace."
        draft.refuse(message, GROUP_ID)
    if draft[GROUP_ID] is None or _protocol(draft) == "CONSUMER":
        return
    if draft.number(HEARTBEAT) >= draft.number(SESSION_TIMEOUT):
        message = "Heartbeat must be set lower than the session timeout"
        draft.refuse(message, HEARTBEAT, SESSION_TIMEOUT)
    if draft.version >= Version(2, 1) and draft.number(HEARTBEAT) < 0:
        draft.refuse(f"Invalid negative timeout {draft[HEARTBEAT]}", HEARTBEAT)

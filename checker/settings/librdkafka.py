"""librdkafka 2, the C client: the properties that matter under the Java client's names.

Its defaults differ from the Java client's, and so do its checks and its words for them. Source:
its table of configuration properties and rd_kafka_conf_finalize, rd_kafka_topic_conf_finalize.
It speaks transaction version 1 only (EndTxn up to version 1).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from checker.settings.domains import MAX_INT, Kind, Plain, Refusal
from checker.settings.errors import printable

if TYPE_CHECKING:
    from checker.settings.draft import Draft

_INTEGER = re.compile(r"\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)", re.ASCII)
_FLOAT = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_MAX_C_LONG = 2**63 - 1
_KINDS = {
    Kind.BOOLEAN: "Bool c",
    Kind.INT: "Integer c",
    Kind.DOUBLE: "Float c",
    Kind.STRING: "C",
}


@dataclass(frozen=True)
class Property:
    """A property: the Java client's name for it, its own name in errors, its aliases."""

    name: str
    kind: Kind
    default: Plain
    own_name: str = ""
    aliases: tuple[str, ...] = ()
    low: float = 0
    high: float = MAX_INT
    words: tuple[tuple[str, Plain], ...] = ()

    @property
    def shown(self) -> str:
        """The name that librdkafka's errors use."""
        return self.own_name or self.name

    def parse(self, raw: str) -> Plain:
        """Read a value as librdkafka does; Refusal carries its sentence.

        acks comes back as a string, as in the Java client.
        """
        value = self._parse(raw)
        return value if self.name != "acks" else {-1: "all"}.get(cast("int", value), str(value))

    def _parse(self, raw: str) -> Plain:
        if self.kind is Kind.STRING and not self.words:
            return raw.lstrip(" \t\n\r\f\v") or None
        if raw == "":
            what = f'{_KINDS[self.kind]}onfiguration property "{self.shown}"'
            raise Refusal(f"{what} cannot be set to empty value")
        if self.kind is Kind.BOOLEAN:
            return self._boolean(raw)
        return self._word(raw) if self.kind is Kind.STRING else self._number(raw)

    def _boolean(self, raw: str) -> bool:
        if raw.lower() in ("true", "t", "1"):
            return True
        if raw.lower() in ("false", "f", "0"):
            return False
        raise Refusal(f'Expected bool value for "{self.shown}": true or false')

    def _word(self, raw: str) -> Plain:
        word = raw.lstrip(" \t\n\r\f\v").lower()
        if word in dict(self.words):
            return dict(self.words)[word]
        shown = printable(raw)
        raise Refusal(f'Invalid value "{shown}" for configuration property "{self.shown}"')

    def _number(self, raw: str) -> Plain:
        number = _c_int(raw) if self.kind is Kind.INT else _c_double(raw)
        if number is None:
            if raw.lower() in dict(self.words):
                return dict(self.words)[raw.lower()]
            raise Refusal(f'Invalid value for configuration property "{self.shown}"')
        if not self.low <= number <= self.high:
            raise Refusal(
                f'Configuration property "{self.shown}" value {_shown(number)} '
                f"is outside allowed range {self.low}..{self.high}"
            )
        return number


def _c_int(raw: str) -> int | None:
    """Read what strtol(…, 0) cast to int reads, None where there is no number in front."""
    match = _INTEGER.match(raw)
    if match is None:
        return None
    digits = match[2]
    octal = digits[0] == "0" and digits[1:2] not in ("x", "X")
    digits = (re.match("[0-7]*", digits) or match)[0] if octal else digits
    size = int(digits, 8) if octal else int(digits, 0)
    number = max(-_MAX_C_LONG - 1, min(_MAX_C_LONG, -size if match[1] == "-" else size))
    return (number + 2**31) % 2**32 - 2**31


def _c_double(raw: str) -> float | None:
    match = _FLOAT.match(raw)
    return None if match is None else float(match[0])


_RESET_WORDS = (
    ("smallest", "earliest"),
    ("earliest", "earliest"),
    ("beginning", "earliest"),
    ("largest", "latest"),
    ("latest", "latest"),
    ("end", "latest"),
    ("error", "none"),
)

_PROPERTIES = {
    "producer": (
        Property("enable.idempotence", Kind.BOOLEAN, False),
        Property("transactional.id", Kind.STRING, None),
        Property("transaction.timeout.ms", Kind.INT, 60000, low=1000),
        Property(
            "max.in.flight.requests.per.connection",
            Kind.INT,
            1000000,
            aliases=("max.in.flight",),
            low=1,
            high=1000000,
        ),
        Property("retries", Kind.INT, MAX_INT, "message.send.max.retries"),
        Property(
            "acks",
            Kind.INT,
            "all",
            "request.required.acks",
            low=-1,
            high=1000,
            words=(("all", -1),),
        ),
        Property("delivery.timeout.ms", Kind.INT, 300000, "message.timeout.ms"),
        Property("linger.ms", Kind.DOUBLE, 5.0, "queue.buffering.max.ms", high=900000),
        Property("request.timeout.ms", Kind.INT, 30000, low=1, high=900000),
    ),
    "consumer": (
        Property("group.id", Kind.STRING, None),
        Property("group.instance.id", Kind.STRING, None),
        Property(
            "group.protocol",
            Kind.STRING,
            "classic",
            words=(("classic", "classic"), ("consumer", "consumer")),
        ),
        Property("session.timeout.ms", Kind.INT, 45000, low=1, high=3600000),
        Property("heartbeat.interval.ms", Kind.INT, 3000, low=1, high=3600000),
        Property("max.poll.interval.ms", Kind.INT, 300000, low=1, high=86400000),
        Property("partition.assignment.strategy", Kind.STRING, "range,roundrobin"),
        Property("enable.auto.commit", Kind.BOOLEAN, True),
        Property("auto.commit.interval.ms", Kind.INT, 5000, high=86400000),
        Property("enable.auto.offset.store", Kind.BOOLEAN, True),
        Property("auto.offset.reset", Kind.STRING, "latest", words=_RESET_WORDS),
        Property(
            "isolation.level",
            Kind.STRING,
            "read_committed",
            words=(
                ("read_committed", "read_committed"),
                ("read_uncommitted", "read_uncommitted"),
            ),
        ),
    ),
}


@cache
def properties(role: str) -> dict[str, Property]:
    """Give a role's properties under every name that a file can use for them."""
    return {
        name: item
        for item in _PROPERTIES[role]
        for name in dict.fromkeys((item.name, item.shown, *item.aliases))
    }


@cache
def librdkafka_names() -> dict[str, frozenset[str]]:
    """Give every property's name by the client it is for: both, producer, consumer."""
    text = files("checker.settings").joinpath("librdkafka_names.toml").read_text("utf-8")
    return {client: frozenset(names.split()) for client, names in tomllib.loads(text).items()}


def settle_producer(draft: Draft) -> None:
    """Apply the producer's rules; Refusal sentences are librdkafka's own."""
    if draft["transactional.id"] is not None and not draft.flag("enable.idempotence"):
        if draft.given("enable.idempotence"):
            message = "`transactional.id` requires `enable.idempotence=true`"
            draft.refuse(message, "transactional.id", "enable.idempotence")
        sentence = "librdkafka switches enable.idempotence on, because of transactional.id."
        draft.adjust("enable.idempotence", True, sentence, "transactional.id")
    if draft.flag("enable.idempotence"):
        _settle_idempotence(draft)
    _check_delivery_timeout(draft)
    if draft["acks"] not in ("all", "0", "1"):
        message = f"acks={draft['acks']} passes librdkafka, but brokers accept only 0, 1 and all"
        draft.refuse(message, "acks")


def _settle_idempotence(draft: Draft) -> None:
    in_flight = "max.in.flight.requests.per.connection"
    if draft.number(in_flight) > 5:
        if draft.given(in_flight):
            message = "`max.in.flight` must be set <= 5 when `enable.idempotence` is true"
            draft.refuse(message, in_flight, "enable.idempotence")
        sentence = f"librdkafka sets {in_flight}=5, because of idempotence."
        draft.adjust(in_flight, 5, sentence, "enable.idempotence")
    if draft.number("retries") < 1:
        message = "`retries` must be set >= 1 when `enable.idempotence` is true"
        draft.refuse(message, "retries", "enable.idempotence")
    if draft["acks"] != "all":
        message = "`acks` must be set to `all` when `enable.idempotence` is true"
        draft.refuse(message, "acks", "enable.idempotence")


def _check_delivery_timeout(draft: Draft) -> None:
    name = "delivery.timeout.ms"
    if draft["transactional.id"] is not None:
        limit = draft.number("transaction.timeout.ms")
        if draft.given(name) and draft.number(name) > limit:
            message = "`message.timeout.ms` must be set <= `transaction.timeout.ms`"
            draft.refuse(message, name, "transaction.timeout.ms")
        if not draft.given(name):
            sentence = f"librdkafka sets {name} to transaction.timeout.ms={limit}."
            draft.adjust(name, limit, sentence, "transaction.timeout.ms")
    linger = draft["linger.ms"]
    assert isinstance(linger, float)
    if draft.given("linger.ms") and 0 != draft.number(name) <= linger:
        draft.refuse("`message.timeout.ms` must be greater than `linger.ms`", name, "linger.ms")


def settle_consumer(draft: Draft) -> None:
    """Apply the consumer's rules; Refusal sentences are librdkafka's own."""
    session = "session.timeout.ms"
    if draft["group.protocol"] == "classic":
        if draft.number("max.poll.interval.ms") < draft.number(session):
            message = "`max.poll.interval.ms`must be >= `session.timeout.ms`"
            draft.refuse(message, "max.poll.interval.ms", session)
    else:
        _check_unsupported(draft)
    if draft["group.id"] is None:
        draft.notes.append("No group.id is set: librdkafka's consumer cannot join a group.")


def _check_unsupported(draft: Draft) -> None:
    """Refuse what the group protocol of KIP-848 leaves to the broker."""
    strategy = "partition.assignment.strategy"
    for name in ("session.timeout.ms", strategy, "heartbeat.interval.ms"):
        if not draft.given(name):
            continue
        message = (
            f"`{name}` is not supported for `group.protocol=consumer`. "
            "Use `group.remote.assignor` instead"
            if name == strategy
            else f"`{name}` is not supported for `group.protocol=consumer` or share consumer. "
            "It is defined broker side"
        )
        draft.refuse(message, name, "group.protocol")


def _shown(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:g}"

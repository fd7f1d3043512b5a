"""All settings of the Java consumer, in the order in which Kafka checks them.

Kafka: ConsumerConfig, as released from 0.11 to 4.2.
"""

from __future__ import annotations

from checker.settings.definitions import setting, table
from checker.settings.definitions_client import common
from checker.settings.definitions_security import SECURITY
from checker.settings.domains import (
    NON_EMPTY,
    Kind,
    OffsetReset,
    ShareMode,
    at_least,
    one_of,
    one_of_any_case,
)

BOOLEAN, STRING, INT, LONG = Kind.BOOLEAN, Kind.STRING, Kind.INT, Kind.LONG
LIST, CLASS = Kind.LIST, Kind.CLASS

CONSUMER = table(
    (
        common("bootstrap.servers"),
        common("client.dns.lookup"),
        setting("group.id", STRING, "").then("2.2", default=None),
        setting("group.instance.id", STRING, None, since="2.3").then("3.3", domain=NON_EMPTY),
        setting("session.timeout.ms", INT, 10000).then("3.0", default=45000),
        setting("heartbeat.interval.ms", INT, 3000),
        setting(
            "partition.assignment.strategy", LIST, "org.apache.kafka.clients.consumer.RangeAssignor"
        ).then(
            "3.0",
            default="org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
        ),
        common("metadata.max.age.ms"),
        setting("enable.auto.commit", BOOLEAN, True),
        setting("auto.commit.interval.ms", INT, 5000, at_least(0)),
        common("client.id"),
        setting("client.rack", STRING, "", since="2.3"),
        setting("max.partition.fetch.bytes", INT, 1048576, at_least(0)),
        common("send.buffer.bytes"),
        setting("receive.buffer.bytes", INT, 65536, at_least(-1)),
        setting("fetch.min.bytes", INT, 1, at_least(0)),
        setting("fetch.max.bytes", INT, 52428800, at_least(0)),
        setting("fetch.max.wait.ms", INT, 500, at_least(0)),
        common("reconnect.backoff.ms"),
        common("reconnect.backoff.max.ms"),
        common("retry.backoff.ms"),
        common("retry.backoff.max.ms"),
        common("enable.metrics.push"),
        setting("auto.offset.reset", STRING, "latest", one_of("latest", "earliest", "none")).then(
            "4.0", domain=OffsetReset()
        ),
        setting("check.crcs", BOOLEAN, True),
        common("metrics.sample.window.ms"),
        common("metrics.num.samples"),
        common("metrics.recording.level"),
        common("metric.reporters"),
        setting("key.deserializer", CLASS, None),
        setting("value.deserializer", CLASS, None),
        setting("request.timeout.ms", INT, 305000, at_least(0)).then("2.0", default=30000),
        setting("default.api.timeout.ms", INT, 60000, at_least(0), since="2.0"),
        common("socket.connection.setup.timeout.ms"),
        common("socket.connection.setup.timeout.max.ms"),
        common("connections.max.idle.ms"),
        common("interceptor.classes"),
        setting("max.poll.records", INT, 500, at_least(1)),
        setting("max.poll.interval.ms", INT, 300000, at_least(1)),
        setting("exclude.internal.topics", BOOLEAN, True),
        setting("internal.throw.on.fetch.stable.offset.unsupported", BOOLEAN, False, since="2.6"),
        setting(
            "isolation.level",
            STRING,
            "read_uncommitted",
            one_of("read_committed", "read_uncommitted"),
        ),
        setting("allow.auto.create.topics", BOOLEAN, True, since="2.3"),
        setting(
            "group.protocol", STRING, "classic", one_of_any_case("CONSUMER", "CLASSIC"), since="3.7"
        ),
        setting("group.remote.assignor", STRING, None, since="3.7"),
        common("security.providers"),
        common("security.protocol"),
        *SECURITY,
        common("metadata.recovery.strategy"),
        common("metadata.recovery.rebootstrap.trigger.ms"),
        setting(
            "share.acknowledgement.mode",
            STRING,
            "implicit",
            ShareMode(("implicit", "explicit")),
            since="4.1",
        ),
        setting(
            "share.acquire.mode",
            STRING,
            "BATCH_OPTIMIZED",
            ShareMode(("batch_optimized", "record_limit"), any_case=True),
            since="4.2",
        ),
        common("config.providers"),
        setting("internal.leave.group.on.close", BOOLEAN, True).gone("4.2"),
        setting("auto.include.jmx.reporter", BOOLEAN, True, since="3.4").gone("4.0"),
    )
)

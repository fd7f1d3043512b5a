"""All settings of the Java producer, in the order in which Kafka checks them.

Kafka: ProducerConfig, as released from 0.11 to 4.2.
"""

from __future__ import annotations

from checker.settings.definitions import setting, table
from checker.settings.definitions_client import common
from checker.settings.definitions_security import SECURITY
from checker.settings.domains import (
    MAX_INT,
    NON_EMPTY,
    GzipLevel,
    Kind,
    at_least,
    between,
    one_of,
)

BOOLEAN, STRING, INT, LONG = Kind.BOOLEAN, Kind.STRING, Kind.INT, Kind.LONG
LIST, CLASS = Kind.LIST, Kind.CLASS

PRODUCER = table(
    (
        common("bootstrap.servers"),
        common("client.dns.lookup"),
        setting("buffer.memory", LONG, 33554432, at_least(0)),
        setting("retries", INT, 0, between(0, MAX_INT)).then("2.1", default=MAX_INT),
        setting("acks", STRING, "1", one_of("all", "-1", "0", "1")).then("3.0", default="all"),
        setting("compression.type", STRING, "none").then(
            "3.3", domain=one_of("none", "gzip", "snappy", "lz4", "zstd")
        ),
        setting("compression.gzip.level", INT, -1, GzipLevel(), since="3.8"),
        setting("compression.lz4.level", INT, 9, between(1, 17), since="3.8"),
        setting("compression.zstd.level", INT, 3, between(-131072, 22), since="3.8"),
        setting("batch.size", INT, 16384, at_least(0)),
        setting("partitioner.adaptive.partitioning.enable", BOOLEAN, True, since="3.3"),
        setting("partitioner.availability.timeout.ms", LONG, 0, at_least(0), since="3.3"),
        setting("partitioner.ignore.keys", BOOLEAN, False, since="3.3"),
        setting("linger.ms", LONG, 0, at_least(0))
        .then("2.1", kind=INT)
        .then("2.2", kind=LONG)
        .then("4.0", default=5),
        setting("delivery.timeout.ms", INT, 120000, at_least(0), since="2.1"),
        common("client.id"),
        common("send.buffer.bytes"),
        setting("receive.buffer.bytes", INT, 32768, at_least(-1)),
        setting("max.request.size", INT, 1048576, at_least(0)),
        common("reconnect.backoff.ms"),
        common("reconnect.backoff.max.ms"),
        common("retry.backoff.ms"),
        common("retry.backoff.max.ms"),
        common("enable.metrics.push"),
        setting("max.block.ms", LONG, 60000, at_least(0)),
        setting("request.timeout.ms", INT, 30000, at_least(0)),
        common("metadata.max.age.ms"),
        setting("metadata.max.idle.ms", LONG, 300000, at_least(5000), since="2.5"),
        common("metrics.sample.window.ms"),
        common("metrics.num.samples"),
        common("metrics.recording.level"),
        common("metric.reporters"),
        setting("max.in.flight.requests.per.connection", INT, 5, at_least(1)),
        setting("key.serializer", CLASS, None),
        setting("value.serializer", CLASS, None),
        common("socket.connection.setup.timeout.ms"),
        common("socket.connection.setup.timeout.max.ms"),
        common("connections.max.idle.ms"),
        setting(
            "partitioner.class",
            CLASS,
            "org.apache.kafka.clients.producer.internals.DefaultPartitioner",
        ).then("3.3", default=None),
        common("interceptor.classes"),
        common("security.protocol"),
        common("security.providers"),
        *SECURITY,
        setting("enable.idempotence", BOOLEAN, False).then("3.0", default=True),
        setting("transaction.timeout.ms", INT, 60000),
        setting("transactional.id", STRING, None, NON_EMPTY),
        setting("transaction.two.phase.commit.enable", BOOLEAN, False, since="4.1"),
        common("metadata.recovery.strategy"),
        common("metadata.recovery.rebootstrap.trigger.ms"),
        common("config.providers"),
        setting("internal.auto.downgrade.txn.commit", BOOLEAN, False, since="2.6").gone("3.0"),
        setting("auto.include.jmx.reporter", BOOLEAN, True, since="3.4").gone("4.0"),
    )
)

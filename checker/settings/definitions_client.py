"""Settings that the producer and the consumer have in common.

Kafka: CommonClientConfigs; config.providers is honoured since 2.3 and defined since 4.2.
"""

from __future__ import annotations

from checker.settings.definitions import Definition, setting, table
from checker.settings.domains import Kind, at_least, one_of, one_of_any_case

BOOLEAN, STRING, INT, LONG, LIST = Kind.BOOLEAN, Kind.STRING, Kind.INT, Kind.LONG, Kind.LIST

_COMMON = table(
    (
        setting("bootstrap.servers", LIST, None).then("1.1", default="").then("4.2", default=None),
        setting(
            "client.dns.lookup",
            STRING,
            "default",
            one_of("default", "use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"),
            since="2.1",
        )
        .then("2.6", default="use_all_dns_ips")
        .then("3.0", domain=one_of("use_all_dns_ips", "resolve_canonical_bootstrap_servers_only")),
        setting("client.id", STRING, ""),
        setting("send.buffer.bytes", INT, 131072, at_least(-1)),
        setting("reconnect.backoff.ms", LONG, 50, at_least(0)),
        setting("reconnect.backoff.max.ms", LONG, 1000, at_least(0)),
        setting("retry.backoff.ms", LONG, 100, at_least(0)),
        setting("retry.backoff.max.ms", LONG, 1000, at_least(0), since="3.7"),
        setting("enable.metrics.push", BOOLEAN, True, since="3.7"),
        setting("metadata.max.age.ms", LONG, 300000, at_least(0)),
        setting("metrics.sample.window.ms", LONG, 30000, at_least(0)),
        setting("metrics.num.samples", INT, 2, at_least(1)),
        setting("metrics.recording.level", STRING, "INFO", one_of("INFO", "DEBUG")).then(
            "2.7", domain=one_of("INFO", "DEBUG", "TRACE")
        ),
        setting("metric.reporters", LIST, "").then(
            "4.0", default="org.apache.kafka.common.metrics.JmxReporter"
        ),
        setting("socket.connection.setup.timeout.ms", LONG, 10000, since="2.7"),
        setting("socket.connection.setup.timeout.max.ms", LONG, 127000, since="2.7").then(
            "2.8", default=30000
        ),
        setting("connections.max.idle.ms", LONG, 540000),
        setting("interceptor.classes", LIST, None).then("1.1", default=""),
        setting(
            "metadata.recovery.strategy",
            STRING,
            "none",
            one_of_any_case("REBOOTSTRAP", "NONE"),
            since="3.8",
        ).then("4.0", default="rebootstrap"),
        setting("metadata.recovery.rebootstrap.trigger.ms", LONG, 300000, at_least(0), since="4.0"),
        setting("config.providers", LIST, "", since="2.3"),
        setting("security.protocol", STRING, "PLAINTEXT")
        .then("3.3", domain=one_of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"))
        .then("3.5", domain=one_of_any_case("SASL_SSL", "PLAINTEXT", "SSL", "SASL_PLAINTEXT")),
        setting("security.providers", STRING, None, since="2.4"),
    )
)


def common(name: str) -> Definition:
    """Give the definition of a setting that both clients have."""
    return _COMMON[name]

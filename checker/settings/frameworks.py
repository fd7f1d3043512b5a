"""Settings of Kafka Streams and Spring, which make the clients' settings themselves: refused.

Kafka: StreamsConfig#getMainConsumerConfigs, #getProducerConfigs and their EOS_OVERRIDES (KIP-129,
KIP-447); Spring Boot's KafkaProperties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.settings.errors import SettingsError, printable
from checker.settings.values import Role

if TYPE_CHECKING:
    from checker.settings.properties import PropertiesFile

_STREAMS = ("processing.guarantee", "application.id")
_SPRING = "spring.kafka."

_STREAMS_CLIENTS = {
    Role.PRODUCER: "transactional.id, enable.idempotence=true, acks=all, transaction.timeout.ms",
    Role.CONSUMER: "group.id, isolation.level=read_committed, enable.auto.commit=false, "
    "auto.offset.reset",
}


def refuse_frameworks(role: Role, properties: PropertiesFile) -> None:
    """Raise SettingsError for a file that a framework reads, not the client itself."""
    if role is Role.BROKER:
        return
    for entry in properties.entries:
        name = printable(entry.key, 60)
        if entry.key in _STREAMS:
            raise SettingsError(
                f"{name} is a setting of Kafka Streams: write down what its {role} works with "
                f"(under processing.guarantee=exactly_once_v2: {_STREAMS_CLIENTS[role]}, as its "
                "log shows them at the start)",
                properties.file,
                entry.line,
            )
        if entry.key.startswith(_SPRING):
            raise SettingsError(
                f"{name} is a name of Spring's: write the {role}'s own settings under Kafka's "
                "names (spring.kafka.producer.transaction-id-prefix makes a transactional.id, "
                "spring.kafka.consumer.isolation-level is isolation.level)",
                properties.file,
                entry.line,
            )

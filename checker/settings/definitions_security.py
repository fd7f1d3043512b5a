"""Settings of SSL and SASL, which no delivery guarantee depends on: types and allowed values only.

Kafka: SslConfigs, SaslConfigs.
"""

from __future__ import annotations

from checker.settings.definitions import setting
from checker.settings.domains import Kind, between, one_of_any_case

BOOLEAN, STRING, SHORT, INT, LONG = Kind.BOOLEAN, Kind.STRING, Kind.SHORT, Kind.INT, Kind.LONG
DOUBLE, LIST, CLASS, PASSWORD = Kind.DOUBLE, Kind.LIST, Kind.CLASS, Kind.PASSWORD

SECURITY = (
    setting("ssl.protocol", STRING, None),
    setting("ssl.provider", STRING, None),
    setting("ssl.cipher.suites", LIST, None),
    setting("ssl.enabled.protocols", LIST, None),
    setting("ssl.keystore.type", STRING, None),
    setting("ssl.keystore.location", STRING, None),
    setting("ssl.keystore.password", PASSWORD, None),
    setting("ssl.key.password", PASSWORD, None),
    setting("ssl.keystore.key", PASSWORD, None, since="2.7"),
    setting("ssl.keystore.certificate.chain", PASSWORD, None, since="2.7"),
    setting("ssl.truststore.certificates", PASSWORD, None, since="2.7"),
    setting("ssl.truststore.type", STRING, None),
    setting("ssl.truststore.location", STRING, None),
    setting("ssl.truststore.password", PASSWORD, None),
    setting("ssl.keymanager.algorithm", STRING, None),
    setting("ssl.trustmanager.algorithm", STRING, None),
    setting("ssl.endpoint.identification.algorithm", STRING, None),
    setting("ssl.secure.random.implementation", STRING, None),
    setting("ssl.engine.factory.class", CLASS, None, since="2.6"),
    setting("sasl.kerberos.service.name", STRING, None),
    setting("sasl.kerberos.kinit.cmd", STRING, None),
    setting("sasl.kerberos.ticket.renew.window.factor", DOUBLE, None),
    setting("sasl.kerberos.ticket.renew.jitter", DOUBLE, None),
    setting("sasl.kerberos.min.time.before.relogin", LONG, None),
    setting("sasl.login.refresh.window.factor", DOUBLE, None, between(0.5, 1.0), since="2.0"),
    setting("sasl.login.refresh.window.jitter", DOUBLE, None, between(0.0, 0.25), since="2.0"),
    setting("sasl.login.refresh.min.period.seconds", SHORT, None, between(0, 900), since="2.0"),
    setting("sasl.login.refresh.buffer.seconds", SHORT, None, between(0, 3600), since="2.0"),
    setting("sasl.mechanism", STRING, None),
    setting("sasl.jaas.config", PASSWORD, None),
    setting("sasl.client.callback.handler.class", CLASS, None, since="2.0"),
    setting("sasl.login.callback.handler.class", CLASS, None, since="2.0"),
    setting("sasl.login.class", CLASS, None, since="2.0"),
    setting("sasl.login.connect.timeout.ms", INT, None, since="3.1"),
    setting("sasl.login.read.timeout.ms", INT, None, since="3.1"),
    setting("sasl.login.retry.backoff.max.ms", LONG, None, since="3.1"),
    setting("sasl.login.retry.backoff.ms", LONG, None, since="3.1"),
    setting("sasl.oauthbearer.jwt.retriever.class", CLASS, None, since="4.1"),
    setting("sasl.oauthbearer.jwt.validator.class", CLASS, None, since="4.1"),
    setting("sasl.oauthbearer.scope", STRING, None, since="4.1"),
    setting("sasl.oauthbearer.client.credentials.client.id", STRING, None, since="4.1"),
    setting("sasl.oauthbearer.client.credentials.client.secret", PASSWORD, None, since="4.1"),
    setting(
        "sasl.oauthbearer.assertion.algorithm",
        STRING,
        None,
        one_of_any_case("ES256", "RS256"),
        since="4.1",
    ),
    setting("sasl.oauthbearer.assertion.claim.aud", STRING, None, since="4.1"),
    setting(
        "sasl.oauthbearer.assertion.claim.exp.seconds", INT, None, between(0, 86400), since="4.1"
    ),
    setting("sasl.oauthbearer.assertion.claim.iss", STRING, None, since="4.1"),
    setting("sasl.oauthbearer.assertion.claim.jti.include", BOOLEAN, None, since="4.1"),
    setting(
        "sasl.oauthbearer.assertion.claim.nbf.seconds", INT, None, between(0, 3600), since="4.1"
    ),
    setting("sasl.oauthbearer.assertion.claim.sub", STRING, None, since="4.1"),
    setting("sasl.oauthbearer.assertion.file", STRING, None, since="4.1"),
    setting("sasl.oauthbearer.assertion.private.key.file", STRING, None, since="4.1"),
    setting("sasl.oauthbearer.assertion.private.key.passphrase", PASSWORD, None, since="4.1"),
    setting("sasl.oauthbearer.assertion.template.file", STRING, None, since="4.1"),
    setting("sasl.oauthbearer.scope.claim.name", STRING, None, since="3.1"),
    setting("sasl.oauthbearer.sub.claim.name", STRING, None, since="3.1"),
    setting("sasl.oauthbearer.token.endpoint.url", STRING, None, since="3.1"),
    setting("sasl.oauthbearer.jwks.endpoint.url", STRING, None, since="3.1"),
    setting("sasl.oauthbearer.jwks.endpoint.refresh.ms", LONG, None, since="3.1"),
    setting("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", LONG, None, since="3.1"),
    setting("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", LONG, None, since="3.1"),
    setting("sasl.oauthbearer.clock.skew.seconds", INT, None, since="3.1"),
    setting("sasl.oauthbearer.expected.audience", LIST, None, since="3.1"),
    setting("sasl.oauthbearer.expected.issuer", STRING, None, since="3.1"),
    setting("sasl.oauthbearer.header.urlencode", BOOLEAN, None, since="3.9"),
)

"""Proof models: small models of Kafka's protocol that are proved for any number of everything."""

"""Kafka settings files into a scenario."""

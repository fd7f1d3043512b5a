"""What Kafka does: one file per role, plain Python rules."""

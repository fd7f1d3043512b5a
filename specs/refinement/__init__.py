"""What each action of the detailed Kafka model is in the proof models."""

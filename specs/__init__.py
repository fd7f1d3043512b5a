"""What must hold: guarantees and witnesses, and the model of Kafka together with them."""

from checker.lang import Model
from model.world import kafka_model
from specs.guarantees import no_duplicates, no_loss, order
from specs.witnesses import batch_retried, everything_delivered

GUARANTEES = (no_loss, no_duplicates, order)
WITNESSES = (everything_delivered, batch_retried)


def checked_model() -> Model:
    """Return the model of Kafka with all guarantees and witnesses."""
    return kafka_model((*GUARANTEES, *WITNESSES))

"""What is recorded and not judged: the one list of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from broker_groups import Membership
    from recorded import Step

LONGEST_TIMEOUT = 900_000  # transaction.max.timeout.ms
PARTITIONS = (0, 1)


def why_not_judged(step: Step, group: Membership) -> str:
    """Return why an answer is not judged, "" if it is; the request has no effect then."""
    request = step.request
    checks = {
        "malformed: an empty transactional id": request.get("txid") == "",
        "malformed: a timeout out of range": _has_bad_timeout(step),
        "malformed: only one of producer id and epoch": _is_half_known(step),
        "malformed: a producer id without a sequence": (
            step.api == "Produce" and request["seq"] == -1 and request["pid"] != -1
        ),
        "malformed: OffsetCommit below v9 to a KIP-848 group": (
            step.api == "OffsetCommit" and group.is_consumer_group and step.version < 9
        ),
        "unknown topic or partition": any(p not in PARTITIONS for p in request.get("parts", ())),
    }
    return next((reason for reason, applies in checks.items() if applies), "")


def _has_bad_timeout(step: Step) -> bool:
    timeout: int = step.request.get("timeout", 1)
    return not 0 < timeout <= LONGEST_TIMEOUT


def _is_half_known(step: Step) -> bool:
    if step.api != "InitProducerId" or "epoch" not in step.request:
        return False
    return bool((step.request.get("pid") == -1) != (step.request["epoch"] == -1))

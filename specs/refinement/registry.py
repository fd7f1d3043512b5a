"""The refinements that are checked, by the name of their proof model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.refinement.failover import FAILOVER
from specs.refinement.idempotence import IDEMPOTENCE
from specs.refinement.offsets import OFFSETS
from specs.refinement.transactions import TRANSACTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from specs.refinement.claims import Refinement

REFINEMENTS: Mapping[str, Refinement] = {
    item.name: item for item in (IDEMPOTENCE, TRANSACTIONS, OFFSETS, FAILOVER)
}

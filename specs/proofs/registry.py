"""Every proof model, in the order in which they are proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.proofs.failover import FAILOVER
from specs.proofs.idempotence import IDEMPOTENCE
from specs.proofs.offsets import OFFSETS
from specs.proofs.transactions_lemmas import TRANSACTIONS
from specs.proofs.transactions_v1 import TRANSACTIONS_V1

if TYPE_CHECKING:
    from specs.proofs.claims import ProofModel

PROOFS: dict[str, ProofModel] = {
    proof.name: proof for proof in (IDEMPOTENCE, TRANSACTIONS, OFFSETS, FAILOVER, TRANSACTIONS_V1)
}
